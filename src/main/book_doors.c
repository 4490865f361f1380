/* import, template, do. */
#include <stdio.h>

#include "command/case.h"
#include "main/main.h"
#include "web/web.h"

enum { REPORT_MAX = 64 << 20 };

static const Book *need_book(Work *w, Kernel *k, const char *name)
{
    const PackSet *set = packs_set(w, k->core, KNOWN_NOW);
    const Book *book = set ? set_book(set, str_of(name)) : NULL;
    if (!set || book)
        return book;
    Str *names = arena_array(w->arena, Str, set->book_count + 1);
    for (size_t i = 0; i < set->book_count; i++)
        names[i] = set->books[i]->name;
    Str near = nearest_name(names, set->book_count, str_of(name));
    if (near.n)
        (void)fail(w, ERR_NOT_FOUND, "main.book name=%s near=%.*s", name, STR_ARG(near));
    else
        (void)fail(w, ERR_NOT_FOUND, "main.no_book name=%s", name);
    return NULL;
}

int door_import(Work *w, const Args *args)
{
    CLEANUP(kernel_close) Kernel k = { 0 };
    if (!kernel_open(w, args->word[0], DB_WRITE, &k))
        return EXIT_STORE;
    ImportAsk ask = {
        .file = args->word[2], .dry_run = args->dry_run, .begin = case_import_begin, .self = &k
    };
    ask.book = need_book(w, &k, args->word[1]);
    if (!ask.book || !period_of(w, args, &ask.period) || !seat_of(w, &k, args, &ask.seat))
        return EXIT_REFUSED;
    Judge judge = judge_of(k.figures);
    ImportReport made = { 0 };
    if (!book_import(w, k.core, &judge, &ask, &made))
        return EXIT_REFUSED;
    Buf out = buf_open(w->arena, REPORT_MAX);
    if (!import_print(w, &made, args->json, (int)args->lang, &out))
        return EXIT_REFUSED;
    (void)print(buf_str(&out));
    return made.errors ? EXIT_REFUSED : EXIT_DONE;
}

int door_template(Work *w, const Args *args)
{
    CLEANUP(kernel_close) Kernel k = { 0 };
    Period period;
    int32_t unit;
    if (!kernel_open(w, args->word[0], DB_READ, &k))
        return EXIT_STORE;
    const Book *book = need_book(w, &k, args->word[1]);
    if (!book || !period_of(w, args, &period))
        return EXIT_REFUSED;
    int32_t day = period.kind == PERIOD_NONE ? work_today(w) : period.last_day;
    if (!unit_of(w, &k, args, day, &unit) ||
        !book_template(w, k.core, book, unit, period, args->word[2]))
        return EXIT_REFUSED;
    Str text = word_text(w->arena, arena_printf(w->arena, "main.template file=%s", args->word[2]),
                         args->lang);
    return print(str_printf(w->arena, "%.*s\n", STR_ARG(text)));
}

static int list_commands(Lang lang)
{
    const CommandRow *row;
    for (size_t i = 0; (row = command_nth(i)); i++) {
        printf("%s  %s\n   ", row->name, lang == LANG_ZH ? row->zh : row->en);
        for (size_t f = 0; f < 8 && row->fields[f].name; f++)
            printf(row->fields[f].optional ? " [%s=%s]" : " %s=%s", row->fields[f].name,
                   lang == LANG_ZH ? row->fields[f].zh : row->fields[f].en);
        printf("\n");
    }
    return EXIT_DONE;
}

/* One line of JSON, as the server answers. */
static int print_done(Work *w, const CommandDone *done)
{
    Str receipt = done->seq < 0
                      ? STR("")
                      : hex_print(w->arena, done->receipt.byte, sizeof done->receipt.byte);
    return print(str_printf(w->arena,
                            "{\"seq\":%lld,\"count\":%d,\"receipt\":\"%.*s\",\"again\":%s,"
                            "\"answer\":{%.*s}}\n",
                            (long long)done->seq, done->count, STR_ARG(receipt),
                            done->again ? "true" : "false", STR_ARG(buf_str(&done->answer))));
}

/* A server holds the store: it does what is asked, and says how it went. */
static int ask_server(Work *w, const Args *args)
{
    Str *words = arena_array(w->arena, Str, ARGS_MAX + 3), said = STR("");
    size_t n = 0;
    bool there;
    int code = EXIT_STORE;
    const Err err = w->err;
    words[n++] = STR("do");
    for (int i = 1; i < args->count; i++)
        words[n++] = str_of(args->word[i]);
    if (args->as)
        words[n++] = str_printf(w->arena, "--as=%s", args->as);
    if (args->act)
        words[n++] = str_printf(w->arena, "--act=%s", args->act);
    work_clear(w);
    if (!web_ask_server(w, args->word[0], words, n, &there, &code, &said))
        return EXIT_STORE;
    if (!there) { /* another program holds it */
        w->err = err;
        return EXIT_STORE;
    }
    fwrite(said.p, 1, said.n, code == EXIT_DONE ? stdout : stderr);
    return code;
}

int door_do(Work *w, const Args *args)
{
    if (args->count == 1)
        return list_commands(args->lang);
    const CommandRow *command = command_find(str_of(args->word[1]));
    if (!command) {
        (void)fail(w, ERR_BAD_INPUT, "main.command name=%s", args->word[1]);
        return EXIT_REFUSED;
    }
    CLEANUP(kernel_close) Kernel k = { 0 };
    int32_t seat;
    if (!kernel_open(w, args->word[0], DB_WRITE, &k))
        return w->err.code == ERR_CONFLICT ? ask_server(w, args) : EXIT_STORE;
    if (!seat_of(w, &k, args, &seat))
        return EXIT_STORE;
    ActId id;
    const ActId *act = args->act ? &id : NULL;
    if (act && !hex_parse(str_of(args->act), id.byte, sizeof id.byte))
        return fail(w, ERR_BAD_INPUT, "main.act given=%s", args->act) ? EXIT_DONE : EXIT_REFUSED;
    Cell cells[ARGS_MAX];
    size_t n = 0;
    for (int i = 2; i < args->count; i++) {
        Str text = str_of(args->word[i]);
        Str key;
        if (!str_next(&text, '=', &key) || !text.p)
            return -1;
        cells[n++] = (Cell){ key, text };
    }
    CommandDone done;
    CommandAsk ask = { .act = act, .seat = seat, .row = command, .given = cells, .n = n };
    ask.person = seat ? seat_person(k.core, seat, work_today(w)) : 0;
    bool ok = command_run(w, &k, &ask, &done);
    (void)faults_print(w, &done.faults, args->lang);
    if (!ok && done.difference.n)
        (void)print(str_printf(w->arena, "%.*s\n", STR_ARG(done.difference)));
    if (!ok)
        return EXIT_REFUSED;
    return print_done(w, &done);
}
