/* import_bench VILLAGES FOLDER: the import of a seeded .csv (a unit and 72 columns a row) into a
 * book of 72 fields with bounds and checks. Prints one JSON line: the dry run (parsed, typed,
 * checked, units found, compared with the store), and a durable import of the first rows.
 * The file stays at FOLDER/import-VILLAGES.csv, for a peer to read. */
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/num.h"
#include "command/command.h"
#include "world.h"

enum { ROUNDS = 5, DURABLE_ROWS = 20000, PERIOD_CODE = 20210900 };

static const char head[] =
    "tian 1\n"
    "kind k0 \"省\"\nkind k1 \"市\" in k0\nkind k2 \"县\" in k1\nkind k3 \"乡\" in k2\n"
    "kind village \"村\" in k3\n"
    "role clerk \"文书\" at village\n"
    "pack wide \"宽\" version 1 {\n"
    "  owner clerk at village\n"
    "  basis \"办法\", approval \"示例1号\"\n"
    "  from 2016-01-01 to 2035-12-31\n"
    "}\n"
    "book wide \"宽表\" per village every month {\n";
static const char tail[] = "  check v0 + v1 + v2 <= 300000 or known(v3) \"太大\"\n"
                           "  check v4 <= 99999 \"太大\"\n"
                           "  check v70 >= 0 or v71 >= 0 \"太小\"\n"
                           "  read  anyone\n"
                           "  write clerk at village\n"
                           "}\n";

static void stop(Work *w, const char *doing)
{
    fprintf(stderr, "import_bench: %s: %s\n", doing, w->err.what ? w->err.what : "?");
    _exit(3);
}

static void load_pack(Work *w, Core *core)
{
    Buf text = buf_open(w->arena, 1 << 16);
    buf_putz(&text, head);
    for (int c = 0; c < WORLD_COLUMNS; c++)
        buf_printf(&text, "  v%d int \"列%d\" min 0 max 100000 optional\n", c, c);
    buf_putz(&text, tail);
    SourceFile file = { STR("wide.tian"), buf_str(&text) };
    Source source = { &file, 1 };
    Problems problems = { 0 };
    if (core_begin(w, core, NULL) && pack_load(w, core, &source, &problems) && core_commit(w, core))
        return;
    Buf out = buf_open(w->arena, 1 << 16);
    problems_print(&out, &source, &problems, LANG_EN);
    fprintf(stderr, "%.*s", STR_ARG(buf_str(&out)));
    stop(w, "pack");
}

static Str code_of(Arena *arena, int level, int32_t at)
{
    return level == WORLD_LEVELS - 1 ? str_printf(arena, "22%010d", at)
                                     : str_printf(arena, "%d-%d", level, at);
}

static void make_level(Work *w, Core *core, const World *world, int level, int32_t *units)
{
    static const char *const kinds[] = { "k0", "k1", "k2", "k3", "village" };
    const PackSet *set = packs_set(w, core, KNOWN_NOW);
    const int32_t *above = units - (level ? world->count[level - 1] : 0);
    for (int32_t n = 0; n < world->count[level]; n++) {
        ARENA_SCOPE(w->arena);
        Str code = code_of(w->arena, level, n);
        NewUnit unit = { .code = code, .name = code, .basis = STR("") };
        unit.kind = set_kind(set, str_of(kinds[level]))->number;
        unit.parent = level ? above[world->parent[level][n]] : UNIT_NONE;
        unit.day = day_make(2016, 1, 1);
        if (!unit_create(w, core, &unit, &units[n]))
            stop(w, "units");
    }
}

static void make_units(Work *w, Core *core, const World *world)
{
    int32_t all = 0;
    for (int level = 0; level < WORLD_LEVELS; level++)
        all += world->count[level];
    int32_t *units = heap_zeroed((size_t)all, sizeof *units);
    int32_t *at = units;
    if (!core_begin(w, core, NULL))
        stop(w, "units");
    for (int level = 0; level < WORLD_LEVELS; at += world->count[level++])
        make_level(w, core, world, level, at);
    if (!core_commit(w, core))
        stop(w, "units");
    heap_free(units);
}

