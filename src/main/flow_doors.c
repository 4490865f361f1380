/* tick: what is due to cases, done now. replay: past cases once more under other rules. */
#include <stdio.h>

#include "base/limits.h"
#include "main/main.h"
#include "web/web.h"

enum { CASES_AT_ONCE = 64, LINES_SHOWN = 20 };

/* ---- tick ---- */

static int say_ticked(Work *w, const Args *args, long long facts)
{
    if (args->json)
        return print(str_printf(w->arena, "{\"facts\":%lld}\n", facts));
    Str text =
        word_text(w->arena, arena_printf(w->arena, "main.ticked facts=%lld", facts), args->lang);
    return print(str_printf(w->arena, "%.*s\n", STR_ARG(text)));
}

static int tick_server(Work *w, const Args *args)
{
    const Str word = STR("tick");
    const Err err = w->err;
    bool there = false;
    int code = EXIT_STORE;
    Str said = STR("");
    int64_t facts = 0;
    work_clear(w);
    if (!web_ask_server(w, args->word[0], &word, 1, &there, &code, &said))
        return EXIT_STORE;
    if (!there) { /* another program holds it */
        w->err = err;
        return EXIT_STORE;
    }
    Str line = STR("");
    (void)str_next(&said, '\n', &line);
    if (code == EXIT_DONE && num_parse_int(line, &facts))
        return say_ticked(w, args, facts);
    fprintf(stderr, "%.*s\n", STR_ARG(line));
    return code;
}

static bool tick_some(Work *w, Kernel *k, const Judge *judge, size_t *ret)
{
    ARENA_SCOPE(w->arena);
    *ret = 0;
    TRY(core_begin(w, k->core, NULL));
    if (cases_tick(w, k->cases, judge, w->now_ms, CASES_AT_ONCE, ret) && core_commit(w, k->core))
        return true;
    (void)core_rollback(w, k->core);
    return false;
}

int door_tick(Work *w, const Args *args)
{
    CLEANUP(kernel_close) Kernel k = { 0 };
    if (!kernel_open(w, args->word[0], DB_WRITE, &k))
        return w->err.code == ERR_CONFLICT ? tick_server(w, args) : EXIT_STORE;
    const Judge judge = judge_of(k.figures);
    size_t facts = 1;
    long long sum = 0;
    while (facts > 0) {
        if (!tick_some(w, &k, &judge, &facts))
            return EXIT_STORE;
        sum += (long long)facts;
    }
    return say_ticked(w, args, sum);
}

/* ---- replay: reading what changes ---- */

static bool bad_change(Work *w, const char *given)
{
    return fail(w, ERR_BAD_INPUT, "main.replay_change given=%s", given);
}

/* 3wd 4h 2wh 30min 2d, as packs write it. */
static bool duration(Work *w, Str text, ReplayChange *ret)
{
    static const struct {
        const char *unit;
        int64_t ms;
        bool work, days;
    } units[] = { { "wd", 28800000, true, true },
                  { "wh", 3600000, true, false },
                  { "d", MS_PER_DAY, false, false },
                  { "h", 3600000, false, false },
                  { "min", 60000, false, false } };
    size_t digits = 0;
    int64_t n = 0;
    while (digits < text.n && text.p[digits] >= '0' && text.p[digits] <= '9')
        digits++;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (digits > 5 || !num_parse_int(str_sub(text, 0, digits), &n) ||
            !str_is(str_sub(text, digits, text.n), units[i].unit))
            continue;
        ret->has_limit = true;
        ret->work = units[i].work;
        ret->limit = n * units[i].ms + units[i].days;
        return true;
    }
    return bad_change(w, str_z(w->arena, text));
}

/* The item of that name, or of that title, in the first list of the book that has it. */
static bool item_of(const Book *book, Str name, ReplayChange *ret)
{
    for (size_t i = 0; i < book->field_count; i++) {
        const Field *f = book->fields[i];
        for (size_t k = 0; f->type.kind == TYPE_ITEM && k < f->type.list->item_count; k++) {
            const Item *item = &f->type.list->items[k];
            if (!str_eq(item->name, name) && !str_eq(item->title, name))
                continue;
            ret->field = f;
            ret->item = item->number;
            return true;
        }
    }
    return false;
}

static bool read_change(Work *w, Kernel *k, const PackSet *set, const Book *book, const char *given,
                        ReplayChange *ret)
{
    Str value = str_of(given), key, first;
    if (!str_next(&value, '=', &key) || !value.p || !value.n)
        return bad_change(w, given);
    Str rest = key;
    (void)str_next(&rest, '.', &first);
    bool more = rest.p != NULL;
    *ret = (ReplayChange){ 0 };
    if (str_is(first, "calendar") && !more) {
        ret->calendar = set_calendar(set, value);
        return ret->calendar || bad_change(w, given);
    }
    if (str_is(first, "route") && more && item_of(book, rest, ret)) {
        ret->route_to = unit_find_code(k->core->units, value, work_today(w), KNOWN_NOW);
        ret->has_route = ret->route_to != UNIT_NONE;
        return ret->has_route || fail(w, ERR_NOT_FOUND, "main.unit code=%.*s", STR_ARG(value));
    }
    if (str_is(first, "limit"))
        return !more || item_of(book, rest, ret) ? duration(w, value, ret) : bad_change(w, given);
    ret->clock = more && str_is(rest, "limit") ? flow_clock(book->flow_type, first) : NULL;
    return ret->clock ? duration(w, value, ret) : bad_change(w, given);
}

