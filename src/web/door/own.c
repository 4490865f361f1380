/* What people change of their own account while signed in: the password, the second factor. The
 * present password is asked again and judged on the heavy thread, slowed and noted like signing in;
 * all other sessions of the person end. */
#include "base/hash.h"
#include "web/web_int.h"

enum { HOLD_MS = 30000, URI_BYTES = 1024, HOUR_MS = 3600000 };

typedef struct Own {
    Call *call;
    bool second; /* the second factor, not the password */
    SignAsk ask;
    Account account;
    SignDone done;
    OwnChange change;
    Str password, new_code;
    SignHow how; /* what is noted */
    const char *field, *word;
} Own;

static bool keep_note(Work *w, const Own *own, SignHow how)
{
    Server *s = own->call->s;
    return sign_note(w, s->k.accounts, s->k.core->store.db, own->account.person, how,
                     own->ask.address);
}

/* ---- no ---- */

static void answer_field(Own *own)
{
    Faults faults = { 0 };
    const Err err = { .code = ERR_BAD_INPUT, .what = "web.own_refused" };
    *list_push(own->call->w->arena, &faults) =
        (Fault){ .field = str_of(own->field), .what = own->word };
    answer_err(own->call, &err, &faults);
}

static void answer_no(Own *own)
{
    if (own->done.how == SIGN_WAIT)
        answer_wait(own->call, 429, "wait", "web.sign_wait", (own->done.wait_ms + 999) / 1000);
    else
        answer_field(own);
}

static bool write_no(Work *w, Change *change)
{
    const Own *own = change->self;
    return keep_note(w, own, own->how);
}

static void no_written(Change *change)
{
    answer_no(change->self);
}

static void refuse(Own *own, SignHow how, const char *field, const char *word)
{
    own->how = how;
    own->field = field;
    own->word = word;
    if (own->done.told) {
        answer_no(own);
        return;
    }
    Change *change = arena_new(own->call->w->arena, Change);
    *change = (Change){ .call = own->call, .run = write_no, .done = no_written, .self = own };
    change_send(change, 256);
}

/* ---- yes ---- */

static bool write_own(Work *w, Change *change)
{
    const Own *own = change->self;
    Server *s = change->call->s;
    change->body = STR("{\"data\":{}}");
    if (!own_put(w, s->k.accounts, s->k.core->store.db, &own->change) ||
        !keep_note(w, own, own->second ? HOW_SECOND : HOW_PASSWORD))
        return false;
    change->status = 200;
    return true;
}

static void send_own(Own *own)
{
    Change *change = arena_new(own->call->w->arena, Change);
    *change = (Change){ .call = own->call, .run = write_own, .self = own };
    change_send(change, 512);
}

static void change_password(Own *own)
{
    Call *call = own->call;
    if (password_hash(call->w, call->s->k.accounts, own->account.person, own->password,
                      &own->change.hash)) {
        send_own(own);
        return;
    }
    own->field = "new";
    own->word = arena_printf(call->w->arena, "%s", call->w->err.what);
    answer_field(own);
}

/* The secret that is offered is made of the session, the hour and this start's key: nothing is kept
 * for what is only looked at, and who sends a code of it has been shown it. */
static Str offered(const Own *own, int64_t hour)
{
    const Call *call = own->call;
    Str said = str_printf(call->w->arena, "second %s %lld", call->session.id, (long long)hour);
    Hash hash = hash_hmac(call->s->log_key, sizeof call->s->log_key, said.p, said.n);
    return second_text(call->w->arena, hash);
}

static void offer_second(Own *own)
{
    Work *w = own->call->w;
    Str secret = offered(own, w->now_ms / HOUR_MS);
    Buf out = buf_open(w->arena, URI_BYTES);
    buf_putz(&out, "{\"data\":{\"secret\":");
    buf_json(&out, secret);
    buf_putz(&out, ",\"uri\":");
    buf_json(&out, totp_uri(w->arena, secret, own->account.login, STR("Tian")));
    buf_putz(&out, "}}");
    answer_json(own->call, 200, buf_str(&out));
}

static void change_second(Own *own)
{
    int64_t hour = own->call->w->now_ms / HOUR_MS;
    for (int64_t back = 0; back < 2; back++) {
        Str secret = offered(own, hour - back);
        if (!totp_fits(secret, str_trim(own->new_code), own->call->w->now_ms))
            continue;
        own->change.secret = secret;
        own->change.code = str_trim(own->new_code);
        send_own(own);
        return;
    }
    own->field = "new_code";
    own->word = "web.code_wrong";
    answer_field(own);
}

/* ---- judging ---- */

/* A second factor that is replaced is asked for first; its code is good once, so not again with the
 * code of the new one, which only they know who were shown it. */
static bool needs_code(const Own *own)
{
    return own->second && !own->new_code.n && own->done.how == SIGN_NEEDS_CODE;
}

static void judge_own(void *self)
{
    Own *own = self;
    Call *call = own->call;
    if (!account_of(call->w, call->s->k.accounts, call->session.person, &own->account)) {
        answer_err(call, &call->w->err, NULL);
        return;
    }
    own->ask.login = own->account.login;
    if (!sign_judge(call->w, call->s->k.accounts, &own->ask, false, &own->done)) {
        answer_err(call, &call->w->err, NULL);
        return;
    }
    own->change.person = own->account.person;
    own->change.session = str_of(call->session.id);
    own->change.basis = own->done.basis;
    if (own->done.how == SIGN_WAIT)
        refuse(own, HOW_THROTTLED, "", "");
    else if (own->done.how == SIGN_WRONG && own->done.half)
        refuse(own, HOW_CODE, "code", "web.code_wrong");
    else if (own->done.how == SIGN_WRONG)
        refuse(own, HOW_WRONG, own->second ? "password" : "old", "web.own_wrong");
    else if (needs_code(own))
        refuse(own, HOW_CODE, "code", "web.sign_code");
    else if (!own->second)
        change_password(own);
    else if (own->new_code.n)
        change_second(own);
    else
        offer_second(own);
}

static void start(Own *own)
{
    Call *call = own->call;
    own->ask.address = net_address(call->net);
    own->ask.agent = own->ask.old_secret = STR("");
    if (!answer_hold(call, HOLD_MS))
        return;
    if (!heavy_send(call->s->heavy, judge_own, own))
        answer_code(call, 503, "busy", "web.busy");
}

void run_password(Call *call)
{
    static const char *const names[] = { "old", "new", NULL };
    Own *own = arena_new(call->w->arena, Own);
    Json json;
    own->call = call;
    own->ask.code = STR("");
    bool fits = json_parse(call->w, net_body(call->net), &json) && json_only(&json, names) &&
                json_text_of(&json, "old", &own->ask.password) &&
                json_text_of(&json, "new", &own->password);
    if (!fits)
        answer_code(call, 400, "bad_request", "web.bad_json");
    else if (!change_refused(call))
        start(own);
}

/* First the password (and the code of the factor that is replaced): answers a secret. Then the
 * password and a code of that secret: it is set. */
void run_second(Call *call)
{
    static const char *const names[] = { "password", "code", "new_code", NULL };
    Own *own = arena_new(call->w->arena, Own);
    Json json;
    own->call = call;
    own->second = true;
    bool fits = json_parse(call->w, net_body(call->net), &json) && json_only(&json, names) &&
                json_text_of(&json, "password", &own->ask.password) &&
                json_text_of(&json, "code", &own->ask.code) &&
                json_text_of(&json, "new_code", &own->new_code);
    if (!fits)
        answer_code(call, 400, "bad_request", "web.bad_json");
    else if (!change_refused(call))
        start(own);
}
