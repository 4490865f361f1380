/* Views `books` and `book`: what may be filled in, and the whole declaration that forms are drawn
 * from. */
#include "view/case/case_int.h"

static const char *form_name(BookForm form)
{
    switch (form) {
    case BOOK_PER: return "per";
    case BOOK_OF: return "of";
    case BOOK_UNDER: return "under";
    }
    return "per";
}

static Str every_name(const Book *book)
{
    if (book->every_book)
        return STR("record");
    return book->every == PERIOD_NONE ? STR("none") : str_of(period_kind_name(book->every));
}

static Str book_title(const Asking *a, const Book *book)
{
    return title_of(a, book->pack, "book", book->name, book->title);
}

static bool of_kind(const Book *book, int32_t kind)
{
    for (size_t i = 0; i < book->kind_count; i++)
        if (book->kinds[i]->number == kind)
            return true;
    return false;
}

/* Rights go down from where a seat stands; only `anyone` reaches farther, and then anywhere. */
bool book_units(Work *w, const Asking *a, const Book *book, Stands *ret)
{
    Stands stands;
    int32_t tree = book->pack->tree ? book->pack->tree->number : 0;
    *ret = (Stands){ 0 };
    seat_stands(w, a, &stands);
    const TreeVersion *t = units_tree(w, a->core->units, tree, a->today, KNOWN_NOW);
    TRY(t);
    uint64_t *seen = arena_array(w->arena, uint64_t, (size_t)t->count / 64 + 1);
    for (size_t i = 0; i < stands.n; i++) {
        int32_t unit = stands.at[i];
        int32_t pre = unit >= 0 && unit < t->slots ? t->pre_of[unit] : -1;
        for (int32_t at = pre; pre >= 0 && at <= t->last[pre]; at++) {
            bool again = seen[at / 64] >> (at % 64) & 1;
            if (!again && of_kind(book, t->kind[at]))
                *list_push(w->arena, ret) = t->slot_of[at];
            seen[at / 64] |= UINT64_C(1) << (at % 64);
        }
    }
    return true;
}

/* Any unit of the book's kinds, for those who may read or write whatever the unit. */
static bool anywhere(Work *w, const Asking *a, const Book *book, Stands *units)
{
    int32_t tree = book->pack->tree ? book->pack->tree->number : 0;
    const TreeVersion *t = units_tree(w, a->core->units, tree, a->today, KNOWN_NOW);
    TRY(t);
    for (int32_t at = 0; at < t->count; at++)
        if (of_kind(book, t->kind[at])) {
            *list_push(w->arena, units) = t->slot_of[at];
            return true;
        }
    return true;
}

/* A case is raised by whom the flow says, and read by whoever may come to hold one. */
static bool case_reach(Work *w, const Asking *a, const Book *book, const Stands *units, Reach *ret)
{
    const CaseActor actor = case_reader(a);
    bool raises = false, named = false;
    TRY(case_names_seat(w, a, book, true, &raises));
    TRY(case_names_seat(w, a, book, false, &named));
    for (size_t i = 0; i < units->n && raises && !ret->writes; i++) {
        TRY(case_may_begin(w, a->r->k, book, units->at[i], 0, &actor, &ret->writes));
        if (ret->writes)
            ret->unit = units->at[i];
    }
    ret->reads |= ret->writes || named;
    return true;
}

/* May the seat read or write the book at some unit of today? */
bool book_reach(Work *w, const Asking *a, const Book *book, Reach *ret)
{
    Stands units;
    *ret = (Reach){ .unit = UNIT_NONE };
    TRY(book_units(w, a, book, &units));
    TRY(anywhere(w, a, book, &units));
    for (size_t i = 0; i < units.n && !(ret->reads && ret->writes); i++) {
        bool reads = false, writes = false;
        if (!book->cases)
            TRY(may_write(w, a, book, units.at[i], &writes));
        TRY(ret->reads || may_read(w, a, book, units.at[i], &reads));
        if (writes && !ret->writes)
            ret->unit = units.at[i];
        ret->writes |= writes;
        ret->reads |= reads || writes;
    }
    return !book->cases || case_reach(w, a, book, &units, ret);
}

