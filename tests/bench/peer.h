/* Peers that the benchmark is run against. Each returns milliseconds of the work alone (loading
 * its input is not counted) and the check of its answers. */
#pragma once
#include "world.h"

/* Facts a second, acknowledged after fdatasync. */
double peer_log(const char *path, int writers, int seconds);
double peer_sqlite(Arena *arena, const World *world, __int128 *ret_check);
