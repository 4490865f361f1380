/* What the tests of lang share. */
#pragma once
#include "lang/lang.h"

typedef struct Packed {
    Work *w;
    Registry *registry;
    PackSet *set;
} Packed;

extern const char ground[];               /* a pack with kinds, lists, books */
Packed packed(Work *w, const char *more); /* the ground with more lines; tells what is wrong */
void packed_close(Packed *p);
void set_clean(PackSet **set);
#define CLEANUP_SET CLEANUP(set_clean)
Str dump_set(Arena *arena, const PackSet *set); /* all of it that its texts say */

#define PACKED(name, more)                                                                         \
    Work *w CLEANUP(work_close) = work_open(env_real(), 64u << 20);                                \
    Packed name CLEANUP(packed_close) = packed(w, more);                                           \
    EXPECT(name.set);                                                                              \
    if (!name.set)                                                                                 \
    return
