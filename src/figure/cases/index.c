/* Indexes: rows of a book by the days on which they entered a state, and detail rows by the row
 * that they stand under, as known now. Both are made when first asked for and take every change
 * from then on; what stood once stays in them, so that whoever reads looks at the row itself. */
#include "figure/cases/cases_int.h"

typedef struct Entry {
    int32_t day;
    int64_t ord;
} Entry;
typedef struct Entries { /* of one state, by day */
    int32_t state;
    bool sorted;
    Entry *at;
    size_t n, room;
    struct Entries *next;
} Entries;

struct BookIndex {
    int32_t book;
    Entries *entries;
    /* children of `parent`: first[parent], then next[child] … 0 */
    bool has_children;
    int64_t *first, *next_child;
    size_t first_room, next_room;
    struct BookIndex *next;
};

/* ---- books ---- */
static BookIndex *index_find(const Figures *f, const Book *book)
{
    BookIndex *x = f->indexes;
    while (x && x->book != book->number)
        x = x->next;
    return x;
}

static BookIndex *index_need(Figures *f, const Book *book)
{
    BookIndex *x = index_find(f, book);
    if (!x) {
        x = heap_zeroed(1, sizeof *x);
        x->book = book->number;
        x->next = f->indexes;
        f->indexes = x;
    }
    return x;
}

void indexes_forget(Figures *f)
{
    while (f->indexes) {
        BookIndex *x = f->indexes;
        f->indexes = x->next;
        while (x->entries) {
            Entries *e = x->entries;
            x->entries = e->next;
            heap_free(e->at);
            heap_free(e);
        }
        heap_free(x->first);
        heap_free(x->next_child);
        heap_free(x);
    }
}

size_t indexes_bytes(const Figures *f)
{
    size_t bytes = 0;
    for (const BookIndex *x = f->indexes; x; x = x->next) {
        bytes += (x->first_room + x->next_room) * sizeof *x->first;
        for (const Entries *e = x->entries; e; e = e->next)
            bytes += e->room * sizeof *e->at;
    }
    return bytes;
}

/* ---- entries into a state ---- */
static void entry_add(Entries *e, int32_t day, int64_t ord)
{
    if (e->n == e->room) {
        size_t room = e->room ? e->room * 2 : 256;
        e->at = heap_grow(e->at, e->room, room, sizeof *e->at);
        e->room = room;
    }
    e->sorted = e->sorted && (e->n == 0 || e->at[e->n - 1].day <= day);
    e->at[e->n++] = (Entry){ day, ord };
}

static void entries_add_row(Entries *e, const RecordRow *row, size_t from_move)
{
    if (!row->cas)
        return;
    for (size_t i = from_move; i < row->cas->move_n; i++)
        if (row->cas->moves[i].to == e->state)
            entry_add(e, day_of_ms(row->cas->moves[i].at_ms), row->ord);
}

static int entry_cmp(const void *a, const void *b)
{
    const Entry *x = a, *y = b;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    return (x->ord > y->ord) - (x->ord < y->ord);
}

static bool entries_of(Work *w, Figures *f, const Book *book, int32_t state, Entries **ret)
{
    const RecordRow *const *rows;
    size_t n;
    BookIndex *x = index_need(f, book);
    Entries *e = x->entries;
    while (e && e->state != state)
        e = e->next;
    if (!e) {
        TRY(records_rows(w, f->core, book, KNOWN_NOW, &rows, &n));
        e = heap_zeroed(1, sizeof *e);
        e->state = state;
        e->sorted = true;
        e->next = x->entries;
        x->entries = e;
        for (size_t i = 0; i < n; i++)
            entries_add_row(e, rows[i], 0);
    }
    if (!e->sorted && e->n)
        qsort(e->at, e->n, sizeof *e->at, entry_cmp);
    e->sorted = true;
    *ret = e;
    return true;
}

