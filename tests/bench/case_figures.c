/* What figures of cases cost, over a store that `flow_bench make DIR N` made (it is changed):
 *
 * case_figures DIR PACK MOVES   loads PACK, makes MOVES moves without columns and as many with
 *                               them live, and asks a board after a move
 *
 * Prints one line of JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "command/command.h"

enum { BOARD_ASKS = 20, BOARD_FIGURES = 10 };

typedef struct Bench {
    Work *w;
    Kernel k;
    const PackSet *set;
    const Book *book;
    int32_t county;
    int64_t next; /* ord of the next case to be moved */
} Bench;

static double cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void need(const Bench *b, bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "case_figures: %s: %s\n", what, b->w->err.what ? b->w->err.what : "");
    exit(1);
}

static void load(Bench *b, const char *pack)
{
    Source source;
    Problems problems = { 0 };
    need(b, source_read(b->w, pack, &source), "pack");
    need(b, core_begin(b->w, b->k.core, NULL), "begin");
    need(b, pack_load(b->w, b->k.core, &source, &problems), "load");
    need(b, core_commit(b->w, b->k.core), "commit");
    b->set = packs_set(b->w, b->k.core, KNOWN_NOW);
    b->book = set_book(b->set, STR("errand"));
    b->county = unit_find_code(b->k.core->units, STR("A"), work_today(b->w), KNOWN_NOW);
}

static Ask ask_of(const Bench *b)
{
    return (Ask){ .unit = b->county, .period = period_of_day(PERIOD_YEAR, work_today(b->w)) };
}

static double ask_all(Bench *b)
{
    Ask ask = ask_of(b);
    double began = cpu_us();
    for (size_t i = 0; i < b->set->figure_count; i++) {
        ARENA_SCOPE(b->w->arena);
        const Figure *figure = b->set->figures[i];
        int64_t arg = 1;
        Value v;
        need(b, figure_ask(b->w, b->k.figures, figure, &arg, figure->param_count, &ask, &v), "ask");
    }
    return cpu_us() - began;
}

/* The holder ends the case; *ret_us: without the commit. */
static void move_one(Bench *b, double *ret_us)
{
    ARENA_SCOPE(b->w->arena);
    Core *core = b->k.core;
    const Judge judge = judge_of(b->k.figures);
    Str words;
    int64_t seq;
    const RecordRow *row = record_find(b->w, core, b->book, UNIT_NONE, 0, b->next++, KNOWN_NOW);
    need(b, row && row->cas, "a case is left to be moved");
    const CaseActor desk = { ACTOR_SEAT, row->cas->moves[0].seat, 0 };
    const FlowMove *end = case_named(b->w, core, b->book, row, STR("done_"), &desk);
    RecordEdit edit = record_edit_of(b->w->arena, b->book, row);
    b->w->now_ms += 1000;
    core->seat = desk.seat;
    need(b, core_begin(b->w, core, NULL), "begin");
    double began = cpu_us();
    need(b, case_move(b->w, core, &judge, end, row, &desk, 0, &edit, &words), "move");
    need(b, record_put(b->w, core, &edit, &seq), "put");
    *ret_us += cpu_us() - began;
    need(b, core_commit(b->w, core), "commit");
}

static double moves(Bench *b, int64_t n)
{
    double us = 0;
    for (int64_t i = 0; i < n; i++)
        move_one(b, &us);
    return us / (double)n;
}

/* Ten figures for each of the towns, after a change. */
static double board(Bench *b)
{
    static const char *const names[BOARD_FIGURES] = { "told_n",   "done_n",   "done_rate", "late_n",
                                                      "on_time",  "due_rate", "held_open", "open_n",
                                                      "used_mid", "used_p90" };
    double sum = 0, unused = 0;
    for (int i = 0; i < BOARD_ASKS; i++) {
        ARENA_SCOPE(b->w->arena);
        Ask ask = ask_of(b);
        move_one(b, &unused);
        double began = cpu_us();
        for (int k = 0; k < BOARD_FIGURES; k++) {
            int32_t *units;
            Value *values;
            size_t n;
            need(b,
                 figure_each(b->w, b->k.figures, set_figure(b->set, str_of(names[k])), NULL, 0,
                             &ask, set_kind(b->set, STR("town")), &units, &values, &n),
                 "board");
        }
        sum += cpu_us() - began;
    }
    return sum / BOARD_ASKS;
}

int main(int argc, char **argv)
{
    int64_t n = 0;
    if (argc != 4 || !num_parse_int(str_of(argv[3]), &n) || n < 1) {
        fprintf(stderr, "usage: case_figures DIR PACK MOVES\n");
        return 2;
    }
    Bench b = { .w = work_open(env_real(), (size_t)4 << 30), .next = 1 };
    need(&b, kernel_open(b.w, argv[1], DB_WRITE, &b.k), "store");
    b.w->now_ms = day_first_ms(day_make(2022, 2, 14)); /* after the five weeks of the store */
    load(&b, argv[2]);
    double without = moves(&b, n); /* twice, for the pages of the store that they touch */
    without = moves(&b, n);
    double first = ask_all(&b), kept = ask_all(&b);
    double with = moves(&b, n), each = board(&b);
    need(&b, figures_prove(b.w, b.k.figures), "proof");
    b.w->now_ms += MS_PER_DAY;
    double next_day = ask_all(&b);
    double mb = (double)figures_bytes(b.k.figures) / 1e6;
    printf("{\"figures\":%zu,\"first_ms\":%.1f,\"again_ms\":%.2f,\"next_day_ms\":%.2f,"
           "\"move_us\":%.1f,\"move_without_us\":%.1f,\"board_ms\":%.2f,\"column_mb\":%.1f}\n",
           b.set->figure_count, first / 1e3, kept / 1e3, next_day / 1e3, with, without, each / 1e3,
           mb);
    kernel_close(&b.k);
    work_close(&b.w);
    return 0;
}
