#include "flow/test_flow.h"

static const char pack[] =
    "tian 1\n"
    "pack trial \"试\" version 1 {\n"
    "  owner  desk at county\n"
    "  basis  \"办法\", approval \"示例1号\"\n"
    "  from   2016-01-01 to 2035-12-31\n"
    "}\n"
    "kind city \"市\"\n"
    "kind county \"县\" in city\n"
    "kind farm \"场\" in county\n"
    "kind shop \"站\" in county\n"
    "role desk \"窗口\" at city | county | farm | shop\n"
    "role checker \"复核\" at county\n"
    "role poster \"系统员\" at city duty system\n"
    "role namer \"人事员\" at city duty people\n"
    "role watcher \"审计员\" at city duty audit\n"
    "calendar office \"作息\" {\n"
    "  hours 08:30 to 12:00, 13:00 to 17:00\n"
    "  rest state\n"
    "}\n"
    "list sort \"种类\" (limit duration) {\n"
    "  road  \"路\" (10wd)\n"
    "  water \"水\" (3wd)\n"
    "}\n"
    "book case_ \"事项\" of farm dated accepted.first {\n"
    "  kind   sort \"类别\"\n"
    "  heavy  bool \"重\" optional\n"
    "  caller contact \"电话\" optional private(\"联系\", keep 1y after closed.last)\n"
    "  read   reporter | holder | desk at county\n"
    "  write  anyone\n"
    "  flow   handle(kind.limit)\n"
    "}\n"
    "book part_ \"协办\" under case_ {\n"
    "  at_  unit shop \"站\"\n"
    "  flow help(2wd)\n"
    "}\n"
    "flow help \"协办\" (limit duration) {\n"
    "  state asked \"已请\"\n"
    "  state given \"已回\" final\n"
    "  clock help_left \"协办时限\" from asked until given limit limit { late 0wd: tell holder }\n"
    "  new   -> asked \"请\" by case_.holder to at_\n"
    "  asked -> given \"回\" by desk at at_\n"
    "}\n"
    "flow handle \"办理\" (limit duration) {\n"
    "  state reported \"已报\"\n"
    "  state accepted \"已受理\"\n"
    "  state handling \"办理中\"\n"
    "  state waiting  \"等\"\n"
    "  state answered \"已答\"\n"
    "  state closed   \"办结\" final\n"
    "  clock take \"受理\" from reported until accepted limit 2wh { late 0wh: tell desk at county "
    "}\n"
    "  clock total \"时限\" from accepted.first until answered limit limit stops waiting {\n"
    "    late 0wd: tell holder, desk at county\n"
    "    late 3wd: do raise\n"
    "  }\n"
    "  clock pause \"等待上限\" from waiting until handling limit 5wd { late 0wd: do resume }\n"
    "  new -> reported \"上报\" by anyone | resident to owner\n"
    "  reported -> accepted \"受理\" by desk at owner\n"
    "  accepted -> handling \"交办\" by holder to dept within 1wd { dept unit shop \"主办\" }\n"
    "  raise: accepted, handling -> accepted \"上报一级\" by holder to up keeps total\n"
    "  handling -> accepted \"退回\" by holder to back at most 1 keeps total\n"
    "  handling -> waiting \"等\" by holder\n"
    "  resume: waiting -> handling \"恢复\" by holder\n"
    "  later: handling -> handling \"延\" by desk at county extends total 2wd keeps total at most "
    "2\n"
    "  handling -> answered \"答复\" by holder when not heavy says \"太重\" needs score { score "
    "int \"分\" }\n"
    "  answered -> closed \"认可\" by reporter | checker at county except answered.actor\n"
    "  unsolved: answered -> handling \"未解决\" by reporter keeps total for 15d\n"
    "  silent: answered -> closed \"回访\" by checker at county except answered.actor after 15d\n"
    "}\n";

/* ---- a judge of the few expressions that the pack above has ---- */

static bool value_of(const RecordRow *row, const Expr *e, int64_t *ret)
{
    if (e->op == EXPR_LITERAL) {
        *ret = e->number;
        return true;
    }
    if (e->op == EXPR_FIELD) {
        *ret = row_known(row, e->field->number) ? row->nums[e->field->number] : 0;
        return row_known(row, e->field->number);
    }
    if (e->op == EXPR_ATTR && value_of(row, e->args[0], ret)) {
        const Item *item = list_item_number(e->args[0]->type.list, (int32_t)*ret);
        *ret = item->attrs[e->number];
        return true;
    }
    return false;
}

