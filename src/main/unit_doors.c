/* units: import lists, show, lineage. */
#include <stdio.h>

#include "main/main.h"

enum { LIST_MAX = 64 << 20, REPORT_MAX = 64 << 20 };

static bool day_of(Work *w, const Args *args, int32_t *ret)
{
    *ret = work_today(w);
    if (args->day && !day_parse(str_of(args->day), ret))
        return fail(w, ERR_BAD_INPUT, "main.day given=%s", args->day);
    return true;
}

static Str file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return str_of(slash ? slash + 1 : path);
}

/* One list is one act: it stands whole or not at all. */
static bool import_list(Work *w, Kernel *k, const char *path, int32_t day, Buf *out)
{
    Str csv;
    if (!w->env->read_file(w->env->self, path, LIST_MAX, w->arena, &csv))
        return fail(w, ERR_BAD_INPUT, "main.unreadable path=%s", path);
    TRY(core_begin(w, k->core, NULL));
    if (units_import(w, k->core, csv, day, file_name(path), out))
        return core_commit(w, k->core);
    Err err = w->err;
    work_clear(w);
    TRY(core_rollback(w, k->core));
    w->err = err;
    return false;
}

static int import(Work *w, Kernel *k, const Args *args)
{
    int32_t day;
    Buf out = buf_open(w->arena, REPORT_MAX);
    bool ok = day_of(w, args, &day);
    for (int i = 2; ok && i < args->count; i++)
        ok = import_list(w, k, args->word[i], day, &out);
    (void)print(buf_str(&out));
    return ok ? EXIT_DONE : EXIT_REFUSED;
}

static int look(Work *w, Kernel *k, const Args *args)
{
    int32_t day;
    int32_t unit = UNIT_NONE;
    Buf out = buf_open(w->arena, REPORT_MAX);
    if (!day_of(w, args, &day))
        return EXIT_REFUSED;
    if (args->count > 2) {
        unit = unit_find_code_ever(k->core->units, str_of(args->word[2]), day);
        if (unit == UNIT_NONE) {
            (void)fail(w, ERR_NOT_FOUND, "main.unit code=%s", args->word[2]);
            return EXIT_REFUSED;
        }
    }
    bool show = !strcmp(args->word[1], "show");
    if (!(show ? units_show(w, k->core, unit, day, &out) : units_lineage(w, k->core, unit, &out)))
        return EXIT_REFUSED;
    return print(buf_str(&out));
}

int door_units(Work *w, const Args *args)
{
    bool writes = !strcmp(args->word[1], "import");
    bool show = !strcmp(args->word[1], "show");
    bool lineage = !strcmp(args->word[1], "lineage");
    if ((!writes && !show && !lineage) || (args->count < 3 && !show))
        return -1;
    CLEANUP(kernel_close) Kernel k = { 0 };
    if (!kernel_open(w, args->word[0], writes ? DB_WRITE : DB_READ, &k))
        return EXIT_STORE;
    return writes ? import(w, &k, args) : look(w, &k, args);
}
