/* The benchmark's parts; each prints one JSON line that tests/bench/run puts beside its goal. */
#pragma once
#include "peer.h"

double median(double *values, int n); /* sorts them */
void bench_rollup(int32_t villages, uint64_t seed, bool with_sqlite);
int bench_ask(const char *dir);
int bench_bulletin(const char *dir, const char *issue);
