/* Checking packs: compile all that are named with those they need, then run the tests of each on
 * an empty store in memory, with real facts through the ordinary commands. */
#include <sys/stat.h>

#include "base/words.h"
#include "command/check_int.h"

enum { PACKS_MAX = 256, MEMORY_BYTES = 1 << 28 };

typedef struct Entry {
    Str name;
    Source source;
    Need *needs;
    size_t need_count;
    bool asked; /* named by the person, not only needed */
    bool placed;
} Entry;

typedef struct Entries {
    Entry at[PACKS_MAX];
    size_t n;
} Entries;

static Entry *entry_find(Entries *all, Str name)
{
    for (size_t i = 0; i < all->n; i++)
        if (str_eq(all->at[i].name, name))
            return &all->at[i];
    return NULL;
}

/* packs/x -> packs/NEED; x.tian -> NEED or NEED.tian beside it */
static const char *beside(Work *w, const char *path, Str need)
{
    Str all = str_of(path);
    while (all.n > 1 && all.p[all.n - 1] == '/')
        all.n--;
    size_t cut = 0;
    for (size_t i = 0; i < all.n; i++)
        if (all.p[i] == '/')
            cut = i + 1;
    Str folder = str_sub(all, 0, cut);
    const char *endings[] = { "", ".tian" };
    for (size_t i = 0; i < 2; i++) {
        const char *try =
            arena_printf(w->arena, "%.*s%.*s%s", STR_ARG(folder), STR_ARG(need), endings[i]);
        struct stat st;
        if (stat(try, &st) == 0)
            return try;
    }
    return NULL;
}

static bool add_pack(Work *w, Entries *all, const char *path, bool asked, int depth)
{
    Entry entry = { .asked = asked };
    if (all->n == PACKS_MAX || depth > PACKS_MAX)
        return fail(w, ERR_LIMIT, "check.too_many limit=%d", PACKS_MAX);
    TRY(source_read(w, path, &entry.source));
    if (!source_head(w, &entry.source, &entry.name, &entry.needs, &entry.need_count)) {
        work_clear(w); /* compiling it will say what is wrong */
        entry.name = str_of(path);
    }
    Entry *there = entry_find(all, entry.name);
    if (there) {
        there->asked = there->asked || asked;
        return true;
    }
    all->at[all->n++] = entry;
    for (size_t i = 0; i < entry.need_count; i++) {
        const char *needed =
            entry_find(all, entry.needs[i].pack) ? NULL : beside(w, path, entry.needs[i].pack);
        if (needed)
            TRY(add_pack(w, all, needed, false, depth + 1));
    }
    return true;
}

static bool ready(Entries *all, const Entry *entry)
{
    for (size_t i = 0; i < entry->need_count; i++) {
        const Entry *need = entry_find(all, entry->needs[i].pack);
        if (need && need != entry && !need->placed)
            return false;
    }
    return true;
}

/* Needed ones first; what stands in a circle comes last and is complained of when compiled. */
static size_t order(Entries *all, Entry **ret)
{
    size_t n = 0;
    for (bool moved = true; moved;) {
        moved = false;
        for (size_t i = 0; i < all->n; i++)
            if (!all->at[i].placed && ready(all, &all->at[i])) {
                all->at[i].placed = true;
                ret[n++] = &all->at[i];
                moved = true;
            }
    }
    for (size_t i = 0; i < all->n; i++)
        if (!all->at[i].placed)
            ret[n++] = &all->at[i];
    return n;
}

static bool load_all(Work *w, Kernel *k, Entry *const *list, size_t n, Lang lang, Buf *out,
                     CheckCount *count)
{
    for (size_t i = 0; i < n; i++) {
        Problems problems = { 0 };
        TRY(core_begin(w, k->core, NULL));
        bool ok = pack_load(w, k->core, &list[i]->source, &problems);
        if (out && problems.n)
            problems_print(out, &list[i]->source, &problems, (int)lang);
        count->problems += (int)problems.errors;
        if (!ok && problems.errors) {
            work_clear(w);
            TRY(core_rollback(w, k->core));
            continue;
        }
        TRY(ok && core_commit(w, k->core));
    }
    return true;
}

