/* Drives one fuzz target over files instead of libFuzzer: a corpus is a set of unit tests, each
 * passed when the target returns (sanitizers and CHECK end the process otherwise, and the stage
 * counts a program without a last line as failed). */
#include <stdint.h>
#include <stdio.h>

#include "base/work.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool run_file(const char *path)
{
    Work *w CLEANUP(work_close) = work_open(env_real(), 64u << 20);
    Str bytes = { 0 };
    if (!w->env->read_file(w->env->self, path, 16u << 20, w->arena, &bytes)) {
        printf("not ok %s cannot be read\n", path);
        return false;
    }
    LLVMFuzzerTestOneInput((const uint8_t *)bytes.p, bytes.n);
    printf("ok %s\n", path);
    return true;
}

int main(int argc, char **argv)
{
    int passed = 0, failed = 0;
    for (int i = 1; i < argc; i++) {
        if (run_file(argv[i]))
            passed++;
        else
            failed++;
        fflush(stdout);
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0 || passed == 0;
}
