/* tests/packs-bad: each is refused with exactly the words beside it. UPDATE=1 writes them anew. */
#include <dirent.h>

#include "base/test.h"
#include "lang/lang.h"

#define BAD_DIR REPO_DIR "/tests/packs-bad"

/* What `tian check` prints of it. */
static Str refusal(Work *w, const char *path, bool *ret_refused)
{
    Source source;
    Problems problems = { 0 };
    Registry *registry = registry_open(w->arena);
    if (!source_read(w, path, &source))
        return str_of(w->err.what);
    PackSet *set = pack_compile(w, NULL, &source, registry, &problems);
    *ret_refused = !set && problems.errors > 0;
    packset_close(set);
    Buf out = buf_open(w->arena, 1 << 20);
    problems_print(&out, &source, &problems, 0);
    buf_printf(&out, "0 passed, %zu failed\n", problems.errors);
    return buf_str(&out);
}

static bool golden_holds(const char *name, size_t stem)
{
    Work *w CLEANUP(work_close) = work_open(env_real(), 64u << 20);
    bool refused = false;
    Str got = refusal(w, arena_printf(w->arena, BAD_DIR "/%s", name), &refused);
    char *expect = arena_printf(w->arena, BAD_DIR "/%.*s.expect", (int)stem, name);
    if (getenv("UPDATE"))
        (void)w->env->write_file(w->env->self, expect, got);
    Str want = STR("");
    bool found = w->env->read_file(w->env->self, expect, 1 << 20, w->arena, &want);
    bool good = refused && found && str_eq(got, want);
    if (!good)
        printf("# %s: %s\n%.*s", name, refused ? "other words" : "not refused", STR_ARG(got));
    return good;
}

TEST(bad_packs_are_refused_in_the_words_beside_them)
{
    DIR *folder = opendir(BAD_DIR);
    int count = 0;
    EXPECT(folder);
    for (struct dirent *e = folder ? readdir(folder) : NULL; e; e = readdir(folder)) {
        Str name = str_of(e->d_name);
        bool file = str_ends(name, STR(".tian"));
        bool folder_of_files = str_find(name, STR(".")) == SIZE_MAX;
        if (!file && !folder_of_files)
            continue;
        EXPECT(golden_holds(e->d_name, file ? name.n - 5 : name.n));
        count++;
    }
    if (folder)
        closedir(folder);
    EXPECT(count >= 60);
}
