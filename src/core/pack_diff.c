/* What a new version of a pack changes, and what it may not.
 *
 * Facts are never rewritten: a later version must be able to read every earlier one. So a field or
 * an item may be retired (`until`) but not vanish, a type may widen but not narrow or turn into
 * another, and what a number means (stock or flow, private or open) stays. */
#include "core/core_int.h"

static void put_line(Compare *c, char mark, const char *what)
{
    buf_putc(c->text, mark);
    buf_putc(c->text, ' ');
    buf_put(c->text, word_text(c->arena, what, c->lang));
    buf_putc(c->text, '\n');
}

/* Two Str arguments: the book or pack, and the name in it. */
static void tell(Compare *c, char mark, const char *id, Str in, Str name)
{
    put_line(c, mark,
             arena_printf(c->arena, "%s in=%.*s name=%.*s", id, STR_ARG(in), STR_ARG(name)));
}

static void refuse(Compare *c, Place place, const char *id, Str in, Str name)
{
    char *what = arena_printf(c->arena, "%s in=%.*s name=%.*s", id, STR_ARG(in), STR_ARG(name));
    put_line(c, '!', what);
    c->refused++;
    Problems *p = c->problems;
    if (place.file < 0 || (size_t)place.file >= c->source->n || place.line < 1)
        place = (Place){ 0, 1, 1, 1 }; /* what is gone has no place of its own */
    Str file = c->source->files[place.file].name;
    p->at = list_room(c->arena, p->at, p->n, &p->room, sizeof *p->at);
    p->at[p->n++] = (Problem){ .place = place, .file = file, .what = what };
    p->errors++;
}

/* ---- are two expressions the same? ---- */

static bool str_same(const Str *a, const Str *b)
{
    return (!a && !b) || (a && b && str_eq(*a, *b));
}

#define SAME_NAME(a, b) str_same((a) ? &(a)->name : NULL, (b) ? &(b)->name : NULL)

static bool expr_same(const Expr *a, const Expr *b);

static bool agg_same(const Agg *a, const Agg *b)
{
    if (!a || !b)
        return a == b;
    return a->op == b->op && SAME_NAME(a->kind, b->kind) && SAME_NAME(a->book, b->book) &&
           a->children == b->children && a->scope == b->scope && a->when == b->when &&
           SAME_NAME(a->via, b->via) && a->via_holder == b->via_holder && SAME_NAME(a->by, b->by) &&
           SAME_NAME(a->by_state, b->by_state) && a->by_last == b->by_last &&
           a->by_entered == b->by_entered && expr_same(a->where, b->where) &&
           expr_same(a->value, b->value);
}

static bool shifts_same(const Expr *a, const Expr *b)
{
    if (a->shift_count != b->shift_count)
        return false;
    for (size_t i = 0; i < a->shift_count; i++) {
        const Shift *x = &a->shifts[i];
        const Shift *y = &b->shifts[i];
        if (x->op != y->op || x->n != y->n || x->kind != y->kind || !expr_same(x->expr, y->expr))
            return false;
    }
    return true;
}

static bool expr_same(const Expr *a, const Expr *b)
{
    if (!a || !b)
        return a == b;
    bool same = a->op == b->op && a->type.kind == b->type.kind && a->number == b->number &&
                str_eq(a->text, b->text) && a->call == b->call && agg_same(a->agg, b->agg) &&
                shifts_same(a, b) && SAME_NAME(a->book, b->book) && SAME_NAME(a->field, b->field) &&
                SAME_NAME(a->figure, b->figure) && SAME_NAME(a->param, b->param) &&
                SAME_NAME(a->kind, b->kind) && SAME_NAME(a->state, b->state) &&
                SAME_NAME(a->move, b->move) && SAME_NAME(a->clock, b->clock) &&
                a->outer == b->outer && a->flag == b->flag && a->arg_count == b->arg_count;
    for (size_t i = 0; same && i < a->arg_count; i++)
        same = expr_same(a->args[i], b->args[i]);
    return same;
}

/* ---- lists ---- */

