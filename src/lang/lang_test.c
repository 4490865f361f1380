/* What good packs compile to. What bad ones are told stands in golden_test.c. */
#include "base/test.h"
#include "lang/lang_int.h"
#include "lang/test_lang.h"

static const Expr *figure_expr_of(const PackSet *set, const char *name)
{
    const Figure *f = set_figure(set, str_of(name));
    EXPECT(f && f->expr);
    return f ? f->expr : NULL;
}

/* ---- words and tokens ---- */

TEST(every_word_stands_for_one_thing_in_both_languages)
{
    for (Word a = WORD_NONE + 1; a < WORD_COUNT; a++) {
        EXPECT(word_of(str_of(word_row(a)->en)) == a);
        EXPECT(word_of(str_of(word_row(a)->zh)) == a);
    }
    for (size_t i = 0; i < function_row_count; i++) {
        EXPECT(function_of(str_of(function_rows[i].en)) == &function_rows[i]);
        EXPECT(function_of(str_of(function_rows[i].zh)) == &function_rows[i]);
    }
}

static File lexed(Work *w, const char *text, size_t *ret_errors)
{
    Problems problems = { 0 };
    Complaints c = { w, &problems };
    File file = { .name = STR("x"), .text = str_of(text) };
    lex_file(&c, w->arena, &file);
    *ret_errors = problems.errors;
    return file;
}

TEST(numbers_days_and_periods_are_single_tokens)
{
    Work *w CLEANUP(work_close) = work_open(env_real(), 8u << 20);
    size_t errors;
    File f =
        lexed(w, "5万元 10% 2022-01-15 2022-01 2022Q3 2022-W07 02-15 09:00 5-1 5wd 2.5", &errors);
    static const TokenKind kinds[] = { TOKEN_NUMBER, TOKEN_NUMBER, TOKEN_DATE,     TOKEN_PERIOD,
                                       TOKEN_PERIOD, TOKEN_PERIOD, TOKEN_MONTHDAY, TOKEN_TIME,
                                       TOKEN_NUMBER, TOKEN_SIGN,   TOKEN_NUMBER,   TOKEN_NUMBER,
                                       TOKEN_NUMBER };
    EXPECT(errors == 0);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        EXPECT(f.tokens[i].kind == kinds[i]);
    EXPECT(f.tokens[0].suffix == SUFFIX_WAN_YUAN && f.tokens[0].number == 5);
    EXPECT(f.tokens[3].number == 20220100 && f.tokens[4].number == 20222300);
    EXPECT(f.tokens[6].number == 215 && f.tokens[7].number == 540);
    EXPECT(f.tokens[12].number == 25 && f.tokens[12].scale == 1);
}

TEST(full_width_signs_are_read_as_their_twins_outside_strings)
{
    Work *w CLEANUP(work_close) = work_open(env_real(), 8u << 20);
    size_t errors;
    File f = lexed(w, "ａｂ（１２，x）：\"（１）\"", &errors);
    EXPECT(errors == 0);
    EXPECT(str_is(f.tokens[0].value, "ab"));
    EXPECT(f.tokens[1].sign == '(' && f.tokens[2].number == 12 && f.tokens[3].sign == ',');
    EXPECT(f.tokens[6].sign == ':');
    EXPECT(str_is(f.tokens[7].value, "（１）"));
}

static size_t newlines(Work *w, const char *text)
{
    size_t errors;
    size_t n = 0;
    File f = lexed(w, text, &errors);
    for (size_t i = 0; i < f.token_count; i++)
        n += f.tokens[i].kind == TOKEN_NEWLINE;
    return n;
}

