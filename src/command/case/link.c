/* What points at a case: rows that stand under it, and cases that say that they are the same. Found
 * by one walk over a book when first asked, then kept by listening; forgotten when memory is read
 * again. A row that no longer points there is told by itself, so nothing is ever taken out. */
#include "command/case/case_int.h"

enum { LINK_BOOKS = 32, LINK_BYTES = 512 << 20 };

typedef list_of(int64_t) Ords;
typedef struct LinkBook {
    int32_t book, field; /* field 0 = by the parent */
    Map to;              /* ord pointed at -> Ords */
} LinkBook;

struct Links {
    Core *core;
    Arena *arena;
    LinkBook at[LINK_BOOKS];
    size_t n;
};

static int64_t points_at(const LinkBook *b, const RecordRow *row)
{
    if (!b->field)
        return row->parent;
    return row->known && row->state != RECORD_VOID && row_known(row, b->field) ? row->nums[b->field]
                                                                               : 0;
}

static void add(Links *l, LinkBook *b, const RecordRow *row)
{
    int64_t to = points_at(b, row);
    if (to <= 0)
        return;
    Ords *ords = map_find_int(&b->to, to);
    if (!ords) {
        ords = arena_new(l->arena, Ords);
        map_put_int(&b->to, to, ords);
    }
    for (size_t i = 0; i < ords->n; i++)
        if (ords->at[i] == row->ord)
            return;
    *list_push(l->arena, ords) = row->ord;
}

static void on_record(void *self, const RecordChange *change)
{
    Links *l = self;
    for (size_t i = 0; change->after && i < l->n; i++)
        if (l->at[i].book == change->book->number)
            add(l, &l->at[i], change->after);
}

static void forget(void *self)
{
    Links *l = self;
    arena_close(l->arena);
    l->arena = arena_open(LINK_BYTES, LINK_BYTES);
    l->n = 0;
}

Links *links_open(Core *core)
{
    Links *l = heap_zeroed(1, sizeof *l);
    l->core = core;
    l->arena = arena_open(LINK_BYTES, LINK_BYTES);
    core_listen(core, (Listener){ .self = l, .record = on_record, .pack = forget });
    return l;
}

void links_close(Links **l)
{
    arena_close((*l)->arena);
    heap_free(*l);
    *l = NULL;
}

static bool walk(Work *w, Links *l, const Book *book, LinkBook *b)
{
    const RecordRow *const *rows;
    size_t n;
    b->to = map_open(l->arena);
    TRY(records_rows(w, l->core, book, KNOWN_NOW, &rows, &n));
    for (size_t i = 0; i < n; i++)
        add(l, b, rows[i]);
    return true;
}

bool case_links(Work *w, Kernel *k, const Book *book, const Field *field, int64_t ord,
                const RecordRow ***ret, size_t *ret_n)
{
    Links *l = k->links;
    size_t i = 0, n = 0;
    int32_t number = field ? field->number : 0;
    *ret_n = 0;
    CHECK(l);
    while (i < l->n && (l->at[i].book != book->number || l->at[i].field != number))
        i++;
    if (i == LINK_BOOKS)
        return fail(w, ERR_LIMIT, "work.too_much_memory bytes=%d", LINK_BOOKS);
    if (i == l->n) {
        l->at[i] = (LinkBook){ .book = book->number, .field = number };
        TRY(walk(w, l, book, &l->at[i]));
        l->n++;
    }
    const Ords *ords = map_find_int(&l->at[i].to, ord);
    *ret = arena_array(w->arena, const RecordRow *, ords ? ords->n + 1 : 1);
    for (size_t at = 0; ords && at < ords->n; at++) {
        const RecordRow *row = record_find(w, l->core, book, 0, 0, ords->at[at], KNOWN_NOW);
        TRY(row || w->err.code == ERR_NONE);
        if (row && row->state != RECORD_VOID && points_at(&l->at[i], row) == ord)
            (*ret)[n++] = row;
    }
    *ret_n = n;
    return true;
}
