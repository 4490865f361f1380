/* What the tests of lang share: a small pack to add lines to, and a set printed whole. */
#include "lang/test_lang.h"

#include <stdio.h>

const char ground[] =
    "tian 1\n"
    "pack ground \"基础\" version 1 {\n"
    "  owner organisation at city\n"
    "  basis \"条例\", approval \"1号\"\n"
    "  from 2016-01-01 to 2030-12-31\n"
    "}\n"
    "kind city \"市\"\n"
    "kind county \"县\" in city\n"
    "kind town \"镇\" in county\n"
    "kind hamlet \"屯\" in town { homes int \"户数\" min 0 }\n"
    "tree duty \"条线\" { town in city }\n"
    "role organisation \"部门\" at city | county\n"
    "role clerk \"科员\" at town\n"
    "role head \"负责人\" at hamlet\n"
    "flow confirm_it \"确认\" {\n"
    "  state filed \"已报\"\n"
    "  state confirmed \"已确认\" final\n"
    "  new -> filed \"报\" by author\n"
    "  filed -> confirmed \"确认\" by clerk at town except author\n"
    "}\n"
    "list band \"档\" ordered { low \"低\"; mid \"中\"; high \"高\" }\n"
    "list sort \"类\" (worth int, wet bool) { a \"甲\" (3, true); b \"乙\" (5, false) }\n"
    "param line money \"线\" = 5万元 min 5万元 max 9万元 open county\n"
    "book crop \"收成\" per hamlet every month {\n"
    "  corn  money \"玉米\" min 0\n"
    "  beans money \"豆子\" min 0\n"
    "  debt  money \"欠款\" stock optional\n"
    "  note  text(40) \"说明\" optional\n"
    "  total money \"合计\" = corn + beans\n"
    "  check total <= 5 * total[prev] or known(note) \"太多\"\n"
    "  due 5wd after end\n"
    "  minutes 4\n"
    "  read anyone\n"
    "  write head at hamlet\n"
    "  flow confirm_it\n"
    "}\n"
    "book part \"分项\" per hamlet, sort every year { n int \"数\" }\n"
    "book loan \"借用\" of hamlet lives lent to back_ {\n"
    "  lent  date \"借出日\"\n"
    "  back_ date \"归还日\" optional\n"
    "  kind_ sort \"类别\"\n"
    "  from_ unit county \"来自\"\n"
    "  name  text(20) \"借用人\" private(\"催还\", keep 2y after back_)\n"
    "}\n"
    "book item \"明细\" under loan {\n"
    "  what text(20) \"物\"\n"
    "  n    int \"数\" max 9\n"
    "  late_ int \"晚几天\" = days(loan.lent, loan.back_)\n"
    "}\n";

/* Compiles the ground with more lines; tells what is wrong. */
Packed packed(Work *w, const char *more)
{
    Packed p = { .w = w, .registry = registry_open(w->arena) };
    Problems problems = { 0 };
    Str text = str_printf(w->arena, "%s%s", ground, more);
    SourceFile file = { STR("ground.tian"), text };
    Source source = { &file, 1 };
    p.set = pack_compile(w, NULL, &source, p.registry, &problems);
    Buf out = buf_open(w->arena, 1 << 20);
    problems_print(&out, &source, &problems, 0);
    if (!p.set)
        printf("# %.*s", STR_ARG(buf_str(&out)));
    return p;
}

void packed_close(Packed *p)
{
    packset_close(p->set);
}

void set_clean(PackSet **set)
{
    packset_close(*set);
}

/* ---- an expression as one line, to compare whole trees ---- */

static void dump(Buf *out, const Expr *e)
{
    if (!e) {
        buf_putz(out, "-");
        return;
    }
    Str type = type_print(out->arena, e->type);
    buf_printf(out, "(%d %.*s/%d L%d", (int)e->op, STR_ARG(type), e->type.scale, (int)e->level);
    if (e->op == EXPR_LITERAL || e->number)
        buf_printf(out, " #%lld", (long long)e->number);
    if (e->text.n)
        buf_printf(out, " \"%.*s\"", STR_ARG(e->text));
    if (e->op == EXPR_CALL)
        buf_printf(out, " call%d", (int)e->call);
    if (e->field)
        buf_printf(out, " .%.*s^%d", STR_ARG(e->field->name), e->outer);
    if (e->figure)
        buf_printf(out, " f:%.*s", STR_ARG(e->figure->name));
    if (e->book)
        buf_printf(out, " b:%.*s", STR_ARG(e->book->name));
    if (e->param)
        buf_printf(out, " p:%.*s", STR_ARG(e->param->name));
    if (e->kind)
        buf_printf(out, " k:%.*s", STR_ARG(e->kind->name));
    if (e->state)
        buf_printf(out, " s:%.*s/%d", STR_ARG(e->state->name), e->flag);
    if (e->clock)
        buf_printf(out, " c:%.*s", STR_ARG(e->clock->name));
    if (e->move)
        buf_printf(out, " m:%.*s", STR_ARG(e->move->name));
    for (size_t i = 0; i < e->shift_count; i++) {
        buf_printf(out, " [%d %d %d ", (int)e->shifts[i].op, e->shifts[i].n,
                   (int)e->shifts[i].kind);
        dump(out, e->shifts[i].expr);
        buf_putc(out, ']');
    }
    if (e->agg) {
        const Agg *a = e->agg;
        Str source = a->kind ? a->kind->name : a->book->name;
        buf_printf(out, " agg%d %.*s s%d w%d c%d %.*s %.*s ", (int)a->op, STR_ARG(source),
                   (int)a->scope, (int)a->when, a->children,
                   STR_ARG(a->via ? a->via->name : STR("")),
                   STR_ARG(a->by ? a->by->name : STR("")));
        buf_printf(out, "%.*s%d%d ", STR_ARG(a->by_state ? a->by_state->name : STR("")), a->by_last,
                   a->via_holder);
        dump(out, a->where);
        dump(out, a->value);
    }
    for (size_t i = 0; i < e->arg_count; i++)
        dump(out, e->args[i]);
    buf_putc(out, ')');
}

