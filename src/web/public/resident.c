/* POST /r/CODE: a report. POST /c/TAG: "me too". POST /q: following a report by its secret, and
 * what its reporter says to the answer. */
#include "base/hash.h"
#include "base/limits.h"
#include "web/public/public_int.h"

enum { PAGE_BYTES = 1 << 20, SECRET_ROOM = CASE_SECRET_SIGNS };

/* Twelve of 32 signs, none of which looks like another. */
static Str secret_of(Arena *arena, const Sent *s)
{
    static const char signs[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    uint8_t id[16];
    Buf out = buf_open(arena, 64);
    sent_id(s, "secret", STR(""), id);
    for (int i = 0; i < SECRET_ROOM; i++)
        buf_putc(&out, signs[id[i] & 31]);
    return buf_str(&out);
}

static bool once_fits(Call *call, const Sent *s)
{
    uint8_t bytes[32];
    if (hex_parse(s->once, bytes, sizeof bytes))
        return true;
    answer_code(call, 400, "bad_request", "public.form_broken");
    return false;
}

/* The page instead of an error that people can correct: the error stands, so that nothing is kept.
 */
static bool refuse_with(Work *w, Change *change, int status, const Err *err, bool made, Str page)
{
    if (made)
        (void)sent_page(change, status, page);
    work_clear(w);
    w->err = *err;
    return false;
}

/* ---- a report ---- */

static bool page_again(Work *w, const Sent *s, const char *word, const Faults *faults, Buf *out)
{
    const CaseAgain again = {
        .given = s->cells, .n = s->n, .once = s->once, .word = str_of(word), .faults = faults
    };
    PageAsk ask = s->ask;
    ask.again = &again;
    ask.book = sent_text(s, "book");
    const PackSet *set = packs_set(w, s->call->s->k.core, KNOWN_NOW);
    const Book *book = set ? set_book(set, ask.book) : NULL;
    Asked *asks;
    size_t n;
    if (book && report_asks(w->arena, book, ask.lang, &asks, &n))
        for (size_t i = 0; i < n && !ask.kind.n; i++)
            if (asks[i].as == ASKED_KIND)
                ask.kind =
                    sent_text(s, arena_printf(w->arena, "%.*s", STR_ARG(asks[i].field->name)));
    return page_public(w, &ask, out);
}

static bool refuse_report(Work *w, Change *change, const Faults *faults)
{
    const Sent *s = change->self;
    Buf out = buf_open(w->arena, PAGE_BYTES);
    const Err err = w->err;
    char what[sizeof w->err_what];
    if (err.code != ERR_BAD_INPUT && err.code != ERR_LIMIT)
        return false;
    snprintf(what, sizeof what, "%s", err.what);
    work_clear(w);
    bool made = page_again(w, s, s->word ? s->word : faults && faults->n ? "" : what, faults, &out);
    return refuse_with(w, change, 422, &err, made, buf_str(&out));
}

static bool give_receipt(Work *w, Change *change, const Book *book, const CaseTold *told,
                         Str secret)
{
    const Sent *s = change->self;
    Kernel *k = &change->call->s->k;
    OpenCase c;
    Buf out = buf_open(w->arena, PAGE_BYTES);
    Str tag = str_printf(w->arena, "%d-%lld", book->number, (long long)told->number);
    TRY(open_case(w, k, tag, s->ask.lang, true, &c));
    const CaseView page = { .c = &c, .secret = secret, .word = STR("") };
    TRY(page_receipt(w, &s->ask, &page, &out));
    return sent_page(change, 200, buf_str(&out));
}

static bool put_report(Work *w, Change *change, Faults *faults)
{
    const Sent *s = change->self;
    Kernel *k = &change->call->s->k;
    const PackSet *set = packs_set(w, k->core, KNOWN_NOW);
    TRY(set);
    const Book *book = set_book(set, sent_text(s, "book"));
    Cell cells[CELLS_MOST + PHOTOS_MOST];
    Asked *asks;
    size_t n;
    CaseTold told;
    CommandDone done = { .seq = -1 };
    if (!book || !report_asks(w->arena, book, s->ask.lang, &asks, &n))
        return fail(w, ERR_NOT_FOUND, "page.none");
    if (s->word)
        return fail(w, ERR_BAD_INPUT, "public.photo_broken");
    size_t cell_n = sent_cells(s, asks, n, cells);
    TRY(sent_photos(w, s, asks, n, cells, &cell_n));
    Str secret = secret_of(w->arena, s), unit = sent_text(s, "unit");
    const CaseReport report = { .act = &s->act,
                                .book = book->name,
                                .unit = unit.n ? unit : s->path,
                                .cells = cells,
                                .n = cell_n,
                                .secret = secret };
    bool ok = case_report(w, k, &report, &told, &done);
    *faults = done.faults;
    return ok && give_receipt(w, change, book, &told, secret);
}

static bool write_report(Work *w, Change *change)
{
    Faults faults = { 0 };
    change->call->s->batch_commands++;
    return put_report(w, change, &faults) || refuse_report(w, change, &faults);
}

/* Of one address, and of one place: both are held. */
static bool report_slow(Call *call, const Sent *s)
{
    Limits *l = call->s->limits;
    int64_t wait, now = call->began_ms;
    if (!is_loose(call) &&
        !limit_take(l, LIMIT_OF_REPORT_ADDRESS, net_address(call->net), now, &wait))
        answer_slow(call, "public.too_many", wait);
    else if (!limit_take(l, LIMIT_OF_REPORT_UNIT, s->path, now, &wait))
        answer_slow(call, "public.too_many_here", wait);
    else
        return false;
    return true;
}

void run_report(Call *call)
{
    Sent *s = arena_new(call->w->arena, Sent);
    if (change_refused(call) || !sent_read(call, s) || !once_fits(call, s))
        return;
    s->path = call->rest;
    s->run = write_report;
    sent_id(s, "report", STR(""), s->act.byte);
    if (!report_slow(call, s))
        sent_go(s);
}

/* ---- me too ---- */

static bool join_page(Work *w, Call *call, const PageAsk *ask, Str tag, const char *word, Buf *out)
{
    OpenCase c;
    TRY(open_case(w, &call->s->k, tag, ask->lang, false, &c));
    const CaseView page = { .c = &c, .secret = STR(""), .word = str_of(word) };
    return page_follow(w, ask, &page, out);
}

static Str from_where(Call *call, const Sent *s)
{
    Str address = net_address(call->net);
    return str_printf(call->w->arena, "%.*s %.*s", STR_ARG(address), STR_ARG(s->path));
}

static void joined_once(Call *call, const Sent *s)
{
    int64_t wait;
    (void)limit_take(call->s->limits, LIMIT_OF_JOIN_ONCE, from_where(call, s), call->began_ms,
                     &wait);
}

static bool write_join(Work *w, Change *change)
{
    const Sent *s = change->self;
    Kernel *k = &change->call->s->k;
    CommandDone done = { .seq = -1 };
    Buf out = buf_open(w->arena, PAGE_BYTES);
    int32_t number;
    int64_t ord;
    const PackSet *set = packs_set(w, k->core, KNOWN_NOW);
    TRY(set);
    const Book *book = tag_parse(s->path, &number, &ord) ? set_book_number(set, number) : NULL;
    if (!book)
        return fail(w, ERR_NOT_FOUND, "public.no_case");
    const CaseJoin join = { .act = &s->act, .book = book->name, .number = ord };
    change->call->s->batch_commands++;
    TRY(case_join_public(w, k, &join, &done));
    joined_once(change->call, s);
    TRY(join_page(w, change->call, &s->ask, s->path, "public.joined_now", &out));
    return sent_page(change, 200, buf_str(&out));
}

static void joined_before(Call *call, const Sent *s)
{
    Buf out = buf_open(call->w->arena, PAGE_BYTES);
    live_enter(&call->s->live);
    bool ok = join_page(call->w, call, &s->ask, s->path, "public.joined_before", &out);
    live_leave(&call->s->live);
    if (ok)
        answer(call, 200, "text/html; charset=utf-8", buf_str(&out));
    else
        answer_err(call, &call->w->err, NULL);
}

void run_join(Call *call)
{
    Sent *s = arena_new(call->w->arena, Sent);
    int64_t wait, now = call->began_ms;
    Limits *l = call->s->limits;
    if (change_refused(call) || !sent_read(call, s) || !once_fits(call, s))
        return;
    s->path = call->rest;
    s->run = write_join;
    s->photo_n = 0;
    sent_id(s, "join", s->path, s->act.byte);
    if (!is_loose(call) && !limit_take(l, LIMIT_OF_JOIN, net_address(call->net), now, &wait))
        answer_slow(call, "public.too_many", wait);
    else if (!limit_has(l, LIMIT_OF_JOIN_ONCE, from_where(call, s), now, &wait))
        joined_before(call, s);
    else
        sent_go(s);
}

/* ---- following ---- */

/* One answer for a number that is none and a secret that is not its own. */
static bool page_wrong(Work *w, const Sent *s, Buf *out)
{
    return page_ask_secret(w, &s->ask, s->number, STR("public.secret_wrong"), out);
}

static void count_wrong(Call *call, const Sent *s)
{
    int64_t wait, now = call->began_ms;
    Limits *l = call->s->limits;
    (void)limit_take(l, LIMIT_OF_SECRET_ADDRESS, net_address(call->net), now, &wait);
    (void)limit_take(l, LIMIT_OF_SECRET_NUMBER, s->number, now, &wait);
}

static bool secrets_slow(Call *call, const Sent *s)
{
    int64_t wait = 0, now = call->began_ms;
    Limits *l = call->s->limits;
    if (limit_has(l, LIMIT_OF_SECRET_ADDRESS, net_address(call->net), now, &wait) &&
        limit_has(l, LIMIT_OF_SECRET_NUMBER, s->number, now, &wait))
        return false;
    answer_slow(call, "public.secret_wait", wait);
    return true;
}

static void look(Call *call, const Sent *s)
{
    Work *w = call->w;
    OpenCase c;
    Buf out = buf_open(w->arena, PAGE_BYTES);
    int status = 200;
    live_enter(&call->s->live);
    bool ok = open_case_enter(w, &call->s->k, s->number, s->secret, &c, s->ask.lang);
    if (!ok && w->err.code == ERR_NOT_FOUND) {
        work_clear(w);
        status = 404;
        ok = page_wrong(w, s, &out);
    } else if (ok) {
        const CaseView page = { .c = &c,
                                .number = s->number,
                                .secret = secret_plain(w->arena, s->secret),
                                .once = page_once(call),
                                .word = STR("") };
        ok = page_follow(w, &s->ask, &page, &out);
    }
    records_trim(call->s->k.core);
    live_leave(&call->s->live);
    if (status == 404)
        count_wrong(call, s);
    if (ok)
        answer(call, status, "text/html; charset=utf-8", buf_str(&out));
    else
        answer_err(call, &w->err, NULL);
}

static bool follow_page(Work *w, const Sent *s, const char *word, const CaseAgain *again, Buf *out)
{
    OpenCase c;
    Kernel *k = &s->call->s->k;
    TRY(open_case_enter(w, k, s->number, s->secret, &c, s->ask.lang));
    const CaseView page = { .c = &c,
                            .number = s->number,
                            .secret = secret_plain(w->arena, s->secret),
                            .once = page_once(s->call),
                            .word = str_of(word),
                            .again = again,
                            .again_move = s->move };
    return page_follow(w, &s->ask, &page, out);
}

static bool refuse_reply(Work *w, Change *change, const Faults *faults)
{
    const Sent *s = change->self;
    Buf out = buf_open(w->arena, PAGE_BYTES);
    const Err err = w->err;
    char what[sizeof w->err_what];
    if (err.code == ERR_STORE || err.code == ERR_CONFLICT)
        return false;
    snprintf(what, sizeof what, "%s", err.what);
    work_clear(w);
    bool gone = err.code == ERR_NOT_FOUND || err.code == ERR_FORBIDDEN;
    const CaseAgain again = { .given = s->cells,
                              .n = s->n,
                              .once = s->once,
                              .word = str_of(s->word               ? s->word
                                             : faults && faults->n ? ""
                                                                   : what),
                              .faults = faults };
    bool made = gone ? page_wrong(w, s, &out) : follow_page(w, s, "", &again, &out);
    if (gone)
        count_wrong(change->call, s);
    return refuse_with(w, change, gone ? 404 : 422, &err, made, buf_str(&out));
}

static const FlowMove *move_named(const OpenReply *replies, size_t n, Str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(replies[i].name, name))
            return replies[i].move;
    return NULL;
}

