/* Deadlines of a seat as iCalendar (RFC 5545): lines of at most 75 bytes, CRLF, UIDs that stay. */
#include "base/utf8.h"
#include "base/words.h"
#include "page/page_int.h"

enum { LINE_MOST = 75, DAYS_BACK = 31, DAYS_AHEAD = 366, EVENTS_MOST = 2000, ICS_ROOM = 1 << 20 };

typedef struct IcsFile {
    Work *w;
    Kernel *k;
    const PackSet *set;
    int32_t seat, unit, today;
    int events;
    Buf *out;
} IcsFile;

/* Folded between characters; the blank that marks a line carried on counts as one of its bytes. */
static void put_line(IcsFile *c, Str text)
{
    size_t used = 0;
    for (size_t at = 0; at < text.n;) {
        size_t next = at;
        (void)utf8_next(text, &next);
        if (used + (next - at) > LINE_MOST) {
            buf_putz(c->out, "\r\n ");
            used = 1;
        }
        buf_put(c->out, str_sub(text, at, next - at));
        used += next - at;
        at = next;
    }
    buf_putz(c->out, "\r\n");
}

static void put_plain(IcsFile *c, const char *text)
{
    put_line(c, str_of(text));
}

static void put_escaped(IcsFile *c, const char *name, Str text)
{
    Buf line = buf_open(c->w->arena, 1 << 16);
    buf_printf(&line, "%s:", name);
    for (size_t i = 0; i < text.n; i++) {
        char ch = text.p[i];
        if (ch == '\\' || ch == ';' || ch == ',')
            buf_putc(&line, '\\');
        if (ch == '\n')
            buf_putz(&line, "\\n");
        else if ((unsigned char)ch >= ' ')
            buf_putc(&line, ch);
    }
    put_line(c, buf_str(&line));
}

static const char *stamp(IcsFile *c, int32_t day)
{
    int year, month, of_month;
    day_split(day, &year, &month, &of_month);
    return arena_printf(c->w->arena, "%04d%02d%02d", year, month, of_month);
}

static const char *stamp_now(IcsFile *c)
{
    int64_t ms = c->w->now_ms;
    int32_t day = (int32_t)(ms / MS_PER_DAY);
    int64_t second = ms % MS_PER_DAY / 1000;
    return arena_printf(c->w->arena, "%sT%02d%02d%02dZ", stamp(c, day), (int)(second / 3600),
                        (int)(second / 60 % 60), (int)(second % 60));
}

static Str title_of(IcsFile *c, const Book *book, Period q)
{
    Pen p = { .w = c->w, .arena = c->w->arena, .lang = LANG_ZH, .today = DAY_MAX };
    Str period = period_words(&p, q);
    return str_printf(c->w->arena, "%.*s %.*s", STR_ARG(book->title), STR_ARG(period));
}

static void put_when(IcsFile *c, const Book *book, int32_t due)
{
    const char *day = stamp(c, due);
    int minute = book->due.minute;
    if (!minute) {
        put_plain(c, arena_printf(c->w->arena, "DTSTART;VALUE=DATE:%s", day));
        put_plain(c, arena_printf(c->w->arena, "DTEND;VALUE=DATE:%s", stamp(c, due + 1)));
        return;
    }
    put_plain(c, arena_printf(c->w->arena, "DTSTART;TZID=Asia/Shanghai:%sT%02d%02d00", day,
                              minute / 60, minute % 60));
    put_plain(c, "DURATION:PT0S");
}

static void put_event(IcsFile *c, const Book *book, Period q, int32_t due, int units)
{
    Arena *arena = c->w->arena;
    Str period = period_print(arena, q);
    Str place = unit_name(c->k->core->units, c->unit, c->today, KNOWN_NOW);
    put_plain(c, "BEGIN:VEVENT");
    put_plain(c,
              arena_printf(arena, "UID:%d-%lld-%d@tian", book->number, (long long)q.code, c->seat));
    put_plain(c, arena_printf(arena, "DTSTAMP:%s", stamp_now(c)));
    put_when(c, book, due);
    put_escaped(
        c, "SUMMARY",
        word_text(arena,
                  arena_printf(arena, "page.ics_due what=%.*s", STR_ARG(title_of(c, book, q))),
                  LANG_ZH));
    put_escaped(c, "DESCRIPTION",
                word_text(arena,
                          arena_printf(arena, "page.ics_more unit=%.*s n=%d minutes=%d period=%.*s",
                                       STR_ARG(place), units, book->minutes, STR_ARG(period)),
                          LANG_ZH));
    put_plain(c, "TRANSP:TRANSPARENT");
    put_plain(c, "BEGIN:VALARM");
    put_plain(c, "ACTION:DISPLAY");
    put_plain(c, "TRIGGER:-P1D");
    put_escaped(c, "DESCRIPTION", title_of(c, book, q));
    put_plain(c, "END:VALARM");
    put_plain(c, "END:VEVENT");
    c->events++;
}

