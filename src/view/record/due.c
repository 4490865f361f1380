/* When a return is due, and what is left of the time in working days. */
#include "view/view_int.h"

enum { SOON_DAYS = 3, WALK_DAYS = 4000 };

Str due_text(Work *w, const Asking *a, const Book *book)
{
    const Due *d = &book->due;
    const char *what = NULL;
    switch (d->kind) {
    case DUE_NONE: return STR("");
    case DUE_AFTER_END:
        what = arena_printf(w->arena, d->work ? "view.due.work n=%d" : "view.due.real n=%d", d->n);
        break;
    case DUE_DATE: return day_print(w->arena, d->n);
    case DUE_MONTHDAY:
        what = arena_printf(w->arena, "view.due.monthday month=%d day=%d", d->n / 100, d->n % 100);
        break;
    }
    return say(w, a, what);
}

/* Working days from one day to the other (the first not counted); real days where the calendar is
 * not known. */
static int32_t working_between(int32_t from, int32_t to)
{
    int32_t low = from < to ? from : to, high = from < to ? to : from;
    int32_t n = 0;
    if (high - low > WALK_DAYS)
        return to - from;
    for (int32_t day = low + 1; day <= high; day++) {
        bool known = false;
        bool working = day_is_working(day, &known);
        n += working || !known;
    }
    return from < to ? n : -n;
}

static bool due_day(Work *w, const Asking *a, const Book *book, Period p, DueDay *ret)
{
    const Due *d = &book->due;
    int year, month, day;
    (void)a;
    switch (d->kind) {
    case DUE_NONE: return true;
    case DUE_AFTER_END:
        if (p.kind == PERIOD_NONE || p.last_day >= DAY_FOREVER)
            return true;
        ret->day = p.last_day + d->n;
        ret->known = true;
        if (d->work && !day_add_working(w, p.last_day, d->n, &ret->day)) {
            work_clear(w); /* past the calendar: real days */
            ret->day = p.last_day + d->n + d->n / 5 * 2;
        }
        break;
    case DUE_DATE:
        ret->known = true;
        ret->day = d->n;
        break;
    case DUE_MONTHDAY:
        if (p.kind == PERIOD_NONE)
            return true;
        day_split(p.first_day, &year, &month, &day);
        ret->known = day_exists(year, d->n / 100, d->n % 100);
        if (ret->known)
            ret->day = day_make(year, d->n / 100, d->n % 100);
        break;
    }
    return true;
}

bool due_of(Work *w, const Asking *a, const Book *book, Period p, DueDay *ret)
{
    *ret = (DueDay){ .minute = book->due.minute };
    TRY(due_day(w, a, book, p, ret));
    if (!ret->known)
        return true;
    int32_t minute = (int32_t)((w->now_ms - day_first_ms(a->today)) / 60000);
    bool past = ret->minute && a->today == ret->day && minute >= ret->minute;
    ret->late = a->today > ret->day || past;
    ret->left = working_between(a->today, ret->day);
    if (ret->late && ret->left >= 0)
        ret->left = -1;
    ret->soon = !ret->late && ret->left <= SOON_DAYS;
    return true;
}

void json_due(Work *w, const Asking *a, Buf *out, const char *key, const DueDay *due)
{
    if (!due || !due->known) {
        json_null(out, key);
        return;
    }
    Str at = str_printf(w->arena, "%02d:%02d", due->minute / 60, due->minute % 60);
    const char *what = "view.due.today";
    if (due->late)
        what = arena_printf(w->arena, "view.due.late days=%d", -due->left);
    else if (due->left)
        what = arena_printf(w->arena, "view.due.left days=%d", due->left);
    json_object(out, key);
    json_text(out, "day", day_print(w->arena, due->day));
    json_text(out, "time", due->minute ? at : (Str){ 0 });
    json_text(out, "text", say(w, a, what));
    json_int(out, "days", due->left);
    json_bool(out, "late", due->late);
    json_bool(out, "soon", due->soon);
    json_object_end(out);
}
