/* Event streams: what a person has open, and which change touches it. An event tells that a view
 * should be asked again and nothing else, and only to those who may still see it: judged anew for
 * each change (docs/decisions/0015). */
#include "base/limits.h"
#include "view/case/case_int.h"
#include "view/figure/reading_int.h"

enum { WATCH_PARTS = 4 };

typedef enum WatchKind {
    WATCH_TODO,
    WATCH_FIGURE,
    WATCH_ROWS,
    WATCH_FORM,
    WATCH_UNIT,
    WATCH_CASES,
    WATCH_CASE
} WatchKind;
typedef struct Watch {
    Asking a;
    WatchKind kind;
    const Figure *figure;
    const Book *book;
    int32_t unit;
    int64_t ord; /* of a case */
} Watch;

static const struct {
    const char *name;
    WatchKind kind;
    size_t parts; /* with the name */
} kinds[] = { { "todo", WATCH_TODO, 1 }, { "figure", WATCH_FIGURE, 3 }, { "rows", WATCH_ROWS, 3 },
              { "form", WATCH_FORM, 4 }, { "unit", WATCH_UNIT, 2 },     { "cases", WATCH_CASES, 3 },
              { "case", WATCH_CASE, 3 } };

/* Parts at the colons; a period of a round or a figure's name holds none. */
static size_t cut(Str open, Str *parts)
{
    size_t n = 0;
    Str piece;
    while (n <= WATCH_PARTS && str_next(&open, ':', &piece)) {
        if (n < WATCH_PARTS)
            parts[n] = piece;
        n++;
    }
    return n;
}

static bool find_unit(const Watch *v, Str code, int32_t *ret)
{
    *ret = unit_find_code_ever(v->a.core->units, code, v->a.today);
    return *ret != UNIT_NONE;
}

/* Names things that are there; nothing is said about who may see them. */
static bool watch_parse(Watch *v, Str open)
{
    int64_t args[READING_ARGS];
    Str part[WATCH_PARTS];
    size_t n = cut(open, part), k = 0;
    size_t count = sizeof kinds / sizeof *kinds;
    while (k < count && (n == 0 || !str_is(part[0], kinds[k].name)))
        k++;
    if (k == count || n != kinds[k].parts)
        return false;
    v->kind = kinds[k].kind;
    switch (v->kind) {
    case WATCH_TODO: return true;
    case WATCH_UNIT: return find_unit(v, part[1], &v->unit);
    case WATCH_FIGURE:
        v->figure = set_figure_member(v->a.set, part[1], args, READING_ARGS);
        return v->figure && find_unit(v, part[2], &v->unit);
    case WATCH_CASES:
        v->book = part[1].n ? set_book(v->a.set, part[1]) : NULL; /* "cases::UNIT": of every book */
        return (!part[1].n || (v->book && v->book->cases)) && find_unit(v, part[2], &v->unit);
    case WATCH_CASE:
        v->book = set_book(v->a.set, part[1]);
        return v->book && v->book->cases && num_parse_int(part[2], &v->ord) && v->ord > 0;
    case WATCH_ROWS:
    case WATCH_FORM: break;
    }
    v->book = set_book(v->a.set, part[1]);
    return v->book && find_unit(v, part[2], &v->unit);
}

/* ---- who may ---- */

static bool works_on_cases(Work *w, const Watch *v, const Book *book, int32_t unit, bool *ret);

static bool works_on(Work *w, const Watch *v, const Book *book, int32_t unit, bool *ret)
{
    if (of_cases(book))
        return works_on_cases(w, v, book, unit, ret);
    TRY(may_write(w, &v->a, book, unit, ret));
    if (!*ret && book->confirms)
        TRY(may_move(w, &v->a, book, unit, SEAT_NOBODY, RECORD_CONFIRMED, ret));
    return true;
}

static bool sees_row(Work *w, const Watch *v, const Book *book, int32_t unit, bool *ret)
{
    *ret = row_may(w, v->a.r, book, unit);
    return w->err.code == ERR_NONE;
}

/* The case may be read, and by whom it was handed to. */
static bool sees_case(Work *w, const Watch *v, bool *ret)
{
    const RecordRow *row = record_find(w, v->a.core, v->book, 0, 0, v->ord, KNOWN_NOW);
    *ret = false;
    TRY(row || w->err.code == ERR_NONE);
    return !row || !row->cas ||
           case_may_read(w, v->a.core, v->a.r->seat, v->book, row, v->a.today, ret);
}

/* A change of some case of the book at the unit: it is told to who reads the unit's rows, and to
 * who could come to hold one of the book: which case it was is not said. */
static bool works_on_cases(Work *w, const Watch *v, const Book *book, int32_t unit, bool *ret)
{
    const Book *of = book->cases ? book : book->parent;
    TRY(may_read(w, &v->a, book, unit, ret));
    return *ret || case_names_seat(w, &v->a, of, false, ret);
}

/* The seat is still held by whom the stream is for. */
static bool still_holds(const Watch *v)
{
    const Reader *r = v->a.r;
    if (!r->seat || !r->person)
        return !r->person;
    return seat_held_by(v->a.core, r->seat, r->person, v->a.today);
}

