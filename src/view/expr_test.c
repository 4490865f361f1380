/* The shared vectors: expressions of packs as the client gets them, over rows, with the answers
 * that the kernel gives. The answers stand in vectors.def by hand; the file is made from what was
 * computed (EXPR_WRITE=1 writes it anew), and the staff app is held to the same file. */
#include <stdio.h>

#include "figure/test_figure.h"
#include "view/view_int.h"

typedef struct VectorCase {
    const char *type; /* NULL = a check */
    const char *text;
    const char *says[4]; /* by row */
} VectorCase;

static const VectorCase cases[] = {
#define TRUTH(text, ...)       { NULL, text, { __VA_ARGS__ } },
#define KEEPS(type, text, ...) { type, text, { __VA_ARGS__ } },
#include "view/record/vectors.def"
#undef TRUTH
#undef KEEPS
};
enum { CASES = sizeof cases / sizeof *cases, CHUNK = 40, OUT_MAX = 4 << 20 };

static const char body[] =
    "list grade \"等级\" ordered {\n  low \"低\"\n  mid \"中\"\n  high \"高\"\n}\n"
    "list sort \"种类\" {\n  wheat \"小麦\"\n  oats \"燕麦\"\n  rye \"黑麦\"\n}\n"
    "param line money \"线\" = 200元 min 1元 max 900元 open county\n"
    "book b \"簿\" per village every month {\n"
    "  own money \"自\" optional\n  other money \"他\" optional\n  n int \"甲\" optional\n"
    "  m int \"乙\" optional\n  share percent \"占比\" optional\n"
    "  field_area area \"面积\" optional\n  rate_ decimal(2) \"率\" optional\n"
    "  grade grade \"等级\" optional\n  sorts many sort \"种类\" optional\n"
    "  sure bool \"确定\" optional\n  t text(20) \"说明\" optional\n"
    "  begins date \"起\" optional\n  ends date \"止\" optional\n"
    "  stock_ int \"在存\" stock optional\n  huge int \"巨\" optional\n"
    "  sum_ money \"合\" = own + other\n";

static const char tail[] = "  minutes 1\n  read anyone\n  write office at city\n}\n";

/* Numbers as stored. The rows of a village: a year ago, the month before, the month itself. */
static const struct {
    const char *name, *year, *prev, *row;
} rows[] = {
    { "full", "own=20000 n=1", "own=10000 other=9900 stock_=10 n=2",
      "own=25025 other=9975 n=5 m=3 share=667000 field_area=123400 rate_=250 grade=2 sorts=5 "
      "sure=1 t=abc begins=2021-02-01 ends=2021-03-03 stock_=12 huge=9000000000000000000" },
    { "empty", NULL, NULL, "" },
    { "mixed", "other=5", "own=100 stock_=3",
      "other=2001 n=4 share=0 field_area=5 grade=1 sorts=2 sure=0 begins=2021-02-05" },
    { "edge", NULL, "own=0 other=0 stock_=0",
      "own=0 other=0 n=0 m=0 share=0 field_area=0 rate_=0 grade=3 sorts=0 sure=0 t=b "
      "begins=2020-12-31 ends=2020-12-31 stock_=1 huge=9000000000000000000" },
};
enum { ROWS = sizeof rows / sizeof *rows };

static World chunk_open(size_t from, size_t to)
{
    Work *w = work_open(env_real(), 8 << 20);
    Buf text = buf_open(w->arena, 1 << 20);
    buf_putz(&text, body);
    for (size_t i = from; i < to; i++)
        if (cases[i].type)
            buf_printf(&text, "  v%zu %s \"值%zu\" = %s\n", i, cases[i].type, i, cases[i].text);
    for (size_t i = from; i < to; i++)
        if (!cases[i].type)
            buf_printf(&text, "  check %s \"句%zu\"\n", cases[i].text, i);
    buf_putz(&text, tail);
    World t = world_open(str_z(w->arena, buf_str(&text)));
    work_close(&w);
    world_clock(&t, "2021-04-01");
    world_units(&t, "city", NULL, "Z");
    world_units(&t, "county", "Z", "A");
    world_units(&t, "township", "A", "T");
    for (size_t r = 0; r < ROWS; r++) {
        world_units(&t, "village", "T", rows[r].name);
        if (rows[r].year)
            (void)world_file(&t, "b", rows[r].name, "2020-02", rows[r].year);
        if (rows[r].prev)
            (void)world_file(&t, "b", rows[r].name, "2021-01", rows[r].prev);
        (void)world_file(&t, "b", rows[r].name, "2021-02", rows[r].row);
    }
    return t;
}

static Asking asking(World *t, Kernel *k, Reader *r)
{
    *k = (Kernel){ .core = t->core, .figures = t->f };
    *r = (Reader){ .k = k };
    Asking a;
    CHECK(asking_open(t->w, r, NULL, 0, &a));
    return a;
}

static const RecordRow *row_at(World *t, size_t r, const char *period)
{
    Period p;
    CHECK(period_parse(str_of(period), &p));
    return record_find(t->w, t->core, set_book(t->set, STR("b")), world_unit(t, rows[r].name),
                       p.code, 0, KNOWN_NOW);
}

static void expect_says(const VectorCase *c, size_t r, const char *said)
{
    if (!strcmp(c->says[r], said))
        return;
    printf("# %s over %s says %s, not %s\n", c->text, rows[r].name, said, c->says[r]);
    test_failures++;
}

static const Check *check_of(const Book *book, size_t i, World *t)
{
    Str text = str_printf(t->w->arena, "句%zu", i);
    for (size_t k = 0; k < book->check_count; k++)
        if (str_eq(book->checks[k].text, text))
            return &book->checks[k];
    CHECK(!"the check is in the book");
    return NULL;
}

