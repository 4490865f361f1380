/* view, api: the reads of the interface on the command line, and what is made from its tables. */
#include <stdio.h>

#include "main/main.h"
#include "view/view.h"

enum { OUT_MAX = 256 << 20 };

static bool cells_of(Work *w, const Args *args, int first, Cell *cells, size_t *ret_n)
{
    *ret_n = 0;
    for (int i = first; i < args->count; i++) {
        Str value = str_of(args->word[i]);
        Str name;
        if (!str_next(&value, '=', &name) || !value.p)
            return fail(w, ERR_BAD_INPUT, "main.bad_field given=%s", args->word[i]);
        cells[(*ret_n)++] = (Cell){ name, value };
    }
    return true;
}

static void list_views(Lang lang)
{
    size_t n;
    const ViewRow *rows = view_table(&n);
    for (size_t i = 0; i < n; i++) {
        printf("%s", rows[i].name);
        for (size_t a = 0; a < VIEW_ARGS && rows[i].args[a].name; a++)
            printf(rows[i].args[a].optional ? " [%s=]" : " %s=", rows[i].args[a].name);
        printf("\n    %s\n", lang == LANG_ZH ? rows[i].zh : rows[i].en);
    }
}

static bool view_print(Work *w, const Args *args, Kernel *k, Buf *out)
{
    Cell *cells = arena_array(w->arena, Cell, ARGS_MAX);
    size_t n;
    const ViewRow *view = view_find(str_of(args->word[1]));
    if (!view)
        return fail(w, ERR_NOT_FOUND, "view.unknown name=%s", args->word[1]);
    Reader reader = { .k = k, .lang = args->lang };
    TRY(cells_of(w, args, 2, cells, &n));
    TRY(seat_of(w, k, args, &reader.seat));
    TRY(view_run(w, &reader, view, cells, n, out));
    buf_putc(out, '\n');
    return true;
}

int door_view(Work *w, const Args *args)
{
    CLEANUP(kernel_close) Kernel k = { 0 };
    Buf out = buf_open(w->arena, OUT_MAX);
    if (args->count == 1) {
        list_views(args->lang);
        return EXIT_DONE;
    }
    if (!kernel_open(w, args->word[0], DB_READ, &k))
        return EXIT_STORE;
    return view_print(w, args, &k, &out) ? print(buf_str(&out)) : EXIT_REFUSED;
}

int door_api(Work *w, const Args *args)
{
    Buf out = buf_open(w->arena, OUT_MAX);
    bool ts = !strcmp(args->word[0], "ts");
    if (!ts && strcmp(args->word[0], "openapi") != 0)
        return -1;
    if (!(ts ? api_typescript(w, &out) : api_openapi(w, &out)))
        return EXIT_REFUSED;
    return print(buf_str(&out));
}
