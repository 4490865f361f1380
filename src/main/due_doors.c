/* due: when a limit ends by the hours of work of a unit.
 *
 * With --stdin each line is asked on its own: FROM LIMIT [stop TIME go TIME]…, where the clock
 * stands still from each stop until it goes on. */
#include <stdio.h>

#include "main/main.h"

enum { LINE_MOST = 512, NUMBER_MOST = 99999, HOUR = 3600000, CLOCK_SIGNS = 8 };

typedef struct Limit {
    int64_t number, value;
    bool work, days; /* days: of work, ending at 24:00 */
    const char *unit;
} Limit;

typedef struct Asking {
    Kernel k;
    const PackSet *set;
    int32_t unit;
    const Args *args;
} Asking;

static void asking_close(Asking *a)
{
    kernel_close(&a->k);
}

/* ---- reading ---- */

static bool two_digits(Str *rest, int64_t most, int64_t *ret)
{
    *ret = 0;
    for (size_t i = 0; i < 2; i++) {
        if (i >= rest->n || rest->p[i] < '0' || rest->p[i] > '9')
            return false;
        *ret = *ret * 10 + rest->p[i] - '0';
    }
    *rest = str_sub(*rest, 2, rest->n);
    return *ret <= most;
}

/* 2022-02-10T09:20, or with a blank, with seconds, with +08:00, or the day alone. */
static bool time_parse(Str text, int64_t *ret)
{
    const Str zone = STR("+08:00");
    size_t cut = 0;
    if (text.n > zone.n && str_eq(str_sub(text, text.n - zone.n, text.n), zone))
        text = str_sub(text, 0, text.n - zone.n);
    while (cut < text.n && text.p[cut] != 'T' && text.p[cut] != ' ')
        cut++;
    int32_t day;
    if (!day_parse(str_sub(text, 0, cut), &day))
        return false;
    *ret = day_first_ms(day);
    if (cut == text.n)
        return true;
    Str rest = str_sub(text, cut + 1, text.n);
    int64_t hour, minute, second = 0;
    if (!two_digits(&rest, 24, &hour) || !rest.n || rest.p[0] != ':')
        return false;
    rest = str_sub(rest, 1, rest.n);
    if (!two_digits(&rest, 59, &minute))
        return false;
    if (rest.n) {
        Str tail = str_sub(rest, 1, rest.n);
        if (rest.p[0] != ':' || !two_digits(&tail, 59, &second) || tail.n)
            return false;
    }
    *ret += hour * HOUR + minute * 60000 + second * 1000;
    return hour < 24 || (!minute && !second);
}

static bool read_time(Work *w, Str text, int64_t *ret)
{
    return time_parse(text, ret) ||
           fail(w, ERR_BAD_INPUT, "main.due_time given=%.*s", STR_ARG(text));
}

static bool read_limit(Work *w, Str text, Limit *ret)
{
    static const struct {
        const char *suffix, *unit;
        int64_t each;
        bool work, days;
    } units[] = { { "wd", "main.limit_wd", 8 * HOUR, true, true },
                  { "wh", "main.limit_wh", HOUR, true, false },
                  { "min", "main.limit_min", 60000, false, false },
                  { "h", "main.limit_h", HOUR, false, false },
                  { "d", "main.limit_d", 24 * HOUR, false, false },
                  { "w", "main.limit_w", INT64_C(7) * 24 * HOUR, false, false } };
    size_t digits = 0;
    while (digits < text.n && text.p[digits] >= '0' && text.p[digits] <= '9')
        digits++;
    int64_t n = 0;
    Str suffix = str_sub(text, digits, text.n);
    bool number = digits > 0 && num_parse_int(str_sub(text, 0, digits), &n) && n <= NUMBER_MOST;
    for (size_t i = 0; number && i < sizeof units / sizeof *units; i++)
        if (str_is(suffix, units[i].suffix)) {
            *ret = (Limit){ n, n * units[i].each + units[i].days, units[i].work, units[i].days,
                            units[i].unit };
            return true;
        }
    return fail(w, ERR_BAD_INPUT, "main.due_limit given=%.*s", STR_ARG(text));
}

/* ---- saying ---- */