static bool judge_value(Work *w, void *self, const Book *book, const RecordRow *row,
                        const Expr *expr, int64_t *ret, bool *ret_known)
{
    (void)w, (void)self, (void)book;
    *ret_known = value_of(row, expr, ret);
    return true;
}

/* not FIELD: an unknown one is not true either way, but a box left open is no. */
static bool judge_truth(Work *w, void *self, const Book *book, const RecordRow *row,
                        const Expr *expr, Verdict *ret)
{
    int64_t n = 0;
    (void)w, (void)self, (void)book;
    CHECK(expr->op == EXPR_NOT && expr->args[0]->op == EXPR_FIELD);
    (void)value_of(row, expr->args[0], &n);
    *ret = n ? VERDICT_FALSE : VERDICT_TRUE;
    return true;
}

/* ---- the town ---- */

static void said(const Town *t, const char *what)
{
    printf("# %s: %s\n", what, t->w->err.what ? t->w->err.what : "");
    fflush(stdout);
}

bool town_act(Town *t, bool ok)
{
    if (ok && core_commit(t->w, t->core))
        return true;
    work_clear(t->w);
    CHECK(core_rollback(t->w, t->core));
    return false;
}

static void load(Town *t)
{
    SourceFile file = { STR("trial.tian"), str_of(pack) };
    const Source source = { &file, 1 };
    Problems problems = { 0 };
    CHECK(core_begin(t->w, t->core, NULL));
    if (pack_load(t->w, t->core, &source, &problems)) {
        CHECK(core_commit(t->w, t->core));
        return;
    }
    Buf out = buf_open(t->w->arena, 1 << 16);
    problems_print(&out, &source, &problems, LANG_ZH);
    printf("%.*s", STR_ARG(buf_str(&out)));
    said(t, "the pack");
    check_failed("the pack of the tests compiles", __FILE__, __LINE__);
}

static int32_t unit_new(Town *t, const char *code, const char *kind, int32_t parent)
{
    const PackSet *set = packs_set(t->w, t->core, KNOWN_NOW);
    const NewUnit unit = { .code = str_of(code),
                           .name = str_of(code),
                           .kind = set_kind(set, str_of(kind))->number,
                           .parent = parent,
                           .day = day_make(2016, 1, 1),
                           .basis = STR("") };
    int32_t made = UNIT_NONE;
    CHECK(unit_create(t->w, t->core, &unit, &made));
    return made;
}

static void seat_new(Town *t, int at, const char *role, int32_t unit)
{
    const PackSet *set = packs_set(t->w, t->core, KNOWN_NOW);
    int32_t day = day_make(2020, 1, 1);
    CHECK(seat_create(t->w, t->core, unit, set_role(set, str_of(role))->number, day, &t->seat[at]));
    CHECK(person_hold(t->w, t->core, t->seat[at], day, &t->person[at]));
}

int64_t town_ms(const char *moment)
{
    int32_t day = 0;
    Str all = str_of(moment);
    CHECK(all.n == 16 && day_parse(str_sub(all, 0, 10), &day));
    int64_t hour = (moment[11] - '0') * 10 + moment[12] - '0';
    int64_t minute = (moment[14] - '0') * 10 + moment[15] - '0';
    return day_first_ms(day) + (hour * 60 + minute) * 60000;
}

void town_at(Town *t, const char *moment)
{
    t->w->now_ms = town_ms(moment);
}

Town town_open(void)
{
    Town t = { .w = work_open(env_real(), 512 << 20) };
    town_at(&t, "2021-01-04T09:00");
    CHECK(core_memory(t.w, &t.core));
    t.judge = (Judge){ .truth = judge_truth, .value = judge_value };
    load(&t);
    CHECK(core_begin(t.w, t.core, NULL));
    t.city = unit_new(&t, "C", "city", UNIT_NONE);
    t.county = unit_new(&t, "A", "county", t.city);
    t.farm[0] = unit_new(&t, "F1", "farm", t.county);
    t.farm[1] = unit_new(&t, "F2", "farm", t.county);
    t.shop[0] = unit_new(&t, "S1", "shop", t.county);
    t.shop[1] = unit_new(&t, "S2", "shop", t.county);
    t.shop_elsewhere = unit_new(&t, "S9", "shop", unit_new(&t, "B", "county", t.city));
    seat_new(&t, DESK_CITY, "desk", t.city);
    seat_new(&t, DESK_COUNTY, "desk", t.county);
    seat_new(&t, CHECK_COUNTY, "checker", t.county);
    seat_new(&t, DESK_FARM, "desk", t.farm[0]);
    seat_new(&t, DESK_FARM2, "desk", t.farm[1]);
    seat_new(&t, DESK_SHOP, "desk", t.shop[0]);
    CHECK(core_commit(t.w, t.core));
    const PackSet *set = packs_set(t.w, t.core, KNOWN_NOW);
    t.book = set_book(set, STR("case_"));
    t.part = set_book(set, STR("part_"));
    t.cases = cases_open(t.core);
    return t;
}