TEST(a_newline_ends_a_statement_unless_it_cannot)
{
    Work *w CLEANUP(work_close) = work_open(env_real(), 8u << 20);
    EXPECT(newlines(w, "a\nb\n") == 2);
    EXPECT(newlines(w, "a +\nb\n") == 1);
    EXPECT(newlines(w, "a\n+ b\n") == 2); /* never decided by the next line */
    EXPECT(newlines(w, "f(a,\n  b\n)\n") == 1);
    EXPECT(newlines(w, "a and\nb\n") == 1);
    EXPECT(newlines(w, "a {\nb\n}\n") == 2);
    EXPECT(newlines(w, "a; b\n") == 2);
    EXPECT(newlines(w, "# only a comment\n\na # more\n") == 1);
}

/* ---- model ---- */

TEST(kinds_hang_in_the_area_and_in_trees_of_their_own)
{
    PACKED(p, "");
    EXPECT(p.set->kind_count == 4 && p.set->tree_count == 2);
    EXPECT(str_is(p.set->trees[0]->name, "area") && p.set->trees[0]->number == 0);
    EXPECT(p.set->trees[0]->edge_count == 3 && p.set->trees[1]->edge_count == 1);
    EXPECT(set_kind(p.set, STR("hamlet"))->field_count == 1);
    EXPECT(set_kind(p.set, STR("ground::hamlet")) == set_kind(p.set, STR("hamlet")));
    EXPECT(set_kind_number(p.set, set_kind(p.set, STR("town"))->number) ==
           set_kind(p.set, STR("town")));
}

TEST(books_know_their_form_keys_due_days_and_flow)
{
    PACKED(p, "");
    const Book *crop = set_book(p.set, STR("crop"));
    const Book *part = set_book(p.set, STR("part"));
    const Book *loan = set_book(p.set, STR("loan"));
    const Book *item = set_book(p.set, STR("item"));
    EXPECT(crop->form == BOOK_PER && crop->every == PERIOD_MONTH && crop->confirms);
    const FlowMove *confirm = &crop->flow_type->moves[1];
    EXPECT(confirm->by.n == 1 && confirm->by.any[0].role == set_role(p.set, STR("clerk")) &&
           confirm->by.any[0].kinds[0] == set_kind(p.set, STR("town")) && confirm->by.not_author);
    EXPECT(!crop->flow_type->moves[0].by.not_author &&
           str_is(crop->flow_type->moves[0].by.any[0].word, "author"));
    EXPECT(crop->due.kind == DUE_AFTER_END && crop->due.n == 5 && crop->due.work &&
           crop->minutes == 4);
    EXPECT(crop->write_count == 1 &&
           crop->writes[0].who.any[0].role == set_role(p.set, STR("head")));
    EXPECT(part->key_count == 1 && part->keys[0] == set_list(p.set, STR("sort")));
    EXPECT(loan->form == BOOK_OF && loan->lives_from == book_field(loan, STR("lent")));
    EXPECT(item->form == BOOK_UNDER && item->parent == loan && item->kinds == loan->kinds);
    EXPECT(crop->field_room > crop->fields[crop->field_count - 1]->number);
}

TEST(fields_carry_bounds_computation_and_private_groups)
{
    PACKED(p, "");
    const Book *crop = set_book(p.set, STR("crop"));
    const Field *corn = book_field(crop, STR("corn"));
    const Field *total = book_field(crop, STR("total"));
    const Field *name = book_field(set_book(p.set, STR("loan")), STR("name"));
    EXPECT(corn->low && corn->low->type.kind == TYPE_MONEY && corn->low->number == 0);
    EXPECT(total->computed && total->computed->op == EXPR_ADD && !corn->computed);
    EXPECT(book_field(crop, STR("debt"))->stock && book_field(crop, STR("debt"))->optional);
    EXPECT(name->type.hidden && name->group == 2 && name->keep_days == 730 && corn->group == 1);
    EXPECT(str_is(name->purpose, "催还") && str_is(name->keep_after, "back_"));
}