/* A book by its name, or the first one with a flow of that name. */
static const Book *book_named(Work *w, const PackSet *set, Str name)
{
    const Book *book = set_book(set, name);
    for (size_t i = 0; (!book || !book->cases) && i < set->book_count; i++)
        if (set->books[i]->cases && str_eq(set->books[i]->flow, name))
            book = set->books[i];
    if (book && book->cases)
        return book;
    (void)fail(w, ERR_NOT_FOUND, "main.replay_book name=%.*s", STR_ARG(name));
    return NULL;
}

/* ---- replay: saying what came out ---- */

static Str share(Work *w, int64_t part, int64_t all)
{
    if (!all)
        return STR("—");
    int64_t mille = (part * 1000 + all / 2) / all;
    return str_printf(w->arena, "%lld.%lld%%", (long long)(mille / 10), (long long)(mille % 10));
}

static void put_line(Work *w, Lang lang, Str name, const ReplayLine *l, Buf *out)
{
    Str before = share(w, l->late[0], l->cases[0]), after = share(w, l->late[1], l->cases[1]);
    const char *said = arena_printf(
        w->arena,
        "main.replay_line unit=%.*s cases0=%lld cases1=%lld late0=%lld late1=%lld share0=%.*s "
        "share1=%.*s peak0=%lld peak1=%lld",
        STR_ARG(name), (long long)l->cases[0], (long long)l->cases[1], (long long)l->late[0],
        (long long)l->late[1], STR_ARG(before), STR_ARG(after), (long long)l->peak[0],
        (long long)l->peak[1]);
    Str text = word_text(w->arena, said, lang);
    buf_printf(out, "%.*s\n", STR_ARG(text));
}

static int say_replay(Work *w, const Args *args, Kernel *k, const Book *book, const Replay *r)
{
    Buf out = buf_open(w->arena, 1 << 20);
    Str from = str_of(args->from), to = str_of(args->to);
    const char *said = arena_printf(w->arena,
                                    "main.replay_head title=%.*s from=%.*s to=%.*s n=%lld "
                                    "changed=%lld",
                                    STR_ARG(book->title), STR_ARG(from), STR_ARG(to),
                                    (long long)r->cases, (long long)r->changed);
    Str head = word_text(w->arena, said, args->lang);
    Str all = word_text(w->arena, "main.replay_all", args->lang);
    buf_printf(&out, "%.*s\n", STR_ARG(head));
    put_line(w, args->lang, all, &r->total, &out);
    for (size_t i = 0; i < r->n && i < LINES_SHOWN; i++) {
        Str name = unit_name(k->core->units, r->lines[i].unit, work_today(w), KNOWN_NOW);
        put_line(w, args->lang, name, &r->lines[i], &out);
    }
    if (r->n > LINES_SHOWN) {
        Str more = word_text(w->arena,
                             arena_printf(w->arena, "main.replay_more n=%zu", r->n - LINES_SHOWN),
                             args->lang);
        buf_printf(&out, "%.*s\n", STR_ARG(more));
    }
    return print(buf_str(&out));
}

static void json_line(const ReplayLine *l, Str code, Buf *out)
{
    buf_putz(out, "{\"unit\":");
    buf_json(out, code);
    buf_printf(out, ",\"cases\":[%lld,%lld],\"late\":[%lld,%lld],\"peak\":[%lld,%lld]}",
               (long long)l->cases[0], (long long)l->cases[1], (long long)l->late[0],
               (long long)l->late[1], (long long)l->peak[0], (long long)l->peak[1]);
}

static int say_json(Work *w, Kernel *k, const Book *book, const Replay *r)
{
    Buf out = buf_open(w->arena, 64 << 20);
    buf_putz(&out, "{\"book\":");
    buf_json(&out, book->name);
    buf_printf(&out, ",\"cases\":%lld,\"changed\":%lld,\"total\":", (long long)r->cases,
               (long long)r->changed);
    json_line(&r->total, STR(""), &out);
    buf_putz(&out, ",\"lines\":[");
    for (size_t i = 0; i < r->n; i++) {
        buf_putz(&out, i ? "," : "");
        json_line(&r->lines[i],
                  unit_code(k->core->units, r->lines[i].unit, work_today(w), KNOWN_NOW), &out);
    }
    buf_putz(&out, "]}\n");
    return print(buf_str(&out));
}

static bool run_replay(Work *w, const Args *args, Kernel *k, const Book **ret_book, Replay *ret)
{
    const PackSet *set = packs_set(w, k->core, KNOWN_NOW);
    TRY(set);
    const Book *book = book_named(w, set, str_of(args->word[1]));
    TRY(book);
    ReplayChange *changes = arena_array(w->arena, ReplayChange, WITH_MAX);
    ReplayAsk ask = { .book = book, .below = UNIT_NONE, .changes = changes, .n = args->with_count };
    for (size_t i = 0; i < ask.n; i++)
        TRY(read_change(w, k, set, book, args->with[i], &changes[i]));
    if (!args->from || !args->to || !day_parse(str_of(args->from), &ask.first_day) ||
        !day_parse(str_of(args->to), &ask.last_day))
        return fail(w, ERR_BAD_INPUT, "main.replay_days");
    if (args->unit)
        TRY(unit_of(w, k, args, work_today(w), &ask.below));
    *ret_book = book;
    return flow_replay(w, k->core, &ask, ret);
}

int door_replay(Work *w, const Args *args)
{
    CLEANUP(kernel_close) Kernel k = { 0 };
    const Book *book = NULL;
    Replay r;
    if (!args->with_count)
        return -1;
    if (!kernel_open(w, args->word[0], DB_READ, &k))
        return EXIT_STORE;
    if (!run_replay(w, args, &k, &book, &r))
        return EXIT_REFUSED;
    return args->json ? say_json(w, &k, book, &r) : say_replay(w, args, &k, book, &r);
}
