/* Records in memory: blocks of returns by slot, rows of registers in order, both read from table
 * `record` when first asked for and edited by apply from then on.
 *
 * A block has a full int64 for each field and cell. Narrower columns by declared range would save
 * space; at the size of a city the blocks in use are a few megabytes, so that is left until a
 * larger store asks for it. */
#include "core/core_int.h"

#include "base/limits.h"

typedef struct BlockNode BlockNode;
struct BlockNode {
    Block block;
    size_t bytes;
    uint64_t used; /* clock of the last use */
    BlockNode *next;
};

typedef struct BookLive {
    int32_t number;
    Block empty; /* answers for periods without rows */
    BlockNode *blocks;
    /* periods that hold a row, ascending */
    bool has_periods;
    Arena *period_arena;
    list_of(int64_t) periods;
    /* rows of a register */
    bool has_rows;
    size_t bytes;     /* of the rows, a heap piece each */
    RecordRow **rows; /* not void: `sorted` of them by unit and ord, the newest behind them */
    size_t row_n, row_room, sorted;
    RecordRow **by_ord;       /* of a register, void ones too */
    size_t ord_room, ord_end; /* ord_end: one more than the highest */
    Arena *arena;             /* of by_key */
    Map by_key;               /* of a standing return */
    RecordRow **gone; /* superseded in the running act: who judged by one may still look at it */
    size_t gone_n, gone_room;
    int64_t next_ord; /* 0 = not known yet */
} BookLive;

enum { TAIL_MOST = 256 }; /* rows looked through one by one, until they are sorted in */

struct Records {
    BookLive **books;
    size_t n, room;
    size_t bytes;
    uint64_t clock;
};

Records *records_open(void)
{
    return heap_zeroed(1, sizeof(Records));
}

/* ---- giving back ---- */

static void node_free(Records *r, BlockNode *node)
{
    r->bytes -= node->bytes;
    heap_free(node->block.state);
    heap_free(node->block.known);
    heap_free(node->block.nums);
    heap_free(node->block.seq);
    heap_free(node);
}

static void free_gone(BookLive *b)
{
    for (size_t i = 0; i < b->gone_n; i++)
        heap_free(b->gone[i]);
    b->gone_n = 0;
}

static void rows_forget(BookLive *b)
{
    free_gone(b);
    for (size_t ord = 0; ord < b->ord_room; ord++)
        heap_free(b->by_ord[ord]);
    for (size_t i = 0; i < b->by_key.n; i++)
        heap_free(b->by_key.items[i].value);
    heap_free(b->gone);
    heap_free(b->rows);
    heap_free(b->by_ord);
    arena_close(b->arena);
    b->rows = b->by_ord = b->gone = NULL;
    b->row_n = b->row_room = b->sorted = b->ord_room = b->gone_room = b->bytes = 0;
    b->ord_end = 1;
    b->arena = NULL;
    b->by_key = (Map){ 0 };
    b->has_rows = false;
}

static void book_forget(Records *r, BookLive *b)
{
    while (b->blocks) {
        BlockNode *node = b->blocks;
        b->blocks = node->next;
        node_free(r, node);
    }
    rows_forget(b);
    arena_close(b->period_arena);
    heap_free(b);
}

void records_forget(Records *r)
{
    for (size_t i = 0; i < r->n; i++)
        book_forget(r, r->books[i]);
    r->n = 0;
    CHECK(r->bytes == 0);
}

void records_close(Records **r)
{
    if (!*r)
        return;
    records_forget(*r);
    heap_free((*r)->books);
    heap_free(*r);
    *r = NULL;
}

size_t records_bytes(const Core *core)
{
    size_t bytes = core->records->bytes;
    for (size_t i = 0; i < core->records->n; i++) {
        const BookLive *b = core->records->books[i];
        if (b->has_rows)
            bytes +=
                b->bytes + arena_total(b->arena) + (b->row_room + b->ord_room) * sizeof *b->rows;
    }
    return bytes;
}

void records_settle(Records *r)
{
    for (size_t i = 0; i < r->n; i++)
        free_gone(r->books[i]);
}

/* Where the least used block hangs. */
static BlockNode **oldest(const Records *r)
{
    BlockNode **found = NULL;
    for (size_t i = 0; i < r->n; i++)
        for (BlockNode **at = &r->books[i]->blocks; *at; at = &(*at)->next)
            if (!found || (*at)->used < (*found)->used)
                found = at;
    return found;
}