static void put_brief(Work *w, const Asking *a, Buf *out, const Book *book, const Reach *reach)
{
    const Pack *pack = book->pack;
    json_object(out, NULL);
    json_text(out, "name", book->name);
    json_text(out, "title", book_title(a, book));
    json_name(out, "pack", pack->name, pack_title(a, pack));
    json_z(out, "form", form_name(book->form));
    json_text(out, "parent", book->parent ? book->parent->name : (Str){ 0 });
    json_text(out, "every", every_name(book));
    json_kinds(a, out, "kinds", book->kinds, book->kind_count);
    json_array(out, "keys");
    for (size_t i = 0; i < book->key_count; i++)
        json_name(
            out, NULL, book->keys[i]->name,
            title_of(a, book->keys[i]->pack, "list", book->keys[i]->name, book->keys[i]->title));
    json_array_end(out);
    json_bool(out, "reads", reach->reads);
    json_bool(out, "writes", reach->writes);
    json_bool(out, "confirms", book->confirms);
    json_bool(out, "cases", book->cases);
    json_bool(out, "reported", book->cases && flow_resident_move(book->flow_type));
    json_bool(out, "over", pack->last_day < a->today);
    json_text(out, "due", due_text(w, a, book));
    json_int(out, "minutes", book->minutes);
    json_object_end(out);
}

bool view_books(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asking a;
    TRY(asking_open(w, reader, given, n, &a));
    json_object(out, NULL);
    json_array(out, "books");
    for (size_t i = 0; i < a.set->book_count; i++) {
        Reach reach;
        TRY(book_reach(w, &a, a.set->books[i], &reach));
        if (reach.reads)
            put_brief(w, &a, out, a.set->books[i], &reach);
    }
    json_array_end(out);
    json_object_end(out);
    return true;
}

/* ---- the declaration ---- */

typedef struct Where { /* whose params stand in expressions */
    int32_t unit, day;
} Where;

static void put_list(Work *w, const Asking *a, Buf *out, const char *key, const Book *book,
                     const List *list)
{
    json_object(out, key);
    json_text(out, "name", list->name);
    Str title = list->title.n ? title_of(a, list->pack, "list", list->name, list->title) : STR("");
    json_text(out, "title", title);
    json_bool(out, "ordered", list->ordered);
    json_bool(out, "open", list->open);
    json_array(out, "items");
    for (size_t i = 0; i < list->item_count; i++) {
        const Item *item = &list->items[i];
        json_object(out, NULL);
        json_text(out, "name", item->name);
        json_text(out, "title", item_title(a, list, book, item));
        json_int(out, "number", item->number);
        json_int(out, "rank", item->rank);
        json_bool(out, "closed", item->until && book && book->pack->version >= item->until);
        json_object(out, "attrs");
        for (size_t k = 0; k < list->attr_count; k++) {
            json_key(out, list->attrs[k].name);
            if (list->attrs[k].type.kind == TYPE_TEXT)
                json_text(out, NULL, item->attr_texts[k].p ? item->attr_texts[k] : STR(""));
            else
                json_number(w, a, out, NULL, &list->attrs[k].type, item->attrs[k]);
        }
        json_object_end(out);
        json_object_end(out);
    }
    json_array_end(out);
    json_object_end(out);
}

/* A fixed bound as text of the field's own type; others come as an expression. */
static void put_bound(Work *w, const Asking *a, Buf *out, const char *key, const Field *f,
                      const Expr *bound)
{
    Int128 value = 0;
    bool fixed = bound && bound->op == EXPR_LITERAL && type_is_number(f->type) &&
                 num_rescale(bound->number, bound->type.scale, f->type.scale, ROUND_HALF, &value) &&
                 num_fits(value);
    if (fixed)
        json_number(w, a, out, key, &f->type, (int64_t)value);
    else
        json_null(out, key);
}

static void put_int_range(Buf *out, const Field *f, const char *key, bool low)
{
    json_text(out, key,
              str_printf(out->arena, "%lld", (long long)(low ? f->type.low : f->type.high)));
}

static void put_bounds(Work *w, const Asking *a, Buf *out, const Field *f, Where at)
{
    bool range = f->type.kind == TYPE_INT && f->type.low <= f->type.high;
    if (range && !f->low)
        put_int_range(out, f, "low", true);
    else
        put_bound(w, a, out, "low", f, f->low);
    if (range && !f->high)
        put_int_range(out, f, "high", false);
    else
        put_bound(w, a, out, "high", f, f->high);
    bool low = f->low && f->low->op != EXPR_LITERAL;
    bool high = f->high && f->high->op != EXPR_LITERAL;
    json_expr(w, a, out, "low_expr", low ? f->low : NULL, at.unit, at.day);
    json_expr(w, a, out, "high_expr", high ? f->high : NULL, at.unit, at.day);
    bool text = f->type.kind == TYPE_TEXT && f->type.low <= f->type.high && f->type.high > 0;
    if (text)
        json_int(out, "length", f->type.high);
    else
        json_null(out, "length");
}