TEST(a_check_reads_the_cell_of_the_period_before)
{
    PACKED(p, "");
    const Expr * or = set_book(p.set, STR("crop"))->checks[0].expr;
    EXPECT(or->op == EXPR_OR && or->level == LEVEL_ROW);
    const Expr *less = or->args[0];
    EXPECT(less->op == EXPR_LE && less->args[1]->op == EXPR_MUL &&
           less->args[1]->type.kind == TYPE_MONEY);
    const Expr *before = less->args[1]->args[1];
    EXPECT(before->op == EXPR_SHIFT && before->shifts[0].op == SHIFT_PREV);
    EXPECT(before->args[0]->op == EXPR_FIELD);
    EXPECT(or->args[1]->op == EXPR_CALL && or->args[1]->call == CALL_KNOWN);
}

TEST(lists_hold_items_with_ranks_and_attributes)
{
    PACKED(p, "");
    const List *sort = set_list(p.set, STR("sort"));
    const Item *b = list_item(sort, STR("b"));
    EXPECT(sort->attr_count == 2 && b->number == 2 && b->rank == 2);
    EXPECT(b->attrs[0] == 5 && b->attrs[1] == 0 && list_item(sort, STR("a"))->attrs[1] == 1);
    EXPECT(list_item_number(sort, 2) == b && set_list(p.set, STR("band"))->ordered);
}

TEST(params_are_constants_of_their_type_within_bounds)
{
    PACKED(p, "param cut score \"线\" = 60 min 50 max 70\nparam some bool \"否\" = false\n");
    const Param *line = set_param(p.set, STR("line"));
    EXPECT(line->type.kind == TYPE_MONEY && line->value == 5000000 && line->high == 9000000);
    EXPECT(line->open == set_kind(p.set, STR("county")));
    EXPECT(set_param(p.set, STR("cut"))->value == 6000 &&
           set_param(p.set, STR("cut"))->low == 5000);
    EXPECT(set_param(p.set, STR("some"))->low > set_param(p.set, STR("some"))->high);
}

/* ---- expressions ---- */

TEST(literals_take_the_scale_of_their_type)
{
    PACKED(p,
           "figure a_ \"一\" = 5万元 + 1.5元\nfigure b_ \"二\" = 12.5%\nfigure c_ \"三\" = 3.5万\n"
           "figure d_ \"四\" = 2.25亩\nfigure e_ \"五\" = 3wd\nfigure f_ \"六\" = -4\n");
    const Expr *a = figure_expr_of(p.set, "a_");
    EXPECT(a->type.kind == TYPE_MONEY && a->args[0]->number == 5000000 &&
           a->args[1]->number == 150);
    EXPECT(figure_expr_of(p.set, "b_")->number == 125000);
    EXPECT(figure_expr_of(p.set, "c_")->number == 35000);
    EXPECT(figure_expr_of(p.set, "d_")->number == 22500);
    EXPECT(figure_expr_of(p.set, "e_")->number == 3 * DURATION_WORK_DAY + 1 &&
           figure_expr_of(p.set, "e_")->type.work);
    EXPECT(figure_expr_of(p.set, "f_")->op == EXPR_NEG);
}

TEST(zero_fits_every_amount_and_plain_numbers_fit_ratios)
{
    PACKED(p, "figure a_ \"一\" = default(sum(crop: total), 0)\n"
              "figure b_ \"二\" = sum(crop: total) / sum(crop: corn) - 1\n"
              "figure c_ \"三\" = clamp(sum(crop: corn) / sum(crop: total) / 80%, 0, 1) * 2\n"
              "figure d_ \"四\" = count(hamlet where sum(crop: total) = 0)\n");
    EXPECT(figure_expr_of(p.set, "a_")->args[1]->type.kind == TYPE_MONEY);
    const Expr *b = figure_expr_of(p.set, "b_");
    EXPECT(b->type.kind == TYPE_RATIO && b->args[1]->number == 1000000);
    EXPECT(figure_expr_of(p.set, "c_")->type.kind == TYPE_DECIMAL);
}