void records_trim(Core *core)
{
    Records *r = core->records;
    while (r->bytes > LIMIT_BLOCKS_BYTES) {
        BlockNode **at = oldest(r);
        CHECK(at);
        BlockNode *node = *at;
        *at = node->next;
        node_free(r, node);
    }
}

/* ---- books ---- */

static BookLive *live_find(const Records *r, int32_t number)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->books[i]->number == number)
            return r->books[i];
    return NULL;
}

static BookLive *live_need(Records *r, const Book *book)
{
    BookLive *b = live_find(r, book->number);
    if (b)
        return b;
    if (r->n == r->room) {
        size_t room = r->room ? r->room * 2 : 16;
        r->books = heap_grow(r->books, r->room, room, sizeof *r->books);
        r->room = room;
    }
    b = heap_zeroed(1, sizeof *b);
    b->number = book->number;
    r->books[r->n++] = b;
    return b;
}

int64_t known_clip(const Core *core, int64_t known_seq)
{
    return known_seq >= core_known(core) - 1 ? KNOWN_NOW : known_seq;
}

/* The highest S that a query may name: rows in force end at 2^62, which is above. */
static int64_t known_limit(int64_t known_seq)
{
    return known_seq == KNOWN_NOW ? KNOWN_NOW - 1 : known_seq;
}

/* ---- periods ---- */

static bool load_periods(Work *w, Core *core, const Book *book, BookLive *b)
{
    if (b->has_periods)
        return true;
    arena_close(b->period_arena);
    b->period_arena = arena_open(CORE_SOFT_BYTES, CORE_SOFT_BYTES);
    b->periods.at = NULL;
    b->periods.n = b->periods.room = 0;
    for (int64_t last = -1;;) {
        Stmt *s = db_stmt(w, core_db(core), SQL_RECORD_NEXT_PERIOD);
        TRY(s);
        stmt_int(s, 1, book->number);
        stmt_int(s, 2, last);
        bool row = false;
        TRY(stmt_next(w, s, &row));
        if (!row)
            break;
        last = col_int(s, 0);
        stmt_reset(s);
        *list_push(b->period_arena, &b->periods) = last;
    }
    b->has_periods = true;
    return true;
}