/* A limit of working days ends with the day; else the moment as it is. */
static Str moment_text(Work *w, int64_t ms, bool ends_day)
{
    int32_t day = day_of_ms(ends_day ? ms - 1 : ms);
    Str date = day_print(w->arena, day);
    if (ends_day)
        return str_printf(w->arena, "%.*s 24:00", STR_ARG(date));
    int second = (int)((ms - day_first_ms(day)) / 1000 % 60);
    Str text = ms_print(w->arena, ms);
    return second ? str_printf(w->arena, "%.*s:%02d", STR_ARG(text), second) : text;
}

static Str moment_iso(Work *w, int64_t ms)
{
    int32_t day = day_of_ms(ms);
    int64_t second = (ms - day_first_ms(day)) / 1000;
    Str date = day_print(w->arena, day);
    return str_printf(w->arena, "%.*sT%02d:%02d:%02d+08:00", STR_ARG(date), (int)(second / 3600),
                      (int)(second / 60 % 60), (int)(second % 60));
}

static Str hours_text(Work *w, const Calendar *c, Lang lang)
{
    if (!c->hour_count)
        return word_text(w->arena, "main.due_round", lang);
    Buf out = buf_open(w->arena, CALENDAR_SPANS * 2 * CLOCK_SIGNS);
    for (int32_t i = 0; i < c->hour_count; i++)
        buf_printf(&out, "%s%02d:%02d–%02d:%02d", i ? " " : "", (int)(c->hours[i].from / 60),
                   (int)(c->hours[i].from % 60), (int)(c->hours[i].to / 60),
                   (int)(c->hours[i].to % 60));
    return buf_str(&out);
}

/* Holidays of the day are not announced yet: told, since the moment may still move. */
static bool is_about(const Calendar *c, const Limit *limit, int64_t due_ms)
{
    bool known = true;
    if (limit->work && c->rest == REST_STATE)
        (void)day_is_working(day_of_ms(due_ms - 1), &known);
    return !known;
}

static void say_json(Work *w, const Asking *a, const Calendar *c, int64_t from, Str asked,
                     const Limit *limit, int64_t due, Buf *out)
{
    Str code = unit_code(a->k.core->units, a->unit, day_of_ms(from), KNOWN_NOW);
    Str start = moment_iso(w, from), end = moment_iso(w, due);
    Str text = moment_text(w, due, limit->days);
    buf_printf(out,
               "{\"unit\":\"%.*s\",\"calendar\":\"%.*s\",\"from\":\"%.*s\",\"limit\":\"%.*s\","
               "\"due\":\"%.*s\",\"due_ms\":%lld,\"text\":\"%.*s\",\"about\":%s}\n",
               STR_ARG(code), STR_ARG(c->name), STR_ARG(start), STR_ARG(asked), STR_ARG(end),
               (long long)due, STR_ARG(text), is_about(c, limit, due) ? "true" : "false");
}

static void say_line(Work *w, const Asking *a, const Calendar *c, int64_t from, const Limit *limit,
                     int64_t due, Buf *out)
{
    static const char *const weekdays[] = { "main.weekday_1", "main.weekday_2", "main.weekday_3",
                                            "main.weekday_4", "main.weekday_5", "main.weekday_6",
                                            "main.weekday_7" };
    Lang lang = a->args->lang;
    Str name = unit_name(a->k.core->units, a->unit, day_of_ms(from), KNOWN_NOW);
    Str span = word_text(
        w->arena, arena_printf(w->arena, "%s n=%lld", limit->unit, (long long)limit->number), lang);
    const char *day = weekdays[day_weekday(day_of_ms(limit->days ? due - 1 : due)) - 1];
    Str week = word_text(w->arena, day, lang);
    Str start = moment_text(w, from, false), end = moment_text(w, due, limit->days);
    Str hours = hours_text(w, c, lang);
    const char *said = arena_printf(
        w->arena,
        "main.due due=%.*s week=%.*s from=%.*s limit=%.*s unit=%.*s calendar=%.*s hours=%.*s",
        STR_ARG(end), STR_ARG(week), STR_ARG(start), STR_ARG(span), STR_ARG(name),
        STR_ARG(c->title), STR_ARG(hours));
    if (!limit->work)
        said = arena_printf(w->arena, "main.due_real due=%.*s week=%.*s from=%.*s limit=%.*s",
                            STR_ARG(end), STR_ARG(week), STR_ARG(start), STR_ARG(span));
    Str line = word_text(w->arena, said, lang);
    buf_printf(out, "%.*s\n", STR_ARG(line));
    if (is_about(c, limit, due)) {
        Str about = word_text(w->arena, "main.due_about", lang);
        buf_printf(out, "%.*s\n", STR_ARG(about));
    }
}

