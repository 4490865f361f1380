/* What flows compile to: the instance of a book, its numbers, who, clocks, words in expressions. */
#include "base/test.h"
#include "lang/lang_int.h"
#include "lang/test_lang.h"

static const char repairs[] =
    "kind shop \"站\" in county\n"
    "role mender \"修理工\" at shop | hamlet\n"
    "role checker \"复核员\" at county\n"
    "list want \"报修类别\" (limit duration, big bool) {\n"
    "  roof \"屋顶\" (3wd, true); tap \"水管\" (2wd, false)\n"
    "}\n"
    "calendar office \"机关作息\" { hours 08:30 to 12:00, 13:00 to 17:00; rest state }\n"
    "calendar watch \"值守\" { rest none }\n"
    "flow mend \"修理\" (limit duration, most duration) {\n"
    "  state open_ \"已报\"\n"
    "  state busy  \"在修\"\n"
    "  state wait  \"等料\"\n"
    "  state done_ \"已修\"\n"
    "  state shut  \"办结\" final\n"
    "  state gone  \"撤回\" final\n"
    "  clock total \"修理时限\" from open_.first until done_ limit limit stops wait {\n"
    "    late 0wd: tell holder, head at hamlet; late 3wd: do raise\n"
    "  }\n"
    "  clock pause \"等料上限\" from wait until busy limit most { late 0d: do resume }\n"
    "  new -> open_ \"报修\" by resident | head at hamlet to owner public\n"
    "  open_ -> busy \"派工\" by holder to shop_ within 4wh { shop_ unit shop \"修理站\" default "
    "near }\n"
    "  raise: open_, busy -> open_ \"上报\" by holder to up keeps total\n"
    "  busy -> wait \"等料\" by mender at shop_ at most 2 { why text(40) \"等什么\" }\n"
    "  resume: wait -> busy \"到料\" by holder\n"
    "  busy -> done_ \"修好\" by holder when all(this.help: is given) says \"帮手未到\" needs what "
    "{\n"
    "    why text(80) \"怎么修的\" optional\n"
    "    cost money \"花费\" default 0\n"
    "  }\n"
    "  done_ -> shut \"认可\" by reporter | checker at county except done_.actor\n"
    "  redo: done_ -> busy \"返修\" by reporter keeps total extends total 1wd for 15d\n"
    "  late_: done_ -> shut \"逾期未表态\" by checker at county except done_.actor after 15d\n"
    "  open_ -> gone \"撤回\" by reporter\n"
    "}\n"
    "flow lend_hand \"帮手\" {\n"
    "  state asked \"已请\"\n"
    "  state given \"已到\" final\n"
    "  new -> asked \"请帮手\" by case_.holder to from_\n"
    "  asked -> given \"到\" by mender at from_ | mender at case_.near\n"
    "}\n"
    "book case_ \"报修\" of hamlet dated open_.first {\n"
    "  what text(200) \"事由\" optional\n"
    "  sort_ want \"类别\"\n"
    "  near unit shop \"就近修理站\" optional\n"
    "  place point \"位置\" optional public coarse 100\n"
    "  caller contact \"电话\" optional private(\"回复\", keep 1y after final.last)\n"
    "  number_ text(20) \"编号\" unique made \"{year}{seq:4}\"\n"
    "  read anyone\n  write anyone\n"
    "  flow mend(sort_.limit, 5d)\n"
    "}\n"
    "book help \"帮手\" under case_ {\n"
    "  from_ unit shop \"从哪来\"\n"
    "  flow lend_hand\n"
    "}\n";

#define CASES(name, more)                                                                          \
    Work *w CLEANUP(work_close) = work_open(env_real(), 64u << 20);                                \
    Packed name CLEANUP(packed_close) = packed(w, arena_printf(w->arena, "%s%s", repairs, more));  \
    EXPECT(name.set);                                                                              \
    if (!name.set)                                                                                 \
    return
#define MEND(p) (set_book((p).set, STR("case_"))->flow_type)

static const FlowMove *move_to(const Flow *flow, const char *to, const char *from)
{
    for (size_t i = 0; i < flow->move_count; i++)
        if (str_is(flow->moves[i].to, to) && str_is(flow->moves[i].from, from))
            return &flow->moves[i];
    return NULL;
}

static const Expr *figure_of(const Packed *p, const char *name)
{
    const Figure *f = set_figure(p->set, str_of(name));
    return f ? f->expr : NULL;
}

