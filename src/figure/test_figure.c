#include "figure/test_figure.h"

static const char head[] = "tian 1\n"
                           "pack trial \"试\" version %d {\n"
                           "  owner  office at city\n"
                           "  basis  \"办法\", approval \"示例1号\"\n"
                           "  from   2016-01-01 to 2029-12-31\n"
                           "}\n"
                           "kind city \"市\"\n"
                           "kind county \"县\" in city\n"
                           "kind township \"乡镇\" in county\n"
                           "kind village \"村\" in township\n"
                           "role office \"办公室\" at city\n";

static void load(World *t, Str text)
{
    SourceFile file = { STR("trial.tian"), text };
    Source source = { &file, 1 };
    Problems problems = { 0 };
    CHECK(core_begin(t->w, t->core, NULL));
    if (!pack_load(t->w, t->core, &source, &problems)) {
        Buf out = buf_open(t->w->arena, 1 << 16);
        problems_print(&out, &source, &problems, LANG_EN);
        printf("%.*s%s\n", STR_ARG(buf_str(&out)), t->w->err.what ? t->w->err.what : "");
        fflush(stdout);
        CHECK(!"the pack of the test loads");
    }
    CHECK(core_commit(t->w, t->core));
    t->set = packs_set(t->w, t->core, KNOWN_NOW);
    CHECK(t->set);
}

void world_pack(World *t, const char *text)
{
    load(t, str_of(text));
}

void world_again(World *t, int version, const char *text)
{
    Str start = str_printf(t->w->arena, head, version);
    load(t, str_printf(t->w->arena, "%.*s%s", STR_ARG(start), text));
}

World world_open(const char *text)
{
    World t = { .w = work_open(env_real(), 256 << 20) };
    world_clock(&t, "2016-01-01"); /* the log's first instant: it never goes back */
    CHECK(core_memory(t.w, &t.core));
    t.f = figures_open(t.core);
    world_again(&t, 1, text);
    return t;
}

void world_close(World *t)
{
    if (!figures_prove(t->w, t->f)) {
        printf("# live columns are not what the records say: %s\n", t->w->err.what);
        test_failures++;
    }
    figures_close(&t->f);
    core_close(&t->core);
    work_close(&t->w);
}

static int32_t day_of(const char *text)
{
    int32_t day = 0;
    CHECK(day_parse(str_of(text), &day));
    return day;
}

void world_clock(World *t, const char *day)
{
    t->w->now_ms = day_first_ms(day_of(day)) + MS_PER_DAY / 2;
}

/* ---- units ---- */
int32_t world_unit(World *t, const char *code)
{
    int32_t unit = unit_find_code_ever(t->core->units, str_of(code), work_today(t->w));
    if (unit == UNIT_NONE)
        printf("# no unit %s\n", code);
    CHECK(unit != UNIT_NONE);
    return unit;
}

void world_born(World *t, const char *kind, const char *parent, const char *code, const char *day)
{
    NewUnit unit = {
        .code = str_of(code), .name = str_of(code), .day = day_of(day), .parent = UNIT_NONE
    };
    const Kind *k = set_kind(t->set, str_of(kind));
    CHECK(k);
    unit.kind = k->number;
    if (parent)
        unit.parent = world_unit(t, parent);
    int32_t made;
    CHECK(core_begin(t->w, t->core, NULL));
    if (!unit_create(t->w, t->core, &unit, &made))
        printf("# %s\n", t->w->err.what);
    CHECK(!t->w->err.code);
    CHECK(core_commit(t->w, t->core));
}

void world_units(World *t, const char *kind, const char *parent, const char *codes)
{
    Str rest = str_of(codes);
    Str code;
    while (str_next(&rest, ' ', &code))
        world_born(t, kind, parent, str_z(t->w->arena, code), "2016-01-01");
}

#define CHANGE(call)                                                                               \
    do {                                                                                           \
        CHECK(core_begin(t->w, t->core, NULL));                                                    \
        if (!(call))                                                                               \
            printf("# %s\n", t->w->err.what);                                                      \
        CHECK(!t->w->err.code);                                                                    \
        CHECK(core_commit(t->w, t->core));                                                         \
    } while (0)

void world_move(World *t, const char *code, const char *parent, const char *day)
{
    CHANGE(unit_move(t->w, t->core, world_unit(t, code), 0, world_unit(t, parent), day_of(day),
                     STR("")));
}

void world_merge(World *t, const char *from, const char *into, const char *day)
{
    int32_t units[8];
    size_t n = 0;
    Str rest = str_of(from);
    Str code;
    while (str_next(&rest, ' ', &code))
        units[n++] = world_unit(t, str_z(t->w->arena, code));
    CHANGE(unit_merge(t->w, t->core, units, n, world_unit(t, into), day_of(day), STR("")));
}