static void compare_list(Compare *c, const List *old, const List *new, Place place)
{
    for (size_t i = 0; i < old->item_count; i++) {
        const Item *item = list_item(new, old->items[i].name);
        if (!item)
            refuse(c, place, "diff.item_gone", old->title.n ? old->title : old->name,
                   old->items[i].name);
        else if (!str_eq(item->title, old->items[i].title))
            tell(c, '~', "diff.item_title", old->name, item->name);
        else if (item->until != old->items[i].until)
            tell(c, '~', "diff.item_until", old->name, item->name);
    }
    for (size_t i = 0; i < new->item_count; i++)
        if (!list_item(old, new->items[i].name))
            tell(c, '+', "diff.item_new", new->name, new->items[i].name);
}

/* ---- fields ---- */

static bool type_narrows(const Type *old, const Type *new)
{
    if (old->scale > new->scale)
        return true;
    bool old_open = old->low > old->high, new_open = new->low > new->high;
    if (new_open)
        return false;
    return old_open || new->low > old->low || new->high < old->high;
}

static bool bound_narrows(const Expr *old, const Expr *new, bool low)
{
    if (!new || expr_same(old, new))
        return false;
    if (!old)
        return true;
    bool plain = old->op == EXPR_LITERAL && new->op == EXPR_LITERAL;
    return !plain || (low ? new->number > old->number : new->number < old->number);
}

static bool type_same(const Type *a, const Type *b)
{
    return a->kind == b->kind && a->work == b->work && SAME_NAME(a->book, b->book) &&
           ((!a->list && !b->list) || (a->list && b->list && a->list->number == b->list->number));
}

static void compare_field(Compare *c, const Field *old, const Field *new)
{
    Str book = old->book->title;
    if (!type_same(&old->type, &new->type))
        refuse(c, new->place, "diff.type_changed", book, old->title);
    else if (type_narrows(&old->type, &new->type))
        refuse(c, new->place, "diff.narrower", book, old->title);
    else if (bound_narrows(old->low, new->low, true) || bound_narrows(old->high, new->high, false))
        refuse(c, new->place, "diff.narrower", book, old->title);
    bool was_hidden = old->type.hidden, is_hidden = new->type.hidden;
    if (old->of_move != new->of_move || old->stock != new->stock || old->changes != new->changes ||
        was_hidden != is_hidden || (old->computed != NULL) != (new->computed != NULL))
        refuse(c, new->place, "diff.meaning_changed", book, old->title);
    if (old->optional && !new->optional && !new->since && !new->computed)
        refuse(c, new->place, "diff.now_required", book, old->title);
    if (!str_eq(old->title, new->title))
        tell(c, '~', "diff.field_title", book, new->title);
    if (!expr_same(old->computed, new->computed))
        tell(c, '~', "diff.field_formula", book, new->title);
    if (old->until != new->until)
        tell(c, '~', "diff.field_until", book, new->title);
    if (old->type.list && new->type.list && !old->type.list->pack)
        compare_list(c, old->type.list, new->type.list, new->place);
}

static const Field *field_after(const Book *book, Str name)
{
    const Field *field = book_field(book, name);
    for (size_t i = 0; !field && i < book->field_count; i++)
        if (str_eq(book->fields[i]->was, name))
            field = book->fields[i];
    return field;
}

static bool keys_same(const Book *a, const Book *b)
{
    bool same = a->key_count == b->key_count && a->kind_count <= b->kind_count;
    for (size_t i = 0; same && i < a->key_count; i++)
        same = SAME_NAME(a->keys[i], b->keys[i]);
    for (size_t i = 0; same && i < a->kind_count; i++) {
        bool found = false;
        for (size_t j = 0; j < b->kind_count; j++)
            found = found || SAME_NAME(a->kinds[i], b->kinds[j]);
        same = found;
    }
    return same;
}

static bool checks_same(const Book *a, const Book *b)
{
    bool same = a->check_count == b->check_count;
    for (size_t i = 0; same && i < a->check_count; i++)
        same = a->checks[i].warn == b->checks[i].warn &&
               str_eq(a->checks[i].text, b->checks[i].text) &&
               expr_same(a->checks[i].expr, b->checks[i].expr);
    return same;
}

static bool same_frame(const Book *a, const Book *b)
{
    return a->form == b->form && a->every == b->every && SAME_NAME(a->every_book, b->every_book) &&
           SAME_NAME(a->parent, b->parent) && a->anonymous == b->anonymous && keys_same(a, b);
}

/* ---- flows ---- */

