/* The only place where a case becomes one that residents may read. */
#include "page/case/open_case.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "base/words.h"
#include "command/case.h"
#include "flow/flow.h"
#include "page/open_int.h"

enum {
    TAG_MOST = 24,
    STEPS_MOST = 60,
    COUNT_MOST = 4096, /* cases of a year counted one by one: a township; beyond, all rows are */
};

static bool not_there(Work *w)
{
    return fail(w, ERR_NOT_FOUND, "public.no_case");
}

bool tag_parse(Str tag, int32_t *ret_book, int64_t *ret_ord)
{
    int64_t book = 0, ord = 0;
    size_t cut = str_find(tag, STR("-"));
    if (cut == SIZE_MAX || tag.n > TAG_MOST || !num_parse_int(str_sub(tag, 0, cut), &book) ||
        !num_parse_int(str_sub(tag, cut + 1, tag.n), &ord))
        return false;
    *ret_book = (int32_t)book;
    *ret_ord = ord;
    if (book <= 0 || book >= INT32_MAX || ord <= 0)
        return false;
    /* Only as it is told: what is counted by tag is not counted anew for 7-012 or 7-１２. */
    char told[64];
    int n = snprintf(told, sizeof told, "%lld-%lld", (long long)book, (long long)ord);
    return str_eq(tag, (Str){ told, (size_t)n });
}

Str secret_plain(Arena *arena, Str given)
{
    Buf out = buf_open(arena, 256);
    for (size_t i = 0; i < given.n && i < 100; i++) {
        char c = given.p[i];
        if (c == ' ' || c == '-')
            continue;
        c = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
        c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
        buf_putc(&out, c);
    }
    Str plain = buf_str(&out);
    bool fits = plain.n == CASE_SECRET_SIGNS && utf8_valid(plain);
    return fits ? plain : STR("");
}

/* ---- one field ---- */

Str open_field_title(Arena *arena, Lang lang, const Book *book, const Field *f)
{
    bool of_flow = f->of_move && book->flow_type;
    Str path = str_printf(arena, "%.*s.%.*s", STR_ARG(of_flow ? book->flow_type->name : book->name),
                          STR_ARG(f->name));
    return title_in(arena, lang, of_flow ? book->flow_type->pack : book->pack, "field", path,
                    f->title);
}

static bool says_image(const Field *f)
{
    return f->is_public && !field_is_private(f) && f->type.kind == TYPE_IMAGE;
}

static const RecordRow *row_at(Work *w, Core *core, const Book *book, const RecordRow *row,
                               int64_t seq)
{
    return record_find(w, core, book, row->unit, 0, row->ord, seq);
}

static bool say(Work *w, Core *core, const Book *book, const RecordRow *row, const Field *f,
                Lang lang, OpenSaid *ret)
{
    *ret = (OpenSaid){ .title = open_field_title(w->arena, lang, book, f) };
    if (says_image(f)) {
        ret->image =
            row_known(row, f->number) && row->texts[f->number].p ? row->texts[f->number] : STR("");
        return ret->image.n > 0;
    }
    ret->value = open_cell(w, core, f, row, lang, case_text_released(w, core, book, row, f));
    return ret->value != NULL;
}

/* ---- what the flow says ---- */

static bool by_reporter(const FlowMove *move)
{
    for (size_t i = 0; i < move->by.n; i++)
        if (str_is(move->by.any[i].word, "reporter"))
            return true;
    return false;
}

/* A state that waits for the reporter's word: they may close it from there. */
static bool is_answer(const Flow *flow, const FlowState *state)
{
    for (size_t i = 0; i < flow->move_count && !state->final; i++)
        if (by_reporter(&flow->moves[i]) && flow_move_leaves(&flow->moves[i], state->number) &&
            flow->moves[i].state->final)
            return true;
    return false;
}

static bool is_first(const Flow *flow, const FlowState *state)
{
    for (size_t i = 0; i < flow->move_count; i++)
        if (flow->moves[i].is_new && flow->moves[i].state == state)
            return true;
    return false;
}

