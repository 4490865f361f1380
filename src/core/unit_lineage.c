/* Where values go when units end: shares along merges and splits, as exact fractions.
 *
 * A link leads from a unit that ends on the day to one that lives on it and so ends later. Taking
 * the unit that ends first (forward) or last (backward) therefore reaches each unit once, with all
 * of its parts together. Denominators are bounded where a split is judged (judge_shares). */
#include "core/unit_int.h"

static Int128 gcd(Int128 a, Int128 b)
{
    while (b != 0) {
        Int128 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static void set_share(Share *s, Int128 num, Int128 den)
{
    Int128 common = gcd(num, den);
    CHECK(common > 0 && num_fits(num / common) && num_fits(den / common));
    s->num = (int64_t)(num / common);
    s->den = (int64_t)(den / common);
}

static void add_share(Arena *arena, Shares *shares, int32_t unit, Int128 num, Int128 den)
{
    for (size_t i = 0; i < shares->n; i++) {
        Share *s = &shares->at[i];
        if (s->unit != unit)
            continue;
        Int128 common = gcd(den, s->den);
        set_share(s, num * (s->den / common) + s->num * (den / common), den / common * s->den);
        return;
    }
    Share *s = list_push(arena, shares);
    s->unit = unit;
    set_share(s, num, den);
}

static Share take_share(Shares *shares, size_t at)
{
    Share taken = shares->at[at];
    shares->at[at] = shares->at[--shares->n];
    return taken;
}

static int32_t end_of(const Units *u, int32_t unit, int64_t known_seq)
{
    int32_t from, to;
    return unit_life(u, unit, known_seq, &from, &to) ? to : DAY_MIN;
}

/* The open share whose unit ended first, among those that ended by the day; n = none. */
static size_t first_ended(const Units *u, const Shares *open, int32_t day, int64_t known_seq)
{
    size_t found = open->n;
    int32_t end = DAY_MAX;
    for (size_t i = 0; i < open->n; i++) {
        int32_t its = end_of(u, open->at[i].unit, known_seq);
        if (its <= day && (found == open->n || its < end)) {
            found = i;
            end = its;
        }
    }
    return found;
}

/* The open share whose unit ends last, among those born after the day; n = none. */
static size_t last_born_later(const Units *u, const Shares *open, int32_t day, int64_t known_seq)
{
    size_t found = open->n;
    int32_t end = DAY_MIN;
    for (size_t i = 0; i < open->n; i++) {
        int32_t from, to;
        if (!unit_life(u, open->at[i].unit, known_seq, &from, &to) || from <= day)
            continue;
        if (found == open->n || to > end) {
            found = i;
            end = to;
        }
    }
    return found;
}

/* By unit, so that no result depends on the way. */
static void sort_shares(Shares *shares)
{
    for (size_t i = 1; i < shares->n; i++)
        for (size_t j = i; j > 0 && shares->at[j].unit < shares->at[j - 1].unit; j--) {
            Share kept = shares->at[j];
            shares->at[j] = shares->at[j - 1];
            shares->at[j - 1] = kept;
        }
}

void unit_forward(Arena *arena, const Units *u, int32_t unit, int32_t day, int64_t known_seq,
                  Shares *ret)
{
    *ret = (Shares){ 0 };
    int32_t from, to;
    if (!unit_life(u, unit, known_seq, &from, &to) || day < from)
        return;
    add_share(arena, ret, unit, 1, 1);
    for (size_t at; (at = first_ended(u, ret, day, known_seq)) < ret->n;) {
        Share s = take_share(ret, at);
        const UnitRow *row = unit_row(u, s.unit);
        for (int32_t i = 0; i < row->out_count; i++) {
            const Link *l = &row->out[i];
            if (link_known(l, known_seq))
                add_share(arena, ret, l->to, (Int128)s.num * l->num, (Int128)s.den * l->den);
        }
    }
    sort_shares(ret);
}

void unit_backward(Arena *arena, const Units *u, int32_t unit, int32_t day, int64_t known_seq,
                   Shares *ret)
{
    *ret = (Shares){ 0 };
    int32_t first, end;
    if (!unit_life(u, unit, known_seq, &first, &end) || end <= day)
        return;
    add_share(arena, ret, unit, 1, 1);
    for (size_t at; (at = last_born_later(u, ret, day, known_seq)) < ret->n;) {
        Share s = take_share(ret, at);
        const UnitRow *row = unit_row(u, s.unit);
        for (int32_t i = 0; i < row->in_count; i++) {
            const Link *l = &row->in[i];
            if (link_known(l, known_seq))
                add_share(arena, ret, l->from, (Int128)s.num * l->num, (Int128)s.den * l->den);
        }
    }
    sort_shares(ret);
}

/* The part of |amount| that a share has beyond whole ones, as rest / den. */
static Int128 rest_of(Int128 amount, Share s)
{
    return amount * s.num % s.den;
}

/* Does part a get a missing one before part b? The larger rest first, then the lower unit. */
static bool goes_first(Int128 amount, Share a, Share b)
{
    Int128 x = rest_of(amount, a) * b.den, y = rest_of(amount, b) * a.den;
    return x != y ? x > y : a.unit < b.unit;
}

static void sum_shares(const Share *shares, size_t n, Share *ret)
{
    *ret = (Share){ .num = 0, .den = 1 };
    for (size_t i = 0; i < n; i++) {
        Int128 common = gcd(ret->den, shares[i].den);
        set_share(ret,
                  (Int128)ret->num * (shares[i].den / common) +
                      (Int128)shares[i].num * (ret->den / common),
                  ret->den / common * shares[i].den);
    }
}

void shares_split(int64_t amount, const Share *shares, size_t n, int64_t *amounts)
{
    Int128 whole = amount < 0 ? -(Int128)amount : amount;
    Share sum;
    sum_shares(shares, n, &sum);
    CHECK(sum.num <= sum.den);
    /* What ended without a successor takes part like a unit of its own, after all others. */
    Share lost = { .unit = INT32_MAX, .num = sum.den - sum.num, .den = sum.den };
    Int128 missing = whole - whole * lost.num / lost.den;
    for (size_t i = 0; i < n; i++)
        missing -= whole * shares[i].num / shares[i].den;
    for (size_t i = 0; i < n; i++) {
        Int128 before = goes_first(whole, lost, shares[i]);
        for (size_t j = 0; j < n; j++)
            before += j != i && goes_first(whole, shares[j], shares[i]);
        Int128 part = whole * shares[i].num / shares[i].den + (before < missing);
        amounts[i] = (int64_t)(amount < 0 ? -part : part);
    }
}