static size_t period_place(const BookLive *b, int64_t period)
{
    size_t low = 0, high = b->periods.n;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (b->periods.at[mid] < period)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static bool period_held(const BookLive *b, int64_t period)
{
    size_t at = period_place(b, period);
    return at < b->periods.n && b->periods.at[at] == period;
}

static void period_add(BookLive *b, int64_t period)
{
    size_t at = period_place(b, period);
    if (at < b->periods.n && b->periods.at[at] == period)
        return;
    (void)list_push(b->period_arena, &b->periods);
    memmove(&b->periods.at[at + 1], &b->periods.at[at],
            (b->periods.n - 1 - at) * sizeof *b->periods.at);
    b->periods.at[at] = period;
}

bool records_periods(Work *w, Core *core, const Book *book, const int64_t **ret, size_t *ret_n)
{
    BookLive *b = live_need(core->records, book);
    TRY(load_periods(w, core, book, b));
    *ret = arena_copy(w->arena, b->periods.at, b->periods.n * sizeof *b->periods.at);
    *ret_n = b->periods.n;
    return true;
}

/* ---- blocks ---- */

static size_t block_cells(const Block *b)
{
    return (size_t)b->slots * (size_t)b->keys;
}

static void block_grow(Records *r, BlockNode *node, int32_t slots)
{
    Block *b = &node->block;
    size_t old = block_cells(b);
    b->slots = slots;
    size_t cells = block_cells(b);
    size_t words = (size_t)b->known_words, columns = (size_t)b->columns;
    b->state = heap_grow(b->state, old, cells, 1);
    b->known = heap_grow(b->known, old * words, cells * words, 8);
    b->nums = heap_grow(b->nums, old * columns, cells * columns, 8);
    b->seq = heap_grow(b->seq, old, cells, 8);
    size_t bytes = cells * (1 + words * 8 + columns * 8 + 8);
    r->bytes += bytes - node->bytes;
    node->bytes = bytes;
}

static void block_set(Core *core, BlockNode *node, const RecordRow *row)
{
    if (row->unit >= node->block.slots) {
        int32_t slots = units_count(core->units);
        block_grow(core->records, node, row->unit < slots ? slots : row->unit + 1);
    }
    Block *b = &node->block;
    CHECK(row->ord >= 0 && row->ord < b->keys);
    size_t cell = (size_t)row->unit * (size_t)b->keys + (size_t)row->ord;
    size_t words = (size_t)b->known_words, columns = (size_t)b->columns;
    b->state[cell] = (uint8_t)row->state;
    b->seq[cell] = row->seq;
    memset(&b->known[cell * words], 0, words * 8);
    memset(&b->nums[cell * columns], 0, columns * 8);
    if (row->state == RECORD_VOID)
        return;
    memcpy(&b->known[cell * words], row->known, words * 8);
    memcpy(&b->nums[cell * columns], row->nums, columns * 8);
}

static bool block_load(Work *w, Core *core, BlockNode *node)
{
    const Book *book = node->block.book;
    Stmt *s = db_stmt(w, core_db(core), SQL_RECORD_BLOCK);
    TRY(s);
    stmt_int(s, 1, book->number);
    stmt_int(s, 2, node->block.period);
    stmt_int(s, 3, known_limit(node->block.known_seq));
    for (bool more = false; stmt_next(w, s, &more) && more;) {
        ARENA_SCOPE(w->arena);
        const RecordRow *row = row_read(w->arena, book, s);
        if (book_is_return(book) || row->ord == 0)
            block_set(core, node, row);
    }
    return w->err.code == ERR_NONE;
}

static const Block *block_empty(BookLive *b, const Book *book, int64_t period, int64_t known)
{
    b->empty = (Block){ .book = book,
                        .period = period,
                        .known_seq = known,
                        .keys = (int32_t)(book_is_return(book) ? book_cells(book) : 1),
                        .columns = book->field_room,
                        .known_words = book_words(book) };
    return &b->empty;
}

static BlockNode *block_find(const BookLive *b, int64_t period, int64_t known)
{
    for (BlockNode *node = b->blocks; node; node = node->next)
        if (node->block.period == period && node->block.known_seq == known)
            return node;
    return NULL;
}

const Block *records_block(Work *w, Core *core, const Book *book, int64_t period, int64_t known_seq)
{
    Records *r = core->records;
    BookLive *b = live_need(r, book);
    int64_t known = known_clip(core, known_seq);
    BlockNode *node = block_find(b, period, known);
    if (node) {
        node->used = ++r->clock;
        return &node->block;
    }
    if (!load_periods(w, core, book, b))
        return NULL;
    if (known < 0 || !period_held(b, period))
        return block_empty(b, book, period, known);
    node = heap_zeroed(1, sizeof *node);
    node->block = *block_empty(b, book, period, known);
    node->used = ++r->clock;
    block_grow(r, node, units_count(core->units));
    if (!block_load(w, core, node)) {
        node_free(r, node);
        return NULL;
    }
    node->next = b->blocks;
    b->blocks = node;
    return &node->block;
}

/* ---- rows ---- */

/* Of a register the ord tells all; of a standing return unit and ord. */
static int64_t row_key(const Book *book, int32_t unit, int64_t ord)
{
    return book_is_return(book) ? unit * book_cells(book) + ord : ord;
}

static int by_unit_and_ord(const void *a, const void *b)
{
    const RecordRow *x = *(RecordRow *const *)a;
    const RecordRow *y = *(RecordRow *const *)b;
    if (x->unit != y->unit)
        return x->unit < y->unit ? -1 : 1;
    return (x->ord > y->ord) - (x->ord < y->ord);
}

static bool is_nil(const Book *book, const RecordRow *row)
{
    return !book_is_return(book) && row->ord == 0;
}

static RecordRow *find_key(const BookLive *b, const Book *book, int32_t unit, int64_t ord)
{
    if (book_is_return(book))
        return map_find_int(&b->by_key, row_key(book, unit, ord));
    return ord > 0 && (uint64_t)ord < b->ord_room ? b->by_ord[ord] : NULL;
}

static void put_key(BookLive *b, const Book *book, RecordRow *row)
{
    if (book_is_return(book)) {
        map_put_int(&b->by_key, row_key(book, row->unit, row->ord), row);
        return;
    }
    size_t ord = (size_t)row->ord;
    if (ord >= b->ord_room) {
        size_t room = ord + ord / 2 + 64;
        b->by_ord = heap_grow(b->by_ord, b->ord_room, room, sizeof(RecordRow *));
        b->ord_room = room;
    }
    b->by_ord[ord] = row;
    if (ord >= b->ord_end)
        b->ord_end = ord + 1;
}

/* One heap piece a row, so that what is superseded goes back at once and no book grows by being
 * written every day. */
static RecordRow *keep_row(BookLive *b, const Book *book, const RecordRow *row)
{
    size_t bytes = row_bytes(book, row);
    b->bytes += bytes;
    return row_lay(heap_zeroed(1, bytes), book, row);
}

static void push_row(RecordRow ***rows, size_t *n, size_t *room, RecordRow *row)
{
    if (*n == *room) {
        *room = *room ? *room * 2 : 64;
        *rows = heap_grow(*rows, *n, *room, sizeof **rows);
    }
    (*rows)[(*n)++] = row;
}

static void drop_row(BookLive *b, const Book *book, RecordRow *row)
{
    b->bytes -= row_bytes(book, row);
    push_row(&b->gone, &b->gone_n, &b->gone_room, row);
}

/* How many of the first n stand before the row. */
static size_t place_of(RecordRow *const *rows, size_t n, const RecordRow *row)
{
    size_t low = 0;
    while (low < n) {
        size_t mid = (low + n) / 2;
        if (by_unit_and_ord(&rows[mid], &row) < 0)
            low = mid + 1;
        else
            n = mid;
    }
    return low;
}

static bool in_order(const BookLive *b)
{
    for (size_t i = b->sorted ? b->sorted : 1; i < b->row_n; i++)
        if (by_unit_and_ord(&b->rows[i - 1], &b->rows[i]) > 0)
            return false;
    return true;
}

/* The newest rows go to their places from the last one down, so that each stretch between them
 * moves once. */
static void sort_rows(BookLive *b)
{
    size_t n = b->row_n - b->sorted, end = b->sorted;
    if (n && !in_order(b)) {
        RecordRow **tail = heap_zeroed(n, sizeof(RecordRow *));
        memcpy(tail, b->rows + end, n * sizeof(RecordRow *));
        qsort(tail, n, sizeof(RecordRow *), by_unit_and_ord);
        for (size_t i = n; i-- > 0;) {
            size_t at = place_of(b->rows, end, tail[i]);
            memmove(b->rows + at + i + 1, b->rows + at, (end - at) * sizeof(RecordRow *));
            b->rows[at + i] = tail[i];
            end = at;
        }
        heap_free(tail);
    }
    b->sorted = b->row_n;
}

static bool load_rows(Work *w, Core *core, const Book *book, BookLive *b)
{
    if (b->has_rows)
        return true;
    rows_forget(b);
    b->arena = arena_open(CORE_SOFT_BYTES, CORE_SOFT_BYTES);
    b->by_key = map_open(b->arena);
    Stmt *s = db_stmt(w, core_db(core), SQL_RECORD_ROWS);
    TRY(s);
    stmt_int(s, 1, book->number);
    stmt_int(s, 2, known_limit(KNOWN_NOW));
    for (bool more = false; stmt_next(w, s, &more) && more;) {
        ARENA_SCOPE(w->arena);
        const RecordRow *read = row_read(w->arena, book, s);
        if (is_nil(book, read))
            continue;
        RecordRow *row = keep_row(b, book, read);
        put_key(b, book, row);
        if (row->state != RECORD_VOID)
            push_row(&b->rows, &b->row_n, &b->row_room, row);
    }
    if (w->err.code != ERR_NONE)
        return false;
    sort_rows(b);
    b->has_rows = true;
    return true;
}

/* As known at an earlier position: from the table each time. */
static bool rows_at(Work *w, Core *core, const Book *book, int64_t known,
                    const RecordRow *const **ret, size_t *ret_n)
{
    list_of(RecordRow *) rows = { 0 };
    Stmt *s = db_stmt(w, core_db(core), SQL_RECORD_ROWS);
    TRY(s);
    stmt_int(s, 1, book->number);
    stmt_int(s, 2, known);
    for (bool more = false; stmt_next(w, s, &more) && more;) {
        RecordRow *row = row_read(w->arena, book, s);
        if (!is_nil(book, row) && row->state != RECORD_VOID)
            *list_push(w->arena, &rows) = row;
    }
    if (w->err.code != ERR_NONE)
        return false;
    if (rows.n > 1)
        qsort(rows.at, rows.n, sizeof(RecordRow *), by_unit_and_ord);
    *ret = (const RecordRow *const *)rows.at;
    *ret_n = rows.n;
    return true;
}

bool records_rows(Work *w, Core *core, const Book *book, int64_t known_seq,
                  const RecordRow *const **ret, size_t *ret_n)
{
    CHECK(!book_is_return(book) || (book->every == PERIOD_NONE && !book->every_book));
    int64_t known = known_clip(core, known_seq);
    if (known != KNOWN_NOW)
        return rows_at(w, core, book, known, ret, ret_n);
    BookLive *b = live_need(core->records, book);
    TRY(load_rows(w, core, book, b));
    sort_rows(b);
    *ret = (const RecordRow *const *)b->rows;
    *ret_n = b->row_n;
    return true;
}

/* ---- one row ---- */

static bool find_cell(Work *w, Core *core, const Book *book, int32_t unit, int64_t period,
                      int64_t ord, int64_t known, const RecordRow **ret)
{
    *ret = NULL;
    Stmt *s = db_stmt(w, core_db(core), SQL_RECORD_CELL);
    TRY(s);
    stmt_int(s, 1, book->number);
    stmt_int(s, 2, period);
    stmt_int(s, 3, unit);
    stmt_int(s, 4, ord_stored(book, ord));
    stmt_int(s, 5, known_limit(known));
    bool more = false;
    TRY(stmt_next(w, s, &more));
    if (!more)
        return true;
    *ret = row_read(w->arena, book, s);
    stmt_reset(s);
    return true;
}

const RecordRow *record_find(Work *w, Core *core, const Book *book, int32_t unit, int64_t period,
                             int64_t ord, int64_t known_seq)
{
    const RecordRow *row = NULL;
    int64_t known = known_clip(core, known_seq);
    if (book_is_return(book) || ord == 0) {
        (void)find_cell(w, core, book, unit, period, ord, known, &row);
        return row;
    }
    BookLive *b = live_need(core->records, book);
    if (!load_rows(w, core, book, b))
        return NULL;
    row = find_key(b, book, unit, ord);
    if (row && known != KNOWN_NOW)
        (void)find_cell(w, core, book, row->unit, row->period, ord, known, &row);
    return row;
}

int64_t record_next_ord(Work *w, Core *core, const Book *book)
{
    BookLive *b = live_need(core->records, book);
    if (b->next_ord)
        return b->next_ord;
    if (book->cases && !load_rows(w, core, book, b)) /* they are wanted soon, and know it */
        return -1;
    if (b->has_rows) {
        b->next_ord = (int64_t)b->ord_end;
        return b->next_ord;
    }
    Stmt *s = db_stmt(w, core_db(core), SQL_RECORD_MAX_ORD);
    bool more = false;
    if (!s)
        return -1;
    stmt_int(s, 1, book->number);
    if (!stmt_next(w, s, &more))
        return -1;
    b->next_ord = (more ? col_int(s, 0) : 0) + 1;
    stmt_reset(s);
    return b->next_ord;
}

/* ---- edits ---- */

/* Where a row stands in the list: among the sorted ones, or one of the newest. */
static size_t row_place(const BookLive *b, const RecordRow *row)
{
    size_t at = place_of(b->rows, b->sorted, row);
    if (at < b->sorted && b->rows[at] == row)
        return at;
    for (at = b->row_n; at-- > b->sorted;)
        if (b->rows[at] == row)
            return at;
    CHECK(false);
    return 0;
}

static void rows_edit(BookLive *b, const Book *book, const RecordRow *after)
{
    RecordRow *old = find_key(b, book, after->unit, after->ord);
    RecordRow *row = keep_row(b, book, after);
    put_key(b, book, row);
    bool had = old && old->state != RECORD_VOID;
    bool has = row->state != RECORD_VOID;
    if (!had && has) {
        if (b->row_n - b->sorted >= TAIL_MOST)
            sort_rows(b);
        push_row(&b->rows, &b->row_n, &b->row_room, row);
    } else if (had) {
        size_t at = row_place(b, old);
        b->rows[at] = row;
        if (!has) {
            memmove(b->rows + at, b->rows + at + 1, (b->row_n - at - 1) * sizeof(RecordRow *));
            b->row_n--;
            b->sorted -= at < b->sorted;
        }
    }
    if (old)
        drop_row(b, book, old);
}

void records_edit(Core *core, const Book *book, const RecordRow *before, const RecordRow *after)
{
    CHECK(!before || before->unit == after->unit);
    BookLive *b = live_find(core->records, book->number);
    if (!b)
        return;
    if (b->has_periods)
        period_add(b, after->period);
    if (b->next_ord && after->ord >= b->next_ord)
        b->next_ord = after->ord + 1;
    BlockNode *node = block_find(b, after->period, KNOWN_NOW);
    if (node && (book_is_return(book) || after->ord == 0))
        block_set(core, node, after);
    if (b->has_rows && !is_nil(book, after))
        rows_edit(b, book, after);
}