static void write_rows(const World *world, int32_t rows, const char *path)
{
    FILE *out = fopen(path, "w");
    CHECK(out);
    fputs("unit", out);
    for (int c = 0; c < WORLD_COLUMNS; c++)
        fprintf(out, ",v%d", c);
    fputc('\n', out);
    for (int32_t v = 0; v < rows; v++) {
        fprintf(out, "22%010d", v);
        for (int c = 0; c < WORLD_COLUMNS; c++) {
            int32_t value = world->rows[(size_t)v * WORLD_COLUMNS + (size_t)c];
            if (value == WORLD_MISSING)
                fputc(',', out);
            else
                fprintf(out, ",%d", value);
        }
        fputc('\n', out);
    }
    CHECK(fclose(out) == 0);
}

static double cpu_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double import(Work *w, Kernel *k, const char *file, bool dry, int64_t want_added,
                     int64_t want_same)
{
    ARENA_SCOPE(w->arena);
    Judge judge = judge_of(k->figures);
    ImportAsk ask = { .file = file, .dry_run = dry };
    ask.book = set_book(packs_set(w, k->core, KNOWN_NOW), STR("wide"));
    CHECK(period_of_code(PERIOD_CODE, &ask.period));
    ImportReport report;
    double from = clock_ms();
    if (!book_import(w, k->core, &judge, &ask, &report))
        stop(w, "import");
    double ms = clock_ms() - from;
    if (report.errors || report.added != want_added || report.same != want_same) {
        Buf out = buf_open(w->arena, 1 << 20);
        (void)import_print(w, &report, false, LANG_EN, &out);
        fprintf(stderr, "%.*s", STR_ARG(buf_str(&out)));
        stop(w, "another count");
    }
    return ms;
}

static double middle(double *ms)
{
    for (int a = 0; a < ROUNDS; a++)
        for (int b = a + 1; b < ROUNDS; b++)
            if (ms[b] < ms[a]) {
                double swap = ms[a];
                ms[a] = ms[b];
                ms[b] = swap;
            }
    return ms[ROUNDS / 2];
}

int main(int argc, char **argv)
{
    int64_t villages = 0;
    if (argc != 3 || !num_parse_int(str_of(argv[1]), &villages) || villages < 1)
        return 2;
    Work *w = work_open(env_real(), (size_t)2 << 30);
    (void)mkdir(argv[2], 0777);
    char *store = arena_printf(w->arena, "%s/import-%d.%d", argv[2], (int)villages, (int)getpid());
    char *file = arena_printf(w->arena, "%s/import-%d.csv", argv[2], (int)villages);
    char *part = arena_printf(w->arena, "%s/import-%d-part.csv", argv[2], (int)villages);
    Kernel k;
    if (!store_init(w, store, NULL) || !kernel_open(w, store, DB_WRITE, &k))
        stop(w, "store");
    Arena *arena = arena_open((size_t)4 << 30, (size_t)8 << 30);
    const World *world = world_make(arena, (int32_t)villages, 1);
    load_pack(w, k.core);
    double began = clock_ms();
    make_units(w, k.core, world);
    double units_ms = clock_ms() - began;
    int64_t durable = villages < DURABLE_ROWS ? villages : DURABLE_ROWS;
    write_rows(world, (int32_t)villages, file);
    write_rows(world, (int32_t)durable, part);
    double dry[ROUNDS], same[ROUNDS];
    double cpu = cpu_ms();
    for (int n = 0; n < ROUNDS; n++)
        dry[n] = import(w, &k, file, true, villages, 0);
    cpu = (cpu_ms() - cpu) / ROUNDS;
    double durable_ms = import(w, &k, part, false, durable, 0);
    for (int n = 0; n < ROUNDS; n++)
        same[n] = import(w, &k, file, true, villages - durable, durable);
    printf("{\"bench\":\"import\",\"rows\":%d,\"csv\":\"%s\",\"dry_ms\":%.1f,\"dry_cpu_ms\":%.1f,"
           "\"dry_some_there_ms\":"
           "%.1f,"
           "\"durable_rows\":%d,\"durable_ms\":%.1f,\"units_ms\":%.1f}\n",
           (int)villages, file, middle(dry), cpu, middle(same), (int)durable, durable_ms, units_ms);
    kernel_close(&k);
    arena_close(arena);
    work_close(&w);
    return 0;
}
