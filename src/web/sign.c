/* Signing in and out, and the link that sets a password: by JSON for programs and the staff app, by
 * a form for people without scripts. Passwords are judged on the heavy thread, sessions written by
 * the writer; what is told to a stranger is the same for every wrong try. */
#include "base/hash.h"
#include "base/limits.h"
#include "web/web_int.h"

enum { HOLD_MS = 30000, PAGE_BYTES = 64 << 10, SECOND_BYTES = 20 };

typedef struct Sign {
    Call *call;
    bool form;
    SignAsk ask;
    SignDone done;
    Str name; /* of the account */
} Sign;

static Str or_empty(Str s)
{
    return s.p ? s : STR("");
}

static void give_form(Call *call, int status, PageForm form)
{
    Buf out = buf_open(call->w->arena, PAGE_BYTES);
    form.lang = call->lang;
    form.path = net_path(call->net);
    form.size = or_empty(net_query(call->net, "size"));
    work_clear(call->w);
    if (page_form(call->w, &form, &out))
        answer(call, status, "text/html; charset=utf-8", buf_str(&out));
    else
        answer_err(call, &call->w->err, NULL);
}

void run_login(Call *call)
{
    give_form(call, 200, (PageForm){ .login = STR(""), .token = STR(""), .word = STR("") });
}

/* ---- in ---- */

static void refuse(Sign *sign, int status, const char *code, const char *word, bool wants_code)
{
    Call *call = sign->call;
    int64_t seconds = (sign->done.wait_ms + 999) / 1000;
    if (!sign->form) {
        answer_wait(call, status, code, word, status == 429 ? seconds : 0);
        return;
    }
    if (status == 429)
        net_head(call->net, "Retry-After", str_printf(call->w->arena, "%lld", (long long)seconds));
    give_form(call, status,
              (PageForm){ .login = sign->ask.login,
                          .token = STR(""),
                          .word = str_of(word),
                          .wants_code = wants_code });
}

static bool keep_note(Work *w, Call *call, int32_t person, SignHow how)
{
    Server *s = call->s;
    return sign_note(w, s->k.accounts, s->k.core->store.db, person, how, net_address(call->net));
}

static bool write_session(Work *w, Change *change)
{
    Sign *sign = change->self;
    Server *s = change->call->s;
    return session_put(w, s->k.accounts, s->k.core->store.db, &sign->done) &&
           keep_note(w, change->call, sign->done.person, HOW_OK);
}

static void put_signed(Sign *sign, Buf *out)
{
    buf_printf(out, "{\"data\":{\"person\":%d,\"name\":", sign->done.person);
    buf_json(out, sign->name);
    buf_printf(out, ",\"token\":\"%s\"}}", sign->done.session.token);
}

static void session_written(Change *change)
{
    Sign *sign = change->self;
    Call *call = change->call;
    who_cookie(call, sign->done.secret);
    if (sign->form) {
        answer_see(call, "/app/");
        return;
    }
    Buf out = buf_open(call->w->arena, PAGE_BYTES);
    put_signed(sign, &out);
    answer_json(call, 200, buf_str(&out));
}

static void write_sign(Sign *sign)
{
    Change *change = arena_new(sign->call->w->arena, Change);
    *change =
        (Change){ .call = sign->call, .run = write_session, .done = session_written, .self = sign };
    change_send(change, 512);
}

/* Demo people sign in on the machine itself only. */
static bool is_demo(const Server *s, Str name)
{
    return s->exposed && str_starts(name, STR("演示"));
}

static bool demands(Server *s, Work *w, int32_t person)
{
    live_enter(&s->live);
    bool second = who_demands_second(w, s, person);
    live_leave(&s->live);
    return second;
}

static void refuse_sign(Sign *sign)
{
    switch (sign->done.how) {
    case SIGN_OK: refuse(sign, 401, "wrong", "web.demo_person", false); return;
    case SIGN_WRONG: refuse(sign, 401, "wrong", "web.sign_wrong", false); return;
    case SIGN_NEEDS_CODE: refuse(sign, 401, "needs_code", "web.sign_code", true); return;
    case SIGN_NEEDS_SECOND: refuse(sign, 401, "needs_second", "web.sign_second", false); return;
    case SIGN_WAIT: refuse(sign, 429, "wait", "web.sign_wait", false); return;
    }
}

