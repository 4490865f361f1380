/* A row of table `record` and its packed columns.
 *
 *   nums   int64 little-endian: day of the first fact, ord of the parent, then one for each set bit
 *          of the mask in order of field number (0 where the value is text or hidden)
 *   mask   64-bit words, bit = field number, set = a value is there; without zero words at the end
 *   cas    case/pack.c
 *   texts  open texts as {field int32, length int32, bytes}, then field -1, then the history of
 *          `changes` fields as {field int32, from_day int32, known int32, length int32, value
 * int64, bytes} These are views: another version may pack them otherwise and rebuild. */
#include "core/core_int.h"

#include "base/limits.h"
#include "base/list.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "packed columns are little-endian");

typedef struct TextHead {
    int32_t field, length;
} TextHead;
typedef struct PastHead {
    int32_t field, from_day, known, length;
    int64_t value;
} PastHead;

enum { NUMS_HEAD = 2, KEY_BITS = 12 };
_Static_assert(1 << KEY_BITS >= LIMIT_LIST_ITEMS, "an item number fits a stored key");

int32_t book_words(const Book *book)
{
    return (book->field_room + 63) / 64;
}

static int64_t list_span(const List *list)
{
    int64_t room = 1;
    for (size_t i = 0; i < list->item_count; i++)
        if (list->items[i].number > room)
            room = list->items[i].number;
    return room;
}

int64_t book_cells(const Book *book)
{
    int64_t cells = 1;
    for (size_t i = 0; i < book->key_count; i++)
        cells *= list_span(book->keys[i]);
    return cells;
}

int64_t book_ord(const Book *book, const int32_t *items)
{
    int64_t ord = 0;
    for (size_t i = 0; i < book->key_count; i++)
        ord = ord * list_span(book->keys[i]) + items[i] - 1;
    return ord;
}

void book_items(const Book *book, int64_t ord, int32_t *ret_items)
{
    for (size_t i = book->key_count; i-- > 0;) {
        int64_t span = list_span(book->keys[i]);
        ret_items[i] = (int32_t)(ord % span) + 1;
        ord /= span;
    }
}

/* Lists grow, and with them the radix of a live ord. What is stored must not move: 12 bits a key.
 */
int64_t ord_stored(const Book *book, int64_t ord)
{
    if (book->form != BOOK_PER || book->key_count < 2)
        return ord;
    int64_t stored = 0;
    int64_t weight = 1;
    for (size_t i = book->key_count; i-- > 0;) {
        int64_t span = list_span(book->keys[i]);
        stored += ord % span * weight;
        ord /= span;
        weight <<= KEY_BITS;
    }
    return stored;
}

int64_t ord_live(const Book *book, int64_t stored)
{
    if (book->form != BOOK_PER || book->key_count < 2)
        return stored;
    int64_t ord = 0;
    for (size_t i = 0; i < book->key_count; i++) {
        size_t shift = (book->key_count - 1 - i) * KEY_BITS;
        ord = ord * list_span(book->keys[i]) + (stored >> shift & ((1 << KEY_BITS) - 1));
    }
    return ord;
}

RecordRow *row_new(Arena *arena, const Book *book)
{
    size_t room = (size_t)book->field_room + 1;
    RecordRow *row = arena_new(arena, RecordRow);
    row->nums = arena_array(arena, int64_t, room);
    row->known = arena_array(arena, uint64_t, (size_t)book_words(book) + 1);
    row->texts = arena_array(arena, Str, room);
    return row;
}

Str row_pack_nums(Arena *arena, const Book *book, const RecordRow *row)
{
    int64_t *out = arena_array(arena, int64_t, (size_t)book->field_room + NUMS_HEAD);
    size_t n = 0;
    out[n++] = row->entered_day;
    out[n++] = row->parent;
    for (int32_t f = 0; f < book->field_room; f++)
        if (row_known(row, f))
            out[n++] = row->nums[f];
    return (Str){ (const char *)out, n * sizeof *out };
}

Str row_pack_mask(Arena *arena, const Book *book, const RecordRow *row)
{
    size_t words = (size_t)book_words(book);
    while (words > 0 && !row->known[words - 1])
        words--;
    return (Str){ arena_copy(arena, row->known, words * 8), words * 8 };
}

Str row_pack_texts(Arena *arena, const Book *book, const RecordRow *row)
{
    Buf out = buf_open(arena, (size_t)LIMIT_FIELDS * LIMIT_TEXT_BYTES);
    bool any = row->past_n > 0;
    for (int32_t f = 0; f < book->field_room; f++) {
        if (!row->texts[f].p)
            continue;
        TextHead head = { f, (int32_t)row->texts[f].n };
        buf_put(&out, (Str){ (const char *)&head, sizeof head });
        buf_put(&out, row->texts[f]);
        any = true;
    }
    TextHead end = { -1, 0 };
    if (any)
        buf_put(&out, (Str){ (const char *)&end, sizeof end });
    for (size_t i = 0; i < row->past_n; i++) {
        const Past *p = &row->past[i];
        PastHead head = { p->field, p->from_day, p->known, (int32_t)p->text.n, p->value };
        buf_put(&out, (Str){ (const char *)&head, sizeof head });
        buf_put(&out, p->text);
    }
    CHECK(buf_ok(&out));
    return buf_str(&out);
}

static Str take_text(Arena *arena, Str *rest, int32_t length)
{
    CHECK(length >= 0 && (size_t)length <= rest->n);
    Str text = str_copy(arena, str_sub(*rest, 0, (size_t)length));
    if (!text.p)
        text.p = "";
    *rest = str_sub(*rest, (size_t)length, rest->n);
    return text;
}