TEST(a_book_has_a_flow_of_its_own_with_numbers_that_stay)
{
    CASES(p, "");
    const Book *book = set_book(p.set, STR("case_"));
    const Flow *flow = book->flow_type;
    EXPECT(book->cases && !book->confirms && flow->book == book && str_is(book->flow, "mend"));
    EXPECT(flow->state_count == 6 && flow->move_count == 10 && flow->clock_count == 3);
    EXPECT(flow_state_number(flow, 1) == flow_state(flow, STR("open_")) &&
           flow_state(flow, STR("shut"))->final && !flow_state(flow, STR("busy"))->final);
    EXPECT(registry_find(p.registry, STR("state.ground.case_:wait")) == 3);
    EXPECT(registry_find(p.registry, STR("move.ground.case_:new>open_")) == 1);
    EXPECT(registry_find(p.registry, STR("move.ground.case_:open_>busy")) == 2);
    EXPECT(registry_find(p.registry, STR("move.ground.case_:raise")) == 3 &&
           flow_move_number(flow, 3) == flow_move(flow, STR("raise")));
    EXPECT(registry_find(p.registry, STR("clock.ground.case_:open_>busy")) == 3);
    EXPECT(flow_resident_move(flow) == &flow->moves[0] &&
           !flow_resident_move(set_book(p.set, STR("help"))->flow_type));
    EXPECT(set_book(p.set, STR("crop"))->confirms && !set_book(p.set, STR("crop"))->cases);
    EXPECT(book->dated_state == flow_state(flow, STR("open_")) && !book->dated_last);
    EXPECT(set_book(p.set, STR("help"))->flow_type->book == set_book(p.set, STR("help")));
}

TEST(what_moves_ask_are_fields_that_filing_leaves_alone)
{
    CASES(p, "");
    const Book *book = set_book(p.set, STR("case_"));
    const Field *why = book_field(book, STR("why"));
    const FlowMove *wait = move_to(book->flow_type, "wait", "busy");
    const FlowMove *done = move_to(book->flow_type, "done_", "busy");
    const FlowMove *busy = move_to(book->flow_type, "busy", "open_");
    EXPECT(why && why->of_move && why->optional && why->type.high == 80 && why->book == book &&
           why->number < book->field_room);
    EXPECT(wait->field_count == 1 && wait->fields[0] == why && !wait->asks[0].optional &&
           str_is(wait->asks[0].title, "等什么"));
    EXPECT(done->field_count == 2 && done->asks[0].field == why && done->asks[0].optional &&
           str_is(done->asks[0].title, "怎么修的"));
    EXPECT(done->asks[1].fallback && done->asks[1].fallback->type.kind == TYPE_MONEY &&
           !done->fields[1]->fallback);
    EXPECT(busy->asks[0].fallback->op == EXPR_FIELD && busy->hold == HOLD_FIELD &&
           busy->to_field == busy->fields[0]);
    EXPECT(book_field(book, STR("place"))->coarse == 100 &&
           str_is(book_field(book, STR("number_"))->made, "{year}{seq:4}"));
    const Book *crop = set_book(p.set, STR("crop"));
    for (size_t i = 0; i < crop->field_count; i++)
        EXPECT(!crop->fields[i]->of_move);
}

TEST(moves_know_who_when_and_whom_they_hand_to)
{
    CASES(p, "");
    const Flow *flow = MEND(p);
    const Book *case_ = flow->book;
    const Flow *help = set_book(p.set, STR("help"))->flow_type;
    const FlowMove *begin = &flow->moves[0];
    EXPECT(begin->is_new && begin->shows && begin->hold == HOLD_OWNER && begin->by.n == 2 &&
           str_is(begin->by.any[0].word, "resident") && begin->from_count == 0);
    const FlowMove *raise = flow_move(flow, STR("raise"));
    EXPECT(raise->from_count == 2 && raise->hold == HOLD_UP && raise->keep_count == 1 &&
           raise->keeps[0] == flow_clock(flow, STR("total")));
    const FlowMove *wait = move_to(flow, "wait", "busy");
    EXPECT(wait->at_most == 2 && wait->by.any[0].at == WHO_AT_FIELD &&
           wait->by.any[0].at_field == book_field(case_, STR("shop_")));
    const FlowMove *done = move_to(flow, "done_", "busy");
    EXPECT(done->when && done->when->op == EXPR_AGG && str_is(done->says, "帮手未到") &&
           done->need_count == 1 && done->needs[0] == book_field(case_, STR("what")));
    const FlowMove *shut = move_to(flow, "shut", "done_");
    EXPECT(shut->by.n == 2 && str_is(shut->by.any[0].word, "reporter") &&
           shut->by.except_count == 1 && shut->by.except[0] == flow_state(flow, STR("done_")));
    const FlowMove *redo = flow_move(flow, STR("redo"));
    EXPECT(redo->has_for && redo->open_for == 15 * MS_PER_DAY && !redo->for_work &&
           redo->extends == redo->keeps[0] && redo->extend_by == DURATION_WORK_DAY + 1 &&
           redo->extend_work);
    const FlowMove *late = flow_move(flow, STR("late_"));
    EXPECT(late->has_after && !late->has_for);
    EXPECT(help->moves[0].by.any[0].of_parent && str_is(help->moves[0].by.any[0].word, "holder"));
    const Who1 *other = &help->moves[1].by.any[1];
    EXPECT(other->of_parent && other->at == WHO_AT_FIELD &&
           other->at_field == book_field(case_, STR("near")));
}