static void put_fallback(Work *w, const Asking *a, Buf *out, const Field *f)
{
    const Expr *e = f->fallback;
    Int128 value = 0;
    if (!e || e->op != EXPR_LITERAL)
        json_null(out, "fallback");
    else if (!type_is_number(f->type))
        json_text(out, "fallback", e->text.p ? e->text : STR(""));
    else if (num_rescale(e->number, e->type.scale, f->type.scale, ROUND_HALF, &value))
        json_number(w, a, out, "fallback", &f->type, (int64_t)value);
    else
        json_null(out, "fallback");
}

static void put_keeping(Buf *out, const Field *f)
{
    if (!field_is_private(f)) {
        json_null(out, "private");
        return;
    }
    json_object(out, "private");
    json_int(out, "group", f->group);
    json_text(out, "purpose", f->purpose.p ? f->purpose : STR(""));
    json_int(out, "keep_days", f->keep_days);
    json_text(out, "keep_after", f->keep_after.p ? f->keep_after : STR(""));
    json_object_end(out);
}

/* In the words of a move that asks it, where `ask` is given. */
static void put_field(Work *w, const Asking *a, Buf *out, const Book *book, const Field *f,
                      const MoveAsk *ask, Where at)
{
    bool retired = f->until && book->pack->version >= f->until;
    bool asked = !f->computed && !retired && (ask || (!f->of_move && !f->made.n));
    json_object(out, NULL);
    json_text(out, "name", f->name);
    json_text(out, "title", ask && ask->title.n ? ask->title : field_title(a, book, f));
    json_z(out, "type", type_word(f->type.kind));
    json_int(out, "scale", f->type.scale);
    json_bool(out, "work", f->type.work);
    json_text(out, "measure", measure_of(a, &f->type));
    put_bounds(w, a, out, f, at);
    if (f->type.list)
        put_list(w, a, out, "list", book, f->type.list);
    else
        json_null(out, "list");
    json_text(out, "book", f->type.book ? f->type.book->name : (Str){ 0 });
    json_kinds(a, out, "kinds", (const Kind *const *)f->type.kinds, f->type.kind_count);
    json_bool(out, "asked", asked);
    json_bool(out, "optional", ask ? ask->optional : f->optional);
    json_expr(w, a, out, "required_when", f->required_when, at.unit, at.day);
    json_expr(w, a, out, "computed", f->computed, at.unit, at.day);
    put_fallback(w, a, out, f);
    json_bool(out, "stock", f->stock);
    json_bool(out, "changes", f->changes);
    json_z(out, "unique", f->unique ? "book" : f->unique_in_unit ? "unit" : "no");
    json_bool(out, "public", f->is_public);
    json_int(out, "at_most", f->at_most);
    json_bool(out, "of_move", f->of_move);
    json_bool(out, "made", f->made.n);
    put_keeping(out, f);
    json_object_end(out);
}

/* Nothing of it rests on where and when it is asked. */
static bool stands_alone(const Field *f)
{
    bool low = !f->low || f->low->op == EXPR_LITERAL;
    bool high = !f->high || f->high->op == EXPR_LITERAL;
    return low && high && !f->required_when && !f->computed;
}

void json_field(Work *w, const Asking *a, Buf *out, const Book *book, const Field *f,
                const MoveAsk *ask, int32_t unit)
{
    Told *told = a->r->k->told;
    Str text;
    if (!stands_alone(f)) {
        put_field(w, a, out, book, f, ask, (Where){ unit, a->today });
        return;
    }
    if (!told_find(told, f, ask, a->r->lang, &text)) {
        Buf field = buf_open(w->arena, LIMIT_ANSWER_BYTES);
        put_field(w, a, &field, book, f, ask, (Where){ unit, a->today });
        text = buf_str(&field);
        told_put(told, f, ask, a->r->lang, text);
    }
    json_raw(out, NULL, text);
}

/* Names of the row's own fields that an expression reads. */
static void gather(const Expr *e, const Book *book, uint64_t *seen, int depth)
{
    if (!e || depth > LIMIT_EXPR_DEPTH)
        return;
    if (e->op == EXPR_FIELD && e->field && e->field->book == book)
        seen[e->field->number / 64] |= UINT64_C(1) << (e->field->number % 64);
    for (size_t i = 0; i < e->arg_count; i++)
        gather(e->args[i], book, seen, depth + 1);
}