static void unpack_texts(Arena *arena, const Book *book, Str rest, RecordRow *row, Str *texts)
{
    TextHead head = { 0 };
    while (rest.n >= sizeof head) {
        memcpy(&head, rest.p, sizeof head);
        rest = str_sub(rest, sizeof head, rest.n);
        if (head.field < 0)
            break;
        Str text = take_text(arena, &rest, head.length);
        if (head.field < book->field_room)
            texts[head.field] = text;
    }
    list_of(Past) past = { 0 };
    PastHead old = { 0 };
    while (rest.n >= sizeof old) {
        memcpy(&old, rest.p, sizeof old);
        rest = str_sub(rest, sizeof old, rest.n);
        Str text = take_text(arena, &rest, old.length);
        *list_push(arena, &past) =
            (Past){ old.field, old.from_day, old.known != 0, old.value, text };
    }
    row->past = past.at;
    row->past_n = past.n;
}

RecordRow *row_unpack(Arena *arena, const Book *book, Str nums, Str mask, Str texts)
{
    RecordRow *row = arena_new(arena, RecordRow);
    int64_t *row_nums = arena_array(arena, int64_t, (size_t)book->field_room + 1);
    Str *row_texts = arena_array(arena, Str, (size_t)book->field_room + 1);
    uint64_t *known = arena_array(arena, uint64_t, (size_t)book_words(book) + 1);
    size_t mask_bytes = (size_t)book_words(book) * 8;
    memcpy(known, mask.p ? mask.p : "", mask.n < mask_bytes ? mask.n : mask_bytes);
    size_t at = 0;
    int64_t head[NUMS_HEAD] = { 0 };
    CHECK(nums.n >= sizeof head);
    memcpy(head, nums.p, sizeof head);
    at = sizeof head;
    for (int32_t f = 0; f < book->field_room && at < nums.n; f++)
        if (known[f / 64] >> (f % 64) & 1) {
            memcpy(&row_nums[f], nums.p + at, 8);
            at += 8;
        }
    row->entered_day = (int32_t)head[0];
    row->parent = head[1];
    row->nums = row_nums;
    row->known = known;
    unpack_texts(arena, book, texts, row, row_texts);
    row->texts = row_texts;
    return row;
}

RecordRow *row_read(Arena *arena, const Book *book, Stmt *s)
{
    RecordRow *row = row_unpack(arena, book, col_bytes(s, 7), col_bytes(s, 8), col_bytes(s, 9));
    row->period = col_int(s, 0);
    row->unit = (int32_t)col_int(s, 1);
    row->ord = ord_live(book, col_int(s, 2));
    row->cas = case_unpack(arena, col_bytes(s, 10));
    row->seq = col_int(s, 3);
    row->gone = col_int(s, 4);
    row->state = (RecordState)col_int(s, 5);
    row->pack = (int32_t)col_int(s, 6);
    return row;
}

/* ---- one piece of memory a row ---- */

static size_t whole_words(size_t bytes)
{
    return (bytes + 7) / 8 * 8;
}

size_t row_bytes(const Book *book, const RecordRow *row)
{
    size_t room = (size_t)book->field_room;
    size_t bytes =
        whole_words(sizeof *row) + room * (8 + sizeof(Str)) + (size_t)book_words(book) * 8;
    for (size_t f = 0; f < room; f++)
        bytes += row->texts[f].n;
    bytes += row->past_n * sizeof *row->past;
    for (size_t i = 0; i < row->past_n; i++)
        bytes += row->past[i].text.n;
    if (row->cas)
        bytes += whole_words(sizeof *row->cas) + row->cas->move_n * sizeof *row->cas->moves +
                 row->cas->clock_n * sizeof *row->cas->clocks;
    return whole_words(bytes);
}

static void *lay(char **at, const void *bytes, size_t n)
{
    void *piece = *at;
    if (n)
        memcpy(piece, bytes, n);
    *at += n;
    return piece;
}

static Str lay_text(char **at, Str text)
{
    if (!text.p || !text.n)
        return (Str){ text.p ? "" : NULL, 0 };
    return (Str){ lay(at, text.p, text.n), text.n };
}

static const CaseRow *lay_case(char **at, const CaseRow *c)
{
    CaseRow *copy = lay(at, c, whole_words(sizeof *c));
    copy->moves = lay(at, c->moves, c->move_n * sizeof *c->moves);
    copy->clocks = lay(at, c->clocks, c->clock_n * sizeof *c->clocks);
    return copy;
}

_Static_assert(sizeof(CaseRow) % 8 == 0 && sizeof(RecordRow) % 8 == 0, "laid one behind another");
_Static_assert(sizeof(MoveRow) % 8 == 0 && sizeof(ClockRow) % 8 == 0 && sizeof(Past) % 8 == 0,
               "laid one behind another");

RecordRow *row_lay(void *piece, const Book *book, const RecordRow *row)
{
    size_t room = (size_t)book->field_room;
    char *at = piece; /* what needs alignment first, text at the end */
    RecordRow *copy = lay(&at, row, sizeof *row);
    copy->nums = lay(&at, row->nums, room * sizeof *row->nums);
    copy->known = lay(&at, row->known, (size_t)book_words(book) * 8);
    Str *texts = lay(&at, row->texts, room * sizeof *row->texts);
    Past *past = lay(&at, row->past, row->past_n * sizeof *row->past);
    if (row->cas)
        copy->cas = lay_case(&at, row->cas);
    for (size_t f = 0; f < room; f++)
        texts[f] = lay_text(&at, texts[f]);
    for (size_t i = 0; i < row->past_n; i++)
        past[i].text = lay_text(&at, past[i].text);
    copy->texts = texts;
    copy->past = past;
    return copy;
}
