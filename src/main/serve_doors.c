/* serve: the server. */
#include <stdio.h>
#include <stdlib.h>

#include "base/num.h"
#include "main/main.h"
#include "web/web.h"

typedef struct Said {
    Work *w;
    const Args *args;
    const char *listen;
} Said;

/* The line that scripts wait for; with port 0 it names the one that was free. */
static void said(void *self, int port)
{
    const Said *said = self;
    Str host = str_of(said->listen);
    while (host.n && host.p[host.n - 1] != ':')
        host.n--;
    Str text =
        word_text(said->w->arena,
                  arena_printf(said->w->arena, "web.serving listen=%.*s%d", STR_ARG(host), port),
                  said->args->lang);
    printf("%.*s\n", STR_ARG(text));
    (void)fflush(stdout);
}

/* open311 DIR key add|drop NAME, open311 DIR key list */
int door_open311(Work *w, const Args *args)
{
    const char *dir = args->word[0], *what = args->word[2];
    Str name = str_of(args->count > 3 ? args->word[3] : ""), key;
    bool there = true, ok = true;
    if (!str_is(str_of(args->word[1]), "key"))
        return -1;
    if (str_is(str_of(what), "list"))
        return print(web_key_names(w, dir));
    if (str_is(str_of(what), "add") && name.n) {
        if (!web_key_add(w, dir, name, &key))
            return report(w, args->lang);
        Str text = word_text(w->arena,
                             arena_printf(w->arena, "open311.key_new name=%.*s key=%.*s",
                                          STR_ARG(name), STR_ARG(key)),
                             args->lang);
        return print(str_printf(w->arena, "%.*s\n", STR_ARG(text)));
    }
    if (!str_is(str_of(what), "drop") || !name.n)
        return -1;
    ok =
        web_key_drop(w, dir, name, &there) && (there || fail(w, ERR_NOT_FOUND, "open311.key_gone"));
    return ok ? EXIT_DONE : report(w, args->lang);
}

int door_serve(Work *w, const Args *args)
{
    const char *listen = args->listen ? args->listen : "127.0.0.1:8470";
    Said self = { w, args, listen };
    int64_t reserve = 0;
    if (args->reserve &&
        (!num_parse_int(str_of(args->reserve), &reserve) || reserve < 1 || reserve > INT32_MAX))
        return -1;
    const ServeOptions options = { .dir = args->word[0],
                                   .listen = listen,
                                   .origin = args->origin,
                                   .clock = args->clock,
                                   .reserve_mb = (int)reserve,
                                   .ready = said,
                                   .self = &self };
    if (!web_serve(w, &options))
        return w->err.code == ERR_STORE ? EXIT_STORE : EXIT_REFUSED;
    Str text = word_text(w->arena, "web.stopped", args->lang);
    return print(str_printf(w->arena, "%.*s\n", STR_ARG(text)));
}