static void put_truths(World *t, Buf *out, const Book *book, size_t i)
{
    static const char *const words[] = { "false", "true", "unknown" };
    static const char *const letters[] = { "n", "y", "u" };
    for (size_t r = 0; r < ROWS; r++) {
        Truth truth;
        CHECK(row_truth(t->w, t->f, book, row_at(t, r, "2021-02"), check_of(book, i, t)->expr,
                        &truth));
        expect_says(&cases[i], r, letters[truth]);
        json_z(out, NULL, words[truth]);
    }
}

static void put_kept(World *t, const Asking *a, Buf *out, const Book *book, size_t i)
{
    const Field *f = book_field(book, str_printf(t->w->arena, "v%zu", i));
    CHECK(f);
    for (size_t r = 0; r < ROWS; r++) {
        Buf one = buf_open(t->w->arena, 4096);
        json_value(t->w, a, &one, NULL, f, row_at(t, r, "2021-02"));
        Str text = buf_str(&one);
        bool none = str_is(text, "null");
        expect_says(&cases[i], r, none ? "-" : str_z(t->w->arena, str_sub(text, 1, text.n - 2)));
        json_raw(out, NULL, text);
    }
}

static void put_case(World *t, const Asking *a, Buf *out, size_t i)
{
    const Book *book = set_book(t->set, STR("b"));
    const VectorCase *c = &cases[i];
    int32_t unit = world_unit(t, rows[0].name);
    int32_t day = day_make(2021, 2, 28);
    buf_putz(out, i ? ",\n" : "\n");
    buf_putz(out, "{");
    json_z(out, "expr", c->text);
    if (!c->type) {
        json_expr(t->w, a, out, "tree", check_of(book, i, t)->expr, unit, day);
        json_array(out, "truth");
        put_truths(t, out, book, i);
    } else {
        const Field *f = book_field(book, str_printf(t->w->arena, "v%zu", i));
        json_z(out, "type", type_word(f->type.kind));
        json_int(out, "scale", f->type.scale);
        json_expr(t->w, a, out, "tree", f->computed, unit, day);
        json_array(out, "value");
        put_kept(t, a, out, book, i);
    }
    json_array_end(out);
    json_object_end(out);
}

static void put_row(World *t, const Asking *a, Buf *out, size_t r)
{
    static const struct {
        const char *sh, *period;
    } shifts[] = { { "prev", "2021-01" }, { "year", "2020-02" } };
    const Book *book = set_book(t->set, STR("b"));
    Sight all;
    CHECK(right_fields(t->w, a->core, 0, book, 0, a->today, &all)); /* the system sees all */
    json_object(out, NULL);
    json_z(out, "name", rows[r].name);
    json_values(t->w, a, out, "values", book, &all, row_at(t, r, "2021-02"));
    json_array(out, "before");
    for (size_t i = 0; i < 2; i++) {
        const RecordRow *row = row_at(t, r, shifts[i].period);
        json_object(out, NULL);
        json_z(out, "sh", shifts[i].sh);
        json_int(out, "k", 1);
        json_z(out, "period", shifts[i].period);
        json_z(out, "state", row ? "filed" : "none");
        json_values(t->w, a, out, "values", book, &all, row);
        json_object_end(out);
    }
    json_array_end(out);
    json_object_end(out);
}

/* The book without cases, as a form would have it. */
static void put_world(Buf *out)
{
    World t = chunk_open(0, 0);
    Kernel k;
    Reader r;
    const Asking a = asking(&t, &k, &r);
    const Cell book[] = { { STR("book"), STR("b") } };
    Buf whole = buf_open(t.w->arena, OUT_MAX);
    CHECK(view_run(t.w, &r, view_find(STR("book")), book, 1, &whole));
    Str text = buf_str(&whole);
    size_t from = str_find(text, STR("\"fields\":[")), to = str_find(text, STR(",\"checks\":"));
    CHECK(from < to && to != SIZE_MAX);
    buf_putz(out, "{");
    json_z(out, "about", "made by the test of src/view/expr_test.c; docs/api.md, Expressions");
    buf_putz(out, ",\n");
    buf_put(out, str_sub(text, from, to - from));
    buf_putz(out, ",\n\"rows\":[");
    for (size_t i = 0; i < ROWS; i++)
        put_row(&t, &a, out, i);
    buf_putz(out, "],\n\"cases\":[");
    world_close(&t);
}

static Str vectors(Work *w)
{
    Buf out = buf_open(w->arena, OUT_MAX);
    put_world(&out);
    for (size_t from = 0; from < CASES; from += CHUNK) {
        size_t to = from + CHUNK < CASES ? from + CHUNK : CASES;
        World t = chunk_open(from, to);
        Kernel k;
        Reader r;
        const Asking a = asking(&t, &k, &r);
        for (size_t i = from; i < to; i++)
            put_case(&t, &a, &out, i);
        world_close(&t);
    }
    buf_putz(&out, "\n]}\n");
    CHECK(buf_ok(&out));
    return buf_str(&out);
}

TEST(vectors_of_expressions_say_what_stands_in_the_file)
{
    Work *w = work_open(env_real(), 64 << 20);
    Str made = vectors(w);
    Str kept = { 0 };
    if (getenv("EXPR_WRITE"))
        EXPECT(w->env->write_file(w->env->self, EXPR_VECTORS, made));
    EXPECT(w->env->read_file(w->env->self, EXPR_VECTORS, OUT_MAX, w->arena, &kept));
    EXPECT(str_eq(made, kept));
    work_close(&w);
}