TEST(clocks_take_the_arguments_of_the_book)
{
    CASES(p, "");
    const Flow *flow = MEND(p);
    const FlowClock *total = flow_clock(flow, STR("total"));
    const FlowClock *pause = flow_clock(flow, STR("pause"));
    const FlowClock *within = &flow->clocks[2];
    EXPECT(total->from_first && total->from_count == 1 && total->stop_count == 1 &&
           total->stops[0] == flow_state(flow, STR("wait")));
    EXPECT(total->limit->op == EXPR_ATTR && total->limit->type.work &&
           total->limit->args[0]->field == book_field(flow->book, STR("sort_")));
    EXPECT(total->late_count == 2 && total->late[0].after == 0 && total->late[0].tell.n == 2 &&
           str_is(total->late[0].tell.any[0].word, "holder") &&
           str_is(total->late[0].tell.text, "holder, head at hamlet"));
    EXPECT(total->late[1].after == 3 * DURATION_WORK_DAY + 1 && total->late[1].work &&
           total->late[1].act == flow_move(flow, STR("raise")) && total->late[1].tell.n == 0);
    EXPECT(!pause->from_first && pause->limit->number == 5 * MS_PER_DAY &&
           !pause->limit->type.work);
    EXPECT(within->of_move == &flow->moves[1] && within->limit->number == 4 * 3600000 &&
           within->limit->type.work && within->from_count == 1 && within->until_count == 5);
    const Item *tap = list_item(set_list(p.set, STR("want")), STR("tap"));
    EXPECT(tap->attrs[0] == 2 * DURATION_WORK_DAY + 1);
}

TEST(calendars_know_their_hours)
{
    CASES(p, "");
    const Calendar *office = set_calendar(p.set, STR("office"));
    const Calendar *watch = set_calendar(p.set, STR("ground::watch"));
    EXPECT(p.set->calendar_count == 2 && p.set->calendars[0] == office);
    EXPECT(office->hour_count == 2 && office->hours[0].from == 510 && office->hours[0].to == 720 &&
           office->hours[1].to == 1020 && office->rest == REST_STATE);
    EXPECT(watch->hour_count == 0 && watch->rest == REST_NONE);
}