static int64_t test_now(void *self)
{
    return ((TestRun *)self)->now_ms;
}

static void test_random(void *self, void *bytes, size_t count)
{
    (void)self;
    env_real()->random(env_real()->self, bytes, count);
}

static bool run_steps(Work *w, TestRun *t, const TestDecl *test)
{
    for (size_t i = 0; i < test->step_count; i++) {
        if (!step_run(w, t, &test->steps[i])) {
            Str why = word_text(w->arena, w->err.what, t->lang);
            work_clear(w);
            step_fail(w, t, &test->steps[i], "check.step why=%.*s", STR_ARG(why));
            return true; /* later steps stand on this one */
        }
    }
    if (!figures_prove(w, t->k.figures)) {
        Str why = word_text(w->arena, w->err.what, t->lang);
        work_clear(w);
        step_fail(w, t, &test->steps[0], "check.step why=%.*s", STR_ARG(why));
    }
    return true;
}

/* One test: an empty store, the packs loaded anew, the clock of the test (which begins early: the
 * time of a log never runs back). */
static bool run_test(Entry *const *list, size_t n, const Entry *entry, size_t index, Lang lang,
                     Buf *out, Str *ret_title, bool *ret_failed)
{
    TestRun t = { .source = &entry->source,
                  .lang = lang,
                  .out = out,
                  .now_ms = day_first_ms(day_make(2000, 1, 1)) };
    t.env = *env_real();
    t.env.self = &t;
    t.env.now_ms = test_now;
    t.env.random = test_random;
    CLEANUP(work_close) Work *w = work_open(&t.env, MEMORY_BYTES);
    CheckCount ignored = { 0 };
    bool ok = kernel_memory(w, &t.k) && load_all(w, &t.k, list, n, lang, NULL, &ignored);
    t.set = ok ? packs_set(w, t.k.core, KNOWN_NOW) : NULL;
    const Pack *pack = t.set ? set_pack(t.set, entry->name) : NULL;
    if (pack) {
        *ret_title = str_copy(out->arena, pack->tests[index].title);
        ok = run_steps(w, &t, &pack->tests[index]);
    }
    if (!pack || !ok) {
        Str why = w->err.what ? word_text(w->arena, w->err.what, lang) : STR("?");
        buf_printf(out, "%.*s\n", STR_ARG(why));
        t.failed = true;
    }
    *ret_failed = t.failed;
    kernel_close(&t.k);
    return true;
}

static bool run_tests(Entry *const *list, size_t n, const Entry *entry, const Pack *pack, Lang lang,
                      Buf *out, CheckCount *count)
{
    for (size_t i = 0; i < pack->test_count; i++) {
        Str title = pack->tests[i].title;
        bool failed = false;
        (void)run_test(list, n, entry, i, lang, out, &title, &failed);
        buf_printf(out, "%s %.*s · %.*s\n", failed ? "not ok" : "ok", STR_ARG(entry->name),
                   STR_ARG(title));
        count->failed += failed;
        count->passed += !failed;
    }
    return true;
}

bool packs_check(Work *w, const char *const *paths, size_t n, int lang, Buf *out, CheckCount *ret)
{
    Entries *all = arena_new(w->arena, Entries);
    Entry *list[PACKS_MAX];
    *ret = (CheckCount){ 0 };
    for (size_t i = 0; i < n; i++)
        TRY(add_pack(w, all, paths[i], true, 0));
    size_t count = order(all, list);
    Kernel k = { 0 };
    bool ok = kernel_memory(w, &k) && load_all(w, &k, list, count, (Lang)lang, out, ret);
    const PackSet *set = ok ? packs_set(w, k.core, KNOWN_NOW) : NULL;
    for (size_t i = 0; set && !ret->problems && i < count; i++) {
        const Pack *pack = list[i]->asked ? set_pack(set, list[i]->name) : NULL;
        if (pack)
            (void)run_tests(list, count, list[i], pack, (Lang)lang, out, ret);
    }
    kernel_close(&k);
    return ok && set != NULL;
}