static int phase_of(const Flow *flow, const FlowState *state)
{
    if (state->final)
        return PHASE_OVER;
    if (is_answer(flow, state))
        return PHASE_ANSWERED;
    return is_first(flow, state) ? PHASE_HEARD : PHASE_WORKED;
}

static bool was_answered(const Flow *flow, const CaseRow *cas)
{
    for (size_t i = 0; i < cas->move_n; i++) {
        const FlowState *state = flow_state_number(flow, cas->moves[i].to);
        if (state && is_answer(flow, state))
            return true;
    }
    return false;
}

/* Names of states and moves: "state FLOW.NAME", "move FLOW.NAME" of the pack's words. */
static Str flow_title(Work *w, Lang lang, const Flow *flow, const char *noun, Str name, Str title)
{
    Str path = str_printf(w->arena, "%.*s.%.*s", STR_ARG(flow->name), STR_ARG(name));
    return title_in(w->arena, lang, flow->pack, noun, path, title);
}

static Str state_title(Work *w, Lang lang, const Flow *flow, const FlowState *state)
{
    return state ? flow_title(w, lang, flow, "state", state->name, state->title) : STR("");
}

static Str move_title(Work *w, Lang lang, const Flow *flow, const FlowMove *move)
{
    Str name = move->name.n
                   ? move->name
                   : str_printf(w->arena, "%.*s>%.*s", STR_ARG(move->from), STR_ARG(move->to));
    return flow_title(w, lang, flow, "move", name, move->title);
}

/* ---- a case ---- */

static const Field *head_field(const Book *book)
{
    for (size_t i = 0; i < book->field_count; i++) {
        const Field *f = book->fields[i];
        if (f->type.kind == TYPE_TEXT && field_is_open(f) && !f->of_move && !f->made.n)
            return f;
    }
    return NULL;
}

static const Field *item_field(const Book *book)
{
    for (size_t i = 0; i < book->field_count; i++)
        if (book->fields[i]->type.kind == TYPE_ITEM && field_is_open(book->fields[i]) &&
            !book->fields[i]->of_move)
            return book->fields[i];
    return NULL;
}

static void read_item(Work *w, const RecordRow *row, const Field *f, const OpenSaid *said,
                      OpenCase *c)
{
    const Item *item = list_item_number(f->type.list, (int32_t)row->nums[f->number]);
    c->item = open_text(w->arena, said->value);
    c->item_name = item ? item->name : STR("");
}

static void read_said(Work *w, Core *core, const RecordRow *row, Lang lang, OpenCase *c)
{
    const Book *book = c->book;
    const Field *head = head_field(book), *item = item_field(book);
    OpenSaid said;
    c->said = arena_array(w->arena, OpenSaid, book->field_count + 1);
    for (size_t i = 0; i < book->field_count; i++) {
        const Field *f = book->fields[i];
        if (f->of_move || f->made.n || !say(w, core, book, row, f, lang, &said))
            continue;
        if (f == head)
            c->head = said.value;
        else if (f == item)
            read_item(w, row, f, &said, c);
        else
            c->said[c->said_n++] = said;
    }
}

/* What a move asked is told as it stood right after the move. */
static bool read_step(Work *w, Core *core, const RecordRow *row, const MoveRow *m, Lang lang,
                      const Book *book, OpenStep *ret)
{
    const Flow *flow = book->flow_type;
    const FlowMove *move = flow_move_number(flow, m->move);
    const FlowState *state = flow_state_number(flow, m->to);
    *ret = (OpenStep){ .title = move ? move_title(w, lang, flow, move) : STR(""),
                       .state = state_title(w, lang, flow, state),
                       .at_ms = m->at_ms,
                       .unit = m->unit,
                       .holder = m->holder,
                       .final = state && state->final,
                       .actor = m->actor };
    if (!move || !move->field_count)
        return true;
    const RecordRow *then = row_at(w, core, book, row, m->seq);
    TRY(w->err.code == ERR_NONE);
    ret->said = arena_array(w->arena, OpenSaid, move->field_count + 1);
    for (size_t i = 0; then && i < move->field_count; i++) {
        RecordRow as_now = *then; /* what was let through since then is let through there too */
        as_now.cas = row->cas;
        if (say(w, core, book, &as_now, move->fields[i], lang, &ret->said[ret->said_n]))
            ret->said_n++;
    }
    return true;
}

