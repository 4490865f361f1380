#include "core/test_core.h"

#include <stdarg.h>

static const char head[] = "tian 1\n"
                           "pack trial \"试\" version %d {\n"
                           "  owner  office at city\n"
                           "  basis  \"办法\", approval \"示例1号\"\n"
                           "  from   2016-01-01 to 2035-12-31\n"
                           "}\n";

static const char body[] =
    "kind city \"市\"\n"
    "kind county \"县\" in city\n"
    "kind farm \"场\" in county\n"
    "role office \"办公室\" at city | county\n"
    "role keeper \"场长\" at farm\n"
    "role reader \"查阅员\" at city | county\n"
    "role poster \"系统员\" at city duty system\n"
    "role namer \"人事员\" at city duty people\n"
    "role watcher \"审计员\" at city duty audit\n"
    "param least int \"最少\" = 5 min 1 max 9 open county\n"
    "list sort \"种类\" {\n"
    "  wheat \"小麦\"\n"
    "  oats  \"燕麦\"\n"
    "}\n"
    "list field_side \"方位\" {\n"
    "  north \"北\"\n"
    "  south \"南\"\n"
    "}\n"
    "flow seen \"确认\" {\n"
    "  state filed     \"已报\"\n"
    "  state confirmed \"已确认\" final\n"
    "  new   -> filed     \"报送\" by author\n"
    "  filed -> confirmed \"确认\" by office at county except author\n"
    "  filed -> filed     \"退回\" by office at county { why text(200) \"原因\" }\n"
    "}\n"
    "book crop \"收成\" per farm every month {\n"
    "  tons  int \"吨\" min 0\n"
    "  price money \"单价\" min 0 optional\n"
    "  note  text(40) \"说明\" optional\n"
    "  check tons <= 100 \"太多了\"\n"
    "  due 5d after end\n"
    "  flow seen\n"
    "  read  anyone\n"
    "  write keeper at farm\n"
    "}\n"
    "book plot \"地块\" per farm, sort, field_side every year {\n"
    "  rows  int \"行数\"\n"
    "  read  anyone\n"
    "  write keeper at farm\n"
    "}\n"
    "book loan \"借物\" of farm lives lent to back {\n"
    "  no    text(20) \"号\" unique\n"
    "  lent  date \"借出\"\n"
    "  back  date \"归还\" optional\n"
    "  grade int \"等级\" changes optional\n"
    "  who   contact \"联系人\" optional private(\"联系\", keep 1y after back)\n"
    "  read  anyone\n"
    "  write keeper at farm\n"
    "}\n"
    "book loan_part \"借物明细\" under loan {\n"
    "  piece text(20) \"件\"\n"
    "}\n";

Source world_source(Work *w, int version, const char *from, const char *to)
{
    Str text = str_printf(w->arena, head, version);
    Buf out = buf_open(w->arena, 1 << 16);
    Str all = str_of(body);
    size_t at = from ? str_find(all, str_of(from)) : SIZE_MAX;
    CHECK(!from || at != SIZE_MAX);
    buf_put(&out, text);
    buf_put(&out, str_sub(all, 0, at));
    if (from) {
        buf_putz(&out, to);
        buf_put(&out, str_sub(all, at + strlen(from), all.n));
    }
    SourceFile *file = arena_new(w->arena, SourceFile);
    *file = (SourceFile){ STR("trial.tian"), buf_str(&out) };
    return (Source){ file, 1 };
}

static void show_problems(Work *w, const Source *source, const Problems *problems)
{
    Buf out = buf_open(w->arena, 1 << 16);
    problems_print(&out, source, problems, LANG_ZH);
    printf("%.*s", STR_ARG(buf_str(&out)));
    fflush(stdout); /* a broken claim follows */
}

bool world_load(World *t, int version, const char *from, const char *to, Problems *problems)
{
    Source source = world_source(t->w, version, from, to);
    CHECK(core_begin(t->w, t->core, NULL));
    if (!pack_load(t->w, t->core, &source, problems)) {
        work_clear(t->w);
        CHECK(core_rollback(t->w, t->core));
        return false;
    }
    CHECK(core_commit(t->w, t->core));
    t->set = packs_set(t->w, t->core, KNOWN_NOW);
    CHECK(t->set);
    return true;
}

