/* Canonical bytes: no bytes may crash the reader; the judge and the reader agree; and what was read
 * and is written again is the same bytes, so that each content has one spelling. */
#include "base/list.h"
#include "store/store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static Canon *write_again(Arena *arena, const CanonView *v);

/* An empty list is written the same whatever it is a list of. */
static void write_list(Arena *arena, Canon *to, const CanonView *v, const char *key)
{
    list_of(Canon *) objects = { 0 };
    list_of(int64_t) numbers = { 0 };
    for (size_t i = 0; i < canon_list_size(v, key); i++)
        *list_push(arena, &objects) = write_again(arena, canon_list_at(v, key, i));
    for (size_t i = 0; i < canon_ints_size(v, key); i++)
        *list_push(arena, &numbers) = canon_ints_at(v, key, i);
    CHECK(objects.n == 0 || numbers.n == 0);
    if (objects.n)
        canon_list(to, key, objects.at, objects.n);
    else
        canon_ints(to, key, numbers.at, numbers.n);
}

static Canon *write_again(Arena *arena, const CanonView *v)
{
    Canon *to = canon_open(arena);
    for (size_t i = canon_key_count(v); i-- > 0;) { /* backwards: the writer sorts */
        const char *key = str_z(arena, canon_key(v, i));
        int64_t number;
        Str text;
        if (canon_get_int(v, key, &number))
            canon_int(to, key, number);
        else if (canon_get_text(v, key, &text))
            canon_text(to, key, text);
        else if (canon_get_part(v, key))
            canon_part(to, key, write_again(arena, canon_get_part(v, key)));
        else
            write_list(arena, to, v, key);
    }
    return to;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Work *w CLEANUP(work_close) = work_open(env_real(), 256u << 20);
    Str bytes = { (const char *)data, size };
    const CanonView *v = canon_read(w, bytes);
    CHECK(canon_fits(bytes) == (v != NULL));
    CHECK((w->err.code == ERR_NONE) == (v != NULL));
    if (v)
        CHECK(str_eq(canon_bytes(w, write_again(w->arena, v)), bytes));
    return 0;
}
