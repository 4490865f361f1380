/* Texts of packs: reading a folder, one joined text for the log, and the registry of numbers. */
#include <dirent.h>

#include "base/utf8.h"
#include "lang/lang_int.h"

/* ---- reading ---- */

static bool file_read(Work *w, Str path, Str name, Source *ret)
{
    if (ret->n == LIMIT_PACK_FILES)
        return fail(w, ERR_LIMIT, "lang.too_many_files n=%d", LIMIT_PACK_FILES);
    Str text;
    if (!w->env->read_file(w->env->self, str_z(w->arena, path), LIMIT_PACK_BYTES, w->arena, &text))
        return fail(w, ERR_BAD_INPUT, "lang.file_unreadable file=%.*s", STR_ARG(path));
    ret->files[ret->n++] = (SourceFile){ name, text };
    return true;
}

static bool comes_before(Str a, Str b)
{
    bool first = str_is(a, "pack.tian");
    bool second = str_is(b, "pack.tian");
    return first != second ? first : str_cmp(a, b) < 0;
}

/* The *.tian names of the folder, pack.tian first, then by name. */
static bool folder_names(Work *w, const char *path, Str *names, size_t *ret_count)
{
    DIR *folder = opendir(path);
    if (!folder)
        return fail(w, ERR_BAD_INPUT, "lang.file_unreadable file=%s", path);
    size_t n = 0;
    bool many = false;
    for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        Str name = str_copy(w->arena, str_of(entry->d_name));
        if (!str_ends(name, STR(".tian")) || str_starts(name, STR(".")))
            continue;
        many = n == LIMIT_PACK_FILES - 1;
        if (many)
            break;
        size_t k = n++;
        for (; k > 0 && comes_before(name, names[k - 1]); k--)
            names[k] = names[k - 1];
        names[k] = name;
    }
    closedir(folder);
    if (many)
        return fail(w, ERR_LIMIT, "lang.too_many_files n=%d", LIMIT_PACK_FILES);
    if (n == 0)
        return fail(w, ERR_BAD_INPUT, "lang.folder_empty file=%s", path);
    *ret_count = n;
    return true;
}

bool source_read(Work *w, const char *path, Source *ret)
{
    Source source = { .files = arena_array(w->arena, SourceFile, LIMIT_PACK_FILES) };
    Str where = str_of(path);
    if (str_ends(where, STR(".tian"))) {
        size_t slash = where.n;
        while (slash > 0 && path[slash - 1] != '/')
            slash--;
        TRY(file_read(w, where, str_sub(where, slash, where.n), &source));
        *ret = source;
        return true;
    }
    Str *names = arena_array(w->arena, Str, LIMIT_PACK_FILES);
    size_t count = 0;
    TRY(folder_names(w, path, names, &count));
    for (size_t i = 0; i < count; i++) {
        Str file = str_printf(w->arena, "%s/%.*s", path, STR_ARG(names[i]));
        TRY(file_read(w, file, names[i], &source));
    }
    Str text;
    char *words = arena_printf(w->arena, "%s/words/en.txt", path);
    if (w->env->read_file(w->env->self, words, LIMIT_PACK_BYTES, w->arena, &text))
        source.files[source.n++] = (SourceFile){ STR("words/en.txt"), text };
    *ret = source;
    return true;
}

/* ---- one text: "== NAME BYTES" lines, each followed by that many bytes and a newline ---- */

Str source_join(Arena *arena, const Source *source)
{
    Buf out = buf_open(arena, (size_t)LIMIT_PACK_BYTES * LIMIT_PACK_FILES);
    for (size_t i = 0; i < source->n; i++) {
        const SourceFile *f = &source->files[i];
        buf_printf(&out, "== %.*s %zu\n", STR_ARG(f->name), f->text.n);
        buf_put(&out, f->text);
        buf_putc(&out, '\n');
    }
    return buf_str(&out);
}

