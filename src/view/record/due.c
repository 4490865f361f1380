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
        what = arena_printf(w->arena,
                            d->n == 1 ? (d->work ? "view.due.work_one" : "view.due.real_one")
                            : d->work ? "view.due.work n=%d"
                                      : "view.due.real n=%d",
                            d->n);
        break;
    case DUE_DATE: return day_print(w->arena, d->n);
    case DUE_MONTHDAY:
        what = arena_printf(w->arena, "view.due.monthday month=%d day=%d", d->n / 100, d->n % 100);
        break;
    }
    return say(w, a, what);
}

int32_t working_between(int32_t from, int32_t to)
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

bool due_of(Work *w, const Asking *a, const Book *book, Period p, DueDay *ret)
{
    *ret = (DueDay){ .minute = book->due.minute };
    ret->known = book_due_day(book, p, &ret->day) != DUE_SAID_NEVER;
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
        what = due->left == -1 ? "view.due.late_one"
                               : arena_printf(w->arena, "view.due.late days=%d", -due->left);
    else if (due->left)
        what = due->left == 1 ? "view.due.left_one"
                              : arena_printf(w->arena, "view.due.left days=%d", due->left);
    json_object(out, key);
    json_text(out, "day", day_print(w->arena, due->day));
    json_text(out, "time", due->minute ? at : (Str){ 0 });
    json_text(out, "text", say(w, a, what));
    json_int(out, "days", due->left);
    json_bool(out, "late", due->late);
    json_bool(out, "soon", due->soon);
    json_object_end(out);
}
