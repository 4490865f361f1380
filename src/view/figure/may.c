/* Who may read a figure (docs/decisions/0015-who-reads-figures.md): everyone signed in when its
 * pack declares it public; else the office that may read, at the unit or above it, every book that
 * the number is made of, wherever it is read from. What nothing allows is denied. */
#include "base/limits.h"
#include "view/figure/reading_int.h"

enum { SEEN_MAX = 16, WALK_MAX = 4 * LIMIT_EXPR_DEPTH };

typedef struct Reading {
    Work *w;
    const Reader *reader;
    Core *core;
    int32_t day, tree;
    int depth;
    struct {
        const Book *book;
        int32_t unit;
    } seen[SEEN_MAX]; /* judged already, and found readable */
    int seen_n;
} Reading;

static const Book *rights_book(const Book *book)
{
    while (book->form == BOOK_UNDER && !book->write_count && book->parent)
        book = book->parent;
    return book;
}

static bool anyone_reads(const Book *book)
{
    for (size_t i = 0; i < book->read_count; i++)
        for (size_t k = 0; k < book->reads[i].who.n && !book->reads[i].field_count; k++)
            if (!book->reads[i].who.any[k].role && str_is(book->reads[i].who.any[k].word, "anyone"))
                return true;
    return false;
}

bool row_may(Work *w, const Reader *reader, const Book *book, int32_t unit)
{
    if (!reader->seat)
        return !reader->person; /* the system; a person always acts in a seat */
    if (right_check_read(w, reader->k->core, reader->seat, book, unit, work_today(w)))
        return true;
    if (w->err.code == ERR_FORBIDDEN || w->err.code == ERR_NOT_FOUND)
        work_clear(w);
    return false;
}

bool row_may_all(Work *w, const Reader *reader, const Book *book, int32_t unit)
{
    Sight sight;
    if (!reader->seat)
        return !reader->person;
    return right_fields(w, reader->k->core, reader->seat, book, unit, work_today(w), &sight) &&
           sight.all;
}

/* ---- the office above: same role, standing at or above where the book names it ---- */

static bool stands_at_or_above(const Reading *r, int32_t above, int32_t unit)
{
    return unit_is_under(r->core->units, unit, above, r->tree, r->day);
}

static bool is_kind(const Kind *const *kinds, size_t n, int32_t kind)
{
    for (size_t i = 0; i < n; i++)
        if (kinds[i]->number == kind)
            return true;
    return false;
}

/* The nearest unit of the kinds, from `unit` upward; `unit` itself where there is none: those who
 * are named then stand below it. */
static int32_t named_at(const Reading *r, const Kind *const *kinds, size_t n, int32_t unit)
{
    int32_t at = unit;
    for (int depth = 0; at != UNIT_NONE && depth < LIMIT_TREE_DEPTH; depth++) {
        if (is_kind(kinds, n, unit_kind(r->core->units, at, r->day, KNOWN_NOW)))
            return at;
        at = unit_parent(r->core->units, at, r->tree, r->day, KNOWN_NOW);
    }
    return unit;
}

static bool role_among(const Reading *r, RoleAt stand, const Access *access, size_t count,
                       int32_t unit)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < access[i].who.n && !access[i].field_count; k++) {
            const Who1 *who = &access[i].who.any[k];
            if (!who->role || who->role->number != stand.role)
                continue;
            const Kind *const *kinds = who->kind_count ? who->kinds : who->role->kinds;
            size_t n = who->kind_count ? who->kind_count : who->role->kind_count;
            if (stands_at_or_above(r, stand.unit, named_at(r, kinds, n, unit)))
                return true;
        }
    return false;
}

static bool stand_may(const Reading *r, RoleAt stand, const Book *book, int32_t unit)
{
    return role_among(r, stand, book->reads, book->read_count, unit) ||
           role_among(r, stand, book->writes, book->write_count, unit);
}

static bool office_may(const Reading *r, const Book *book, int32_t unit)
{
    RoleAt *roles;
    size_t n;
    seat_roles(r->w, r->core, r->reader->seat, r->day, &roles, &n);
    for (size_t i = 0; i < n; i++)
        if (stand_may(r, roles[i], book, unit))
            return true;
    return false;
}