TEST(the_algebra_of_types_holds)
{
    PACKED(
        p,
        "book plot \"地\" of hamlet dated entered {\n"
        "  size area \"面积\"\n  price money per area \"单价\"\n  ends date \"到期\"\n"
        "  rent money \"租金\" = size * price\n  share_ percent \"份\"\n"
        "  part_ money \"应得\" = rent * share_\n  each_ money per area \"亩均\" = rent / size\n"
        "  left_ duration \"还剩\" = ends - entered\n  next_ date \"下次\" = ends + 10d\n}\n"
        "figure mean \"平均\" = sum(plot: rent) / count(plot) as 元(0, down)\n"
        "figure half_ \"半数\" = count(plot) / 2 as number(1)\n"
        "figure rate_ \"比例\" = count(plot where size > 1亩) / count(plot) as percent(1, trim)\n"
        "figure days_ \"天\" = sum(plot: days(entered, ends))\n");
    EXPECT(figure_expr_of(p.set, "mean")->type.kind == TYPE_MONEY);
    EXPECT(figure_expr_of(p.set, "half_")->type.kind == TYPE_DECIMAL);
    EXPECT(figure_expr_of(p.set, "rate_")->type.kind == TYPE_RATIO);
    EXPECT(figure_expr_of(p.set, "days_")->type.kind == TYPE_INT);
    const Figure *mean = set_figure(p.set, STR("mean"));
    EXPECT(str_is(mean->as.name, "元") && mean->as.decimals == 0 &&
           mean->as.rounding == ROUND_DOWN);
    EXPECT(set_figure(p.set, STR("rate_"))->as.trim);
}

TEST(a_declared_decimal_takes_the_quotient_of_two_numbers)
{
    PACKED(p, "book d \"商\" per hamlet every year {\n  a int \"甲\"\n  b int \"乙\"\n"
              "  c money \"丙\"\n  plain decimal(1) \"一\" = a / b\n"
              "  branch decimal(2) \"二\" = if b > 0 then -(a / b) else 0\n"
              "  same decimal(1) \"三\" = c / c\n  share_ percent \"四\" = a / b\n}\n");
    const Book *d = set_book(p.set, STR("d"));
    const Expr *branch = book_field(d, STR("branch"))->computed;
    EXPECT(book_field(d, STR("plain"))->computed->type.kind == TYPE_DECIMAL);
    EXPECT(book_field(d, STR("same"))->computed->type.kind == TYPE_DECIMAL);
    EXPECT(branch->type.kind == TYPE_DECIMAL && branch->args[1]->type.kind == TYPE_DECIMAL &&
           branch->args[1]->args[0]->type.kind == TYPE_DECIMAL &&
           branch->args[2]->type.kind == TYPE_DECIMAL);
    EXPECT(book_field(d, STR("share_"))->computed->type.kind == TYPE_RATIO);
}

TEST(aggregates_name_source_range_time_condition_and_value)
{
    PACKED(p, "figure a_ \"一\" = sum(crop: corn)\n"
              "figure b_ \"二\" = count(loan own ever where kind_ = b and back_ > lent)\n"
              "figure c_ \"三\" = count(loan via from_ by back_)\n"
              "figure d_ \"四\" = share(hamlet where a_ > 5万元)\n"
              "figure e_ \"五\" = count(loan above during)\n"
              "figure f_ \"六\" = count(hamlet where count(loan) > 0)\n"
              "figure g_ \"七\" = sum(loan: kind_.worth)\n"
              "figure h_ \"八\" = sum(hamlet: most(crop: corn))\n"
              "figure i_ \"九\" = count(loan by entered where known(name))\n");
    const Agg *b = figure_expr_of(p.set, "b_")->agg;
    EXPECT(b->scope == SCOPE_OWN && b->when == WHEN_EVER && b->where->level == LEVEL_ROW);
    EXPECT(b->where->args[0]->args[1]->number == 2); /* the item b */
    const Agg *c = figure_expr_of(p.set, "c_")->agg;
    EXPECT(c->via && c->when == WHEN_BY && str_is(c->by->name, "back_"));
    EXPECT(figure_expr_of(p.set, "d_")->agg->where->args[0]->op == EXPR_FIGURE);
    EXPECT(figure_expr_of(p.set, "e_")->agg->when == WHEN_DURING);
    EXPECT(figure_expr_of(p.set, "g_")->agg->value->op == EXPR_ATTR);
    EXPECT(figure_expr_of(p.set, "i_")->agg->by_entered);
}

