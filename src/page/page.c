/* From a path to a page; a page that grew too large is written again with less detail. */
#include "page/page_int.h"

/* Returns of a year come in until its first months are over: until then the year before is what
 * people look for. */
enum { DAYS_LATE = 90 };

static bool pen_period(Pen *p)
{
    p->period = period_of_day(PERIOD_YEAR, p->today - DAYS_LATE);
    p->usual = p->period.code;
    if (p->ask->period.n && !period_parse(p->ask->period, &p->period))
        return fail(p->w, ERR_BAD_INPUT, "page.period_bad given=%.*s",
                    STR_ARG(str_sub(p->ask->period, 0, 40)));
    if (p->ask->known.n && !day_parse(p->ask->known, &p->known_day))
        return fail(p->w, ERR_BAD_INPUT, "page.day given=%.*s",
                    STR_ARG(str_sub(p->ask->known, 0, 40)));
    p->known = p->ask->known;
    p->day = p->period.last_day < p->today ? p->period.last_day : p->today;
    return true;
}

static bool route(Pen *p, Str path)
{
    if (str_is(path, "/"))
        return page_front(p);
    if (str_starts(path, STR("/u/")))
        return page_unit(p, str_sub(path, 3, path.n));
    if (str_starts(path, STR("/f/")))
        return page_figure(p, str_sub(path, 3, path.n));
    if (str_starts(path, STR("/b/")))
        return page_issue(p, str_sub(path, 3, path.n));
    if (str_starts(path, STR("/r/")))
        return page_report(p, str_sub(path, 3, path.n));
    if (str_starts(path, STR("/w/")))
        return page_wall(p, str_sub(path, 3, path.n));
    if (str_starts(path, STR("/c/")))
        return page_case(p, str_sub(path, 3, path.n));
    if (str_is(path, "/q") || str_starts(path, STR("/q/")))
        return page_query(p, str_sub(path, 3, path.n));
    return fail(p->w, ERR_NOT_FOUND, "page.none");
}

bool pen_open(Work *w, const PageAsk *ask, int detail, Buf *out, Pen *ret)
{
    *ret =
        (Pen){ .w = w,
               .arena = w->arena,
               .ask = ask,
               .k = ask->k,
               .out = out,
               .lang = ask->lang,
               .path = ask->path,
               .size = str_is(ask->size, "big") || str_is(ask->size, "huge") ? ask->size : STR(""),
               .today = work_today(w),
               .detail = detail };
    ret->set = packs_set(w, ret->k->core, KNOWN_NOW);
    return ret->set && pen_period(ret);
}

static bool write_page(Work *w, const PageAsk *ask, int detail, Buf *out)
{
    Pen p;
    TRY(pen_open(w, ask, detail, out, &p));
    TRY(route(&p, ask->path));
    return buf_ok(out) ? work_ok(w) : fail(w, ERR_LIMIT, "page.too_large limit=%d", PAGE_ROOM);
}

bool page_public(Work *w, const PageAsk *ask, Buf *out)
{
    int blotted;
    Buf page = { 0 };
    if (ask->path.n > 400 || ask->find.n > 400 || ask->unit.n > 100 || ask->pack.n > 100 ||
        ask->book.n > 100 || ask->kind.n > 100)
        return fail(w, ERR_NOT_FOUND, "page.none");
    for (int detail = DETAIL_MOST; detail >= 0; detail--) {
        page = buf_open(w->arena, PAGE_ROOM);
        TRY(write_page(w, ask, detail, &page));
        if (page.n <= PAGE_MAX)
            break;
    }
    /* The second net: whatever slipped into the bytes by a title or a name goes out as ■■■. */
    buf_put(out, blot_person_numbers(w->arena, buf_str(&page), &blotted));
    return buf_ok(out) ? true : fail(w, ERR_LIMIT, "page.too_large limit=%d", PAGE_ROOM);
}
