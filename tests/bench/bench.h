/* The benchmark's parts; each prints one JSON line that tests/bench/run puts beside its goal. */
#pragma once
#include "peer.h"

double median(double *values, int n); /* sorts them */
void bench_rollup(int32_t villages, uint64_t seed, bool with_sqlite);
int bench_ask(const char *dir);
int bench_bulletin(const char *dir, const char *issue);
/* Makes a store in the new folder, fills it, and lets the writers file for some seconds. */
int bench_facts(int writers, int64_t facts, const char *dir);
