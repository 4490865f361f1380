/* One expression over a finished set, as documents ask it: it types or it is complained about, and
 * a typed tree holds what its operators promise. */
#include "base/limits.h"
#include "lang/lang.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char ground[] =
    "tian 1\n"
    "pack g \"样\" version 1 {\n  owner head at town\n  basis \"条例\", approval \"1号\"\n"
    "  from 2021-01-01 to 2022-12-31\n}\n"
    "kind county \"县\"\nkind town \"镇\" in county\nkind hamlet \"屯\" in town { homes int "
    "\"户数\" }\n"
    "role head \"负责人\" at town\n"
    "list band \"档\" ordered { low \"低\"; mid \"中\"; high \"高\" }\n"
    "list sort \"类\" (worth int) { a \"甲\" (1); b \"乙\" (2) }\n"
    "param line money \"线\" = 5万元 min 1万元 max 9万元\n"
    "book crop \"收成\" per hamlet every month {\n  corn money \"玉米\"\n  n int \"数\" stock\n"
    "  wants many sort \"要\"\n}\n"
    "book part \"分项\" per hamlet, sort every year { n int \"数\" }\n"
    "book loan \"借\" of hamlet lives lent to back_ {\n  lent date \"借\"\n  back_ date \"还\" "
    "optional\n"
    "  kind_ sort \"类\"\n  from_ unit town \"从\"\n"
    "  name text(9) \"名\" private(\"催\", keep 1y after lent)\n}\n"
    "figure total \"总\" = sum(crop: corn)\n"
    "figure band_ of hamlet every year \"档\" = step(total, low, line: mid, 10万元: high)\n"
    "figure in_band(k band) every year \"数\" = count(hamlet where band_ = k)\n"
    "figure star(s int 1..5) \"星\" = count(hamlet where homes_ = s)\n"
    "figure homes_ of hamlet \"户\" = unit.homes\n";

static void walk(const Expr *e, int depth)
{
    CHECK(e && depth <= 8 * LIMIT_EXPR_DEPTH);
    CHECK(e->level <= LEVEL_ROW);
    if (e->op == EXPR_FIGURE)
        CHECK(e->figure && e->arg_count <= e->figure->param_count);
    if (e->op == EXPR_CELL)
        CHECK(e->book && e->field && e->arg_count <= e->book->key_count);
    if (e->op == EXPR_AGG) {
        CHECK(!e->agg->kind != !e->agg->book);
        if (e->agg->where)
            walk(e->agg->where, depth + 1);
        if (e->agg->value)
            walk(e->agg->value, depth + 1);
    }
    for (size_t i = 0; i < e->shift_count; i++)
        if (e->shifts[i].expr)
            walk(e->shifts[i].expr, depth + 1);
    for (size_t i = 0; i < e->arg_count; i++)
        walk(e->args[i], depth + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static PackSet *set;
    Work *w CLEANUP(work_close) = work_open(env_real(), 256u << 20);
    Problems problems = { 0 };
    if (!set) {
        SourceFile file = { STR("g.tian"), str_of(ground) };
        set = pack_compile(w, NULL, &(Source){ &file, 1 }, registry_open(w->arena), &problems);
        CHECK(set);
    }
    const Expr *e = expr_compile(w, set, (Str){ (const char *)data, size }, &problems);
    CHECK(!e == (problems.errors > 0));
    if (e)
        walk(e, 0);
    Buf out = buf_open(w->arena, 8u << 20);
    problems_print(&out, NULL, &problems, 1);
    return 0;
}
