/* bench rollup VILLAGES | csv VILLAGES FILE | log WRITERS FILE | city DIR | bulletin DIR ISSUE |
 * facts WRITERS FACTS DIR */
#include <stdio.h>

#include "base/num.h"
#include "bench.h"

int main(int argc, char **argv)
{
    int64_t n = 0;
    if (argc == 3 && !strcmp(argv[1], "city"))
        return bench_ask(argv[2]);
    if (argc == 4 && !strcmp(argv[1], "bulletin"))
        return bench_bulletin(argv[2], argv[3]);
    if (argc == 5 && !strcmp(argv[1], "facts")) {
        int64_t facts = 0;
        bool ok = num_parse_int(str_of(argv[2]), &n) && num_parse_int(str_of(argv[3]), &facts) &&
                  n > 0 && n <= 64;
        return ok ? bench_facts((int)n, facts, argv[4]) : 2;
    }
    if (argc > 2 && !num_parse_int(str_of(argv[2]), &n))
        return 2;
    if (argc == 3 && !strcmp(argv[1], "rollup")) {
        bench_rollup((int32_t)n, 1, true);
    } else if (argc == 4 && !strcmp(argv[1], "csv")) {
        Arena *arena = arena_open((size_t)4 << 30, (size_t)8 << 30);
        bool ok = world_csv(world_make(arena, (int32_t)n, 1), argv[3]);
        arena_close(arena);
        return ok ? 0 : 3;
    } else if (argc == 4 && !strcmp(argv[1], "log")) {
        printf("{\"bench\":\"log\",\"writers\":%d,\"facts_per_s\":%.0f}\n", (int)n,
               peer_log(argv[3], (int)n, 3));
    } else {
        fputs("usage: bench rollup VILLAGES | csv VILLAGES FILE | log WRITERS FILE | city DIR | "
              "bulletin DIR ISSUE | facts WRITERS FACTS DIR\n",
              stderr);
        return 2;
    }
    return 0;
}
