/* What several doors need: seat, unit and period of the options, and printing faults. */
#include <stdio.h>

#include "main/main.h"

bool seat_of(Work *w, Kernel *k, const Args *args, int32_t *ret)
{
    Seat seat = { 0 };
    if (args->as)
        TRY(seat_find(w, k->core, str_of(args->as), &seat));
    *ret = seat.seat;
    return true;
}

bool period_of(Work *w, const Args *args, Period *ret)
{
    *ret = (Period){ .kind = PERIOD_NONE };
    if (args->period && !period_parse(str_of(args->period), ret))
        return fail(w, ERR_BAD_INPUT, "main.period given=%s", args->period);
    return true;
}

bool unit_of(Work *w, Kernel *k, const Args *args, int32_t day, int32_t *ret)
{
    if (args->unit) {
        *ret = unit_find_code_ever(k->core->units, str_of(args->unit), day);
        return *ret != UNIT_NONE ? true : fail(w, ERR_NOT_FOUND, "main.unit code=%s", args->unit);
    }
    const TreeVersion *tree = units_tree(w, k->core->units, 0, day, KNOWN_NOW);
    if (!tree)
        return false;
    if (!tree->count)
        return fail(w, ERR_NOT_FOUND, "main.no_units");
    *ret = tree->slot_of[0];
    return true;
}

int faults_print(Work *w, const Faults *faults, Lang lang)
{
    for (size_t i = 0; i < faults->n; i++) {
        Str text = fault_text(w->arena, &faults->at[i], lang);
        fprintf(stderr, "%s%.*s\n", faults->at[i].warning ? "! " : "", STR_ARG(text));
    }
    return EXIT_REFUSED;
}