/* Some read only some fields: a figure may read the others, so they must see them all. Private ones
 * are in no figure. */
static bool book_may(Reading *r, const Book *book, int32_t unit)
{
    const Book *b = rights_book(book);
    if (anyone_reads(b))
        return true;
    for (int i = 0; i < r->seen_n; i++)
        if (r->seen[i].book == b && r->seen[i].unit == unit)
            return true;
    bool ok = row_may_all(r->w, r->reader, b, unit);
    ok = ok || (r->w->err.code == ERR_NONE && office_may(r, b, unit));
    if (ok && r->seen_n < SEEN_MAX) {
        r->seen[r->seen_n].book = b;
        r->seen[r->seen_n++].unit = unit;
    }
    return ok;
}

/* Rows that may lie anywhere: readable at every root. */
static bool book_may_anywhere(Reading *r, const Book *book)
{
    if (anyone_reads(rights_book(book)))
        return true;
    const TreeVersion *t = units_tree(r->w, r->core->units, 0, r->day, KNOWN_NOW);
    if (!t)
        return false;
    for (int32_t pre = 0; pre < t->count; pre = t->last[pre] + 1)
        if (!book_may(r, book, t->slot_of[pre]))
            return false;
    return t->count > 0;
}

/* ---- the walk: every book, at the place it is read from ---- */

static bool walk(Reading *r, const Expr *e, int32_t unit);

/* Rows at units above: each of them of the book's kinds. */
static bool above_may(Reading *r, const Book *book, int32_t unit)
{
    for (int depth = 0; unit != UNIT_NONE && depth < LIMIT_TREE_DEPTH; depth++) {
        int32_t kind = unit_kind(r->core->units, unit, r->day, KNOWN_NOW);
        if (is_kind(book->kinds, book->kind_count, kind) && !book_may(r, book, unit))
            return false;
        unit = unit_parent(r->core->units, unit, r->tree, r->day, KNOWN_NOW);
    }
    return true;
}

static bool walk_agg(Reading *r, const Agg *agg, int32_t unit)
{
    if (agg->book && agg->via) { /* rows of any unit that names this one */
        TRY(book_may_anywhere(r, agg->book));
    } else if (agg->book && agg->scope == SCOPE_ABOVE) {
        TRY(above_may(r, agg->book, unit));
    } else if (agg->book) {
        TRY(book_may(r, agg->book, unit));
    }
    return (!agg->where || walk(r, agg->where, unit)) && (!agg->value || walk(r, agg->value, unit));
}

/* x @ kind: at the unit of that kind above; where it stands below, what is read there is read here.
 */
static bool walk_at(Reading *r, const Expr *e, int32_t unit)
{
    int32_t at = unit;
    if (e->kind)
        at = named_at(r, &e->kind, 1, unit);
    else
        at = unit_find_code_ever(r->core->units, e->text, r->day);
    return at == UNIT_NONE || walk(r, e->args[0], at);
}

static bool walk_figure(Reading *r, const Figure *figure, int32_t unit)
{
    if (figure->is_public) /* its value is told everywhere anyway */
        return true;
    return walk(r, figure->expr, unit) && (!figure->needs || walk(r, figure->needs, unit));
}

static bool walk_own(Reading *r, const Expr *e, int32_t unit)
{
    switch ((int)e->op) {
    case EXPR_AGG: return walk_agg(r, e->agg, unit);
    case EXPR_FIGURE: return walk_figure(r, e->figure, unit);
    case EXPR_CELL: return book_may(r, e->book, unit);
    case EXPR_ATTR:
        return !e->args[0]->type.book || e->args[0]->op == EXPR_THIS ||
               book_may_anywhere(r, e->args[0]->type.book);
    case EXPR_FIELD: return !e->field->computed || walk(r, e->field->computed, unit);
    case EXPR_CALL:
        if (e->call == CALL_RANK) /* stands among all units of its kind */
            for (size_t i = 0; i < e->arg_count; i++) {
                const TreeVersion *t = units_tree(r->w, r->core->units, 0, r->day, KNOWN_NOW);
                TRY(t && t->count && walk(r, e->args[i], t->slot_of[0]));
            }
        return !e->book || book_may(r, e->book, unit);
    }
    return true;
}