void town_close(Town *t)
{
    cases_close(&t->cases);
    core_close(&t->core);
    work_close(&t->w);
}

/* ---- cases ---- */

CaseActor town_actor(const Town *t, int seat)
{
    if (seat < 0)
        return (CaseActor){ .kind = ACTOR_REPORTER };
    return (CaseActor){ ACTOR_SEAT, t->seat[seat], t->person[seat] };
}

static void act_as(Town *t, const CaseActor *actor)
{
    t->core->seat = actor->seat;
    t->core->person = actor->person;
}

static void put_number(RecordEdit *edit, const char *name, int64_t value)
{
    const Field *f = book_field(edit->book, str_of(name));
    CHECK(f);
    edit->nums[f->number] = value;
    edit->known[f->number / 64] |= UINT64_C(1) << (f->number % 64);
}

int64_t town_add(Town *t, int seat, int32_t unit, const char *kind)
{
    RecordEdit edit = record_edit_new(t->w->arena, t->book);
    const CaseActor actor = town_actor(t, seat);
    const List *list = book_field(t->book, STR("kind"))->type.list;
    int64_t seq = 0;
    edit.unit = unit;
    put_number(&edit, "kind", list_item(list, str_of(kind))->number);
    act_as(t, &actor);
    CHECK(core_begin(t->w, t->core, NULL));
    Str secret = seat < 0 ? STR("abcdefghjkmn") : STR("");
    bool ok = case_begin(t->w, t->core, &t->judge, &actor, secret, &edit, &t->words) &&
              record_put(t->w, t->core, &edit, &seq);
    return town_act(t, ok) ? edit.ord : 0;
}

const RecordRow *town_row(Town *t, int64_t ord)
{
    return record_find(t->w, t->core, t->book, UNIT_NONE, 0, ord, KNOWN_NOW);
}

bool town_move(Town *t, int seat, int64_t ord, const char *move, const char *field, int64_t value)
{
    const RecordRow *row = town_row(t, ord);
    const CaseActor actor = town_actor(t, seat);
    const FlowMove *m = case_named(t->w, t->core, t->book, row, str_of(move), &actor);
    RecordEdit edit = record_edit_of(t->w->arena, t->book, row);
    int64_t seq = 0;
    CHECK(m);
    if (field)
        put_number(&edit, field, value);
    act_as(t, &actor);
    CHECK(core_begin(t->w, t->core, NULL));
    bool ok = case_move(t->w, t->core, &t->judge, m, row, &actor, 0, &edit, &t->words) &&
              record_put(t->w, t->core, &edit, &seq);
    return town_act(t, ok);
}

const char *town_state(Town *t, int64_t ord)
{
    const FlowState *s = flow_state_number(t->book->flow_type, town_row(t, ord)->cas->state);
    return str_z(t->w->arena, s->name);
}

const ClockRow *town_clock(Town *t, int64_t ord, const char *clock)
{
    const CaseRow *cas = town_row(t, ord)->cas;
    for (size_t i = 0; i < cas->clock_n; i++)
        if (cas->clocks[i].clock == flow_clock(t->book->flow_type, str_of(clock))->number)
            return &cas->clocks[i];
    return NULL;
}

size_t town_tick(Town *t)
{
    size_t facts = 0, more = 1;
    t->core->seat = t->core->person = 0;
    for (int i = 0; more && i < 1000; i++) {
        CHECK(core_begin(t->w, t->core, NULL));
        CHECK(cases_tick(t->w, t->cases, &t->judge, t->w->now_ms, 64, &more));
        CHECK(core_commit(t->w, t->core));
        facts += more;
    }
    CHECK(!more);
    return facts;
}
