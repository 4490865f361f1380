/* What is left until a due moment, in the words of who works towards it. */
#include "view/case/case_int.h"

enum { HOUR_MS = 3600000, MINUTE_MS = 60000, WORK_DAY_MS = 8 * HOUR_MS, WALK_DAYS = 400 };

/* One and many are two sentences: other languages have two forms. */
static Str counted(Work *w, const Asking *a, const char *one, const char *many, int64_t n)
{
    return say(w, a, arena_printf(w->arena, "%s n=%lld", n == 1 ? one : many, (long long)n));
}

/* The last minute that is in time: a moment at 24:00 belongs to the day that ends there. */
static int32_t due_day_of(int64_t due_ms)
{
    return day_of_ms(due_ms - 1);
}

static Str clock_text(Work *w, int64_t due_ms)
{
    int64_t minute = (due_ms - day_first_ms(due_day_of(due_ms))) / MINUTE_MS;
    return str_printf(w->arena, "%02lld:%02lld", (long long)(minute / 60),
                      (long long)(minute % 60));
}

static int64_t working_days(int32_t from, int32_t to)
{
    int64_t n = 0;
    if (to - from > WALK_DAYS)
        return to - from;
    for (int32_t day = from + 1; day <= to; day++) {
        bool known = false;
        n += day_is_working(day, &known) || !known;
    }
    return n;
}

static Str late_text(Work *w, const Asking *a, const Calendar *calendar, int64_t due_ms, bool work)
{
    if (work) {
        int64_t over = moment_between(calendar, due_ms, w->now_ms, true);
        if (over >= WORK_DAY_MS)
            return counted(w, a, "view.case.late_wd.one", "view.case.late_wd", over / WORK_DAY_MS);
        return over >= HOUR_MS
                   ? counted(w, a, "view.case.late_wh.one", "view.case.late_wh", over / HOUR_MS)
                   : say(w, a, "view.case.late_just");
    }
    int64_t over = w->now_ms - due_ms;
    if (over >= MS_PER_DAY)
        return counted(w, a, "view.case.late_d.one", "view.case.late_d", over / MS_PER_DAY);
    return over >= HOUR_MS
               ? counted(w, a, "view.case.late_h.one", "view.case.late_h", over / HOUR_MS)
               : say(w, a, "view.case.late_just");
}

static Str left_text(Work *w, const Asking *a, const Calendar *calendar, int64_t due_ms, bool work)
{
    int64_t left = due_ms - w->now_ms;
    if (due_day_of(due_ms) == a->today)
        return say(
            w, a,
            arena_printf(w->arena, "view.case.today at=%.*s", STR_ARG(clock_text(w, due_ms))));
    if (!work) {
        if (left >= MS_PER_DAY)
            return counted(w, a, "view.case.left_d.one", "view.case.left_d", left / MS_PER_DAY);
        return counted(w, a, "view.case.left_h.one", "view.case.left_h", left / HOUR_MS);
    }
    int64_t hours = moment_between(calendar, w->now_ms, due_ms, true);
    if (hours < WORK_DAY_MS && hours >= HOUR_MS)
        return counted(w, a, "view.case.left_wh.one", "view.case.left_wh", hours / HOUR_MS);
    int64_t days = working_days(a->today, due_day_of(due_ms));
    return days ? counted(w, a, "view.case.left_wd.one", "view.case.left_wd", days)
                : counted(w, a, "view.case.left_d.one", "view.case.left_d", left / MS_PER_DAY + 1);
}

bool case_left(Work *w, const Asking *a, int32_t unit, int64_t due_ms, bool work, CaseLeft *ret)
{
    const Calendar *calendar = unit_calendar(a->core, a->set, unit, a->today);
    *ret = (CaseLeft){ .at_ms = due_ms, .late = due_ms < w->now_ms };
    ret->soon = !ret->late && due_ms <= case_soon_ms(w, a->core, unit, w->now_ms);
    ret->at = str_printf(w->arena, "%.*s %.*s", STR_ARG(day_print(w->arena, due_day_of(due_ms))),
                         STR_ARG(clock_text(w, due_ms)));
    ret->text = ret->late ? late_text(w, a, calendar, due_ms, work)
                          : left_text(w, a, calendar, due_ms, work);
    return w->err.code == ERR_NONE;
}

static bool counts_work(const FlowClock *clock)
{
    return clock && clock->limit && clock->limit->type.work;
}

bool json_case_due(Work *w, const Asking *a, Buf *out, const char *key, const Book *book,
                   int32_t unit, const FlowClock *clock, int64_t due_ms)
{
    CaseLeft left;
    TRY(case_left(w, a, unit, due_ms, counts_work(clock), &left));
    json_object(out, key);
    json_text(out, "at", left.at);
    json_int(out, "at_ms", due_ms);
    json_text(out, "title",
              clock ? flow_title(a, book, "clock", clock->name, clock->title) : STR(""));
    json_text(out, "text", left.text);
    json_bool(out, "late", left.late);
    json_bool(out, "soon", left.soon);
    json_object_end(out);
    return true;
}

bool case_due_left(Work *w, const Asking *a, const Book *book, const RecordRow *row, CaseLeft *ret,
                   bool *ret_runs, const FlowClock **ret_clock)
{
    int64_t due_ms = 0;
    *ret = (CaseLeft){ 0 };
    *ret_runs = case_due(book, row, &due_ms, ret_clock);
    return !*ret_runs || case_left(w, a, row->unit, due_ms, counts_work(*ret_clock), ret);
}

Str duration_words(Work *w, const Asking *a, int64_t ms, bool work)
{
    if (work && ms % WORK_DAY_MS == 1) /* n wd */
        return counted(w, a, "view.case.wd.one", "view.case.wd", ms / WORK_DAY_MS);
    if (work && ms >= WORK_DAY_MS)
        return say(w, a,
                   arena_printf(w->arena, "view.case.wd_wh days=%lld hours=%lld",
                                (long long)(ms / WORK_DAY_MS),
                                (long long)(ms % WORK_DAY_MS / HOUR_MS)));
    if (work)
        return ms >= HOUR_MS || ms < MINUTE_MS
                   ? counted(w, a, "view.case.wh.one", "view.case.wh", ms / HOUR_MS)
                   : counted(w, a, "view.case.min.one", "view.case.min", ms / MINUTE_MS);
    if (ms >= MS_PER_DAY)
        return counted(w, a, "view.case.d.one", "view.case.d", ms / MS_PER_DAY);
    return ms >= HOUR_MS || ms < MINUTE_MS
               ? counted(w, a, "view.case.h.one", "view.case.h", ms / HOUR_MS)
               : counted(w, a, "view.case.min.one", "view.case.min", ms / MINUTE_MS);
}