TEST(rows_are_asked_for_their_states_clocks_and_actors)
{
    CASES(p, "figure a_ \"一\" = count(case_ by done_.first where not total.late)\n"
             "figure b_ \"二\" = count(case_ where is shut and shut.actor = reporter)\n"
             "figure c_ \"三\" = count(case_ where total.due <= end)\n"
             "figure d_ \"四\" = median(case_ by done_.last: total.used) as hours(1)\n"
             "figure e_ \"五\" = count(case_ where done_.unit.kind in (hamlet, shop))\n"
             "figure f_ \"六\" = count(case_ via holder where times(redo) > 0)\n"
             "figure g_ \"七\" = count(case_ via shop_ where was done_[now])\n"
             "figure h_ \"八\" = count(case_ where sort_.big and holder.kind != county)\n"
             "figure i_ \"九\" = share(case_ where shut.actor in (reporter, system))\n"
             "figure j_ \"十\" = sum(case_: cost)\n"
             "figure k_ \"十一\" = avg(case_: days(open_.first, done_.last))\n");
    const Flow *flow = MEND(p);
    const Agg *a = figure_of(&p, "a_")->agg;
    EXPECT(a->by_state == flow_state(flow, STR("done_")) && !a->by_last && a->when == WHEN_BY);
    EXPECT(a->where->args[0]->op == EXPR_CLOCK && a->where->args[0]->number == CLOCK_LATE &&
           a->where->args[0]->clock == flow_clock(flow, STR("total")));
    const Expr *b = figure_of(&p, "b_")->agg->where;
    EXPECT(b->args[0]->op == EXPR_STATE && b->args[0]->state == flow_state(flow, STR("shut")));
    EXPECT(b->args[1]->args[0]->op == EXPR_STATE_ACTOR &&
           b->args[1]->args[1]->number == ACTOR_REPORTER &&
           b->args[1]->args[1]->type.kind == TYPE_ACTOR);
    const Expr *c = figure_of(&p, "c_")->agg->where;
    EXPECT(c->args[0]->op == EXPR_DAY && c->args[0]->args[0]->number == CLOCK_DUE &&
           c->args[0]->type.kind == TYPE_DATE);
    const Agg *d = figure_of(&p, "d_")->agg;
    EXPECT(d->by_last && d->value->type.kind == TYPE_DURATION && d->value->type.work);
    const Expr *e = figure_of(&p, "e_")->agg->where;
    EXPECT(e->op == EXPR_IN && e->args[0]->op == EXPR_KIND_OF &&
           e->args[0]->args[0]->op == EXPR_STATE_UNIT && e->args[2]->op == EXPR_KIND);
    const Agg *f = figure_of(&p, "f_")->agg;
    EXPECT(f->via_holder && !f->via && f->where->args[0]->op == EXPR_TIMES &&
           f->where->args[0]->move == flow_move(flow, STR("redo")));
    const Agg *g = figure_of(&p, "g_")->agg;
    EXPECT(g->via == book_field(flow->book, STR("shop_")) && g->where->op == EXPR_SHIFT &&
           g->where->args[0]->flag);
    EXPECT(figure_of(&p, "h_")->agg->where->args[1]->args[0]->args[0]->op == EXPR_HOLDER);
    EXPECT(figure_of(&p, "i_")->agg->where->args[2]->number == ACTOR_SYSTEM);
}

TEST(a_document_asks_cases_like_a_figure)
{
    CASES(p, "");
    Problems problems = { 0 };
    const Expr *e = expr_compile(
        w, p.set, STR("count(case_ by done_.first where shut.actor = system) @ \"2202\" [2022]"),
        &problems);
    EXPECT(e && e->op == EXPR_SHIFT && problems.errors == 0);
    EXPECT(!expr_compile(w, p.set, STR("count(case_ where is lost) @ \"2202\" [2022]"), &problems));
    EXPECT(problems.errors == 1 &&
           str_starts(str_of(problems.at[0].what), STR("lang.unknown_state")));
}

TEST(a_row_says_what_its_detail_rows_stand_at)
{
    CASES(p, "");
    const FlowMove *done = move_to(MEND(p), "done_", "busy");
    const Agg *all = done->when->agg;
    const Book *help = set_book(p.set, STR("help"));
    EXPECT(all->children && all->book == help && all->value->op == EXPR_STATE &&
           all->value->state == flow_state(help->flow_type, STR("given")));
}

