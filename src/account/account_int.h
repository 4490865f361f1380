/* Inside account: everything in memory, and what waits for the commit. */
#pragma once
#include <pthread.h>

#include "account/account.h"

enum {
    LOGIN_ROOM = 40,         /* bytes of a login: 32 and some */
    NAME_ROOM = 124,         /* bytes of a name: 40 Han characters */
    HASH_ROOM = 160,         /* text of a password's hash: password.c writes 117 bytes */
    AGENT_ROOM = 48,         /* browser and system */
    SECOND_BYTES = 20,       /* RFC 4226: 160 bits */
    SESSIONS_OF_PERSON = 16, /* the oldest one ends when there is one more */
    TRIES_ROOM = 2048,       /* throttled accounts, and as many addresses */
};
#define SESSION_IDLE_MS INT64_C(43200000)    /* 12 h */
#define SESSION_LIFE_MS INT64_C(1209600000)  /* 14 d */
#define LINK_LIFE_MS    INT64_C(259200000)   /* 72 h */
#define SIGN_LIFE_MS    INT64_C(34560000000) /* 400 d: the law asks for six months */

typedef struct AccountRow {
    int32_t person;
    bool closed, has_second;
    char login[LOGIN_ROOM], name[NAME_ROOM], password[HASH_ROOM];
    uint8_t second[SECOND_BYTES];
    int64_t second_step, made_ms;
} AccountRow;

typedef struct SessionRow {
    Hash secret; /* SHA-256 of the cookie */
    char id[33], token[33], agent[AGENT_ROOM];
    int32_t person;
    int64_t made_ms, seen_ms, stored_ms; /* stored: what the table knows of seen */
} SessionRow;

typedef struct LinkRow {
    Hash token;
    int32_t person;
    int64_t made_ms;
} LinkRow;

/* From a 64-bit key to rows of an array; made again when rows leave. */
typedef struct Slot {
    uint64_t key;
    uint32_t row; /* + 1; 0 = free */
} Slot;
typedef struct Index {
    Slot *slots;
    size_t count, used;
} Index;
#define NO_ROW SIZE_MAX
/* The next row with the key behind *at (SIZE_MAX to begin with), or NO_ROW. */
size_t index_next(const Index *index, uint64_t key, size_t *at);
void index_add(Index *index, uint64_t key, size_t row);
void index_drop(Index *index);
uint64_t key_of_text(Str text);
uint64_t key_of_hash(Hash hash);

typedef enum PendingKind {
    PENDING_ACCOUNT,      /* new or changed */
    PENDING_SESSION,      /* new, or seen */
    PENDING_SESSION_DROP, /* session.secret */
    PENDING_LINK,
    PENDING_LINK_DROP, /* all of link.person */
    PENDING_KEY,
} PendingKind;
typedef struct Pending {
    PendingKind kind;
    union {
        AccountRow account;
        SessionRow session;
        LinkRow link;
        Hash key;
    };
} Pending;

typedef struct Try { /* failures of one login or address */
    uint64_t key;    /* 0 = free */
    int32_t failures;
    int64_t last_ms;
    int64_t told_ms; /* when a try that had to wait was last noted */
} Try;

struct Accounts {
    pthread_mutex_t lock;
    AccountRow *accounts;
    size_t account_n, account_room;
    SessionRow *sessions;
    size_t session_n, session_room;
    LinkRow *links;
    size_t link_n, link_room;
    Index by_person, by_login, by_secret;
    bool has_key;
    Hash key; /* persons' keys are made from it */
    Pending *pending;
    size_t pending_n, pending_room;
    Try logins[TRIES_ROOM], addresses[TRIES_ROOM];
    /* argon2id takes 64 MiB a time: two at once */
    pthread_cond_t hash_free;
    int hashing;
    int rounds;
    size_t hash_bytes;
};

/* ---- memory.c; under the lock ---- */
const AccountRow *account_row(const Accounts *a, int32_t person);
const AccountRow *login_row(const Accounts *a, Str login);
SessionRow *session_row(const Accounts *a, Hash secret);
void memory_add_account(Accounts *a, const AccountRow *row);
void memory_add_session(Accounts *a, const SessionRow *row);
void memory_add_link(Accounts *a, const LinkRow *row);
void memory_free(Accounts *a);
/* What the running transaction sees: what waits before what stands. */
const AccountRow *account_row_now(const Accounts *a, int32_t person);
const AccountRow *login_row_now(const Accounts *a, Str login);
Pending *pending_add(Accounts *a, PendingKind kind);

/* ---- account.c; inside a transaction ---- */
bool account_save(Work *w, Accounts *a, Db *db, const AccountRow *row);
bool account_need(Work *w, Accounts *a, int32_t person, AccountRow *ret); /* as the batch sees it */
bool links_drop(Work *w, Accounts *a, Db *db, int32_t person);

/* ---- session.c ---- */
bool session_alive(const SessionRow *row, int64_t now_ms);

/* ---- password.c ---- */
/* Is it the password of the hash? An empty hash takes the same time and is never it. */
bool password_fits(Work *w, Accounts *a, Str hash, Str password);
bool login_clean(Str login, char ret[LOGIN_ROOM]); /* lower case, blanks cut; false = no login */

/* ---- totp.c ---- */
/* The step that the code stands for: the current one or one beside it; 0 = it does not fit. */
int64_t totp_step(const uint8_t secret[SECOND_BYTES], Str code, int64_t now_ms);
bool base32_parse(Str text, uint8_t ret[SECOND_BYTES]);

static inline void accounts_lock(Accounts *a)
{
    CHECK(pthread_mutex_lock(&a->lock) == 0);
}
static inline void accounts_unlock(Accounts *a)
{
    CHECK(pthread_mutex_unlock(&a->lock) == 0);
}