static bool walk(Reading *r, const Expr *e, int32_t unit)
{
    if (++r->depth > WALK_MAX)
        return false;
    bool ok = walk_own(r, e, unit);
    for (size_t i = 0; ok && i < e->shift_count; i++)
        if (e->shifts[i].expr)
            ok = (!e->shifts[i].expr->type.book ||
                  book_may_anywhere(r, e->shifts[i].expr->type.book)) &&
                 walk(r, e->shifts[i].expr, unit);
    if (e->op == EXPR_AT)
        ok = ok && walk_at(r, e, unit);
    else
        for (size_t i = 0; ok && i < e->arg_count; i++)
            ok = walk(r, e->args[i], unit);
    r->depth--;
    return ok;
}

bool figure_may(Work *w, const Reader *reader, const Figure *figure, int32_t unit)
{
    Reading r = { .w = w, .reader = reader, .core = reader->k->core, .day = work_today(w) };
    if (!reader->seat)
        return !reader->person;
    if (figure->is_public || PLANTED("figure_may"))
        return true;
    if (!seat_answers(r.core, reader->seat, r.day) ||
        seat_duty(w, r.core, reader->seat) != DUTY_NONE || w->err.code != ERR_NONE)
        return false;
    r.tree = figure->tree ? figure->tree->number : 0;
    return walk_figure(&r, figure, unit);
}

/* ---- does a change of the book move the figure? ---- */

typedef struct Search {
    const Book *book; /* NULL = anything that lies outside of the unit */
    int depth;
} Search;

static bool finds(Search *s, const Expr *e);

static bool finds_book(Search *s, const Book *book)
{
    if (!s->book) /* rounds are records of other units */
        return book->every_book != NULL || (book->where && finds(s, book->where));
    for (const Book *b = book; b; b = b->parent)
        if (b->number == s->book->number || (b->every_book && finds_book(s, b->every_book)))
            return true;
    return book->where && finds(s, book->where);
}

/* More than the unit and all below it? */
static bool looks_out(const Expr *e)
{
    if (e->op == EXPR_AT || (e->op == EXPR_CALL && e->call == CALL_RANK))
        return true;
    if (e->op == EXPR_ATTR && e->args[0]->type.book)
        return true;
    return e->agg &&
           (e->agg->via || e->agg->scope == SCOPE_ABOVE || (e->agg->book && e->agg->book->where));
}

static bool finds_own(Search *s, const Expr *e)
{
    if (!s->book && looks_out(e))
        return true;
    if (e->agg &&
        ((e->agg->book && finds_book(s, e->agg->book)) ||
         (e->agg->where && finds(s, e->agg->where)) || (e->agg->value && finds(s, e->agg->value))))
        return true;
    if (e->op == EXPR_FIGURE)
        return finds(s, e->figure->expr) || (e->figure->needs && finds(s, e->figure->needs));
    if (e->op == EXPR_FIELD)
        return e->field->computed && finds(s, e->field->computed);
    if (e->op == EXPR_ATTR)
        return e->args[0]->type.book && finds_book(s, e->args[0]->type.book);
    return (e->op == EXPR_CELL || e->op == EXPR_CALL) && e->book && finds_book(s, e->book);
}

static bool finds(Search *s, const Expr *e)
{
    if (++s->depth > WALK_MAX)
        return true; /* deeper than is looked: tell of it rather than not */
    bool found = finds_own(s, e);
    for (size_t i = 0; !found && i < e->shift_count; i++)
        found = e->shifts[i].expr &&
                ((e->shifts[i].expr->type.book && finds_book(s, e->shifts[i].expr->type.book)) ||
                 finds(s, e->shifts[i].expr));
    for (size_t i = 0; !found && i < e->arg_count; i++)
        found = finds(s, e->args[i]);
    s->depth--;
    return found;
}

bool figure_reads(const Figure *figure, const Book *book)
{
    Search s = { .book = book };
    return finds(&s, figure->expr) || (figure->needs && finds(&s, figure->needs));
}

bool figure_looks_out(const Figure *figure)
{
    Search s = { 0 };
    return finds(&s, figure->expr) || (figure->needs && finds(&s, figure->needs));
}
