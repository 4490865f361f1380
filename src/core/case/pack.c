/* A case in its column: a row is written anew by every move, so what it says is kept small.
 *
 *   u8 1, then numbers, each a variable-length integer of 7 bits a byte, lowest first, the sign
 *   folded into bit 0:
 *   state holder shown joined released, 0 or 1 ‖ 16 bytes of the secret,
 *   moves: count, then each: move from to actor seat person unit holder at seq
 *   clocks: count, then each: clock state+work*4 limit started since used due left done steps
 *
 * `at` and `seq` are told as differences to the move before, a clock's moments to its start. */
#include "core/core_int.h"

enum { CASE_LAYOUT = 1, VARINT_BYTES = 10, MOVE_NUMBERS = 10, CLOCK_NUMBERS = 10 };

/* ---- writing ---- */

static void put_number(Buf *out, int64_t value)
{
    uint64_t left = (uint64_t)value << 1 ^ (uint64_t)(value >> 63);
    for (; left >= 0x80; left >>= 7)
        buf_putc(out, (char)(left | 0x80));
    buf_putc(out, (char)left);
}

static void put_move(Buf *out, const MoveRow *m, const MoveRow *before)
{
    const int64_t numbers[MOVE_NUMBERS] = { m->move,
                                            m->from,
                                            m->to,
                                            m->actor,
                                            m->seat,
                                            m->person,
                                            m->unit,
                                            m->holder,
                                            m->at_ms - before->at_ms,
                                            m->seq - before->seq };
    for (size_t i = 0; i < MOVE_NUMBERS; i++)
        put_number(out, numbers[i]);
}

static void put_clock(Buf *out, const ClockRow *k)
{
    const int64_t numbers[CLOCK_NUMBERS] = { k->clock,
                                             (int64_t)k->state + (k->work ? 4 : 0),
                                             k->limit,
                                             k->started_ms,
                                             k->since_ms - k->started_ms,
                                             k->used,
                                             k->due_ms - k->started_ms,
                                             k->left,
                                             k->done_ms ? k->done_ms - k->started_ms + 1 : 0,
                                             k->steps };
    for (size_t i = 0; i < CLOCK_NUMBERS; i++)
        put_number(out, numbers[i]);
}

Str case_pack(Arena *arena, const CaseRow *c)
{
    if (!c)
        return STR("");
    size_t numbers = 8 + c->move_n * MOVE_NUMBERS + c->clock_n * CLOCK_NUMBERS;
    Buf out = buf_open(arena, 1 + sizeof c->secret + numbers * VARINT_BYTES);
    static const uint8_t none[sizeof c->secret];
    bool secret = memcmp(c->secret, none, sizeof none) != 0;
    const int64_t head[] = { c->state, c->holder, c->shown, c->joined, c->released, secret };
    buf_putc(&out, CASE_LAYOUT);
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        put_number(&out, head[i]);
    if (secret)
        buf_put(&out, (Str){ (const char *)c->secret, sizeof c->secret });
    put_number(&out, (int64_t)c->move_n);
    const MoveRow start = { 0 };
    for (size_t i = 0; i < c->move_n; i++)
        put_move(&out, &c->moves[i], i ? &c->moves[i - 1] : &start);
    put_number(&out, (int64_t)c->clock_n);
    for (size_t i = 0; i < c->clock_n; i++)
        put_clock(&out, &c->clocks[i]);
    CHECK(buf_ok(&out));
    return buf_str(&out);
}

/* ---- reading ---- */

static int64_t take_number(Str *rest)
{
    uint64_t folded = 0;
    for (int shift = 0;; shift += 7) {
        CHECK(rest->n > 0 && shift < 64);
        uint8_t byte = (uint8_t)rest->p[0];
        *rest = (Str){ rest->p + 1, rest->n - 1 };
        folded |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80)
            return (int64_t)(folded >> 1) ^ -(int64_t)(folded & 1);
    }
}

static size_t take_count(Str *rest)
{
    int64_t n = take_number(rest);
    CHECK(n >= 0 && (uint64_t)n <= rest->n); /* at least a byte each */
    return (size_t)n;
}

static MoveRow take_move(Str *rest, const MoveRow *before)
{
    int64_t n[MOVE_NUMBERS];
    for (size_t i = 0; i < MOVE_NUMBERS; i++)
        n[i] = take_number(rest);
    return (MoveRow){ .move = (int32_t)n[0],
                      .from = (int32_t)n[1],
                      .to = (int32_t)n[2],
                      .actor = (Actor)n[3],
                      .seat = (int32_t)n[4],
                      .person = (int32_t)n[5],
                      .unit = (int32_t)n[6],
                      .holder = (int32_t)n[7],
                      .at_ms = before->at_ms + n[8],
                      .seq = before->seq + n[9] };
}

static ClockRow take_clock(Str *rest)
{
    int64_t n[CLOCK_NUMBERS];
    for (size_t i = 0; i < CLOCK_NUMBERS; i++)
        n[i] = take_number(rest);
    return (ClockRow){ .clock = (int32_t)n[0],
                       .state = (ClockState)(n[1] & 3),
                       .work = (n[1] & 4) != 0,
                       .limit = n[2],
                       .started_ms = n[3],
                       .since_ms = n[3] + n[4],
                       .used = n[5],
                       .due_ms = n[3] + n[6],
                       .left = n[7],
                       .done_ms = n[8] ? n[3] + n[8] - 1 : 0,
                       .steps = (uint32_t)n[9] };
}

CaseRow *case_unpack(Arena *arena, Str bytes)
{
    if (!bytes.n)
        return NULL;
    CHECK(bytes.p[0] == CASE_LAYOUT);
    Str rest = { bytes.p + 1, bytes.n - 1 };
    CaseRow *c = arena_new(arena, CaseRow);
    c->state = (int32_t)take_number(&rest);
    c->holder = (int32_t)take_number(&rest);
    c->shown = take_number(&rest) != 0;
    c->joined = (int32_t)take_number(&rest);
    c->released = take_number(&rest);
    if (take_number(&rest)) {
        CHECK(rest.n >= sizeof c->secret);
        memcpy(c->secret, rest.p, sizeof c->secret);
        rest = (Str){ rest.p + sizeof c->secret, rest.n - sizeof c->secret };
    }
    c->move_n = take_count(&rest);
    MoveRow *moves = arena_array(arena, MoveRow, c->move_n + 1);
    const MoveRow start = { 0 };
    for (size_t i = 0; i < c->move_n; i++)
        moves[i] = take_move(&rest, i ? &moves[i - 1] : &start);
    c->moves = moves;
    c->clock_n = take_count(&rest);
    ClockRow *clocks = arena_array(arena, ClockRow, c->clock_n + 1);
    for (size_t i = 0; i < c->clock_n; i++)
        clocks[i] = take_clock(&rest);
    c->clocks = clocks;
    CHECK(rest.n == 0);
    return c;
}