static bool write_refusal(Work *w, Change *change)
{
    const Sign *sign = change->self;
    SignHow how = sign->done.how == SIGN_WAIT ? HOW_THROTTLED
                  : sign->done.half           ? HOW_CODE
                                              : HOW_WRONG;
    return keep_note(w, change->call, sign->done.person, how);
}

static void refusal_written(Change *change)
{
    refuse_sign(change->self);
}

/* Kept for those who audit, and told after that. */
static void keep_refusal(Sign *sign)
{
    if (sign->done.told) {
        refuse_sign(sign);
        return;
    }
    Change *change = arena_new(sign->call->w->arena, Change);
    *change =
        (Change){ .call = sign->call, .run = write_refusal, .done = refusal_written, .self = sign };
    change_send(change, 256);
}

static void judge_sign(void *self)
{
    Sign *sign = self;
    Call *call = sign->call;
    Server *s = call->s;
    Account account = { .name = STR("") };
    bool known = account_login(call->w, s->k.accounts, sign->ask.login, &account);
    work_clear(call->w);
    sign->name = account.name;
    bool second = known && demands(s, call->w, account.person);
    if (!sign_judge(call->w, s->k.accounts, &sign->ask, second, &sign->done)) {
        answer_err(call, &call->w->err, NULL);
        return;
    }
    if (sign->done.how == SIGN_OK && !is_demo(s, account.name))
        write_sign(sign);
    else
        keep_refusal(sign);
}

static void start(Sign *sign)
{
    Call *call = sign->call;
    sign->ask.address = net_address(call->net);
    sign->ask.agent = or_empty(net_header(call->net, "User-Agent"));
    sign->ask.old_secret = or_empty(net_cookie(call->net, "tian"));
    if (!answer_hold(call, HOLD_MS))
        return;
    if (!heavy_send(call->s->heavy, judge_sign, sign))
        answer_code(call, 503, "busy", "web.busy");
}

void run_sign_in(Call *call)
{
    static const char *const names[] = { "login", "password", "code", NULL };
    Sign *sign = arena_new(call->w->arena, Sign);
    sign->call = call;
    Json json;
    bool fits = json_parse(call->w, net_body(call->net), &json) && json_only(&json, names) &&
                json_text_of(&json, "login", &sign->ask.login) &&
                json_text_of(&json, "password", &sign->ask.password) &&
                json_text_of(&json, "code", &sign->ask.code);
    if (!fits)
        answer_code(call, 400, "bad_request", "web.bad_json");
    else if (!change_refused(call))
        start(sign);
}

void run_login_form(Call *call)
{
    Sign *sign = arena_new(call->w->arena, Sign);
    sign->call = call;
    sign->form = true;
    sign->ask.login = or_empty(net_form(call->net, "login"));
    sign->ask.password = or_empty(net_form(call->net, "password"));
    sign->ask.code = or_empty(net_form(call->net, "code"));
    if (!change_refused(call))
        start(sign);
}

/* ---- out ---- */

typedef struct Leave {
    bool form;
    Str other; /* another session of the same person, or empty: this one */
} Leave;

static bool end_session(Work *w, Change *change)
{
    Call *call = change->call;
    const Leave *leave = change->self;
    Str id = leave->other.n ? leave->other : str_of(call->session.id);
    return session_end_put(w, call->s->k.accounts, call->s->k.core->store.db, call->session.person,
                           id) &&
           keep_note(w, call, call->session.person, HOW_ENDED);
}

static void session_ended(Change *change)
{
    Call *call = change->call;
    const Leave *leave = change->self;
    if (!leave->other.n)
        who_cookie(call, STR(""));
    if (leave->form)
        answer_see(call, "/signed-out");
    else
        answer_json(call, 200, STR("{\"data\":{}}"));
}

static void leave(Call *call, bool form, Str other)
{
    Change *change = arena_new(call->w->arena, Change);
    Leave *what = arena_new(call->w->arena, Leave);
    *what = (Leave){ form, other };
    *change = (Change){ .call = call, .run = end_session, .done = session_ended, .self = what };
    if (answer_hold(call, HOLD_MS))
        change_send(change, 256);
}

/* ?session=ID ends another one of one's own, as `sessions` names it: a phone that was lost. */
void run_sign_out(Call *call)
{
    leave(call, false, or_empty(net_query(call->net, "session")));
}

void run_leave_form(Call *call)
{
    who_find(call);
    if (call->signed_in)
        leave(call, true, STR(""));
    else
        answer_see(call, "/signed-out");
}