static void put_checks(Work *w, const Asking *a, Buf *out, const Book *book, Where at)
{
    json_array(out, "checks");
    for (size_t i = 0; i < book->check_count; i++) {
        const Check *c = &book->checks[i];
        uint64_t *seen = arena_array(w->arena, uint64_t, (size_t)book->field_room / 64 + 1);
        Str path = str_printf(w->arena, "%.*s.check%zu", STR_ARG(book->name), i + 1);
        gather(c->expr, book, seen, 0);
        json_object(out, NULL);
        json_bool(out, "warn", c->warn);
        json_text(out, "text", title_of(a, book->pack, "check", path, c->text));
        json_expr(w, a, out, "expr", c->expr, at.unit, at.day);
        json_array(out, "fields");
        for (size_t k = 0; k < book->field_count; k++) {
            int32_t n = book->fields[k]->number;
            if (seen[n / 64] >> (n % 64) & 1)
                json_text(out, NULL, book->fields[k]->name);
        }
        json_array_end(out);
        json_object_end(out);
    }
    json_array_end(out);
}

static void put_times(Buf *out, const Book *book)
{
    json_array(out, "row_key");
    for (size_t i = 0; i < book->row_key_count; i++)
        json_text(out, NULL, book->row_key[i]->name);
    json_array_end(out);
    json_text(out, "dated", book->dated ? book->dated->name : (Str){ 0 });
    json_text(out, "lives_from", book->lives_from ? book->lives_from->name : (Str){ 0 });
    json_text(out, "lives_to", book->lives_to ? book->lives_to->name : (Str){ 0 });
    bool nil = book->nil_every != PERIOD_NONE;
    json_text(out, "nil_every", nil ? str_of(period_kind_name(book->nil_every)) : (Str){ 0 });
}

static void put_details(const Asking *a, Buf *out, const Book *book)
{
    json_array(out, "details");
    for (size_t i = 0; i < a->set->book_count; i++)
        if (a->set->books[i]->parent == book)
            json_name(out, NULL, a->set->books[i]->name, book_title(a, a->set->books[i]));
    json_array_end(out);
}

static void put_states(const Asking *a, Buf *out, const Book *book)
{
    const Flow *flow = book->cases ? book->flow_type : NULL;
    json_bool(out, "cases", flow);
    json_bool(out, "reported", flow && flow_resident_move(flow));
    json_array(out, "states");
    for (size_t i = 0; flow && i < flow->state_count; i++) {
        json_object(out, NULL);
        json_text(out, "name", flow->states[i].name);
        json_text(out, "title",
                  flow_title(a, book, "state", flow->states[i].name, flow->states[i].title));
        json_bool(out, "final", flow->states[i].final);
        json_object_end(out);
    }
    json_array_end(out);
}

static void put_book(Work *w, const Asking *a, Buf *out, const Book *book, Where at)
{
    json_text(out, "name", book->name);
    json_text(out, "title", book_title(a, book));
    json_pack(w, a, out, "pack", book->pack);
    json_z(out, "form", form_name(book->form));
    json_text(out, "parent", book->parent ? book->parent->name : (Str){ 0 });
    json_text(out, "every", every_name(book));
    json_text(out, "every_book", book->every_book ? book->every_book->name : (Str){ 0 });
    json_kinds(a, out, "kinds", book->kinds, book->kind_count);
    json_array(out, "keys");
    for (size_t i = 0; i < book->key_count; i++)
        put_list(w, a, out, NULL, book, book->keys[i]);
    json_array_end(out);
    json_array(out, "fields");
    for (size_t i = 0; i < book->field_count; i++)
        put_field(w, a, out, book, book->fields[i], NULL, at);
    json_array_end(out);
    put_checks(w, a, out, book, at);
    put_times(out, book);
    json_text(out, "due", due_text(w, a, book));
    json_int(out, "minutes", book->minutes);
    json_bool(out, "confirms", book->confirms);
    json_bool(out, "anonymous", book->anonymous);
    put_details(a, out, book);
    put_states(a, out, book);
}

/* Params in checks are those of the unit that is filled in for. */
bool view_book(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asking a;
    const Book *book;
    int32_t unit = UNIT_NONE;
    Reach reach;
    TRY(asking_open(w, reader, given, n, &a));
    TRY(asking_book(w, &a, &book));
    TRY(book_reach(w, &a, book, &reach));
    if (!reach.reads)
        return view_not_found(w);
    Period p;
    TRY(asking_period(w, &a, book, &p));
    int32_t day = p.kind != PERIOD_NONE && p.last_day < a.today ? p.last_day : a.today;
    if (asking_text(&a, "unit").n)
        TRY(asking_unit(w, &a, "unit", day, &unit));
    else
        unit = reach.unit != UNIT_NONE ? reach.unit : asking_home(w, &a);
    json_object(out, NULL);
    put_book(w, &a, out, book, (Where){ unit, day });
    json_bool(out, "reads", reach.reads);
    json_bool(out, "writes", reach.writes);
    json_bool(out, "moves", book->confirms);
    json_object_end(out);
    return true;
}
