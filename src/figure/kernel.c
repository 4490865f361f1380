#include "figure/kernel.h"

#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) &&                             \
    !defined(__SANITIZE_ADDRESS__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

void kernel_roll_amounts(const int32_t *restrict parent, int32_t n, int64_t *restrict amount)
{
    for (int32_t i = n - 1; i >= 0; i--)
        if (parent[i] >= 0)
            amount[parent[i]] += amount[i];
}

void kernel_roll_wide(const int32_t *restrict parent, int32_t n, __int128 *restrict amount)
{
    for (int32_t i = n - 1; i >= 0; i--)
        if (parent[i] >= 0)
            amount[parent[i]] += amount[i];
}

void kernel_roll_counts(const int32_t *restrict parent, int32_t n,
                        int32_t (*restrict counts)[COUNT_LANES])
{
    for (int32_t i = n - 1; i >= 0; i--) {
        if (parent[i] < 0)
            continue;
        int32_t *to = counts[parent[i]];
        const int32_t *from = counts[i];
        for (int lane = 0; lane < COUNT_LANES; lane++)
            to[lane] += from[lane];
    }
}

void kernel_delta(const int32_t *parent, int32_t at, int64_t amount,
                  const int32_t counts[COUNT_LANES], int64_t *amounts, int32_t (*sums)[COUNT_LANES])
{
    for (; at >= 0; at = parent[at]) {
        amounts[at] += amount;
        for (int lane = 0; lane < COUNT_LANES; lane++)
            sums[at][lane] += counts[lane];
    }
}

/* A run of leaves under one unit, twenty-four columns at a time, so that their sums stay in
 * registers while the rows pass by; the first pass fetches the rows to come. Vector types of the
 * compiler: one source, wide registers where there are. */
enum { LANES = 8, GROUP = 3, AHEAD_ROWS = 16, LINE_BYTES = 64 };
typedef int16_t Lanes16 __attribute__((vector_size(LANES * 2)));
typedef int32_t Lanes32 __attribute__((vector_size(LANES * 4)));
typedef int64_t Lanes64 __attribute__((vector_size(LANES * 8)));

#define ADD_LANES(i)                                                                               \
    do {                                                                                           \
        memcpy(&cell, row + from + (i)*LANES, sizeof cell);                                        \
        there = cell != missing; /* -1 where it is known */                                        \
        s[i] += __builtin_convertvector(cell & there, Lanes64);                                    \
        n[i] -= __builtin_convertvector(there, Lanes32);                                           \
    } while (0)

#define ADD_RUN(name, Cell, Lanes, MISSING)                                                        \
    CLONES static void name(const Cell *restrict rows, int32_t count, int32_t columns,             \
                            int64_t *restrict sum, int32_t *restrict known)                        \
    {                                                                                              \
        const Cell missing = MISSING;                                                              \
        int32_t from = 0;                                                                          \
        for (; from + LANES * GROUP <= columns; from += LANES * GROUP) {                           \
            Lanes64 s[GROUP];                                                                      \
            Lanes32 n[GROUP];                                                                      \
            memcpy(s, sum + from, sizeof s);                                                       \
            memcpy(n, known + from, sizeof n);                                                     \
            for (int32_t r = 0; r < count; r++) {                                                  \
                const Cell *row = rows + (int64_t)r * columns;                                     \
                Lanes cell, there;                                                                 \
                if (from == 0)                                                                     \
                    for (int32_t b = 0; b < columns * (int32_t)sizeof(Cell); b += LINE_BYTES)      \
                        __builtin_prefetch((const char *)(row + (int64_t)AHEAD_ROWS * columns) +   \
                                           b);                                                     \
                ADD_LANES(0);                                                                      \
                ADD_LANES(1);                                                                      \
                ADD_LANES(2);                                                                      \
            }                                                                                      \
            memcpy(sum + from, s, sizeof s);                                                       \
            memcpy(known + from, n, sizeof n);                                                     \
        }                                                                                          \
        for (int32_t r = 0; r < count; r++)                                                        \
            for (int32_t k = from; k < columns; k++) {                                             \
                Cell cell = rows[(int64_t)r * columns + k];                                        \
                int32_t there = cell != missing;                                                   \
                sum[k] += there ? cell : 0;                                                        \
                known[k] += there;                                                                 \
            }                                                                                      \
    }
ADD_RUN(add_run, int32_t, Lanes32, KERNEL_MISSING)
ADD_RUN(add_run16, int16_t, Lanes16, INT16_MIN)

CLONES static void add_sums(const int64_t *restrict from, const int32_t *restrict from_known,
                            int32_t columns, int64_t *restrict sum, int32_t *restrict known)
{
    for (int32_t k = 0; k < columns; k++) {
        sum[k] += from[k];
        known[k] += from_known[k];
    }
}

/* The unit on top of the stack is done: its sums go out and into the unit below it. */
typedef struct Stack {
    int32_t depth;
    int32_t unit[KERNEL_DEPTH];
    int64_t sum[KERNEL_DEPTH][KERNEL_COLUMNS];
    int32_t known[KERNEL_DEPTH][KERNEL_COLUMNS];
} Stack;

static void pop(Stack *s, const KernelTree *tree, int32_t columns, int64_t *sums, int32_t *known)
{
    int32_t top = --s->depth;
    int64_t at = (int64_t)tree->inner_of[s->unit[top]] * columns;
    for (int32_t k = 0; k < columns; k++) {
        sums[at + k] = s->sum[top][k];
        known[at + k] = s->known[top][k];
    }
    if (top > 0)
        add_sums(s->sum[top], s->known[top], columns, s->sum[top - 1], s->known[top - 1]);
}

static void push(Stack *s, int32_t unit, int32_t columns)
{
    for (int32_t k = 0; k < columns; k++) {
        s->sum[s->depth][k] = 0;
        s->known[s->depth][k] = 0;
    }
    s->unit[s->depth++] = unit;
}

static void roll(const KernelTree *tree, const int32_t *rows, const int16_t *rows16,
                 int32_t columns, int64_t *sums, int32_t *known)
{
    static _Thread_local Stack s;
    s.depth = 0;
    for (int32_t i = 0; i < tree->count; i++) {
        while (s.depth && i > tree->last[s.unit[s.depth - 1]])
            pop(&s, tree, columns, sums, known);
        if (tree->inner_of[i] >= 0)
            push(&s, i, columns);
        int64_t row = tree->row_of[i];
        if (row < 0 || s.depth == 0)
            continue;
        int32_t run = 1; /* leaves that stand side by side in the rows as well */
        while (i + run <= tree->last[s.unit[s.depth - 1]] && tree->row_of[i + run] == row + run)
            run++;
        if (rows)
            add_run(rows + row * columns, run, columns, s.sum[s.depth - 1], s.known[s.depth - 1]);
        else
            add_run16(rows16 + row * columns, run, columns, s.sum[s.depth - 1],
                      s.known[s.depth - 1]);
        i += run - 1;
    }
    while (s.depth)
        pop(&s, tree, columns, sums, known);
}

void kernel_roll_rows(const KernelTree *tree, const int32_t *rows, int32_t columns, int64_t *sums,
                      int32_t *known)
{
    roll(tree, rows, 0, columns, sums, known);
}

void kernel_roll_rows16(const KernelTree *tree, const int16_t *rows, int32_t columns, int64_t *sums,
                        int32_t *known)
{
    roll(tree, 0, rows, columns, sums, known);
}

CLONES int64_t kernel_read(const int32_t *rows, int64_t n)
{
    int64_t sum = 0;
    for (int64_t i = 0; i < n; i++)
        sum += rows[i] == KERNEL_MISSING ? 0 : rows[i];
    return sum;
}