void world_split(World *t, const char *from, const char *into, const char *day)
{
    Share shares[8];
    size_t n = 0;
    int64_t all = 0;
    Str rest = str_of(into);
    Str code, num;
    while (str_next(&rest, ' ', &code) && str_next(&rest, ' ', &num)) {
        shares[n].unit = world_unit(t, str_z(t->w->arena, code));
        CHECK(num_parse_int(num, &shares[n].num));
        all += shares[n++].num;
    }
    for (size_t i = 0; i < n; i++)
        shares[i].den = all;
    CHANGE(unit_split(t->w, t->core, world_unit(t, from), shares, n, day_of(day), STR("")));
}

void world_end(World *t, const char *code, const char *day)
{
    CHANGE(unit_close(t->w, t->core, world_unit(t, code), day_of(day), STR("")));
}

/* ---- rows ---- */
static int64_t number_of(World *t, Str text)
{
    int64_t num = 0;
    int32_t day;
    if (text.n && text.p[0] == '@')
        return world_unit(t, str_z(t->w->arena, str_sub(text, 1, text.n)));
    if (day_parse(text, &day))
        return day;
    CHECK(num_parse_int(text, &num));
    return num;
}

static void set_field(World *t, RecordEdit *edit, Str name, Str value)
{
    const Field *field = book_field(edit->book, name);
    CHECK(field);
    uint64_t bit = UINT64_C(1) << (field->number % 64);
    if (value.n == 0) { /* x=: missing */
        edit->known[field->number / 64] &= ~bit;
        edit->texts[field->number] = (Str){ 0 };
        return;
    }
    edit->known[field->number / 64] |= bit;
    if (type_is_number(field->type))
        edit->nums[field->number] = number_of(t, value);
    else
        edit->texts[field->number] = value;
}

static void set_fields(World *t, RecordEdit *edit, const char *fields)
{
    int32_t items[8] = { 0 };
    Str rest = str_copy(t->w->arena, str_of(fields));
    Str pair;
    while (fields[0] && str_next(&rest, ' ', &pair)) {
        Str name, value = pair;
        CHECK(str_next(&value, '=', &name));
        if (name.p[0] != '#') {
            set_field(t, edit, name, value);
            continue;
        }
        for (size_t i = 0; i < edit->book->key_count; i++)
            if (str_eq(edit->book->keys[i]->name, str_sub(name, 1, name.n)))
                items[i] = (int32_t)number_of(t, value);
    }
    if (edit->book->form == BOOK_PER && edit->book->key_count)
        edit->ord = book_ord(edit->book, items);
    RecordRow row = { .unit = edit->unit,
                      .ord = edit->ord,
                      .period = edit->period,
                      .parent = edit->parent,
                      .state = RECORD_FILED,
                      .texts = edit->texts,
                      .entered_day = work_today(t->w),
                      .pack = edit->book->pack->version };
    CHECK(row_compute(t->w, t->f, edit->book, &row, edit->nums, edit->known));
}

static const Book *book_of(World *t, const char *name)
{
    const Book *book = set_book(t->set, str_of(name));
    if (!book)
        printf("# no book %s\n", name);
    CHECK(book);
    return book;
}

static int64_t period_of(const char *text)
{
    Period p = { .code = 0 };
    if (text && text[0] == '#') { /* the record of a round */
        int64_t ord;
        CHECK(num_parse_int(str_of(text + 1), &ord));
        return PERIOD_RECORD_BASE + ord;
    }
    CHECK(!text || period_parse(str_of(text), &p));
    return p.code;
}

static int64_t put(World *t, RecordEdit *edit)
{
    int64_t seq;
    CHANGE(record_put(t->w, t->core, edit, &seq));
    return edit->ord;
}

int64_t world_file(World *t, const char *book, const char *unit, const char *period,
                   const char *fields)
{
    RecordEdit edit = record_edit_new(t->w->arena, book_of(t, book));
    edit.unit = world_unit(t, unit);
    edit.period = period_of(period);
    set_fields(t, &edit, fields);
    return put(t, &edit);
}

void world_file_year(World *t, const char *book, const char *unit, int year, const char *fields)
{
    for (int month = 1; month <= 12; month++)
        (void)world_file(t, book, unit, arena_printf(t->w->arena, "%04d-%02d", year, month),
                         fields);
}

int64_t world_detail(World *t, const char *book, const char *unit, int64_t parent,
                     const char *fields)
{
    RecordEdit edit = record_edit_new(t->w->arena, book_of(t, book));
    edit.unit = world_unit(t, unit);
    edit.parent = parent;
    set_fields(t, &edit, fields);
    return put(t, &edit);
}