static bool read_steps(Work *w, Core *core, const RecordRow *row, Lang lang, OpenCase *c)
{
    const CaseRow *cas = row->cas;
    size_t first = cas->move_n > STEPS_MOST ? cas->move_n - STEPS_MOST : 0;
    c->steps = arena_array(w->arena, OpenStep, cas->move_n + 1);
    for (size_t i = first; i < cas->move_n; i++)
        TRY(read_step(w, core, row, &cas->moves[i], lang, c->book, &c->steps[c->step_n++]));
    return true;
}

/* The newest words that an office gave: of the last move that gave some. */
static void read_answer(Work *w, Core *core, const RecordRow *row, Lang lang, OpenCase *c)
{
    const CaseRow *cas = row->cas;
    OpenSaid said;
    for (size_t i = cas->move_n; i-- > 1;) {
        const FlowMove *move = flow_move_number(c->book->flow_type, cas->moves[i].move);
        if (!move || cas->moves[i].actor == ACTOR_REPORTER)
            continue;
        for (size_t k = 0; k < move->field_count; k++)
            if (move->fields[k]->type.kind == TYPE_TEXT &&
                say(w, core, c->book, row, move->fields[k], lang, &said) && said.value) {
                c->answer = said.value;
                return;
            }
    }
}

static bool ends_at_answer(const Flow *flow, const FlowClock *clock)
{
    for (size_t i = 0; !clock->of_move && i < clock->until_count; i++)
        if (is_answer(flow, clock->until[i]))
            return true;
    return false;
}

/* What is promised to residents is the answer: the limits between offices are the offices' own.
 * While that clock stands still nothing is promised; a flow without one promises its next moment.
 */
static bool promise_of(const Book *book, const RecordRow *row, int64_t *ret_ms)
{
    const Flow *flow = book->flow_type;
    const CaseRow *cas = row->cas;
    const FlowClock *next;
    bool any = false, runs = false;
    for (size_t i = 0; i < cas->clock_n; i++) {
        const ClockRow *c = &cas->clocks[i];
        const FlowClock *clock = flow_clock_number(flow, c->clock);
        if (!clock || c->state == CLOCK_DONE || !ends_at_answer(flow, clock))
            continue;
        any = true;
        if (c->state == CLOCK_RUNNING && (!runs || c->due_ms < *ret_ms)) {
            *ret_ms = c->due_ms;
            runs = true;
        }
    }
    return runs || (!any && case_due(book, row, ret_ms, &next));
}

static bool is_late(const Book *book, const RecordRow *row, int64_t now_ms)
{
    int64_t due;
    const FlowState *state = flow_state_number(book->flow_type, row->cas->state);
    return !state->final && promise_of(book, row, &due) && due < now_ms;
}

static void read_times(Work *w, const RecordRow *row, OpenCase *c)
{
    const CaseRow *cas = row->cas;
    c->begun_ms = cas->moves[0].at_ms;
    c->last_ms = case_last(cas)->at_ms;
    if (!c->final)
        c->has_due = promise_of(c->book, row, &c->due_ms);
    c->late = c->has_due && c->due_ms < w->now_ms;
}

static bool read_case(Work *w, Core *core, const Book *book, const RecordRow *row, Lang lang,
                      OpenCase *c)
{
    const CaseRow *cas = row->cas;
    const Flow *flow = book->flow_type;
    const FlowState *state = flow_state_number(flow, cas->state);
    CHECK(state && cas->move_n);
    *c = (OpenCase){ .book = book,
                     .ord = row->ord,
                     .unit = row->unit,
                     .holder = cas->holder,
                     .tag = str_printf(w->arena, "%d-%lld", book->number, (long long)row->ord),
                     .no = case_no(w, book, row),
                     .item = STR(""),
                     .item_name = STR(""),
                     .state = state_title(w, lang, flow, state),
                     .phase = phase_of(flow, state),
                     .final = state->final,
                     .shown = cas->shown,
                     .answered = was_answered(flow, cas),
                     .joined = cas->joined };
    c->agreed = c->final && case_last(cas)->actor == ACTOR_REPORTER;
    read_times(w, row, c);
    read_said(w, core, row, lang, c);
    read_answer(w, core, row, lang, c);
    return w->err.code == ERR_NONE;
}

