/* check, fmt, manual, pack. */
#include <stdio.h>

#include "base/utf8.h"
#include "main/main.h"

enum { TEXT_MAX = 64 << 20 };

int door_check(Work *w, const Args *args)
{
    Buf out = buf_open(w->arena, TEXT_MAX);
    CheckCount count = { 0 };
    bool ok = packs_check(w, args->word, (size_t)args->count, (int)args->lang, &out, &count);
    (void)print(buf_str(&out));
    if (!ok)
        return EXIT_REFUSED;
    printf("%d passed, %d failed\n", count.passed, count.failed + count.problems);
    return count.failed || count.problems ? EXIT_REFUSED : EXIT_DONE;
}

static bool format_file(Work *w, const char *path, int to, Problems *problems)
{
    Str text, made;
    if (!w->env->read_file(w->env->self, path, LIMIT_PACK_BYTES, w->arena, &text))
        return fail(w, ERR_BAD_INPUT, "main.unreadable path=%s", path);
    if (!pack_format(w, str_of(path), text, to, problems, &made))
        return false;
    if (!str_eq(made, text) && !w->env->write_file(w->env->self, path, made))
        return fail(w, ERR_STORE, "main.unwritable path=%s", path);
    return true;
}

int door_fmt(Work *w, const Args *args)
{
    int to = !args->to ? 0 : !strcmp(args->to, "zh") ? 1 : 2;
    int code = EXIT_DONE;
    for (int i = 0; i < args->count; i++) {
        Problems problems = { 0 };
        if (format_file(w, args->word[i], to, &problems))
            continue;
        if (w->err.code != ERR_NONE)
            return EXIT_REFUSED;
        Buf out = buf_open(w->arena, TEXT_MAX);
        problems_print(&out, NULL, &problems, (int)args->lang);
        (void)print(buf_str(&out));
        code = EXIT_REFUSED;
    }
    return code;
}

int door_manual(Work *w, const Args *args)
{
    (void)args;
    return print(lang_manual(w->arena));
}

static int pack_list(Work *w, Kernel *k)
{
    const PackRow *rows;
    size_t n;
    if (!packs_list(w, k->core, &rows, &n))
        return EXIT_STORE;
    Buf out = buf_open(w->arena, TEXT_MAX);
    for (size_t i = 0; i < n; i++) {
        Str first = day_print(w->arena, rows[i].first_day);
        Str last =
            rows[i].last_day >= DAY_FOREVER ? STR("") : day_print(w->arena, rows[i].last_day);
        buf_printf(&out, "%.*s %d  %.*s  %.*s..%.*s  #%lld\n", STR_ARG(rows[i].name),
                   rows[i].version, STR_ARG(rows[i].title), STR_ARG(first), STR_ARG(last),
                   (long long)rows[i].seq);
    }
    return print(buf_str(&out));
}

static bool load_pack(Work *w, Kernel *k, const Source *source, Problems *problems)
{
    return core_begin(w, k->core, NULL) && pack_load(w, k->core, source, problems) &&
           core_commit(w, k->core);
}

static int pack_one(Work *w, Kernel *k, const Args *args, const char *path)
{
    Source source;
    Problems problems = { 0 };
    Buf out = buf_open(w->arena, TEXT_MAX);
    bool ok = true;
    if (!source_read(w, path, &source))
        return EXIT_REFUSED;
    Str text = STR("");
    if (!strcmp(args->word[1], "diff"))
        (void)pack_diff(w, k->core, &source, args->lang, &problems, &text, &ok);
    else
        ok = load_pack(w, k, &source, &problems);
    if (problems.n)
        problems_print(&out, &source, &problems, (int)args->lang);
    buf_put(&out, text);
    if (ok && w->err.code == ERR_NONE && strcmp(args->word[1], "diff") != 0) {
        Str name = STR("");
        Need *needs;
        size_t n;
        (void)source_head(w, &source, &name, &needs, &n);
        buf_put(&out,
                word_text(w->arena, arena_printf(w->arena, "main.loaded pack=%.*s", STR_ARG(name)),
                          args->lang));
        buf_putc(&out, '\n');
    }
    (void)print(buf_str(&out));
    return ok && w->err.code == ERR_NONE ? EXIT_DONE : EXIT_REFUSED;
}

int door_pack(Work *w, const Args *args)
{
    bool list = !strcmp(args->word[1], "list");
    bool load = !strcmp(args->word[1], "load");
    if (!list && ((!load && strcmp(args->word[1], "diff") != 0) || args->count < 3))
        return -1;
    CLEANUP(kernel_close) Kernel k = { 0 };
    if (!kernel_open(w, args->word[0], load ? DB_WRITE : DB_READ, &k))
        return EXIT_STORE;
    if (list)
        return pack_list(w, &k);
    int code = EXIT_DONE;
    for (int i = 2; i < args->count && code == EXIT_DONE; i++)
        code = pack_one(w, &k, args, args->word[i]);
    return code;
}