static void dump_who(Buf *out, const Who *who)
{
    for (size_t i = 0; i < who->n; i++) {
        const Who1 *one = &who->any[i];
        buf_printf(out, " %.*s%.*s@%d%.*s%d", STR_ARG(one->word),
                   STR_ARG(one->role ? one->role->name : STR("")), (int)one->at,
                   STR_ARG(one->at_field ? one->at_field->name : STR("")), one->of_parent);
    }
    for (size_t i = 0; i < who->except_count; i++)
        buf_printf(out, " -%.*s", STR_ARG(who->except[i]->name));
}

static void dump_flow(Buf *out, const Flow *flow)
{
    for (size_t i = 0; i < flow->move_count; i++) {
        const FlowMove *m = &flow->moves[i];
        buf_printf(out, " move %.*s %d %d %zu %lld %lld %zu %zu %d %lld %d%d ", STR_ARG(m->title),
                   m->is_new, (int)m->hold, m->from_count, (long long)m->open_for,
                   (long long)m->open_after, m->keep_count, m->need_count, m->at_most,
                   (long long)m->extend_by, m->shows, m->does.n > 0);
        dump_who(out, &m->by);
        dump(out, m->when);
        for (size_t k = 0; k < m->field_count; k++)
            dump(out, m->asks[k].fallback);
        buf_putc(out, '\n');
    }
    for (size_t i = 0; i < flow->clock_count; i++) {
        const FlowClock *c = &flow->clocks[i];
        buf_printf(out, " clock %.*s %d %zu %zu ", STR_ARG(c->title), c->from_first, c->until_count,
                   c->stop_count);
        dump(out, c->limit);
        for (size_t k = 0; k < c->late_count; k++) {
            buf_printf(out, " %lld%.*s", (long long)c->late[k].after,
                       STR_ARG(c->late[k].act ? c->late[k].act->name : STR("")));
            dump_who(out, &c->late[k].tell);
        }
        buf_putc(out, '\n');
    }
}

/* All of a set that its text says. */
Str dump_set(Arena *arena, const PackSet *set)
{
    Buf out = buf_open(arena, 16 << 20);
    for (size_t i = 0; i < set->book_count; i++) {
        const Book *b = set->books[i];
        buf_printf(&out, "book %.*s %d %d %d\n", STR_ARG(b->name), (int)b->form, (int)b->every,
                   b->due.n);
        for (size_t k = 0; k < b->field_count; k++) {
            const Field *f = b->fields[k];
            buf_printf(&out, " %.*s %.*s %d%d%d ", STR_ARG(f->name), STR_ARG(f->title), f->optional,
                       f->stock, f->is_public);
            dump(&out, f->computed);
            dump(&out, f->low);
            dump(&out, f->high);
            buf_putc(&out, '\n');
        }
        dump(&out, b->where);
        if (b->cases)
            dump_flow(&out, b->flow_type);
        for (size_t k = 0; k < b->check_count; k++)
            dump(&out, b->checks[k].expr);
    }
    for (size_t i = 0; i < set->figure_count; i++) {
        const Figure *f = set->figures[i];
        buf_printf(&out, "figure %.*s %d %.*s %d %d %lld ", STR_ARG(f->name), (int)f->every,
                   STR_ARG(f->as.name), f->as.decimals, (int)f->as.rounding,
                   (long long)f->coverage);
        dump(&out, f->expr);
        buf_putc(&out, '\n');
    }
    for (size_t i = 0; i < set->pack_count; i++)
        for (size_t k = 0; k < set->packs[i]->test_count; k++)
            for (size_t s = 0; s < set->packs[i]->tests[k].step_count; s++) {
                const Step *step = &set->packs[i]->tests[k].steps[s];
                buf_printf(&out, "step %d %.*s %lld ", (int)step->op, STR_ARG(step->unit),
                           (long long)step->period.code);
                dump(&out, step->expr);
                buf_putc(&out, '\n');
            }
    return buf_str(&out);
}