static int ord_cmp(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

bool index_entered(Work *w, Figures *f, const Book *book, int32_t state, int32_t first,
                   int32_t last, const RecordRow *const **ret, size_t *ret_n)
{
    Entries *e;
    TRY(entries_of(w, f, book, state, &e));
    size_t low = 0, high = e->n;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (e->at[mid].day < first)
            low = mid + 1;
        else
            high = mid;
    }
    size_t n = 0;
    while (low + n < e->n && e->at[low + n].day <= last)
        n++;
    TRY(records_rows(w, f->core, book, KNOWN_NOW, ret, ret_n));
    if (n >= *ret_n / 2)
        return true; /* one after the other they are nearer than each by its number */
    int64_t *ords = arena_array(w->arena, int64_t, n + 1);
    const RecordRow **rows = arena_array(w->arena, const RecordRow *, n + 1);
    for (size_t i = 0; i < n; i++)
        ords[i] = e->at[low + i].ord;
    if (n)
        qsort(ords, n, sizeof *ords, ord_cmp);
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        if (i && ords[i] == ords[i - 1])
            continue; /* it came in more than once */
        const RecordRow *row = record_find(w, f->core, book, UNIT_NONE, 0, ords[i], KNOWN_NOW);
        TRY(row || w->err.code == ERR_NONE);
        if (row && row->state != RECORD_VOID)
            rows[found++] = row;
    }
    *ret = rows;
    *ret_n = found;
    return true;
}

/* ---- children ---- */
static int64_t *room_for(int64_t *at, size_t *room, int64_t ord)
{
    if ((size_t)ord < *room)
        return at;
    size_t more = *room ? *room * 2 : 256;
    while (more <= (size_t)ord)
        more *= 2;
    at = heap_grow(at, *room, more, sizeof *at);
    *room = more;
    return at;
}

static void child_add(BookIndex *x, const RecordRow *row)
{
    if (row->ord <= 0 || row->parent <= 0)
        return;
    x->first = room_for(x->first, &x->first_room, row->parent);
    x->next_child = room_for(x->next_child, &x->next_room, row->ord);
    x->next_child[row->ord] = x->first[row->parent];
    x->first[row->parent] = row->ord;
}

static bool children_of(Work *w, Figures *f, const Book *book, BookIndex **ret)
{
    const RecordRow *const *rows;
    size_t n;
    BookIndex *x = index_need(f, book);
    *ret = x;
    if (x->has_children)
        return true;
    TRY(records_rows(w, f->core, book, KNOWN_NOW, &rows, &n));
    for (size_t i = 0; i < n; i++)
        child_add(x, rows[i]);
    x->has_children = true;
    return true;
}

/* The row that is being judged stands for the stored one, or is not stored yet. */
static const RecordRow *judged_child(const Figures *f, const Ctx *c, const Book *book,
                                     int64_t parent)
{
    const RecordRow *over = f->overlay.row;
    bool here = f->overlay.book == book && ctx_runs(c) && over->parent == parent;
    return here ? over : NULL;
}

bool index_children(Work *w, Figures *f, const Ctx *c, const Book *book, int64_t parent,
                    const RecordRow ***ret, size_t *ret_n)
{
    BookIndex *x;
    list_of(const RecordRow *) rows = { 0 };
    TRY(children_of(w, f, book, &x));
    const RecordRow *judged = judged_child(f, c, book, parent);
    int64_t ord = parent > 0 && (size_t)parent < x->first_room ? x->first[parent] : 0;
    for (; ord; ord = x->next_child[ord]) {
        if (judged && judged->ord == ord)
            continue;
        const RecordRow *row = record_find(w, f->core, book, UNIT_NONE, 0, ord, c->known_seq);
        TRY(row || w->err.code == ERR_NONE);
        if (row && row->parent == parent && row_counts(row))
            *list_push(w->arena, &rows) = row;
    }
    if (judged && row_counts(judged))
        *list_push(w->arena, &rows) = judged;
    *ret = rows.at;
    *ret_n = rows.n;
    return true;
}

/* ---- changes ---- */
void index_change(Figures *f, const RecordChange *change)
{
    BookIndex *x = index_find(f, change->book);
    const RecordRow *row = change->after;
    const RecordRow *before = change->before;
    if (!x || !row)
        return;
    /* what is void is not in the rows that an index is made of: it comes in anew */
    bool fresh = !before || before->state == RECORD_VOID;
    size_t seen = fresh || !before->cas ? 0 : before->cas->move_n;
    for (Entries *e = x->entries; e; e = e->next)
        entries_add_row(e, row, seen);
    if (!x->has_children || (before && before->parent == row->parent && !fresh))
        return;
    /* once it hangs under its parent it is not hung there again */
    int64_t at = row->parent > 0 && (size_t)row->parent < x->first_room ? x->first[row->parent] : 0;
    while (at && at != row->ord)
        at = x->next_child[at];
    if (!at)
        child_add(x, row);
}