static bool split_one(Str *rest, SourceFile *ret)
{
    Str line;
    if (!str_starts(*rest, STR("== ")) || !str_next(rest, '\n', &line) || !rest->p)
        return false;
    size_t space = line.n;
    while (space > 3 && line.p[space - 1] != ' ')
        space--;
    int64_t size;
    if (space <= 4 || !num_parse_int(str_sub(line, space, line.n), &size) || size < 0 ||
        (uint64_t)size >= rest->n || rest->p[size] != '\n')
        return false;
    ret->name = str_sub(line, 3, space - 4);
    ret->text = str_sub(*rest, 0, (size_t)size);
    *rest = str_sub(*rest, (size_t)size + 1, rest->n);
    return true;
}

bool source_split(Work *w, Str joined, Source *ret)
{
    Source source = { .files = arena_array(w->arena, SourceFile, LIMIT_PACK_FILES) };
    Str rest = joined;
    while (rest.n) {
        if (source.n == LIMIT_PACK_FILES)
            return fail(w, ERR_LIMIT, "lang.too_many_files n=%d", LIMIT_PACK_FILES);
        if (!split_one(&rest, &source.files[source.n]))
            return fail(w, ERR_BAD_INPUT, "lang.joined_text");
        source.n++;
    }
    *ret = source;
    return true;
}

/* ---- registry ---- */

struct Registry {
    Arena *arena;
    Map numbers; /* "SPACE:PATH" -> number + 1 as pointer */
    Map last;    /* SPACE -> greatest number as pointer */
};

Registry *registry_open(Arena *arena)
{
    Registry *r = arena_new(arena, Registry);
    *r = (Registry){ arena, map_open(arena), map_open(arena) };
    return r;
}

int32_t registry_find(const Registry *r, Str path)
{
    return (int32_t)(intptr_t)map_find(&r->numbers, path);
}

void registry_put(Registry *r, Str space, Str path, int32_t number)
{
    CHECK(number > 0);
    Str key = str_printf(r->arena, "%.*s:%.*s", STR_ARG(space), STR_ARG(path));
    map_put(&r->numbers, key, (void *)(intptr_t)number);
    if ((int32_t)(intptr_t)map_find(&r->last, space) < number)
        map_put(&r->last, str_copy(r->arena, space), (void *)(intptr_t)number);
}

int32_t registry_need(Registry *r, Str space, Str path)
{
    Str key = str_printf(r->arena, "%.*s:%.*s", STR_ARG(space), STR_ARG(path));
    int32_t number = registry_find(r, key);
    if (number)
        return number;
    number = (int32_t)(intptr_t)map_find(&r->last, space) + 1;
    registry_put(r, space, path, number);
    return number;
}

static void sort_keys(const MapItem **items, size_t n)
{
    for (size_t gap = n / 2; gap > 0; gap /= 2)
        for (size_t i = gap; i < n; i++) {
            const MapItem *moved = items[i];
            size_t k = i;
            for (; k >= gap && str_cmp(moved->key, items[k - gap]->key) < 0; k -= gap)
                items[k] = items[k - gap];
            items[k] = moved;
        }
}

Str registry_save(Arena *arena, const Registry *r)
{
    const MapItem **items = arena_array(arena, const MapItem *, r->numbers.n);
    for (size_t i = 0; i < r->numbers.n; i++)
        items[i] = &r->numbers.items[i];
    sort_keys(items, r->numbers.n);
    Buf out = buf_open(arena, 64u << 20);
    for (size_t i = 0; i < r->numbers.n; i++)
        buf_printf(&out, "%.*s %d\n", STR_ARG(items[i]->key), (int)(intptr_t)items[i]->value);
    return buf_str(&out);
}

bool registry_load(Work *w, Registry *r, Str text)
{
    Str rest = text;
    Str line;
    while (rest.n && str_next(&rest, '\n', &line)) {
        size_t colon = str_find(line, STR(":"));
        size_t space = line.n;
        while (space > 0 && line.p[space - 1] != ' ')
            space--;
        int64_t number;
        if (colon == SIZE_MAX || space < colon + 3 ||
            !num_parse_int(str_sub(line, space, line.n), &number) || number < 1 ||
            number > INT32_MAX)
            return fail(w, ERR_BAD_INPUT, "lang.registry_text line=%.*s", STR_ARG(line));
        registry_put(r, str_sub(line, 0, colon), str_sub(line, colon + 1, space - colon - 2),
                     (int32_t)number);
    }
    return true;
}