static bool is_case(const Book *book, const RecordRow *row)
{
    return row && book->cases && row->cas && row->cas->move_n && row->state == RECORD_FILED;
}

static const RecordRow *find_tag(Work *w, Core *core, Str tag, const Book **ret_book)
{
    int32_t number;
    int64_t ord;
    const PackSet *set = packs_set(w, core, KNOWN_NOW);
    *ret_book = set && tag_parse(tag, &number, &ord) ? set_book_number(set, number) : NULL;
    if (!*ret_book || !(*ret_book)->cases)
        return NULL;
    const RecordRow *row = record_find(w, core, *ret_book, UNIT_NONE, 0, ord, KNOWN_NOW);
    return is_case(*ret_book, row) ? row : NULL;
}

bool open_case(Work *w, Kernel *k, Str tag, Lang lang, bool reporter, OpenCase *ret)
{
    const Book *book;
    const RecordRow *row = find_tag(w, k->core, tag, &book);
    TRY(w->err.code == ERR_NONE);
    if (!row || (!row->cas->shown && !reporter))
        return not_there(w);
    return read_case(w, k->core, book, row, lang, ret) && read_steps(w, k->core, row, lang, ret);
}

bool open_case_enter(Work *w, Kernel *k, Str number, Str secret, OpenCase *ret, Lang lang)
{
    const Book *book;
    const RecordRow *row = find_tag(w, k->core, number, &book);
    TRY(w->err.code == ERR_NONE);
    if (!row && number.n && number.n <= TAG_MOST)
        row = case_by_no(w, k, NULL, number, &book);
    TRY(w->err.code == ERR_NONE);
    Str plain = secret_plain(w->arena, secret);
    if (!row || !is_case(book, row) || !plain.n || !case_secret_fits(k, book, row, plain))
        return not_there(w);
    return read_case(w, k->core, book, row, lang, ret) && read_steps(w, k->core, row, lang, ret);
}

/* ---- moves of its reporter ---- */

static Str closed_words(Work *w, const MoveChoice *choice, Lang lang)
{
    if (choice->may)
        return STR("");
    return choice->own_words.n ? choice->own_words : word_text(w->arena, choice->why, lang);
}

bool open_replies(Work *w, Kernel *k, Str tag, Lang lang, OpenReply **ret, size_t *ret_n)
{
    const CaseActor reporter = { .kind = ACTOR_REPORTER };
    const Judge judge = judge_of(k->figures);
    const Book *book;
    MoveChoice *choices;
    size_t n;
    *ret_n = 0;
    const RecordRow *row = find_tag(w, k->core, tag, &book);
    if (!row)
        return w->err.code == ERR_NONE ? not_there(w) : false;
    TRY(case_choices(w, k->core, &judge, book, row, &reporter, &choices, &n));
    *ret = arena_array(w->arena, OpenReply, n + 1);
    for (size_t i = 0; i < n; i++)
        if (choices[i].may || choices[i].yours)
            (*ret)[(*ret_n)++] =
                (OpenReply){ .name = choices[i].move->name.n ? choices[i].move->name
                                                             : choices[i].move->to,
                             .title = move_title(w, lang, book->flow_type, choices[i].move),
                             .may = choices[i].may,
                             .why = closed_words(w, &choices[i], lang),
                             .move = choices[i].move };
    return true;
}

/* ---- many ---- */

typedef struct Found {
    const Book *book;
    const RecordRow *row;
} Found;
typedef list_of(Found) FoundList;

