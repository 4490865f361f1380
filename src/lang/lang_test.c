#include "base/test.h"
#include "lang/lang.h"

static const char base_text[] =
    "tian 1\n"
    "pack ground \"基础\" version 1 {\n"
    "  owner organisation at city\n"
    "  basis \"条例\", approval \"1号\"\n"
    "  from 2016-01-01\n"
    "}\n"
    "kind city \"市\"\n"
    "kind county \"县\" in city\n"
    "kind town \"镇\" in county\n"
    "kind hamlet \"屯\" in town { homes int \"户数\" min 0 }\n"
    "role organisation \"部门\" at city | county\n"
    "role clerk \"科员\" at town\n"
    "role head \"负责人\" at hamlet\n"
    "flow confirm_it \"确认\" {\n"
    "  state filed \"已报\"\n"
    "  state confirmed \"已确认\" final\n"
    "  new -> filed \"报\" by author\n"
    "  filed -> confirmed \"确认\" by clerk at town except author\n"
    "}\n"
    "figure hamlets \"屯数\" = count(hamlet)\n";

TEST(a_small_base_compiles)
{
    Work *w CLEANUP(work_close) = work_open(env_real(), 64u << 20);
    SourceFile file = { STR("base.tian"), str_of(base_text) };
    Source source = { &file, 1 };
    Registry *r = registry_open(w->arena);
    Problems problems = { 0 };
    PackSet *set = pack_compile(w, NULL, &source, r, &problems);
    Buf out = buf_open(w->arena, 1 << 20);
    problems_print(&out, &source, &problems, 0);
    printf("%.*s", STR_ARG(buf_str(&out)));
    EXPECT(set);
    if (set)
        EXPECT(set->kind_count == 4);
    packset_close(set);
}