TEST(steps_move_cases_and_expect_of_them)
{
    CASES(p, "test \"一\" {\n"
             "  calendar office\n"
             "  unit county A; unit town T in A; unit hamlet V in T; unit shop S in A\n"
             "  at 2021-06-07 09:00 add case_ m1 V by resident { what \"漏\"; sort_ roof }\n"
             "  at 2021-06-07 10:00 move m1 busy by \"V head\" { shop_ S }\n"
             "  add help h1 m1 { from_ S }\n"
             "  refuse move m1 done_ by \"S mender\" because \"帮手未到\"\n"
             "  at 2021-06-18 17:00 tick\n"
             "  expect m1.state = busy\n"
             "  expect m1.holder = S\n"
             "  expect m1.total.due = 2021-06-18 24:00\n"
             "  expect m1.total.late = false; expect m1.times(redo) = 0\n"
             "  expect m1.open_.first = 2021-06-07; expect m1.done_.last = missing\n"
             "  expect m1.open_.actor = reporter; expect m1.total.used = 3wh\n"
             "}\n");
    const TestDecl *test = &set_pack(p.set, STR("ground"))->tests[0];
    const Step *s = test->steps;
    EXPECT(test->step_count == 19);
    EXPECT(s[5].op == STEP_ADD && str_is(s[5].by, "resident"));
    EXPECT(s[6].op == STEP_MOVE && str_is(s[6].state, "busy") && str_is(s[6].by, "V head") &&
           s[6].value_count == 1 && str_is(s[6].names[0], "m1"));
    EXPECT(s[7].op == STEP_ADD && str_is(s[7].unit, "m1"));
    EXPECT(s[8].op == STEP_MOVE && s[8].refuse && s[8].because_quoted);
    EXPECT(s[9].op == STEP_TICK &&
           s[9].at_ms == day_first_ms(day_make(2021, 6, 18)) + 17 * 3600000);
    EXPECT(s[10].op == STEP_EXPECT_CASE && str_is(s[10].path, "state") &&
           str_is(s[10].state, "busy"));
    EXPECT(str_is(s[11].path, "holder") && str_is(s[11].unit, "S"));
    EXPECT(str_is(s[12].path, "total.due") && s[12].expr->type.kind == TYPE_TIME &&
           s[12].expr->number == day_first_ms(day_make(2021, 6, 19)));
    EXPECT(str_is(s[13].path, "total.late") && s[13].expr->number == 0);
    EXPECT(str_is(s[14].path, "times(redo)") && s[14].expr->type.kind == TYPE_INT);
    EXPECT(s[15].expr->type.kind == TYPE_DATE && !s[16].expr);
    EXPECT(s[17].expr->number == ACTOR_REPORTER && s[18].expr->type.work);
}

TEST(a_flow_reads_the_same_after_formatting_and_in_the_other_language)
{
    Work *w CLEANUP(work_close) = work_open(env_real(), 64u << 20);
    Problems problems = { 0 };
    Str text = str_printf(w->arena, "%s%s", ground, repairs);
    Str zh;
    Str en;
    Str again;
    EXPECT(pack_format(w, STR("x"), text, 1, &problems, &zh));
    EXPECT(pack_format(w, STR("x"), zh, 2, &problems, &en));
    EXPECT(pack_format(w, STR("x"), en, 0, &problems, &again) && str_eq(en, again));
    EXPECT(str_find(zh,
                    STR("时钟 total \"修理时限\" 自 open_.首次 止于 done_ 限时 limit 停计 wait")) !=
           SIZE_MAX);
    EXPECT(str_find(zh, STR("由 反映人 | checker 在 county 除 done_.经手人")) != SIZE_MAX);
    EXPECT(str_find(zh, STR("时段 08:30 至 12:00, 13:00 至 17:00; 休息 状态")) != SIZE_MAX);
    EXPECT(str_find(zh, STR("保存 1y 之后 终态.最近")) != SIZE_MAX);
    SourceFile files[2] = { { STR("x.tian"), text }, { STR("x.tian"), zh } };
    Str dumps[2];
    for (size_t i = 0; i < 2; i++) {
        Registry *registry = registry_open(w->arena);
        PackSet *set CLEANUP_SET =
            pack_compile(w, NULL, &(Source){ &files[i], 1 }, registry, &problems);
        EXPECT(set);
        dumps[i] = set ? dump_set(w->arena, set) : STR("");
    }
    EXPECT(dumps[0].n && str_eq(dumps[0], dumps[1]));
}