/* Is a state of the one among those of the other, all by name? */
static bool states_same(const FlowState *const *a, size_t a_n, const FlowState *const *b,
                        size_t b_n)
{
    bool same = a_n == b_n;
    for (size_t i = 0; same && i < a_n; i++)
        same = SAME_NAME(a[i], b[i]);
    return same;
}

static bool lates_same(const FlowClock *a, const FlowClock *b)
{
    bool same = a->late_count == b->late_count;
    for (size_t i = 0; same && i < a->late_count; i++)
        same = a->late[i].after == b->late[i].after && a->late[i].work == b->late[i].work &&
               SAME_NAME(a->late[i].act, b->late[i].act) &&
               str_eq(a->late[i].tell.text, b->late[i].tell.text);
    return same;
}

static void compare_clock(Compare *c, const Book *book, const FlowClock *old, const FlowClock *new)
{
    bool same = states_same(old->from, old->from_count, new->from, new->from_count) &&
                states_same(old->until, old->until_count, new->until, new->until_count) &&
                states_same(old->stops, old->stop_count, new->stops, new->stop_count) &&
                old->from_first == new->from_first &&lates_same(old, new) &&
                expr_same(old->limit, new->limit);
    bool kind = old->limit && new->limit && old->limit->type.work != new->limit->type.work;
    if (kind) /* what was used until now cannot be told in the other kind of time */
        refuse(c, book->place, "diff.clock_kind", book->title, new->title);
    else if (!same)
        tell(c, '~', "diff.clock_changed", book->title, new->title);
}

/* Rows stand in states and have clocks that run: neither may vanish under them. A move that is gone
 * is only no longer made; the history keeps its number. */
static void compare_flow(Compare *c, const Book *old, const Book *new)
{
    if (old->cases != new->cases)
        refuse(c, new->place, old->cases ? "diff.flow_gone" : "diff.flow_new", old->pack->title,
               old->title);
    if (!old->cases || !new->cases)
        return;
    const Flow *a = old->flow_type;
    const Flow *b = new->flow_type;
    for (size_t i = 0; i < a->state_count; i++) {
        const FlowState *state = flow_state(b, a->states[i].name);
        if (!state)
            refuse(c, new->place, "diff.state_gone", old->title, a->states[i].title);
        else if (state->final != a->states[i].final)
            refuse(c, new->place, "diff.state_final", old->title, a->states[i].title);
    }
    for (size_t i = 0; i < a->clock_count; i++) {
        const FlowClock *clock = flow_clock(b, a->clocks[i].name);
        if (clock)
            compare_clock(c, new, &a->clocks[i], clock);
        else
            refuse(c, new->place, "diff.clock_gone", old->title, a->clocks[i].title);
    }
    for (size_t i = 0; i < a->move_count; i++) {
        const FlowMove *move = flow_move_number(b, a->moves[i].number);
        if (!move)
            tell(c, '-', "diff.move_gone", old->title, a->moves[i].title);
        else if (!str_eq(move->text, a->moves[i].text))
            tell(c, '~', "diff.move_changed", new->title, move->title);
    }
    for (size_t i = 0; i < b->move_count; i++)
        if (!flow_move_number(a, b->moves[i].number))
            tell(c, '+', "diff.move_new", new->title, b->moves[i].title);
}

static void compare_book(Compare *c, const Book *old, const Book *new)
{
    if (!same_frame(old, new))
        refuse(c, new->place, "diff.book_frame", old->pack->title, old->title);
    for (size_t i = 0; i < old->field_count; i++) {
        const Field *field = field_after(new, old->fields[i]->name);
        if (field)
            compare_field(c, old->fields[i], field);
        else
            refuse(c, new->place, "diff.field_gone", old->title, old->fields[i]->title);
    }
    for (size_t i = 0; i < new->field_count; i++) {
        const Field *f = new->fields[i];
        if (!book_field(old, f->name) && !(f->was.n && book_field(old, f->was)))
            tell(c, '+', "diff.field_new", new->title, f->title);
    }
    compare_flow(c, old, new);
    if (!str_eq(old->title, new->title))
        tell(c, '~', "diff.book_title", old->title, new->title);
    if (!checks_same(old, new))
        tell(c, '~', "diff.book_checks", new->pack->title, new->title);
}

/* ---- declarations of the pack ---- */

static bool mine(const Pack *pack, const Pack *of)
{
    return of && str_eq(of->name, pack->name);
}

