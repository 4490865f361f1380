/* The given fields of a command as values. */
#include "base/words.h"
#include "command/command_int.h"

Str given_of(const Cell *given, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(given[i].column, name))
            return given[i].text;
    return STR("");
}

Str given_text(const CommandAsk *ask, const char *name)
{
    return str_trim(given_of(ask->given, ask->n, name));
}

bool given_has(const CommandAsk *ask, const char *name)
{
    for (size_t i = 0; i < ask->n; i++)
        if (str_is(ask->given[i].column, name))
            return true;
    return false;
}

bool row_has_field(const CommandRow *row, Str column)
{
    for (size_t f = 0; f < sizeof row->fields / sizeof *row->fields && row->fields[f].name; f++)
        if (str_is(column, row->fields[f].name))
            return true;
    return false;
}

bool given_fault(Work *w, const CommandAsk *ask, CommandDone *done, const char *name,
                 const char *what)
{
    Str title = str_of(name);
    for (size_t f = 0; f < sizeof ask->row->fields / sizeof *ask->row->fields; f++)
        if (ask->row->fields[f].name && strcmp(ask->row->fields[f].name, name) == 0)
            title = str_of(ask->row->fields[f].zh);
    *list_push(w->arena, &done->faults) = (Fault){
        .column = title, .field = str_of(name), .given = given_text(ask, name), .what = what
    };
    return fail(w, ERR_BAD_INPUT, "command.refused n=%zu", done->faults.n);
}

bool given_day(Work *w, const CommandAsk *ask, CommandDone *done, const char *name, int32_t *ret)
{
    Str text = given_text(ask, name);
    *ret = work_today(w);
    if (text.n && !day_parse(text, ret))
        return given_fault(w, ask, done, name, "fault.type.date");
    return true;
}

bool given_int(Work *w, const CommandAsk *ask, CommandDone *done, const char *name, int64_t *ret)
{
    Str text = given_text(ask, name);
    *ret = 0;
    if (text.n && !num_parse_int(text, ret))
        return given_fault(w, ask, done, name, "fault.type.int");
    return true;
}

bool given_unit(Work *w, Kernel *k, const CommandAsk *ask, const char *name, int32_t day,
                int32_t *ret)
{
    Str code = given_text(ask, name);
    *ret = unit_find_code_ever(k->core->units, code, day);
    return *ret != UNIT_NONE ? true : fail(w, ERR_NOT_FOUND, "main.unit code=%.*s", STR_ARG(code));
}

bool given_kind(Work *w, Kernel *k, const CommandAsk *ask, const Kind **ret)
{
    Str name = given_text(ask, "kind");
    const PackSet *set = packs_set(w, k->core, KNOWN_NOW);
    *ret = set ? set_kind(set, name) : NULL;
    return *ret ? true : fail(w, ERR_NOT_FOUND, "main.kind name=%.*s", STR_ARG(name));
}

bool given_book(Work *w, Kernel *k, const CommandAsk *ask, const Book **ret)
{
    Str name = given_text(ask, "book");
    const PackSet *set = packs_set(w, k->core, KNOWN_NOW);
    *ret = set ? set_book(set, name) : NULL;
    return *ret ? true : fail(w, ERR_NOT_FOUND, "main.no_book name=%.*s", STR_ARG(name));
}

bool given_role(Work *w, Kernel *k, const CommandAsk *ask, const Role **ret)
{
    Str name = given_text(ask, "role");
    const PackSet *set = packs_set(w, k->core, KNOWN_NOW);
    *ret = set ? set_role(set, name) : NULL;
    return *ret ? true : fail(w, ERR_NOT_FOUND, "command.role name=%.*s", STR_ARG(name));
}

/* ---- one row of a book ---- */

static const Item *item_of(const List *list, Str text)
{
    for (size_t i = 0; i < list->item_count; i++)
        if (str_eq(list->items[i].name, text) || str_eq(list->items[i].title, text))
            return &list->items[i];
    return NULL;
}

/* The items of a return's keys; a number, where it is given, stands for all of them. */
static bool given_keys(Work *w, const CommandAsk *ask, CommandDone *done, Spot *spot)
{
    const Book *book = spot->book;
    int32_t *items = arena_array(w->arena, int32_t, book->key_count + 1);
    for (size_t i = 0; i < book->key_count; i++) {
        const char *name = str_z(w->arena, book->keys[i]->name);
        Str text = given_text(ask, name);
        if (!text.n)
            text = given_text(ask, str_z(w->arena, book->keys[i]->title));
        const Item *item = item_of(book->keys[i], text);
        if (!item)
            return given_fault(w, ask, done, name,
                               text.n ? "fault.type.key" : "fault.required.key");
        items[i] = item->number;
    }
    spot->ord = book->key_count ? book_ord(book, items) : 0;
    return true;
}

/* A period of one's own is the number of a row: "#3". */
static bool given_period(Work *w, const CommandAsk *ask, CommandDone *done, int64_t *ret)
{
    Str text = given_text(ask, "period");
    Period period = { .kind = PERIOD_NONE };
    int64_t ord = 0;
    *ret = 0;
    if (str_starts(text, STR("#")) && num_parse_int(str_sub(text, 1, text.n), &ord) && ord > 0) {
        *ret = PERIOD_RECORD_BASE + ord;
        return true;
    }
    if (text.n && !period_parse(text, &period))
        return given_fault(w, ask, done, "period", "fault.period.unreadable");
    *ret = period.code;
    return true;
}

/* Beside the row's own fields only the keys of the book name its row. */
static bool only_keys(Work *w, const CommandAsk *ask, const Book *book)
{
    for (size_t i = 0; i < ask->n; i++) {
        Str column = ask->given[i].column;
        bool known = row_has_field(ask->row, column);
        for (size_t j = 0; j < book->key_count; j++)
            known = known || str_eq(column, book->keys[j]->name) ||
                    str_eq(column, book->keys[j]->title);
        if (!known)
            return fail(w, ERR_BAD_INPUT, "command.field name=%.*s command=%s", STR_ARG(column),
                        ask->row->name);
    }
    return true;
}

bool given_spot(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done, Spot *ret)
{
    int64_t number = 0;
    *ret = (Spot){ .unit = UNIT_NONE };
    TRY(given_book(w, k, ask, &ret->book));
    TRY(only_keys(w, ask, ret->book));
    TRY(given_unit(w, k, ask, "unit", work_today(w), &ret->unit));
    TRY(given_period(w, ask, done, &ret->period));
    TRY(given_int(w, ask, done, "number", &number));
    ret->ord = number;
    bool keyed = ret->book->form == BOOK_PER && !given_text(ask, "number").n;
    if (ret->book->form == BOOK_PER && (number < 0 || number >= book_cells(ret->book)))
        return given_fault(w, ask, done, "number", "fault.type.record");
    return !keyed || given_keys(w, ask, done, ret);
}