static bool sees(Work *w, const Watch *v, bool *ret)
{
    *ret = still_holds(v);
    if (!*ret)
        return true;
    switch (v->kind) {
    case WATCH_TODO:
    case WATCH_UNIT: return true; /* names and lives of units are open to everyone signed in */
    case WATCH_FIGURE:
        *ret = figure_may(w, v->a.r, v->figure, v->unit);
        return w->err.code == ERR_NONE;
    case WATCH_ROWS:
    case WATCH_CASES: return true; /* judged by the change: one of an unseen unit is not told */
    case WATCH_CASE: return sees_case(w, v, ret);
    case WATCH_FORM: break;
    }
    return sees_row(w, v, v->book, v->unit, ret);
}

/* ---- what is touched ---- */

static bool stands_below(const Watch *v, int32_t unit, int32_t tree)
{
    return unit_is_under(v->a.core->units, unit, v->unit, tree, v->a.today);
}

/* Rows of a unit that has ended count where its values went. */
static bool is_below(Work *w, const Watch *v, int32_t unit, int32_t tree)
{
    if (stands_below(v, unit, tree))
        return true;
    if (unit_alive(v->a.core->units, unit, v->a.today, KNOWN_NOW))
        return false;
    Shares next = { 0 };
    unit_forward(w->arena, v->a.core->units, unit, v->a.today, KNOWN_NOW, &next);
    for (size_t i = 0; i < next.n; i++)
        if (stands_below(v, next.at[i].unit, tree))
            return true;
    return false;
}

/* A unit of the book's kinds below, of today or of the past, whose rows may be read. */
static bool sees_some_row(Work *w, const Watch *v, bool *ret)
{
    int32_t tree = v->book->pack->tree ? v->book->pack->tree->number : 0;
    const Units *units = v->a.core->units;
    *ret = false;
    for (int32_t unit = 0; unit < units_count(units) && !*ret; unit++) {
        int32_t kind = unit_kind(units, unit, v->a.today, KNOWN_NOW);
        bool fits = false;
        for (size_t k = 0; k < v->book->kind_count; k++)
            fits = fits || v->book->kinds[k]->number == kind;
        if (fits && is_below(w, v, unit, tree))
            TRY(sees_row(w, v, v->book, unit, ret));
    }
    return true;
}

bool watch_judge(Work *w, const Reader *reader, Str open, Str *ret_watch)
{
    Watch v = { .unit = UNIT_NONE };
    bool may = false;
    Str text = str_trim(open);
    TRY(asking_open(w, reader, NULL, 0, &v.a));
    if (!watch_parse(&v, text))
        return view_not_found(w);
    TRY(sees(w, &v, &may));
    if (may && v.kind == WATCH_ROWS)
        TRY(sees_some_row(w, &v, &may));
    if (!may && !PLANTED("events"))
        return view_not_found(w);
    *ret_watch = str_copy(w->arena, text);
    return true;
}

static bool same_book(const Book *watched, const Book *changed)
{
    for (const Book *b = changed; b; b = b->parent)
        if (b->number == watched->number)
            return true;
    return false;
}

static bool case_touched(Work *w, const Watch *v, const Book *book, int32_t unit, bool *ret)
{
    const RecordRow *row = record_find(w, v->a.core, v->book, 0, 0, v->ord, KNOWN_NOW);
    TRY(row || w->err.code == ERR_NONE);
    *ret = row && row->unit == unit && same_book(v->book, book);
    return true;
}

static bool record_touches(Work *w, const Watch *v, const Book *book, int32_t unit, bool *ret)
{
    int32_t tree = book->pack->tree ? book->pack->tree->number : 0;
    *ret = false;
    switch (v->kind) {
    case WATCH_TODO: return works_on(w, v, book, unit, ret);
    case WATCH_FIGURE:
        tree = v->figure->tree ? v->figure->tree->number : 0;
        *ret = figure_reads(v->figure, book) &&
               (figure_looks_out(v->figure) || is_below(w, v, unit, tree));
        return true;
    case WATCH_ROWS:
        *ret = PLANTED("told");
        if (!*ret && same_book(v->book, book) && is_below(w, v, unit, tree))
            return sees_row(w, v, book, unit, ret);
        return true;
    case WATCH_FORM: *ret = same_book(v->book, book) && unit == v->unit; return true;
    case WATCH_UNIT:
        if (unit == v->unit)
            return sees_row(w, v, book, unit, ret);
        return true;
    case WATCH_CASES:
        if (of_cases(book) && (!v->book || same_book(v->book, book)))
            return works_on_cases(w, v, book, unit, ret);
        return true;
    case WATCH_CASE: return case_touched(w, v, book, unit, ret);
    }
    return true;
}

bool watch_touched(Work *w, const Reader *reader, Str watch, const Book *book, int32_t unit,
                   bool *ret)
{
    Watch v = { .unit = UNIT_NONE };
    bool touched = true;
    *ret = false;
    TRY(asking_open(w, reader, NULL, 0, &v.a));
    if (!watch_parse(&v, watch)) /* a pack or a unit that is no longer there */
        return true;
    if (book)
        TRY(record_touches(w, &v, book, unit, &touched));
    return touched ? sees(w, &v, ret) : true;
}
