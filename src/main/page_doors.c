/* page: what residents read, written without a server. */
#include <stdio.h>

#include "main/main.h"
#include "page/page.h"

enum { PAGE_ROOM = 8 << 20, PAGE_LIMIT = 15 * 1024 };

static int hex_of(char ch)
{
    if (ch >= '0' && ch <= '9')
        return ch - '0';
    int letter = (ch | 32) - 'a';
    return letter >= 0 && letter < 6 ? letter + 10 : -1;
}

/* "/u/2202?period=2021&size=big" into the ask; percent signs as in an address. */
static Str decoded(Work *w, Str text)
{
    Buf out = buf_open(w->arena, 4096);
    for (size_t i = 0; i < text.n; i++) {
        bool sign = text.p[i] == '%' && i + 2 < text.n;
        int high = sign ? hex_of(text.p[i + 1]) : -1, low = sign ? hex_of(text.p[i + 2]) : -1;
        if (high >= 0 && low >= 0) {
            buf_putc(&out, (char)(high * 16 + low));
            i += 2;
        } else {
            buf_putc(&out, text.p[i] == '+' ? ' ' : text.p[i]);
        }
    }
    return buf_str(&out);
}

static void read_query(Work *w, Str query, PageAsk *ask)
{
    const struct {
        const char *name;
        Str *to;
    } names[] = { { "unit", &ask->unit },    { "period", &ask->period }, { "known", &ask->known },
                  { "size", &ask->size },    { "q", &ask->find },        { "pack", &ask->pack },
                  { "before", &ask->before } };
    Str pair, name;
    while (query.p && str_next(&query, '&', &pair)) {
        (void)str_next(&pair, '=', &name);
        Str value = pair.p ? decoded(w, pair) : STR("");
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (str_is(name, names[i].name))
                *names[i].to = value;
        if (str_is(name, "lang"))
            ask->lang = str_is(value, "en") ? LANG_EN : LANG_ZH;
    }
}

static PageAsk ask_of(Work *w, Kernel *k, const Args *args, Str address)
{
    PageAsk ask = { .k = k, .lang = args->lang, .dir = args->word[0] };
    Str path;
    (void)str_next(&address, '?', &path);
    ask.path = decoded(w, path);
    ask.unit = args->unit ? str_of(args->unit) : STR("");
    ask.period = args->period ? str_of(args->period) : STR("");
    ask.known = args->known ? str_of(args->known) : STR("");
    read_query(w, address, &ask);
    return ask;
}

/* The forms and errors stand under their paths too, to be looked at. */
static bool write_form(Work *w, const Args *args, Str path, Buf *out, bool *ret_any)
{
    PageForm form = { .lang = args->lang, .path = path };
    int64_t status;
    *ret_any = true;
    if (str_is(path, "/login/code")) {
        form.path = STR("/login");
        form.wants_code = true;
        return page_form(w, &form, out);
    }
    if (str_starts(path, STR("/error/")) && num_parse_int(str_sub(path, 7, path.n), &status))
        return page_error(w, args->lang, (int)status, STR(""), out);
    if (str_is(path, "/login") || str_is(path, "/signed-out"))
        return page_form(w, &form, out);
    if (str_starts(path, STR("/invite/"))) {
        form.login = STR("demo");
        form.totp_secret = STR("JBSWY3DPEHPK3PXP");
        form.totp_uri = STR("otpauth://totp/demo?secret=JBSWY3DPEHPK3PXP");
        return page_form(w, &form, out);
    }
    *ret_any = false;
    return true;
}

static bool write_one(Work *w, Kernel *k, const Args *args, Str address, Buf *out)
{
    bool any;
    Str etag;
    if (str_is(address, "/public.css")) {
        buf_put(out, page_style(w->arena, &etag));
        return true;
    }
    TRY(write_form(w, args, address, out, &any));
    if (any)
        return true;
    const PageAsk ask = ask_of(w, k, args, address);
    return page_public(w, &ask, out);
}

/* ---- every page of the store: sizes, and whether all can be written ---- */
typedef struct Walk {
    int64_t pages, large, failed, most;
    Str most_path;
} Walk;

static void walk_one(Work *w, Kernel *k, const Args *args, Str path, Walk *walk)
{
    Buf out = buf_open(w->arena, PAGE_ROOM);
    walk->pages++;
    if (!write_one(w, k, args, path, &out)) {
        Str why = word_text(w->arena, w->err.what, args->lang);
        printf("not ok %.*s: %.*s\n", STR_ARG(path), STR_ARG(why));
        walk->failed++;
        work_clear(w);
        return;
    }
    if (out.n > PAGE_LIMIT) {
        printf("not ok %.*s has %zu bytes\n", STR_ARG(path), out.n);
        walk->large++;
    }
    if ((int64_t)out.n > walk->most)
        walk->most = (int64_t)out.n;
}

static bool walk_all(Work *w, Kernel *k, const Args *args, Walk *walk)
{
    const PackSet *set = packs_set(w, k->core, KNOWN_NOW);
    TRY(set);
    int32_t today = work_today(w);
    for (int32_t unit = 0; unit < units_count(k->core->units); unit++) {
        ARENA_SCOPE(w->arena);
        Str code = unit_code(k->core->units, unit, today, KNOWN_NOW);
        if (code.n) /* those that are still to come have none today */
            walk_one(w, k, args, str_printf(w->arena, "/u/%.*s", STR_ARG(code)), walk);
    }
    for (size_t i = 0; i < set->figure_count; i++) {
        ARENA_SCOPE(w->arena);
        const Figure *f = set->figures[i];
        if (f->is_public && !f->param_count)
            walk_one(w, k, args, str_printf(w->arena, "/f/%.*s", STR_ARG(f->name)), walk);
    }
    for (size_t i = 0; i < set->pack_count; i++) {
        ARENA_SCOPE(w->arena);
        const TreeVersion *tree = units_tree(w, k->core->units, 0, today, KNOWN_NOW);
        TRY(tree && tree->count);
        Str code = unit_code(k->core->units, tree->slot_of[0], today, KNOWN_NOW);
        walk_one(
            w, k, args,
            str_printf(w->arena, "/u/%.*s?pack=%.*s", STR_ARG(code), STR_ARG(set->packs[i]->name)),
            walk);
    }
    walk_one(w, k, args, STR("/"), walk);
    return true;
}

static int door_walk(Work *w, Kernel *k, const Args *args)
{
    Walk walk = { 0 };
    if (!walk_all(w, k, args, &walk))
        return EXIT_REFUSED;
    printf("%lld pages, the largest %lld bytes\n", (long long)walk.pages, (long long)walk.most);
    int64_t bad = walk.large + walk.failed;
    printf("%lld passed, %lld failed\n", (long long)(walk.pages - bad), (long long)bad);
    return bad ? EXIT_REFUSED : EXIT_DONE;
}

int door_page(Work *w, const Args *args)
{
    CLEANUP(kernel_close) Kernel k = { 0 };
    Buf out = buf_open(w->arena, PAGE_ROOM);
    if (!kernel_open(w, args->word[0], DB_READ, &k))
        return EXIT_STORE;
    if (!strcmp(args->word[1], "every"))
        return door_walk(w, &k, args);
    if (!write_one(w, &k, args, str_of(args->word[1]), &out))
        return EXIT_REFUSED;
    if (!args->out)
        return print(buf_str(&out));
    if (!w->env->write_file(w->env->self, args->out, buf_str(&out))) {
        (void)fail(w, ERR_STORE, "main.unwritable path=%s", args->out);
        return EXIT_STORE;
    }
    return EXIT_DONE;
}