TEST(english_titles_of_flows_stand_with_the_flow)
{
    Work *w CLEANUP(work_close) = work_open(env_real(), 64u << 20);
    Problems problems = { 0 };
    static const char text[] =
        "tian 1\npack p \"包\" version 1 {\n owner desk at town\n basis \"条例\", approval "
        "\"1号\"\n"
        " from 2022-01-01 to 2022-12-31\n}\nkind town \"镇\"\nrole desk \"办理台\" at town\n"
        "calendar office \"作息\" { rest weekend }\n"
        "flow mend \"修理\" {\n state open_ \"已报\"; state shut \"办结\" final\n"
        " clock total \"时限\" from open_ until shut limit 3wd\n new -> open_ \"报修\" by anyone\n"
        " open_ -> shut \"修好\" by holder { note text(9) \"说明\" }\n"
        " drop: open_ -> shut \"撤回\" by reporter\n}\n"
        "book case_ \"报修\" of town dated entered {\n what text(9) \"事由\"\n flow mend\n}\n";
    static const char words[] =
        "pack = Pack\ntown = Town\ndesk = Desk\noffice = Office hours\nmend = Repair\n"
        "mend.open_ = Open\nmend.shut = Closed\nmend.total = Time to repair\n"
        "mend.new->open_ = Report\nmend.open_->shut = Repaired\nmend.drop = Withdraw\n"
        "mend.note = Note\ncase_ = Repairs\ncase_.what = What\n";
    SourceFile files[2] = { { STR("p.tian"), str_of(text) },
                            { STR("words/en.txt"), str_of(words) } };
    PackSet *set CLEANUP_SET =
        pack_compile(w, NULL, &(Source){ files, 2 }, registry_open(w->arena), &problems);
    Buf out = buf_open(w->arena, 1 << 16);
    problems_print(&out, NULL, &problems, 1);
    if (!set)
        printf("# %.*s", STR_ARG(buf_str(&out)));
    EXPECT(set);
    if (!set)
        return;
    const Flow *flow = set_book(set, STR("case_"))->flow_type;
    EXPECT(str_is(pack_word(flow->pack, "clock", STR("mend.total")), "Time to repair"));
    EXPECT(str_is(pack_word(flow->pack, "state", STR("mend.shut")), "Closed"));
    Str path = flow_move_words(w->arena, &flow->moves[1]);
    EXPECT(str_is(path, "open_->shut") &&
           str_is(pack_word(flow->pack, "move", STR("mend.open_->shut")), "Repaired"));
    EXPECT(str_is(flow_move_words(w->arena, &flow->moves[2]), "drop") &&
           str_is(pack_word(flow->pack, "move", STR("mend.drop")), "Withdraw"));
    EXPECT(str_is(pack_word(flow->pack, "calendar", STR("office")), "Office hours"));
    EXPECT(str_is(pack_word(flow->book->pack, "field", STR("case_.note")), "Note"));
}

TEST(a_book_finds_the_titles_of_a_flow_from_another_pack)
{
    Work *w CLEANUP(work_close) = work_open(env_real(), 64u << 20);
    Problems problems = { 0 };
    static const char head[] = "tian 1\npack %s \"包\" version 1 {\n owner desk at town\n"
                               " basis \"条例\", approval \"1号\"\n"
                               " from 2022-01-01 to 2022-12-31\n%s}\n%s";
    static const char flow[] =
        "kind town \"镇\"\nrole desk \"办理台\" at town\n"
        "flow mend \"修理\" {\n state open_ \"已报\"; state shut \"办结\" final\n"
        " new -> open_ \"报修\" by anyone\n"
        " open_ -> shut \"修好\" by desk at owner within 2wh { how choice(new_ \"换新\", old "
        "\"修旧\") \"办法\" }\n"
        "}\n";
    static const char words[] = "pack = A\ntown = Town\ndesk = Desk\nmend = Repair\n"
                                "mend.open_ = Open\nmend.shut = Closed\nmend.new->open_ = Report\n"
                                "mend.open_->shut = Repaired\nmend.how = How\n"
                                "mend.how.new_ = Replaced\nmend.how.old = Mended\n";
    static const char book[] =
        "book case_ \"报修\" of town dated entered {\n what text(9) \"事由\"\n flow mend\n}\n";
    Registry *registry = registry_open(w->arena);
    SourceFile first[2] = { { STR("a.tian"), str_printf(w->arena, head, "a", "", flow) },
                            { STR("words/en.txt"), str_of(words) } };
    SourceFile second = { STR("b.tian"), str_printf(w->arena, head, "b", " needs a 1\n", book) };
    PackSet *a CLEANUP_SET = pack_compile(w, NULL, &(Source){ first, 2 }, registry, &problems);
    PackSet *b CLEANUP_SET =
        a ? pack_compile(w, a, &(Source){ &second, 1 }, registry, &problems) : NULL;
    EXPECT(b);
    if (!b)
        return;
    const Book *repair = set_book(b, STR("case_"));
    EXPECT(str_is(pack_word(repair->pack, "state", STR("mend.shut")), "Closed"));
    EXPECT(str_is(pack_word(repair->pack, "clock", STR("mend.open_>shut")), "Repaired"));
    EXPECT(str_is(pack_word(repair->pack, "field", STR("case_.how")), "How"));
    EXPECT(str_is(pack_word(repair->pack, "item", STR("case_.how.old")), "Mended"));
    EXPECT(registry_find(registry, STR("list:b.case_.how")) > 0);
    EXPECT(repair->flow_type->pack == set_pack(b, STR("a")));
}
