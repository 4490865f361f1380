/* figure, trace, bulletin. */
#include <stdio.h>

#include "main/main.h"

enum { OUT_MAX = 512 << 20, FACTS_SHOWN = 20, FACTS_ALL = 4 << 20 };

typedef struct Asked {
    Kernel k;
    const PackSet *set;
    const Figure *figure;
    int64_t args[4];
    Ask ask;
} Asked;

static void asked_close(Asked *a)
{
    kernel_close(&a->k);
}

static bool read_known(Work *w, const Args *args, int32_t *ret)
{
    if (args->known && !day_parse(str_of(args->known), ret))
        return fail(w, ERR_BAD_INPUT, "main.day given=%s", args->known);
    return true;
}

static bool unknown_figure(Work *w, const PackSet *set, const char *name)
{
    Str *names = arena_array(w->arena, Str, set->figure_count + 1);
    for (size_t i = 0; i < set->figure_count; i++)
        names[i] = set->figures[i]->name;
    Str near = nearest_name(names, set->figure_count, str_of(name));
    if (!near.n)
        return fail(w, ERR_NOT_FOUND, "main.no_figure name=%s", name);
    return fail(w, ERR_NOT_FOUND, "main.figure name=%s near=%.*s", name, STR_ARG(near));
}

/* A figure without --period is asked for the year of the day it is known on. */
static bool asked_open(Work *w, const Args *args, Asked *a)
{
    TRY(read_known(w, args, &a->ask.known_day));
    TRY(period_of(w, args, &a->ask.period));
    TRY(kernel_open(w, args->word[0], DB_READ, &a->k));
    a->set = packs_set(w, a->k.core, KNOWN_NOW);
    if (!a->set)
        return false;
    a->figure = set_figure_member(a->set, str_of(args->word[1]), a->args, 4);
    if (!a->figure)
        return unknown_figure(w, a->set, args->word[1]);
    int32_t today = a->ask.known_day ? a->ask.known_day : work_today(w);
    int32_t end = a->figure->pack->last_day; /* of a line of work that may be over */
    if (a->ask.period.kind == PERIOD_NONE)
        a->ask.period = period_of_day(PERIOD_YEAR, end < today ? end : today);
    int32_t day = a->ask.period.last_day < today ? a->ask.period.last_day : today;
    return unit_of(w, &a->k, args, day, &a->ask.unit);
}

static void put_value(Work *w, const Asked *a, const Ask *ask, const Value *v, Lang lang, Buf *out)
{
    Str name = unit_name(a->k.core->units, ask->unit, ask->period.last_day, KNOWN_NOW);
    Str period = period_print(w->arena, ask->period);
    Str text = value_text(w->arena, a->figure, v, (int)lang);
    Str covered = word_text(
        w->arena,
        arena_printf(w->arena, "main.covered expected=%lld reported=%lld confirmed=%lld",
                     (long long)v->expected, (long long)v->reported, (long long)v->confirmed),
        lang);
    buf_printf(out, "%.*s  %.*s  %.*s  %.*s  %.*s\n", STR_ARG(name), STR_ARG(period),
               STR_ARG(a->figure->title), STR_ARG(text), STR_ARG(covered));
}

static bool answer_each(Work *w, const Args *args, Asked *a, Buf *out)
{
    const Kind *kind = set_kind(a->set, str_of(args->each));
    int32_t *units;
    Value *values;
    size_t n;
    if (!kind)
        return fail(w, ERR_NOT_FOUND, "main.kind name=%s", args->each);
    TRY(figure_each(w, a->k.figures, a->figure, a->args, a->figure->param_count, &a->ask, kind,
                    &units, &values, &n));
    if (args->json)
        buf_putc(out, '[');
    for (size_t i = 0; i < n; i++) {
        Ask ask = a->ask;
        ask.unit = units[i];
        if (!args->json) {
            put_value(w, a, &ask, &values[i], args->lang, out);
            continue;
        }
        if (i)
            buf_putz(out, ",\n");
        TRY(figure_json(w, a->k.figures, a->figure, a->args, a->figure->param_count, &ask,
                        &values[i], out));
    }
    if (args->json)
        buf_putz(out, "]\n");
    return true;
}

static bool answer_one(Work *w, const Args *args, Asked *a, Buf *out)
{
    Value v;
    TRY(figure_ask(w, a->k.figures, a->figure, a->args, a->figure->param_count, &a->ask, &v));
    if (!args->json) {
        put_value(w, a, &a->ask, &v, args->lang, out);
        return true;
    }
    TRY(figure_json(w, a->k.figures, a->figure, a->args, a->figure->param_count, &a->ask, &v, out));
    buf_putc(out, '\n');
    return true;
}