static void compare_books(Compare *c)
{
    for (size_t i = 0; i < c->old_set->book_count; i++) {
        const Book *old = c->old_set->books[i];
        if (!mine(c->old, old->pack))
            continue;
        const Book *new = set_book_number(c->new_set, old->number);
        if (new)
            compare_book(c, old, new);
        else
            refuse(c, (Place){ 0 }, "diff.book_gone", c->old->title, old->title);
    }
    for (size_t i = 0; i < c->new_set->book_count; i++) {
        const Book *new = c->new_set->books[i];
        if (mine(c->new, new->pack) && !set_book_number(c->old_set, new->number))
            tell(c, '+', "diff.book_new", c->new->title, new->title);
    }
}

static void compare_lists(Compare *c)
{
    for (size_t i = 0; i < c->old_set->list_count; i++) {
        const List *old = c->old_set->lists[i];
        if (!mine(c->old, old->pack))
            continue;
        const List *new = set_list(c->new_set, old->name);
        if (new)
            compare_list(c, old, new, (Place){ 0 });
        else
            refuse(c, (Place){ 0 }, "diff.list_gone", c->old->title, old->title);
    }
}

static const Figure *figure_of(const PackSet *set, const Pack *pack, Str name)
{
    for (size_t i = 0; i < set->figure_count; i++)
        if (mine(pack, set->figures[i]->pack) && str_eq(set->figures[i]->name, name))
            return set->figures[i];
    return NULL;
}

static void compare_figures(Compare *c)
{
    for (size_t i = 0; i < c->old_set->figure_count; i++) {
        const Figure *old = c->old_set->figures[i];
        if (!mine(c->old, old->pack))
            continue;
        const Figure *new = figure_of(c->new_set, c->new, old->name);
        if (!new)
            tell(c, '-', "diff.figure_gone", c->old->title, old->title);
        else if (!expr_same(old->expr, new->expr) || old->coverage != new->coverage ||
                 old->least != new->least || !SAME_NAME(old->same, new->same) ||
                 old->every != new->every)
            tell(c, '~', "diff.figure_changed", c->new->title, new->title);
    }
    for (size_t i = 0; i < c->new_set->figure_count; i++) {
        const Figure *new = c->new_set->figures[i];
        if (mine(c->new, new->pack) && !figure_of(c->old_set, c->old, new->name))
            tell(c, '+', "diff.figure_new", c->new->title, new->title);
    }
}

static void compare_params(Compare *c)
{
    for (size_t i = 0; i < c->old_set->param_count; i++) {
        const Param *old = c->old_set->params[i];
        if (!mine(c->old, old->pack))
            continue;
        const Param *new = set_param(c->new_set, old->name);
        if (!new)
            tell(c, '-', "diff.param_gone", c->old->title, old->title);
        else if (new->value != old->value || new->low != old->low || new->high != old->high)
            tell(c, '~', "diff.param_changed", c->new->title, new->title);
    }
}

static void compare_kinds(Compare *c)
{
    for (size_t i = 0; i < c->old_set->kind_count; i++) {
        const Kind *old = c->old_set->kinds[i];
        if (mine(c->old, old->pack) && !set_kind(c->new_set, old->name))
            refuse(c, (Place){ 0 }, "diff.kind_gone", c->old->title, old->title);
    }
    for (size_t i = 0; i < c->old_set->role_count; i++) {
        const Role *old = c->old_set->roles[i];
        if (mine(c->old, old->pack) && !set_role(c->new_set, old->name))
            refuse(c, (Place){ 0 }, "diff.role_gone", c->old->title, old->title);
        else if (mine(c->old, old->pack) && set_role(c->new_set, old->name)->duty != old->duty)
            refuse(c, (Place){ 0 }, "diff.duty_changed", c->old->title, old->title);
    }
}

bool pack_compare(Compare *c)
{
    if (c->new->version < c->old->version)
        refuse(c, (Place){ 0 }, "diff.version_lower", c->old->title, c->new->title);
    else if (c->new->version == c->old->version && !str_eq(c->new->text, c->old->text))
        refuse(c, (Place){ 0 }, "diff.version_same", c->old->title, c->new->title);
    compare_kinds(c);
    compare_lists(c);
    compare_params(c);
    compare_books(c);
    compare_figures(c);
    return c->refused == 0;
}