/* ---- asking ---- */

static bool next_word(Str *rest, Str *ret)
{
    *rest = str_trim(*rest);
    if (!rest->n)
        return false;
    size_t n = 0;
    while (n < rest->n && rest->p[n] != ' ' && rest->p[n] != '\t')
        n++;
    *ret = str_sub(*rest, 0, n);
    *rest = str_sub(*rest, n, rest->n);
    return true;
}

/* stop TIME go TIME …: what was left at the stop is left when it goes on; what was due is due. */
static bool run_stops(Work *w, const Calendar *c, Str rest, const Limit *limit, int64_t *due)
{
    int64_t running = limit->value;
    for (Str word; next_word(&rest, &word);) {
        Str stopped = { 0 }, go = { 0 }, resumed = { 0 };
        int64_t stop, on;
        if (!str_is(word, "stop") || !next_word(&rest, &stopped) || !next_word(&rest, &go) ||
            !str_is(go, "go") || !next_word(&rest, &resumed))
            return fail(w, ERR_BAD_INPUT, "main.due_line");
        TRY(read_time(w, stopped, &stop) && read_time(w, resumed, &on));
        if (on < stop)
            return fail(w, ERR_BAD_INPUT, "main.due_back given=%.*s", STR_ARG(resumed));
        if (stop >= *due)
            continue;
        running = limit_left(c, stop, *due, running, limit->work);
        *due = moment_add(c, on, running, limit->work);
    }
    return true;
}

static bool answer(Work *w, const Asking *a, Str start, Str asked, Str stops, Buf *out)
{
    int64_t from;
    Limit limit = { 0 };
    TRY(read_time(w, start, &from));
    TRY(read_limit(w, asked, &limit));
    const Calendar *c = unit_calendar(a->k.core, a->set, a->unit, day_of_ms(from));
    int64_t due = moment_add(c, from, limit.value, limit.work);
    TRY(run_stops(w, c, stops, &limit, &due));
    if (a->args->json)
        say_json(w, a, c, from, asked, &limit, due, out);
    else if (a->args->from)
        say_line(w, a, c, from, &limit, due, out);
    else {
        Str text = moment_text(w, due, limit.days);
        buf_printf(out, "%.*s\n", STR_ARG(text));
    }
    return true;
}

static bool answer_lines(Work *w, const Asking *a)
{
    char line[LINE_MOST];
    while (fgets(line, sizeof line, stdin)) {
        ARENA_SCOPE(w->arena);
        Buf out = buf_open(w->arena, 4 * LINE_MOST);
        Str rest = str_of(line), start = { 0 }, asked = { 0 };
        if (!next_word(&rest, &start))
            continue;
        if (!next_word(&rest, &asked))
            return fail(w, ERR_BAD_INPUT, "main.due_line");
        TRY(answer(w, a, start, asked, rest, &out));
        (void)print(buf_str(&out));
    }
    return true;
}

int door_due(Work *w, const Args *args)
{
    if (args->from ? !args->limit || args->lines : !args->lines || args->limit)
        return -1;
    CLEANUP(asking_close) Asking a = { .args = args };
    if (!kernel_open(w, args->word[0], DB_READ, &a.k))
        return EXIT_STORE;
    a.set = packs_set(w, a.k.core, KNOWN_NOW);
    if (!a.set)
        return EXIT_STORE;
    if (!unit_of(w, &a.k, args, work_today(w), &a.unit))
        return EXIT_REFUSED;
    if (args->lines)
        return answer_lines(w, &a) ? EXIT_DONE : EXIT_REFUSED;
    Buf out = buf_open(w->arena, 4 * LINE_MOST);
    if (!answer(w, &a, str_of(args->from), str_of(args->limit), STR(""), &out))
        return EXIT_REFUSED;
    return print(buf_str(&out));
}
