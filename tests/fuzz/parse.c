/* A whole file: compiled with all its complaints printed; what parses has one canonical form, in
 * each language, which parses again and stays as it is. */
#include "base/limits.h"
#include "lang/lang.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_format(Work *w, Str text, int to)
{
    Problems problems = { 0 };
    Str once;
    Str twice;
    if (!pack_format(w, STR("fuzz.tian"), text, to, &problems, &once))
        return;
    CHECK(pack_format(w, STR("fuzz.tian"), once, to, &problems, &twice));
    CHECK(str_eq(once, twice));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Work *w CLEANUP(work_close) = work_open(env_real(), 256u << 20);
    if (size > LIMIT_PACK_BYTES)
        return 0;
    Str text = { (const char *)data, size };
    SourceFile file = { STR("fuzz.tian"), text };
    Source source = { &file, 1 };
    Problems problems = { 0 };
    PackSet *set = pack_compile(w, NULL, &source, registry_open(w->arena), &problems);
    CHECK(!set == (problems.errors > 0 || !work_ok(w)));
    packset_close(set);
    Buf out = buf_open(w->arena, 8u << 20);
    problems_print(&out, &source, &problems, 0);
    for (int to = 0; to <= 2; to++)
        check_format(w, text, to);
    return 0;
}