static bool wants(const WallAsk *ask, const Book *book, const RecordRow *row, int64_t now_ms)
{
    const CaseRow *cas = row->cas;
    const FlowState *state = flow_state_number(book->flow_type, cas->state);
    if (ask->field &&
        (!row_known(row, ask->field->number) || row->nums[ask->field->number] != ask->item))
        return false;
    if (ask->changed_ms > 0 && case_last(cas)->at_ms < ask->changed_ms)
        return false;
    if (ask->still_ms > 0 && case_last(cas)->at_ms > ask->still_ms)
        return false;
    if (ask->begun_ms > 0 && cas->moves[0].at_ms < ask->begun_ms)
        return false;
    if (ask->until_ms > 0 && cas->moves[0].at_ms >= ask->until_ms)
        return false;
    switch (ask->part) {
    case WALL_ALL: return true;
    case WALL_OPEN: return !state->final;
    case WALL_OVER: return state->final;
    case WALL_LATE: return is_late(book, row, now_ms);
    }
    return false;
}

static void count(const WallAsk *ask, const Book *book, const RecordRow *row, int64_t now_ms,
                  Wall *wall)
{
    const CaseRow *cas = row->cas;
    const FlowState *state = flow_state_number(book->flow_type, cas->state);
    wall->open += !state->final;
    wall->late += is_late(book, row, now_ms);
    if (cas->moves[0].at_ms < ask->since_ms)
        return;
    bool answered = was_answered(book->flow_type, cas);
    wall->raised++;
    wall->answered += answered;
    wall->agreed += answered && state->final && case_last(cas)->actor == ACTOR_REPORTER;
}