static RecordEdit edit_again(World *t, const char *book, const char *unit, const char *period,
                             int64_t ord)
{
    const Book *b = book_of(t, book);
    const RecordRow *row = record_find(t->w, t->core, b, unit ? world_unit(t, unit) : UNIT_NONE,
                                       period_of(period), ord, KNOWN_NOW);
    CHECK(row);
    return record_edit_of(t->w->arena, b, row);
}

RecordEdit world_edit(World *t, const char *book, const char *unit, const char *fields)
{
    RecordEdit edit = record_edit_new(t->w->arena, book_of(t, book));
    edit.unit = world_unit(t, unit);
    set_fields(t, &edit, fields);
    return edit;
}

RecordEdit world_edit_again(World *t, const char *book, int64_t ord, const char *fields,
                            const RecordRow **ret)
{
    const Book *b = book_of(t, book);
    *ret = record_find(t->w, t->core, b, UNIT_NONE, 0, ord, KNOWN_NOW);
    CHECK(*ret);
    RecordEdit edit = record_edit_of(t->w->arena, b, *ret);
    set_fields(t, &edit, fields);
    return edit;
}

void world_correct(World *t, const char *book, const char *unit, const char *period, int64_t ord,
                   const char *fields)
{
    RecordEdit edit = edit_again(t, book, unit, period, ord);
    set_fields(t, &edit, fields);
    (void)put(t, &edit);
}

void world_state(World *t, const char *book, const char *unit, const char *period, int64_t ord,
                 RecordState state)
{
    RecordEdit edit = edit_again(t, book, unit, period, ord);
    edit.state = state;
    edit.reason = STR("原因");
    (void)put(t, &edit);
}

void world_change(World *t, const char *book, int64_t ord, const char *day, const char *fields)
{
    RecordEdit edit = edit_again(t, book, NULL, NULL, ord);
    edit.from_day = day_of(day);
    set_fields(t, &edit, fields);
    (void)put(t, &edit);
}

void world_nil(World *t, const char *book, const char *unit, const char *period)
{
    RecordEdit edit = record_edit_new(t->w->arena, book_of(t, book));
    edit.unit = world_unit(t, unit);
    edit.period = period_of(period);
    edit.nil = true;
    (void)put(t, &edit);
}

/* ---- answers ---- */
static Str text_of(World *t, const Value *v)
{
    Arena *arena = t->w->arena;
    Str text;
    if (v->state != VALUE_OK)
        text = str_of(value_reason_name(v->state));
    else if (v->type.kind == TYPE_BOOL)
        text = v->num ? STR("true") : STR("false");
    else if (v->type.kind == TYPE_ITEM)
        text = list_item_number(v->type.list, (int32_t)v->num)->name;
    else if (v->type.kind == TYPE_RATIO && v->den != 1)
        text = str_printf(arena, "%lld/%lld", (long long)v->num, (long long)v->den);
    else
        text = num_print(arena, v->num, v->type.kind == TYPE_RATIO ? 0 : v->type.scale);
    if (v->covered && v->reported != v->expected)
        text = str_printf(arena, "%.*s %lld/%lld", STR_ARG(text), (long long)v->reported,
                          (long long)v->expected);
    return text;
}

static const char *answer(World *t, const char *text, const char *day)
{
    Problems problems = { 0 };
    Expr *e = expr_compile(t->w, t->set, str_of(text), &problems);
    if (!e) {
        for (size_t i = 0; i < problems.n; i++)
            printf("# %s: %s\n", text, problems.at[i].what);
        return "does not compile";
    }
    Ask ask = { .unit = UNIT_NONE, .known_day = day ? day_of(day) : 0 };
    Value live, again;
    if (!figure_expr(t->w, t->f, e, &ask, &live)) {
        printf("# %s: %s\n", text, t->w->err.what);
        work_clear(t->w);
        return "failed";
    }
    Str first = text_of(t, &live);
    figures_forget(t->f);
    CHECK(figure_expr(t->w, t->f, e, &ask, &again));
    Str second = text_of(t, &again);
    if (!str_eq(first, second)) {
        printf("# %s: live %.*s, computed again %.*s\n", text, STR_ARG(first), STR_ARG(second));
        test_failures++;
    }
    CHECK(figure_expr(t->w, t->f, e, &ask, &again)); /* leaves live columns for the next change */
    return str_z(t->w->arena, first);
}

const char *says(World *t, const char *expr)
{
    return answer(t, expr, NULL);
}

const char *says_known(World *t, const char *expr, const char *day)
{
    return answer(t, expr, day);
}