int door_figure(Work *w, const Args *args)
{
    CLEANUP(asked_close) Asked a = { 0 };
    Buf out = buf_open(w->arena, OUT_MAX);
    if (!asked_open(w, args, &a))
        return EXIT_REFUSED;
    if (!(args->each ? answer_each(w, args, &a, &out) : answer_one(w, args, &a, &out)))
        return EXIT_REFUSED;
    return print(buf_str(&out));
}

static void put_units(Work *w, const Asked *a, const int32_t *units, size_t n, Lang lang, Buf *out)
{
    if (!n)
        return;
    buf_printf(out, lang == LANG_ZH ? "    未报 %zu 个：" : "    %zu not reported: ", n);
    for (size_t i = 0; i < n && i < FACTS_SHOWN; i++) {
        Str name = unit_name(a->k.core->units, units[i], a->ask.period.last_day, KNOWN_NOW);
        buf_printf(out, "%s%.*s", i ? (lang == LANG_ZH ? "、" : ", ") : "", STR_ARG(name));
    }
    buf_putz(out, n > FACTS_SHOWN ? " …\n" : "\n");
    (void)w;
}

static void put_atom(Work *w, const Asked *a, const TraceAtom *atom, Lang lang, Buf *out)
{
    buf_printf(out, "  %.*s  (%lld/%lld)\n", STR_ARG(atom->formula),
               (long long)atom->value.reported, (long long)atom->value.expected);
    put_units(w, a, atom->missing, atom->missing_n, lang, out);
    for (size_t i = 0; i < atom->fact_n; i++) {
        const TraceFact *f = &atom->facts[i];
        Str name = unit_name(a->k.core->units, f->unit, DAY_FOREVER - 1, KNOWN_NOW);
        Str at = ms_print(w->arena, f->at_ms);
        buf_printf(out, "    #%lld  %.*s  %.*s  %.*s.%.*s  %.*s  %.*s\n", (long long)f->seq,
                   STR_ARG(name), STR_ARG(f->period), STR_ARG(f->book), STR_ARG(f->field),
                   STR_ARG(f->value), STR_ARG(at));
    }
}

int door_trace(Work *w, const Args *args)
{
    CLEANUP(asked_close) Asked a = { 0 };
    Buf out = buf_open(w->arena, OUT_MAX);
    Trace trace;
    if (!args->unit || !args->period)
        return -1;
    if (!asked_open(w, args, &a))
        return EXIT_REFUSED;
    if (!figure_trace(w, a.k.figures, a.figure, a.args, a.figure->param_count, &a.ask,
                      args->json ? FACTS_ALL : FACTS_SHOWN, &trace))
        return EXIT_REFUSED;
    if (args->json) {
        if (!trace_json(w, a.k.figures, a.figure, &a.ask, &trace, &out))
            return EXIT_REFUSED;
        buf_putc(&out, '\n');
        return print(buf_str(&out));
    }
    put_value(w, &a, &a.ask, &trace.value, args->lang, &out);
    buf_printf(&out, "%.*s = %.*s\n", STR_ARG(a.figure->name), STR_ARG(trace.formula));
    for (size_t i = 0; i < trace.atom_n; i++)
        put_atom(w, &a, &trace.atoms[i], args->lang, &out);
    return print(buf_str(&out));
}

static bool bulletin_work(Work *w, const Args *args, Kernel *k, Buf *out, bool *ret_ok)
{
    const char *path;
    TRY(issue_path(w, args->word[0], args->word[2], &path));
    const Doc *doc = doc_read(w, k->core, k->figures, path);
    if (!doc)
        return false;
    if (!strcmp(args->word[1], "check"))
        return doc_list(w, k->core, k->figures, doc, (int)args->lang, out, ret_ok);
    *ret_ok = doc_fault_count(doc) == 0;
    if (!*ret_ok)
        return doc_list(w, k->core, k->figures, doc, (int)args->lang, out, ret_ok);
    return doc_html(w, k->core, doc, out);
}

int door_bulletin(Work *w, const Args *args)
{
    bool check = !strcmp(args->word[1], "check");
    if (!check && strcmp(args->word[1], "build") != 0)
        return -1;
    CLEANUP(kernel_close) Kernel k = { 0 };
    Buf out = buf_open(w->arena, OUT_MAX);
    bool ok = false;
    if (!kernel_open(w, args->word[0], DB_READ, &k))
        return EXIT_STORE;
    if (!bulletin_work(w, args, &k, &out, &ok))
        return EXIT_REFUSED;
    if (check || !ok || !args->out) {
        (void)print(buf_str(&out));
        return ok ? EXIT_DONE : EXIT_REFUSED;
    }
    if (!w->env->write_file(w->env->self, args->out, buf_str(&out))) {
        (void)fail(w, ERR_STORE, "main.unwritable path=%s", args->out);
        return EXIT_STORE;
    }
    Str text =
        word_text(w->arena, arena_printf(w->arena, "main.built file=%s", args->out), args->lang);
    return print(str_printf(w->arena, "%.*s\n", STR_ARG(text)));
}