/* Units for which the seat files the book, as of the period. */
static bool count_units(IcsFile *c, const Book *book, Period q, int *ret)
{
    int32_t day = q.last_day < c->today ? q.last_day : c->today;
    const TreeVersion *tree = units_tree(c->w, c->k->core->units, 0, day, KNOWN_NOW);
    *ret = 0;
    TRY(tree);
    int32_t top = c->unit < tree->slots ? tree->pre_of[c->unit] : -1;
    for (int32_t pre = top; top >= 0 && pre <= tree->last[top]; pre++) {
        bool asked = false;
        for (size_t i = 0; i < book->kind_count; i++)
            asked = asked || book->kinds[i]->number == tree->kind[pre];
        if (asked && right_check(c->w, c->k->core, c->seat, book, tree->slot_of[pre], c->today))
            ++*ret;
        work_clear(c->w); /* "not yours" is no error here */
    }
    return true;
}

static bool put_book(IcsFile *c, const Book *book)
{
    Period q = period_of_day(book->every, c->today - DAYS_BACK);
    int units;
    for (q = period_shift(q, -2); q.first_day < c->today + DAYS_AHEAD && c->events < EVENTS_MOST;
         q = period_shift(q, 1)) {
        int32_t due;
        bool asked = q.last_day >= book->pack->first_day && q.first_day <= book->pack->last_day;
        if (!asked || book_due_day(book, q, &due) != DUE_SAID_DAY || due < c->today - DAYS_BACK ||
            due > c->today + DAYS_AHEAD)
            continue;
        TRY(count_units(c, book, q, &units));
        if (units)
            put_event(c, book, q, due, units);
    }
    return true;
}

static bool find_seat(IcsFile *c)
{
    size_t n;
    const SeatRow *rows = rights_seats(c->k->core, &n);
    if (!seat_answers(c->k->core, c->seat, c->today))
        return fail(c->w, ERR_NOT_FOUND, "page.no_seat");
    for (size_t i = 0; i < n; i++)
        if (rows[i].seat == c->seat)
            c->unit = rows[i].unit;
    return true;
}

bool page_ics(Work *w, Kernel *k, int32_t seat, Buf *out)
{
    IcsFile c = { .w = w, .k = k, .seat = seat, .today = work_today(w), .out = out };
    c.set = packs_set(w, k->core, KNOWN_NOW);
    TRY(c.set && find_seat(&c));
    put_plain(&c, "BEGIN:VCALENDAR");
    put_plain(&c, "VERSION:2.0");
    put_plain(&c, "PRODID:-//Tian//deadlines//ZH");
    put_plain(&c, "CALSCALE:GREGORIAN");
    put_plain(&c, "METHOD:PUBLISH");
    put_escaped(&c, "X-WR-CALNAME", word_text(w->arena, "page.ics_name", LANG_ZH));
    put_plain(&c, "X-WR-TIMEZONE:Asia/Shanghai");
    put_plain(&c, "BEGIN:VTIMEZONE");
    put_plain(&c, "TZID:Asia/Shanghai");
    put_plain(&c, "BEGIN:STANDARD");
    put_plain(&c, "DTSTART:19910915T000000");
    put_plain(&c, "TZOFFSETFROM:+0800");
    put_plain(&c, "TZOFFSETTO:+0800");
    put_plain(&c, "TZNAME:CST");
    put_plain(&c, "END:STANDARD");
    put_plain(&c, "END:VTIMEZONE");
    for (size_t i = 0; i < c.set->book_count; i++) {
        const Book *book = c.set->books[i];
        if (book->form == BOOK_PER && book->every != PERIOD_NONE && !book->every_book &&
            book->every != PERIOD_RECORD)
            TRY(put_book(&c, book));
    }
    put_plain(&c, "END:VCALENDAR");
    return buf_ok(out) ? work_ok(w) : fail(w, ERR_LIMIT, "page.too_large limit=%d", ICS_ROOM);
}