TEST(brackets_and_at_change_the_context)
{
    PACKED(p, "figure a_ \"一\" = sum(crop: corn)\n"
              "figure b_ \"二\" = a_ / a_[year-1] - 1 same hamlet\n"
              "figure c_ \"三\" = a_[ytd][year-1]\n"
              "figure d_ \"四\" = a_[last 12 months, draft]\n"
              "figure e_ of county \"五\" = a_ / a_ @ city\n"
              "figure f_ \"六\" = a_[2021] + a_[2021-03] + a_[known 2022-01-01]\n"
              "figure g_ of hamlet every month \"七\" = crop.total[prev]\n"
              "figure h_ of hamlet every year \"八\" = part[b].n\n");
    const Figure *b = set_figure(p.set, STR("b_"));
    EXPECT(b->same == set_kind(p.set, STR("hamlet")));
    const Expr *c = figure_expr_of(p.set, "c_");
    EXPECT(c->shifts[0].op == SHIFT_YEAR && c->shifts[0].n == 1);
    EXPECT(c->args[0]->shifts[0].op == SHIFT_YTD);
    const Expr *d = figure_expr_of(p.set, "d_");
    EXPECT(d->shift_count == 2 && d->shifts[0].n == 12 && d->shifts[0].kind == PERIOD_MONTH);
    const Expr *at = figure_expr_of(p.set, "e_")->args[1];
    EXPECT(at->op == EXPR_AT && at->kind == set_kind(p.set, STR("city")));
    const Expr *f = figure_expr_of(p.set, "f_")->args[0]->args[0];
    EXPECT(f->shifts[0].op == SHIFT_PERIOD && f->shifts[0].expr->number == 20210000);
    EXPECT(figure_expr_of(p.set, "g_")->args[0]->op == EXPR_CELL);
    const Expr *h = figure_expr_of(p.set, "h_");
    EXPECT(h->op == EXPR_CELL && h->arg_count == 1 && h->args[0]->number == 2);
}

TEST(steps_take_the_list_of_their_items_and_rise_in_every_setting)
{
    PACKED(p, "figure a_ of hamlet every year \"一\" = step(sum(crop: total), low, line: mid, "
              "10万元: high)\n"
              "figure b_(k band) every year \"二\" = count(hamlet where a_ = k)\n"
              "figure c_ every year \"三\" = b_(mid) + count(hamlet where a_ >= mid and a_[year-1] "
              "= low)\n"
              "figure d_(s int 1..5) \"四\" = count(crop where corn > 1元) + s\n");
    const Expr *a = figure_expr_of(p.set, "a_");
    EXPECT(a->type.kind == TYPE_ITEM && a->type.list == set_list(p.set, STR("band")));
    EXPECT(a->arg_count == 6 && a->args[1]->number == 1 && a->args[2]->op == EXPR_PARAM);
    EXPECT(a->args[3]->number == 2 && a->args[4]->number == 10000000 && a->args[5]->number == 3);
    const Expr *b = figure_expr_of(p.set, "b_");
    EXPECT(b->agg->where->args[1]->op == EXPR_ARG);
    EXPECT(figure_expr_of(p.set, "c_")->args[0]->args[0]->number == 2);
    int64_t args[2] = { 0 };
    EXPECT(set_figure_member(p.set, STR("b__high"), args, 2) == set_figure(p.set, STR("b_")) &&
           args[0] == 3);
    EXPECT(set_figure_member(p.set, STR("ground::d__4"), args, 2) && args[0] == 4);
    EXPECT(!set_figure_member(p.set, STR("d__9"), args, 2));
    EXPECT(set_figure_member(p.set, STR("a_"), args, 2) == set_figure(p.set, STR("a_")));
}

