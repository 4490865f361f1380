/* init, verify, rebuild, digest, backup, restore. */
#include "main/main.h"
#include "web/web.h"

static int say(Work *w, const Args *args, const char *what)
{
    Str text = word_text(w->arena, what, args->lang);
    return print(str_printf(w->arena, "%.*s\n", STR_ARG(text)));
}

/* A store that may only be read is verified all the same. */
static void note_health(const Work *w, const Args *args, const char *what, bool ok)
{
    Work *own = work_open(w->env, (size_t)1 << 20);
    (void)web_health_note(own, args->word[0], what, ok);
    work_close(&own);
}

int door_init(Work *w, const Args *args)
{
    if (!store_init(w, args->word[0], args->store))
        return EXIT_STORE;
    return say(w, args, arena_printf(w->arena, "main.made dir=%s", args->word[0]));
}

int door_verify(Work *w, const Args *args)
{
    Store store = { 0 };
    int64_t facts = 0;
    if (!store_open(w, args->word[0], DB_READ, &store))
        return EXIT_STORE;
    bool ok = log_verify(w, store.db, &facts);
    Head head = log_head(store.log);
    store_close(&store);
    note_health(w, args, "verify", ok);
    if (!ok)
        return EXIT_REFUSED;
    Str root = hex_print(w->arena, head.root.byte, sizeof head.root.byte);
    if (args->json)
        return print(str_printf(w->arena, "{\"facts\":%lld,\"size\":%lld,\"root\":\"%.*s\"}\n",
                                (long long)facts, (long long)head.size, STR_ARG(root)));
    return say(w, args,
               arena_printf(w->arena, "main.verified facts=%lld root=%.*s", (long long)facts,
                            STR_ARG(root)));
}

int door_rebuild(Work *w, const Args *args)
{
    CLEANUP(kernel_close) Kernel k = { 0 };
    if (!kernel_open(w, args->word[0], DB_WRITE, &k) || !core_rebuild(w, k.core))
        return EXIT_STORE;
    return say(w, args,
               arena_printf(w->arena, "main.rebuilt facts=%lld", (long long)core_known(k.core)));
}

int door_digest(Work *w, const Args *args)
{
    Store store = { 0 };
    Str text = STR("");
    if (!store_open(w, args->word[0], DB_READ, &store))
        return EXIT_STORE;
    bool ok = store_digest(w, store.db, &text);
    store_close(&store);
    return ok ? print(text) : EXIT_STORE;
}

int door_backup(Work *w, const Args *args)
{
    Store store = { 0 };
    if (!store_open(w, args->word[0], DB_READ, &store))
        return EXIT_STORE;
    bool ok = store_backup(w, &store, args->word[1]);
    store_close(&store);
    note_health(w, args, "backup", ok);
    return ok ? say(w, args, arena_printf(w->arena, "main.backed_up file=%s", args->word[1]))
              : EXIT_STORE;
}

int door_restore(Work *w, const Args *args)
{
    if (!store_restore(w, args->word[0], args->word[1], args->store))
        return EXIT_STORE;
    CLEANUP(kernel_close) Kernel k = { 0 }; /* opening makes the views from the log */
    if (!kernel_open(w, args->word[1], DB_WRITE, &k))
        return EXIT_STORE;
    return say(w, args,
               arena_printf(w->arena, "main.restored dir=%s facts=%lld", args->word[1],
                            (long long)core_known(k.core)));
}
