/* Account: people who sign in. A person is a number in the facts; login, name, password and second
 * factor stand beside the log, never in it, so that they can be wiped. Tables account, session,
 * link and sign are neither log nor view: they are in no digest, in no backup of the log; after a
 * restore people set a new password by link.
 *
 * All is held in memory under one lock of its own; writes run inside the writer's transaction
 * (account_*_put on its Db), memory is edited when they are committed. Argon2id runs on the heavy
 * thread only. */
#pragma once
#include "core/core.h"

typedef struct Accounts Accounts;

typedef struct Account {
    int32_t person;
    Str login, name;
    bool closed;
    bool has_password, has_second; /* TOTP is set up */
} Account;

typedef struct Session {
    char id[33]; /* hex of 16 bytes: public name of the session, shown in the list */
    int32_t person;
    int64_t made_ms, seen_ms;
    Str agent;      /* browser and system, shortened; no address is kept */
    char token[33]; /* against forged changes: sent with each of them */
} Session;

bool accounts_open(Work *w, Db *db, Accounts **ret); /* reads the tables; caller closes */
void accounts_close(Accounts **a);
/* What one hash costs; 3 rounds over 64 MiB unless this says less. Tests and demo data only. */
void accounts_cost(Accounts *a, int rounds, size_t bytes);

/* ---- any thread ---- */
/* The session of a cookie (64 hex: its secret), alive at now: idle for less than 12 hours, younger
 * than 14 days. */
bool session_find(Work *w, Accounts *a, Str secret, Session *ret);
bool account_of(Work *w, Accounts *a, int32_t person, Account *ret);
bool account_login(Work *w, Accounts *a, Str login, Account *ret);
bool accounts_list(Work *w, Accounts *a, Account **ret, size_t *ret_n); /* by login */
bool sessions_of(Work *w, Accounts *a, int32_t person, Session **ret, size_t *ret_n);

/* ---- heavy thread: slow on purpose ---- */
typedef enum SignIn {
    SIGN_OK,
    SIGN_WRONG,
    SIGN_NEEDS_CODE,
    SIGN_NEEDS_SECOND, /* demanded, and none is set up: a new link leads there */
    SIGN_WAIT,
} SignIn;
typedef struct SignAsk {
    Str login, password, code, address, agent;
    Str old_secret; /* a session that came with the request: it ends */
} SignAsk;
typedef struct SignDone {
    SignIn how;
    int64_t wait_ms; /* SIGN_WAIT: throttled by account or by address */
    int32_t person;  /* of the login, also when it was wrong; 0 = nobody has it */
    Str secret;      /* for the cookie */
    Session session;
    Str ends;            /* SignAsk.old_secret, which session_put ends */
    int64_t second_step; /* of the code that was used; 0 = none */
    Hash basis;          /* of the right password as it was judged: session_put refuses another */
    bool half;           /* the password was right and the code was not */
    bool told;           /* SIGN_WAIT: noted less than a minute ago, not worth a row */
} SignDone;
/* Judges; does not write: sign_put does, in the writer. Wrong login and wrong password take the
 * same time and give the same answer. A code is asked only after the password was right. */
bool sign_judge(Work *w, Accounts *a, const SignAsk *ask, bool demands_second, SignDone *ret);
/* BAD_INPUT: too short, too common, or the person's own login. */
bool password_hash(Work *w, Accounts *a, int32_t person, Str password, Str *ret);

/* ---- writer: inside a transaction on its db; memory follows in accounts_committed ---- */
bool account_put(Work *w, Accounts *a, Db *db, Str login, Str name, int32_t person);
bool account_close_put(Work *w, Accounts *a, Db *db, int32_t person); /* its sessions end too */
bool session_put(Work *w, Accounts *a, Db *db, const SignDone *done);
bool session_end_put(Work *w, Accounts *a, Db *db, int32_t person, Str id); /* empty = all */
/* Stores when sessions were last seen (memory alone knows it between two of these) and drops those
 * that ended by themselves. For a timer, and for the stop of the server. */
bool sessions_seen_put(Work *w, Accounts *a, Db *db);
/* A one-time link, good for 72 hours; only its hash is kept. */
bool link_put(Work *w, Accounts *a, Db *db, int32_t person, Str *ret_token);
bool link_find(Work *w, Accounts *a, Str token, int32_t *ret_person); /* any thread */
/* Uses the link up, sets the password; all sessions of the person end. */
bool password_put(Work *w, Accounts *a, Db *db, Str token, Str hash);
bool second_put(Work *w, Accounts *a, Db *db, int32_t person, Str secret); /* empty = off */
typedef struct OwnChange { /* of a person who is signed in and has just shown the password */
    int32_t person;
    Str session;      /* the one that stays; all others of the person end */
    Hash basis;       /* SignDone.basis: refused when the password changed since */
    Str hash;         /* new password; empty = as it was */
    Str secret, code; /* new second factor and a code of it; empty = as it was */
} OwnChange;
bool own_put(Work *w, Accounts *a, Db *db, const OwnChange *change);
void accounts_committed(Accounts *a);   /* after COMMIT */
void accounts_rolled_back(Accounts *a); /* what was put since the last of the two is forgotten */

/* ---- what happened at the door, for those who audit: kept for 400 days ---- */
typedef enum SignHow {
    HOW_OK,
    HOW_WRONG,
    HOW_THROTTLED,
    HOW_CODE,     /* the password was right, the code lacked or was wrong */
    HOW_ENDED,    /* signed out, or a session ended from another device */
    HOW_PASSWORD, /* set anew */
    HOW_SECOND,   /* the second factor was set anew */
    HOW_COUNT,
} SignHow;
typedef struct SignRow {
    int64_t at_ms, last_ms, times; /* failed tries are counted by the hour that begins at at_ms */
    int32_t person;                /* 0 = a login that nobody has, which is not kept */
    Str how;                       /* its name */
    Str address; /* hex of a keyed hash, the same for the same address; empty = too many of them */
} SignRow;
bool sign_note(Work *w, Accounts *a, Db *db, int32_t person, SignHow how, Str address); /* writer */
bool signs_trim(Work *w, Db *db);                                                       /* writer */
/* Newest first, from the row with this number on; under the lock that guards the db. */
bool signs_list(Work *w, Db *db, int64_t from, int64_t limit, SignRow **ret, size_t *ret_n,
                int64_t *ret_total);

/* ---- second factor: RFC 6238, 30 s, 6 digits, SHA-1, one step of grace, no code twice ---- */
Str totp_secret_new(Work *w);                         /* 20 bytes as base32 */
bool totp_fits(Str secret, Str code, int64_t now_ms); /* without the rule of once */
Str totp_uri(Arena *arena, Str secret, Str login, Str issuer);

/* The key that a person's outbox on a phone is sealed with: 32 bytes, the same for the person for
 * as long as the store lives. */
bool person_key(Work *w, Accounts *a, int32_t person, uint8_t ret[32]);