TEST(figures_stand_after_those_they_read)
{
    PACKED(
        p,
        "figure a_ \"一\" = b_ + 1\nfigure b_ \"二\" = c_ * 2\nfigure c_ \"三\" = count(hamlet)\n");
    EXPECT(str_is(p.set->figures[0]->name, "c_") && str_is(p.set->figures[2]->name, "a_"));
}

TEST(detail_rows_know_their_parent_and_parents_their_rows)
{
    PACKED(p, "book sale \"出售\" of hamlet dated on_ {\n  on_ date \"日\"\n  pool money \"总额\"\n"
              "  check sum(this.cut: amount) = pool \"不平\"\n  check all(this.cut: amount > 0元) "
              "\"零\"\n}\n"
              "book cut \"分成\" under sale {\n  amount money \"数额\"\n"
              "  check amount <= sale.pool \"多了\"\n}\n");
    const Expr *sum = set_book(p.set, STR("sale"))->checks[0].expr->args[0];
    EXPECT(sum->op == EXPR_AGG && sum->agg->children && sum->level == LEVEL_ROW);
    const Expr *pool = set_book(p.set, STR("cut"))->checks[0].expr->args[1];
    EXPECT(pool->op == EXPR_ATTR && pool->args[0]->op == EXPR_THIS);
    EXPECT(pool->args[0]->type.book == set_book(p.set, STR("sale")));
}

TEST(rows_of_keyed_returns_know_their_key)
{
    PACKED(p, "figure a_(k sort) \"一\" = sum(part where sort = k: n)\n"
              "figure b_ \"二\" = sum(part where sort.wet: n * sort.worth)\n");
    const Expr *key = figure_expr_of(p.set, "a_")->agg->where->args[0];
    EXPECT(key->op == EXPR_ROW_DATE && key->number == 1 &&
           key->type.list == set_list(p.set, STR("sort")));
}

TEST(chinese_names_and_words_read_like_english_ones)
{
    PACKED(
        p,
        "台账 果 \"果园\" 每个 hamlet 每 月 {\n  苹果 金额 \"苹果\" 下限 0\n  梨 金额 \"梨\" 可空\n"
        "  和 金额 \"和\" = 苹果 + 缺省(梨, 0)\n  核对 苹果 > 0元 或 已知(梨) \"空\"\n}\n"
        "指标 果收 \"果收\" = 合计(果: 和) 显示 万元(1)\n指标 同比 \"同比\" = 果收 / 果收[年-1] - "
        "1\n"
        "指标 近一年 \"近\" = 果收[最近 12 月]\n");
    EXPECT(figure_expr_of(p.set, "果收")->agg->book == set_book(p.set, STR("果")));
    EXPECT(figure_expr_of(p.set, "同比")->type.kind == TYPE_RATIO);
    EXPECT(figure_expr_of(p.set, "近一年")->shifts[0].kind == PERIOD_MONTH);
}

TEST(an_item_is_known_by_the_list_on_the_other_side)
{
    PACKED(p,
           "list other \"他\" { a \"甲甲\"; low \"低低\" }\nfigure a \"也叫甲\" = count(hamlet)\n"
           "figure f_ \"一\" = count(loan where kind_ = a)\nfigure g_ \"二\" = count(loan where "
           "kind_ in (a, b))\n"
           "figure h_ \"三\" = count(loan where a = kind_)\n");
    EXPECT(figure_expr_of(p.set, "f_")->agg->where->args[1]->op == EXPR_LITERAL);
    EXPECT(figure_expr_of(p.set, "g_")->agg->where->arg_count == 3);
    EXPECT(figure_expr_of(p.set, "f_")->agg->where->args[1]->type.list ==
           set_list(p.set, STR("sort")));
}
