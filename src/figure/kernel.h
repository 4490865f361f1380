/* Kernel: the loops that run over every unit. Plain pointers, no Work, no callbacks; built -O3 with
 * target_clones, so that one Debian binary uses the wide registers where there are any.
 *
 * Units stand in pre-order: parent[i] < i, parent[i] = -1 at a root. */
#pragma once
#include <stdint.h>

enum { LANE_N, LANE_EXPECTED, LANE_REPORTED, LANE_CONFIRMED, COUNT_LANES };

/* Each row is added to its parent's, from the last to the first: afterwards [i] holds the subtree.
 */
void kernel_roll_amounts(const int32_t *parent, int32_t n, int64_t *amount);
void kernel_roll_wide(const int32_t *parent, int32_t n, __int128 *amount);
void kernel_roll_counts(const int32_t *parent, int32_t n, int32_t (*counts)[COUNT_LANES]);

/* One fact to all ancestors of `at`, itself first. */
void kernel_delta(const int32_t *parent, int32_t at, int64_t amount,
                  const int32_t counts[COUNT_LANES], int64_t *amounts,
                  int32_t (*sums)[COUNT_LANES]);

/* Many columns at once: rows[leaf * columns], KERNEL_MISSING where nothing is known; leaves stand
 * in pre-order, row_of[i] = row of unit i or -1. Writes sums[inner * columns] and known[inner *
 * columns] for each inner unit (inner_of[i] >= 0) by one pass with a stack of accumulators. */
#define KERNEL_MISSING INT32_MIN
enum { KERNEL_DEPTH = 33, KERNEL_COLUMNS = 128 };
typedef struct KernelTree {
    int32_t count;
    const int32_t *last;   /* last unit of the subtree */
    const int32_t *row_of; /* row of a leaf, or -1 */
    const int32_t *inner_of;
} KernelTree;
void kernel_roll_rows(const KernelTree *tree, const int32_t *rows, int32_t columns, int64_t *sums,
                      int32_t *known);
void kernel_roll_rows16(const KernelTree *tree, const int16_t *rows, int32_t columns, int64_t *sums,
                        int32_t *known);
/* One read of the inputs, the limit of the measurement: the sum of all that is not missing. */
int64_t kernel_read(const int32_t *rows, int64_t n);