static bool put_reply(Work *w, Change *change, Faults *faults)
{
    const Sent *s = change->self;
    Kernel *k = &change->call->s->k;
    OpenCase c;
    OpenReply *replies;
    Asked *asks;
    size_t n;
    Cell cells[CELLS_MOST + PHOTOS_MOST];
    CaseTold told;
    CommandDone done = { .seq = -1 };
    Buf out = buf_open(w->arena, PAGE_BYTES);
    TRY(open_case_enter(w, k, s->number, s->secret, &c, s->ask.lang));
    TRY(open_replies(w, k, c.tag, s->ask.lang, &replies, &n));
    const FlowMove *move = move_named(replies, n, s->move);
    if (s->word)
        return fail(w, ERR_BAD_INPUT, "public.photo_broken");
    /* The same form again, when its move has led on: the kernel knows its act. */
    size_t ask_n = move ? move_asks(w->arena, move, s->ask.lang, &asks) : 0;
    size_t cell_n = move ? sent_cells(s, asks, ask_n, cells) : 0;
    TRY(!move || sent_photos(w, s, asks, ask_n, cells, &cell_n));
    for (size_t i = 0; !move && i < s->n; i++)
        if (s->cells[i].text.n && book_field(c.book, s->cells[i].column))
            cells[cell_n++] = s->cells[i];
    const CaseReply reply = { .act = &s->act,
                              .book = c.book->name,
                              .number = c.ord,
                              .secret = secret_plain(w->arena, s->secret),
                              .move = s->move,
                              .cells = cells,
                              .n = cell_n };
    bool ok = case_reporter_move(w, k, &reply, &told, &done);
    *faults = done.faults;
    return ok && follow_page(w, s, "public.said_now", NULL, &out) &&
           sent_page(change, 200, buf_str(&out));
}

static bool write_reply(Work *w, Change *change)
{
    Faults faults = { 0 };
    change->call->s->batch_commands++;
    return put_reply(w, change, &faults) || refuse_reply(w, change, &faults);
}

void run_follow(Call *call)
{
    Sent *s = arena_new(call->w->arena, Sent);
    int64_t wait;
    if (!sent_read(call, s) || secrets_slow(call, s))
        return;
    if (!s->move.n) {
        look(call, s);
        return;
    }
    if (change_refused(call) || !once_fits(call, s))
        return;
    /* of who knows the secret: strangers, who see the number, must not use it up */
    Str secret = secret_plain(call->w->arena, s->secret);
    Str both = str_printf(call->w->arena, "%.*s %.*s", STR_ARG(s->number), STR_ARG(secret));
    if (!limit_take(call->s->limits, LIMIT_OF_MOVE, both, call->began_ms, &wait)) {
        answer_slow(call, "public.secret_wait", wait);
        return;
    }
    s->run = write_reply;
    sent_id(s, "reply", s->move, s->act.byte);
    sent_go(s);
}