static int32_t make_unit(World *t, const char *code, const char *kind, int32_t parent)
{
    NewUnit unit = { .code = str_of(code),
                     .name = str_of(code),
                     .kind = set_kind(t->set, str_of(kind))->number,
                     .parent = parent,
                     .day = day_make(2016, 1, 1),
                     .basis = STR("") };
    int32_t made = UNIT_NONE;
    CHECK(unit_create(t->w, t->core, &unit, &made));
    return made;
}

/* The pack and the units in an empty store. */
static void furnish(World *t)
{
    Problems problems = { 0 };
    if (!world_load(t, 1, NULL, NULL, &problems)) {
        Source source = world_source(t->w, 1, NULL, NULL);
        show_problems(t->w, &source, &problems);
        check_failed("the pack of the tests compiles", __FILE__, __LINE__);
    }
    CHECK(core_begin(t->w, t->core, NULL));
    t->city = make_unit(t, "C", "city", UNIT_NONE);
    t->county = make_unit(t, "A", "county", t->city);
    t->farm[0] = make_unit(t, "F1", "farm", t->county);
    t->farm[1] = make_unit(t, "F2", "farm", t->county);
    t->farm[2] = make_unit(t, "F3", "farm", t->county);
    CHECK(core_commit(t->w, t->core));
}

World world_open(void)
{
    World t = { .w = work_open(env_real(), 64 << 20) };
    world_clock(&t, "2022-03-01"); /* before the store is made: its time never runs back */
    if (!core_memory(t.w, &t.core)) {
        printf("# %s\n", t.w->err.what);
        check_failed("a core in memory", __FILE__, __LINE__);
    }
    furnish(&t);
    return t;
}

World world_open_on(const char *dir, const char *url)
{
    World t = { .w = work_open(env_real(), 64 << 20) };
    world_clock(&t, "2022-03-01");
    if (!store_init(t.w, dir, url) || !core_open(t.w, dir, DB_WRITE, &t.core)) {
        printf("# %s\n", t.w->err.what);
        check_failed("a core on disk", __FILE__, __LINE__);
    }
    furnish(&t);
    return t;
}

void world_close(World *t)
{
    core_close(&t->core);
    work_close(&t->w);
}

void world_clock(World *t, const char *day)
{
    int32_t number = 0;
    CHECK(day_parse(str_of(day), &number));
    t->w->now_ms = day_first_ms(number) + MS_PER_DAY / 2;
}

int64_t period_code(const char *text)
{
    Period p = { .code = 0 };
    CHECK(!text || period_parse(str_of(text), &p));
    return p.code;
}

static void set_value(World *t, RecordEdit *edit, const char *name, va_list *args)
{
    const Field *f = book_field(edit->book, str_of(name));
    CHECK(f);
    edit->known[f->number / 64] |= UINT64_C(1) << (f->number % 64);
    if (type_is_number(f->type))
        edit->nums[f->number] = va_arg(*args, int);
    else
        edit->texts[f->number] = str_copy(t->w->arena, str_of(va_arg(*args, const char *)));
}

int64_t world_file(World *t, const char *book, int32_t unit, const char *period, ...)
{
    const Book *b = set_book(t->set, str_of(book));
    CHECK(b);
    RecordEdit edit = record_edit_new(t->w->arena, b);
    edit.unit = unit;
    edit.period = period_code(period);
    va_list args;
    va_start(args, period);
    for (const char *name; (name = va_arg(args, const char *)) != NULL;)
        set_value(t, &edit, name, &args);
    va_end(args);
    int64_t seq = 0;
    CHECK(core_begin(t->w, t->core, NULL));
    CHECK(record_put(t->w, t->core, &edit, &seq));
    CHECK(core_commit(t->w, t->core));
    return edit.ord;
}

const RecordRow *world_row(World *t, const char *book, int32_t unit, const char *period,
                           int64_t ord, int64_t known)
{
    const Book *b = set_book(t->set, str_of(book));
    return record_find(t->w, t->core, b, unit, period_code(period), ord, known);
}

int64_t world_num(World *t, const RecordRow *row, const char *book, const char *field)
{
    const Book *b = set_book(t->set, str_of(book));
    const Field *f = b ? book_field(b, str_of(field)) : NULL;
    CHECK(row && f && row_known(row, f->number));
    return row->nums[f->number];
}