/* ---- the link that sets a password ---- */

typedef struct Invite {
    Call *call;
    Account account;
    bool second; /* is to be set up */
    Str secret;  /* of the second factor */
    Str password, hash;
} Invite;

/* RFC 4648, without padding: 20 bytes give 32 letters. */
Str second_text(Arena *arena, Hash hash)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    Buf out = buf_open(arena, 64);
    for (size_t bit = 0; bit + 5 <= SECOND_BYTES * 8; bit += 5) {
        uint32_t pair = (uint32_t)hash.byte[bit / 8] << 8;
        pair |= bit / 8 + 1 < SECOND_BYTES ? hash.byte[bit / 8 + 1] : 0U;
        buf_putc(&out, letters[pair >> (11 - bit % 8) & 31]);
    }
    return buf_str(&out);
}

/* The secret shown with a link is made of the link and of this start's key: the form that comes
 * back need not carry it, and nothing is kept for links that are only looked at. */
static Str second_of(const Call *call)
{
    Hash hash = hash_hmac(call->s->log_key, sizeof call->s->log_key, call->rest.p, call->rest.n);
    return second_text(call->w->arena, hash);
}

static bool find_invite(Call *call, Invite *ret)
{
    Accounts *accounts = call->s->k.accounts;
    int32_t person;
    ret->call = call;
    TRY(link_find(call->w, accounts, call->rest, &person));
    TRY(account_of(call->w, accounts, person, &ret->account));
    if (!ret->account.has_second && demands(call->s, call->w, person)) {
        ret->second = true;
        ret->secret = second_of(call);
    }
    return true;
}

static void show_invite(const Invite *invite, int status, const char *word)
{
    Call *call = invite->call;
    PageForm form = { .login = invite->account.login, .token = call->rest, .word = str_of(word) };
    if (invite->second) {
        form.totp_secret = invite->secret;
        form.totp_uri =
            totp_uri(call->w->arena, invite->secret, invite->account.login, STR("Tian"));
    }
    give_form(call, status, form);
}

void run_invite(Call *call)
{
    Invite invite = { 0 };
    if (find_invite(call, &invite))
        show_invite(&invite, 200, "");
    else
        answer_code(call, 404, "not_found", "web.link_used");
}

static bool write_password(Work *w, Change *change)
{
    const Invite *invite = change->self;
    Server *s = change->call->s;
    Db *db = s->k.core->store.db;
    TRY(password_put(w, s->k.accounts, db, change->call->rest, invite->hash));
    TRY(keep_note(w, change->call, invite->account.person, HOW_PASSWORD));
    return !invite->second ||
           (second_put(w, s->k.accounts, db, invite->account.person, invite->secret) &&
            keep_note(w, change->call, invite->account.person, HOW_SECOND));
}

static void password_written(Change *change)
{
    who_cookie(change->call, STR(""));
    answer_see(change->call, "/login");
}

static void hash_password(void *self)
{
    Invite *invite = self;
    Call *call = invite->call;
    if (!password_hash(call->w, call->s->k.accounts, invite->account.person, invite->password,
                       &invite->hash)) {
        const char *why = arena_printf(call->w->arena, "%s", call->w->err.what);
        show_invite(invite, 422, why);
        return;
    }
    Change *change = arena_new(call->w->arena, Change);
    *change =
        (Change){ .call = call, .run = write_password, .done = password_written, .self = invite };
    change_send(change, 512);
}

void run_invite_form(Call *call)
{
    Invite *invite = arena_new(call->w->arena, Invite);
    if (change_refused(call))
        return;
    if (!find_invite(call, invite)) {
        answer_code(call, 404, "not_found", "web.link_used");
        return;
    }
    invite->password = or_empty(net_form(call->net, "password"));
    Str again = or_empty(net_form(call->net, "again"));
    Str code = or_empty(net_form(call->net, "code"));
    if (!str_eq(invite->password, again)) {
        show_invite(invite, 422, "web.not_again");
        return;
    }
    if (invite->second && !totp_fits(invite->secret, code, call->w->now_ms)) {
        show_invite(invite, 422, "web.code_wrong");
        return;
    }
    if (!answer_hold(call, HOLD_MS))
        return;
    if (!heavy_send(call->s->heavy, hash_password, invite))
        answer_code(call, 503, "busy", "web.busy");
}
