/* One step of a test, through the ordinary commands. A unit's code is its name in the test. */
#include <stdarg.h>
#include <stdio.h>

#include "base/words.h"
#include "command/check_int.h"

#define TEST_BORN day_make(2000, 1, 1)

void step_fail(Work *w, TestRun *t, const Step *step, const char *format, ...)
{
    char text[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    Str words = word_text(w->arena, text, t->lang);
    Str file = (size_t)step->place.file < t->source->n ? t->source->files[step->place.file].name
                                                       : STR("?");
    Str line = str_trim(test_line(t, step->place));
    buf_printf(t->out, "%.*s:%d: %.*s\n    %.*s\n", STR_ARG(file), step->place.line, STR_ARG(words),
               STR_ARG(line));
    t->failed = true;
    t->faults++;
}

Str test_line(const TestRun *t, Place place)
{
    Str line = STR("");
    if (place.file < 0 || (size_t)place.file >= t->source->n)
        return line;
    Str rest = t->source->files[place.file].text;
    for (int32_t i = 0; i < place.line; i++)
        (void)str_next(&rest, '\n', &line);
    return line;
}

bool step_unit_need(Work *w, TestRun *t, Str name, int32_t *ret)
{
    *ret = unit_find_code_ever(t->k.core->units, name, work_today(w));
    return *ret != UNIT_NONE ? true
                             : fail(w, ERR_BAD_INPUT, "check.no_unit name=%.*s", STR_ARG(name));
}

const Named *named_find(const TestRun *t, Str name)
{
    for (size_t i = 0; i < t->named.n; i++)
        if (str_eq(t->named.at[i].name, name))
            return &t->named.at[i];
    return NULL;
}

/* ---- units ---- */
static bool step_unit(Work *w, TestRun *t, const Step *s)
{
    int32_t parent = UNIT_NONE;
    if (s->unit.n)
        TRY(step_unit_need(w, t, s->unit, &parent));
    for (size_t i = 0; i < s->name_count; i++) {
        NewUnit unit = { .code = s->names[i],
                         .name = s->names[i],
                         .kind = s->kind->number,
                         .parent = parent,
                         .day = s->day ? s->day : TEST_BORN };
        int32_t made;
        TRY(unit_create(w, t->k.core, &unit, &made));
    }
    return true;
}

static bool step_put(Work *w, TestRun *t, const Step *s)
{
    const Tree *tree = s->tree.n ? set_tree(t->set, s->tree) : t->set->trees[0];
    int32_t parent;
    TRY(step_unit_need(w, t, s->unit, &parent));
    for (size_t i = 0; i < s->name_count; i++) {
        int32_t unit;
        TRY(step_unit_need(w, t, s->names[i], &unit));
        TRY(unit_move(w, t->k.core, unit, tree->number, parent, s->day ? s->day : TEST_BORN,
                      STR("test")));
    }
    return true;
}

static bool step_life(Work *w, TestRun *t, const Step *s)
{
    int32_t units[64];
    int32_t other = UNIT_NONE;
    Share shares[8];
    for (size_t i = 0; i < s->name_count && i < 64; i++)
        TRY(step_unit_need(w, t, s->names[i], &units[i]));
    if (s->unit.n && (s->op == STEP_MERGE || s->op == STEP_SPLIT))
        TRY(step_unit_need(w, t, s->unit, &other));
    if (s->op == STEP_MERGE)
        return unit_merge(w, t->k.core, units, s->name_count, other, s->day, STR("test"));
    if (s->op == STEP_RENAME)
        return unit_rename(w, t->k.core, units[0], s->because, s->day, STR("test"));
    if (s->op == STEP_RECODE)
        return unit_recode(w, t->k.core, units[0], s->because, s->day, STR("test"));
    if (s->op == STEP_SPLIT) {
        for (size_t i = 0; i < s->name_count && i < 8; i++)
            shares[i] = (Share){ units[i], s->shares[i * 2], s->shares[i * 2 + 1] };
        return unit_split(w, t->k.core, other, shares, s->name_count, s->day, STR("test"));
    }
    for (size_t i = 0; i < s->name_count; i++)
        TRY(unit_close(w, t->k.core, units[i], s->day, STR("test")));
    return true;
}

/* ---- rows ---- */
/* Values as written; a record called by its name in the test becomes its number. */
bool step_row(Work *w, TestRun *t, const Step *s, StepRow *row)
{
    size_t n = 0;
    for (size_t i = 0; i < s->value_count && n < CELLS_MAX; i++) {
        const Named *record = named_find(t, s->values[i].text);
        const Field *field = book_field(s->book, s->values[i].field);
        Str text = s->values[i].text;
        if (record && field && field->type.kind == TYPE_RECORD)
            text = str_printf(w->arena, "%lld", (long long)record->ord);
        if (text.n >= 2 && text.p[0] == '"' && text.p[text.n - 1] == '"')
            text = str_sub(text, 1, text.n - 2);
        bool file = field && (field->type.kind == TYPE_IMAGE || field->type.kind == TYPE_FILE);
        if (file && str_is(text, "sample")) /* of a test: something is attached */
            TRY(blob_put(w, t->k.core, 0, STR("sample"), &text));
        row->cells[n++] = (Cell){ s->values[i].field, text };
    }
    for (size_t i = 0; i < s->key_count && n < CELLS_MAX; i++)
        row->cells[n++] = (Cell){ s->book->keys[i]->name, s->keys[i] };
    row->filled = (Filled){ .unit = s->unit, .cells = row->cells, .cell_count = n };
    const Named *parent = s->book->form == BOOK_UNDER ? named_find(t, s->unit) : NULL;
    if (parent && n < CELLS_MAX) {
        row->cells[n++] =
            (Cell){ STR("parent"), str_printf(w->arena, "%lld", (long long)parent->ord) };
        row->filled.cell_count = n;
        row->filled.unit = unit_code(t->k.core->units, parent->unit, work_today(w), KNOWN_NOW);
    }
    return true;
}

static bool because_fits(Work *w, const Step *s, const Faults *faults, const char *what)
{
    for (size_t i = 0; i < faults->n; i++) {
        if (faults->at[i].warning)
            continue;
        if (s->because_quoted ? str_eq(faults->at[i].own_words, s->because)
                              : str_eq(fault_reason(faults->at[i].what), s->because))
            return true;
    }
    (void)w;
    return what && !s->because_quoted && str_eq(fault_reason(what), s->because);
}

static Str faults_text(Work *w, TestRun *t, const Faults *faults)
{
    Buf out = buf_open(w->arena, 1 << 16);
    for (size_t i = 0; i < faults->n; i++)
        if (!faults->at[i].warning) {
            buf_put(&out, fault_text(w->arena, &faults->at[i], t->lang));
            buf_putc(&out, ' ');
        }
    return buf_str(&out);
}

void step_judge(Work *w, TestRun *t, const Step *s, const Faults *faults, const char *what,
                bool accepted)
{
    if (!s->refuse && !accepted) {
        Str why = what ? word_text(w->arena, what, t->lang) : faults_text(w, t, faults);
        step_fail(w, t, s, "check.refused why=%.*s", STR_ARG(why));
    } else if (s->refuse && accepted) {
        step_fail(w, t, s, "check.accepted because=%.*s", STR_ARG(s->because));
    } else if (s->refuse && !because_fits(w, s, faults, what)) {
        Str why = what ? word_text(w->arena, what, t->lang) : faults_text(w, t, faults);
        step_fail(w, t, s, "check.other_reason because=%.*s why=%.*s", STR_ARG(s->because),
                  STR_ARG(why));
    }
}

/* Files one row in an act of its own; a refusal leaves nothing behind. */
static bool file_row(Work *w, TestRun *t, const Step *s, const Filled *filled, Period period,
                     int64_t *ret_ord)
{
    Faults faults = { 0 };
    Judge judge = judge_of(t->k.figures);
    bool accepted = false;
    TRY(core_begin(w, t->k.core, NULL));
    bool ok =
        book_file(w, t->k.core, &judge, s->book, filled, 0, period, &faults, &accepted, ret_ord);
    if (ok && accepted)
        TRY(core_commit(w, t->k.core));
    const char *what = ok ? NULL : w->err.what;
    if (!ok || !accepted) {
        if (!ok && w->err.code == ERR_STORE)
            return false;
        work_clear(w);
        TRY(core_rollback(w, t->k.core));
    }
    step_judge(w, t, s, &faults, what, accepted);
    return true;
}

static bool record_period(Work *w, TestRun *t, const Step *s, Period *ret)
{
    *ret = s->period;
    if (!s->period_name.n)
        return true;
    const Named *round = named_find(t, s->period_name);
    if (!round)
        return fail(w, ERR_BAD_INPUT, "check.no_record name=%.*s", STR_ARG(s->period_name));
    *ret = (Period){ .kind = PERIOD_RECORD, .code = PERIOD_RECORD_BASE + round->ord };
    const RecordRow *row =
        record_find(w, t->k.core, round->book, round->unit, 0, round->ord, KNOWN_NOW);
    const Book *book = round->book;
    if (row && book->lives_from && row_known(row, book->lives_from->number))
        ret->first_day = (int32_t)row->nums[book->lives_from->number];
    if (row && book->lives_to && row_known(row, book->lives_to->number))
        ret->last_day = (int32_t)row->nums[book->lives_to->number];
    return true;
}

/* each month of a year, each item of a key list, or just the one cell */
static bool step_file(Work *w, TestRun *t, const Step *s)
{
    StepRow *row = arena_new(w->arena, StepRow);
    Period period;
    int64_t ord;
    TRY(step_row(w, t, s, row));
    TRY(record_period(w, t, s, &period));
    if (s->each && s->each_kind != PERIOD_NONE) {
        Period at = period_of_day(s->each_kind, period.first_day);
        for (; at.first_day <= period.last_day; at = period_shift(at, 1))
            TRY(file_row(w, t, s, &row->filled, at, &ord));
        return true;
    }
    if (!s->each)
        return file_row(w, t, s, &row->filled, period, &ord);
    size_t last = s->book->key_count - 1;
    const List *list = s->book->keys[last];
    size_t n = row->filled.cell_count;
    for (size_t i = 0; i < list->item_count; i++) {
        row->cells[n] = (Cell){ list->name, list->items[i].name };
        row->filled.cell_count = n + 1;
        TRY(file_row(w, t, s, &row->filled, period, &ord));
    }
    return true;
}

static bool step_add(Work *w, TestRun *t, const Step *s)
{
    StepRow *row = arena_new(w->arena, StepRow);
    Period period;
    int64_t ord = 0;
    TRY(step_row(w, t, s, row));
    TRY(record_period(w, t, s, &period));
    TRY(file_row(w, t, s, &row->filled, period, &ord));
    if (s->refuse || !ord)
        return true;
    int32_t unit;
    TRY(step_unit_need(w, t, row->filled.unit, &unit));
    *list_push(w->arena, &t->named) = (Named){ s->names[0], s->book, unit, ord };
    return true;
}

/* confirm, return, void: of a named record, or of a cell */
static bool step_move(Work *w, TestRun *t, const Step *s)
{
    RecordState to = s->op == STEP_CONFIRM  ? RECORD_CONFIRMED
                     : s->op == STEP_RETURN ? RECORD_RETURNED
                                            : RECORD_VOID;
    const Named *record = s->name_count ? named_find(t, s->names[0]) : NULL;
    const Book *book = record ? record->book : s->book;
    int32_t unit = record ? record->unit : UNIT_NONE;
    int64_t ord = record ? record->ord : 0;
    Period period = { .kind = PERIOD_NONE };
    if (!record) {
        TRY(step_unit_need(w, t, s->unit, &unit));
        TRY(record_period(w, t, s, &period));
        int32_t items[8];
        for (size_t i = 0; i < s->key_count && i < 8; i++) {
            const Item *item = list_item(book->keys[i], s->keys[i]);
            items[i] = item ? item->number : 1;
        }
        ord = book->key_count ? book_ord(book, items) : 0;
    }
    TRY(core_begin(w, t->k.core, NULL));
    if (!book_move(w, t->k.core, book, unit, period.code, ord, to, STR("test"))) {
        const char *what = w->err.what;
        Faults none = { 0 };
        work_clear(w);
        TRY(core_rollback(w, t->k.core));
        Str why = word_text(w->arena, what, t->lang);
        if (!s->refuse)
            step_fail(w, t, s, "check.refused why=%.*s", STR_ARG(why));
        else if (!because_fits(w, s, &none, what))
            step_fail(w, t, s, "check.other_reason because=%.*s why=%.*s", STR_ARG(s->because),
                      STR_ARG(why));
        return true;
    }
    if (s->refuse)
        step_fail(w, t, s, "check.accepted because=%.*s", STR_ARG(s->because));
    return core_commit(w, t->k.core);
}

static bool step_set(Work *w, TestRun *t, const Step *s)
{
    const Param *param = set_param(t->set, s->names[0]);
    Value v;
    Ask ask = { .unit = 0, .period = period_of_day(PERIOD_YEAR, work_today(w)) };
    if (!param)
        return fail(w, ERR_BAD_INPUT, "check.no_param name=%.*s", STR_ARG(s->names[0]));
    TRY(figure_expr(w, t->k.figures, s->expr, &ask, &v));
    Int128 scaled;
    if (v.state != VALUE_OK ||
        !num_rescale(v.num, v.type.scale, param->type.scale, ROUND_HALF, &scaled))
        return fail(w, ERR_BAD_INPUT, "check.no_param name=%.*s", STR_ARG(s->names[0]));
    return param_set(w, t->k.core, param, UNIT_NONE, (int64_t)scaled, TEST_BORN);
}

static bool in_act(Work *w, TestRun *t, const Step *s,
                   bool (*step)(Work *w, TestRun *t, const Step *s))
{
    TRY(core_begin(w, t->k.core, NULL));
    TRY(step(w, t, s));
    return core_commit(w, t->k.core);
}

bool step_run(Work *w, TestRun *t, const Step *s)
{
    int64_t kept = t->now_ms;
    if (s->at_ms)
        t->now_ms = s->at_ms;
    w->now_ms = t->now_ms;
    t->seen_ms = t->now_ms > t->seen_ms ? t->now_ms : t->seen_ms;
    bool ok = true;
    switch (s->op) {
    case STEP_CLOCK: kept = day_first_ms(s->day) + MS_PER_DAY / 2; break;
    case STEP_AT:
    case STEP_CALENDAR: break;
    case STEP_UNIT: ok = in_act(w, t, s, step_unit); break;
    case STEP_PUT: ok = in_act(w, t, s, step_put); break;
    case STEP_SET: ok = in_act(w, t, s, step_set); break;
    case STEP_FILE: ok = step_file(w, t, s); break;
    case STEP_ADD: ok = s->book->cases ? run_case_add(w, t, s) : step_add(w, t, s); break;
    case STEP_RETURN:
    case STEP_CONFIRM:
    case STEP_VOID: ok = step_move(w, t, s); break;
    case STEP_EXPECT:
    case STEP_EXPECT_MISSING:
    case STEP_EXPECT_COVERAGE: ok = step_expect(w, t, s); break;
    case STEP_MERGE:
    case STEP_SPLIT:
    case STEP_CLOSE:
    case STEP_RENAME:
    case STEP_RECODE: ok = in_act(w, t, s, step_life); break;
    case STEP_MOVE: ok = run_case_move(w, t, s); break;
    case STEP_TICK: ok = run_tick(w, t); break;
    case STEP_EXPECT_CASE: ok = run_expect_case(w, t, s); break;
    }
    t->now_ms = kept;
    w->now_ms = kept;
    return ok;
}
