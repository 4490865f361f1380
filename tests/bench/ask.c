/* The real city: cold start, every figure of every year, resident memory, one bulletin. */
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "bulletin/bulletin.h"
#include "command/command.h"

/* Resident and highest kilobytes of this process. */
static long status_kb(const char *key)
{
    char line[256];
    long kb = 0;
    FILE *status = fopen("/proc/self/status", "r");
    CHECK(status);
    while (fgets(line, sizeof line, status))
        if (!strncmp(line, key, strlen(key)))
            (void)sscanf(line + strlen(key), ": %ld", &kb);
    fclose(status);
    return kb;
}

/* Every figure without parameters, and every member of a family over an integer range or a list. */
static int64_t ask_members(Work *w, Kernel *k, const Figure *figure, Ask *ask)
{
    int64_t asked = 0;
    int64_t from = 0, to = 0;
    if (figure->param_count) {
        Type type = figure->params[0].type;
        from = type.kind == TYPE_ITEM ? 1 : type.low;
        to = type.kind == TYPE_ITEM ? (int64_t)type.list->item_count : type.high;
        if (figure->param_count > 1 || (type.kind != TYPE_ITEM && type.kind != TYPE_INT))
            return 0;
    }
    for (int64_t arg = from; arg <= to; arg++) {
        Value v;
        ARENA_SCOPE(w->arena);
        CHECK(figure_ask(w, k->figures, figure, &arg, figure->param_count, ask, &v));
        asked++;
    }
    return asked;
}

static int64_t ask_year(Work *w, Kernel *k, const PackSet *set, int year)
{
    int64_t asked = 0;
    Ask ask = { .period = period_of_day(PERIOD_YEAR, day_make(year, 1, 1)) };
    const TreeVersion *tree = units_tree(w, k->core->units, 0, ask.period.last_day, KNOWN_NOW);
    CHECK(tree);
    int32_t n = tree->count;
    int32_t *units = arena_copy(w->arena, tree->slot_of, (size_t)n * sizeof *units);
    int32_t *kinds = arena_copy(w->arena, tree->kind, (size_t)n * sizeof *kinds);
    const Kind *county = set_kind(set, STR("county"));
    for (size_t i = 0; i < set->figure_count; i++)
        for (int32_t u = 0; u < n; u++) {
            if (u > 0 && (!county || kinds[u] != county->number))
                continue; /* the city and its counties; the columns hold all units anyway */
            ask.unit = units[u];
            asked += ask_members(w, k, set->figures[i], &ask);
        }
    return asked;
}

int bench_ask(const char *dir)
{
    double t0 = clock_ms();
    Kernel k;
    Work *w = work_open(env_real(), (size_t)1 << 30);
    CHECK(kernel_open(w, dir, DB_READ, &k));
    double open_ms = clock_ms() - t0;
    const PackSet *set = packs_set(w, k.core, KNOWN_NOW);
    CHECK(set);
    int64_t asked = 0;
    double t1 = clock_ms();
    for (int year = 2016; year <= 2023; year++)
        asked += ask_year(w, &k, set, year);
    printf("{\"bench\":\"city\",\"open_ms\":%.1f,\"figures_asked\":%lld,\"ask_ms\":%.1f,\"resident_"
           "mb\":%.1f,\"peak_mb\":%.1f,"
           "\"records_mb\":%.1f,\"columns_mb\":%.1f,\"work_mb\":%.1f}\n",
           open_ms, (long long)asked, clock_ms() - t1, (double)status_kb("VmRSS") / 1024,
           (double)status_kb("VmHWM") / 1024, (double)records_bytes(k.core) / 1e6,
           (double)figures_bytes(k.figures) / 1e6, (double)arena_total(w->arena) / 1e6);
    kernel_close(&k);
    work_close(&w);
    return 0;
}

int bench_bulletin(const char *dir, const char *issue)
{
    enum { ROUNDS = 5 };
    double took[ROUNDS];
    size_t bytes = 0;
    Kernel k;
    Work *open = work_open(env_real(), (size_t)1 << 30);
    CHECK(kernel_open(open, dir, DB_READ, &k));
    for (int i = 0; i < ROUNDS; i++) {
        Work *w = work_open(env_real(), (size_t)1 << 30);
        const char *path;
        double from = clock_ms();
        CHECK(issue_path(w, dir, issue, &path));
        Doc *doc = doc_read(w, k.core, k.figures, path);
        CHECK(doc);
        Buf html = buf_open(w->arena, 64 << 20);
        CHECK(doc_html(w, k.core, doc, &html));
        took[i] = clock_ms() - from;
        bytes = html.n;
        work_close(&w);
    }
    double first = took[0];
    printf("{\"bench\":\"bulletin\",\"first_ms\":%.1f,\"ms\":%.1f,\"bytes\":%zu}\n", first,
           median(took, ROUNDS), bytes);
    kernel_close(&k);
    work_close(&open);
    return 0;
}