static bool gather(Work *w, Kernel *k, const WallAsk *ask, const Book *book,
                   const TreeVersion *tree, FoundList *found, Wall *wall)
{
    const RecordRow *const *rows;
    size_t n;
    int32_t top = ask->unit < tree->slots ? tree->pre_of[ask->unit] : -1;
    TRY(records_rows(w, k->core, book, KNOWN_NOW, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        const RecordRow *row = rows[i];
        int32_t pre = row->unit < tree->slots ? tree->pre_of[row->unit] : -1;
        bool below = top >= 0 && pre >= top && pre <= tree->last[top];
        if ((!below && row->unit != ask->unit) || !is_case(book, row) || !row->cas->shown)
            continue;
        count(ask, book, row, w->now_ms, wall);
        if (wants(ask, book, row, w->now_ms))
            *list_push(w->arena, found) = (Found){ book, row };
    }
    return true;
}

static int by_newest(const void *a, const void *b)
{
    const Found *x = a, *y = b;
    int64_t s = x->row->cas->moves[0].at_ms, t = y->row->cas->moves[0].at_ms;
    if (s != t)
        return s < t ? 1 : -1;
    return (x->row->ord < y->row->ord) - (x->row->ord > y->row->ord);
}

/* Every row looked at: for what the columns in memory do not tell. */
static bool wall_by_rows(Work *w, Kernel *k, const WallAsk *ask, FoundList *found, Wall *ret)
{
    const PackSet *set = packs_set(w, k->core, KNOWN_NOW);
    const TreeVersion *tree = units_tree(w, k->core->units, 0, work_today(w), KNOWN_NOW);
    TRY(set && tree);
    for (size_t i = 0; i < set->book_count; i++) {
        const Book *book = set->books[i];
        if (book->cases && book->form == BOOK_OF && (!ask->book || book == ask->book))
            TRY(gather(w, k, ask, book, tree, found, ret));
    }
    return true;
}

static CaseAsk columns_ask(const WallAsk *ask)
{
    return (CaseAsk){
        .book = ask->book, .below = ask->unit, .holder = UNIT_NONE, .shown = true, .limit = 1
    };
}

/* How many, within since_ms, of a unit of which that many can be looked at one by one. */
static bool count_by_columns(Work *w, Kernel *k, const WallAsk *ask, Wall *ret, bool *ret_more)
{
    CasePage page;
    CaseAsk of = columns_ask(ask);
    *ret_more = false;
    of.open = true;
    TRY(cases_page(w, k->cases, &of, &page));
    ret->open = page.total;
    of.late = true; /* by any of its clocks, among them those that are late for residents */
    of.limit = COUNT_MOST;
    TRY(cases_page(w, k->cases, &of, &page));
    *ret_more = page.more;
    for (size_t i = 0; i < page.n; i++)
        ret->late += is_late(page.books[i], page.rows[i], w->now_ms);
    of = columns_ask(ask);
    of.from_ms = ask->since_ms;
    of.sort = CASE_NEWEST;
    of.limit = COUNT_MOST;
    TRY(cases_page(w, k->cases, &of, &page));
    *ret_more = *ret_more || page.more;
    ret->raised = page.total;
    for (size_t i = 0; i < page.n && !page.more; i++) {
        const Flow *flow = page.books[i]->flow_type;
        const CaseRow *cas = page.rows[i]->cas;
        const FlowState *state = flow_state_number(flow, cas->state);
        bool answered = was_answered(flow, cas);
        ret->answered += answered;
        ret->agreed += answered && state->final && case_last(cas)->actor == ACTOR_REPORTER;
    }
    return true;
}

static bool wall_by_columns(Work *w, Kernel *k, const WallAsk *ask, FoundList *found, Wall *ret,
                            bool *ret_more)
{
    CasePage page;
    CaseAsk of = columns_ask(ask);
    of.field = ask->field;
    of.item = ask->item;
    of.open = ask->part == WALL_OPEN;
    of.closed = ask->part == WALL_OVER;
    of.from_ms = ask->begun_ms;
    of.to_ms = ask->until_ms;
    of.sort = CASE_NEWEST;
    of.from = ask->from;
    of.limit = ask->most;
    TRY(cases_page(w, k->cases, &of, &page));
    ret->total = page.total;
    for (size_t i = 0; i < page.n; i++)
        if (page.books[i]->form == BOOK_OF && is_case(page.books[i], page.rows[i]))
            *list_push(w->arena, found) = (Found){ page.books[i], page.rows[i] };
    *ret_more = false;
    return ask->since_ms <= 0 || count_by_columns(w, k, ask, ret, ret_more);
}

bool open_wall(Work *w, Kernel *k, const WallAsk *ask, Wall *ret)
{
    FoundList found = { 0 };
    bool more = false, columns = k->cases && ask->changed_ms <= 0 && ask->still_ms <= 0;
    columns = columns && ask->part != WALL_LATE; /* late for residents: by each row */
    size_t from = columns ? 0 : ask->from;
    *ret = (Wall){ 0 };
    if (columns)
        TRY(wall_by_columns(w, k, ask, &found, ret, &more));
    else
        TRY(wall_by_rows(w, k, ask, &found, ret));
    if (more) { /* of a whole county: the counts by every row */
        FoundList all = { 0 };
        Wall counts = { 0 };
        TRY(wall_by_rows(w, k, ask, &all, &counts));
        ret->raised = counts.raised;
        ret->answered = counts.answered;
        ret->agreed = counts.agreed;
        ret->late = counts.late;
    }
    if (!columns) {
        if (found.n)
            qsort(found.at, found.n, sizeof *found.at, by_newest);
        ret->total = (int64_t)found.n;
    }
    ret->at = arena_array(w->arena, OpenCase, ask->most + 1);
    for (size_t i = from; i < found.n && ret->n < ask->most; i++)
        TRY(read_case(w, k->core, found.at[i].book, found.at[i].row, ask->lang,
                      &ret->at[ret->n++]));
    return true;
}

/* ---- pictures ---- */

static bool names(const Book *book, const RecordRow *row, Str name)
{
    for (size_t i = 0; row && i < book->field_count; i++) {
        const Field *f = book->fields[i];
        if (says_image(f) && row_known(row, f->number) && str_eq(row->texts[f->number], name))
            return true;
    }
    return false;
}

bool open_image(Work *w, Kernel *k, Str tag, Str name, Str *ret)
{
    const Book *book;
    const RecordRow *row = find_tag(w, k->core, tag, &book);
    TRY(w->err.code == ERR_NONE);
    if (!row || !row->cas->shown || !name.n)
        return not_there(w);
    bool named = names(book, row, name);
    for (size_t i = row->cas->move_n; i-- > 0 && !named;)
        named = names(book, row_at(w, k->core, book, row, row->cas->moves[i].seq), name);
    TRY(w->err.code == ERR_NONE);
    return named ? blob_get(w, k->core, name, ret) : not_there(w);
}
