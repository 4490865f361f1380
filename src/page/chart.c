/* Charts drawn here: bars, and squares (a waffle) with one square a unit. No script, no inline
 * style: sizes are attributes of SVG. What has not been reported is hatched, never a zero. */
#include "page/page_int.h"

/* ---- bars ---- */
static void put_bar(Pen *p, int32_t unit, const Open *o, const Open *most)
{
    int mille = open_mille(o, most);
    bool silent = open_state(o) == OPEN_SILENT;
    put(p, "<li>");
    put_unit_link(p, unit);
    put(p, "<svg aria-hidden=\"true\">");
    if (silent)
        put(p, "<rect class=\"no\" width=\"12%\" height=\"16\"/>");
    else if (mille && p->detail) /* the last page that is still too large tells numbers alone */
        buf_printf(p->out, "<rect width=\"%d.%d%%\" height=\"16\"/>", mille / 10, mille % 10);
    put(p, "</svg><span>");
    open_put(p->out, o);
    Str covered = silent ? STR("") : open_coverage(p, o);
    if (covered.n) {
        put(p, "<small>");
        put_text(p, covered);
        put(p, "</small>");
    }
    put(p, "</span></li>\n");
}

bool put_bars(Pen *p, const OpenAsk *ask, const Kind *kind)
{
    int32_t *units;
    const Open **values;
    size_t n;
    const Open *most = NULL;
    TRY(open_each(p->w, p->k, ask, kind, &units, &values, &n));
    if (!n)
        return true;
    for (size_t i = 0; i < n; i++)
        most = open_larger(most, values[i]);
    put(p, "<ol class=\"bars\">\n");
    for (size_t i = 0; i < n; i++)
        put_bar(p, units[i], values[i], most);
    put(p, "</ol>\n");
    return true;
}

/* ---- squares ---- */
enum { SQUARE = 12, COLUMNS = 60, GRADES = 8 };

typedef struct Grade {
    const char *mark; /* class of its colour */
    Str title;
    int64_t n;
} Grade;

static void put_run(Pen *p, const char *mark, int64_t from, int64_t to)
{
    while (from < to) {
        int64_t row = from / COLUMNS, column = from % COLUMNS;
        int64_t rows = column ? 0 : (to - from) / COLUMNS;
        int64_t wide = rows ? COLUMNS : COLUMNS - column < to - from ? COLUMNS - column : to - from;
        int64_t tall = rows ? rows : 1;
        buf_printf(p->out,
                   "<rect fill=\"url(#%s)\" x=\"%lld\" y=\"%lld\" width=\"%lld\" height=\"%lld\"/>",
                   mark, (long long)column * SQUARE, (long long)row * SQUARE,
                   (long long)wide * SQUARE, (long long)tall * SQUARE);
        from += wide * tall;
    }
}

static void put_squares(Pen *p, const Grade *grades, size_t n)
{
    int64_t all = 0, at = 0;
    for (size_t i = 0; i < n; i++)
        all += grades[i].n;
    int64_t rows = (all + COLUMNS - 1) / COLUMNS;
    int64_t columns = all < COLUMNS ? all : COLUMNS;
    buf_printf(
        p->out,
        "<svg class=\"waffle\" viewBox=\"0 0 %lld %lld\" width=\"%lld\" aria-hidden=\"true\">",
        (long long)columns * SQUARE, (long long)rows * SQUARE, (long long)columns * SQUARE);
    put(p, "<defs>");
    for (size_t i = 0; i < n; i++)
        if (grades[i].n)
            buf_printf(p->out,
                       "<pattern id=\"%s\" width=\"12\" height=\"12\" "
                       "patternUnits=\"userSpaceOnUse\"><rect class=\"%s\" width=\"10\" "
                       "height=\"10\"/></pattern>",
                       grades[i].mark, grades[i].mark);
    put(p, "</defs>");
    for (size_t i = 0; i < n; i++) {
        put_run(p, grades[i].mark, at, at + grades[i].n);
        at += grades[i].n;
    }
    put(p, "</svg>\n<ul class=\"key\">");
    for (size_t i = 0; i < n; i++) {
        if (!grades[i].n)
            continue;
        buf_printf(p->out, "<li><i class=\"%s\"></i>", grades[i].mark);
        put_text(p, grades[i].title);
        put(p, " <b>");
        put_number(p, grades[i].n);
        put(p, "</b></li>");
    }
    put(p, "</ul>\n");
}

/* What the figure's values are; the most or least of a field keeps the field's range. */
static const Type *grade_type(const Figure *figure)
{
    const Expr *e = figure->expr;
    if (e->op == EXPR_AGG && (e->agg->op == AGG_MOST || e->agg->op == AGG_LEAST) && e->agg->value)
        e = e->agg->value;
    return &e->type;
}

/* A figure of few grades that stands at units below: those of one kind, an item or a small range.
 */
static size_t grades_of(const Figure *figure)
{
    const Type *type = grade_type(figure);
    if (!figure->is_public || figure->param_count || figure->kind_count != 1)
        return 0;
    if (type->kind == TYPE_ITEM && type->list && type->list->ordered)
        return type->list->item_count;
    if (type->kind == TYPE_INT && type->low >= 1 && type->high >= type->low)
        return (size_t)(type->high - type->low + 1);
    return 0;
}

static const Figure *graded_figure(Pen *p, int32_t unit, const Kind **ret_kind)
{
    const Kind *kind = place_kind(p, unit);
    for (size_t i = 0; kind && i < p->set->figure_count; i++) {
        const Figure *figure = p->set->figures[i];
        size_t grades = grades_of(figure);
        if (grades < 2 || grades > 5 || !kind_is_below(figure->kinds[0], kind))
            continue;
        *ret_kind = figure->kinds[0];
        return figure;
    }
    return NULL;
}

static void grade_titles(Pen *p, const Figure *figure, size_t n, Grade *grades)
{
    static const char *const marks[] = { "s1", "s2", "s3", "s4", "s5" };
    const Type *type = grade_type(figure);
    for (size_t i = 0; i < n; i++) { /* the highest first */
        size_t grade = n - 1 - i;
        grades[i].mark = marks[5 - n + grade];
        grades[i].title =
            type->kind == TYPE_ITEM
                ? type->list->items[grade].title
                : str_printf(p->arena, "%lld", (long long)type->low + (long long)grade);
        if (type->kind != TYPE_ITEM)
            grades[i].title = word_in(p, "page.grade n=%.*s", STR_ARG(grades[i].title));
    }
    grades[n] = (Grade){ .mark = "no", .title = word_in(p, "page.silent") };
}

static size_t grade_index(const Figure *figure, size_t n, const Open *o)
{
    const Type *type = grade_type(figure);
    int64_t whole;
    if (!open_is_whole(o, &whole))
        return n;
    if (type->kind != TYPE_ITEM)
        return whole < type->low || whole > type->high ? n : n - 1 - (size_t)(whole - type->low);
    for (size_t i = 0; i < n; i++)
        if (type->list->items[i].number == whole)
            return n - 1 - i;
    return n;
}

bool put_waffle(Pen *p, int32_t unit, bool *ret_any)
{
    const Kind *kind = NULL;
    const Figure *figure = graded_figure(p, unit, &kind);
    *ret_any = figure != NULL;
    if (!figure)
        return true;
    Grade grades[GRADES] = { 0 };
    size_t n = grades_of(figure);
    int32_t *units;
    const Open **values;
    size_t count;
    OpenAsk ask = { .figure = figure,
                    .ask = { .unit = unit, .period = p->period, .known_day = p->known_day },
                    .lang = p->lang };
    TRY(open_each(p->w, p->k, &ask, kind, &units, &values, &count));
    grade_titles(p, figure, n, grades);
    int64_t known = 0;
    for (size_t i = 0; i < count; i++) {
        size_t at = grade_index(figure, n, values[i]);
        grades[at].n++;
        known += at < n;
    }
    *ret_any = known > 0;
    if (!known)
        return true;
    Str title = figure_title(p, &ask);
    Str period = period_words(p, p->period);
    put(p, "<section><h2>");
    put_text(p, title);
    put(p, "</h2>\n<p class=\"mut\">");
    put_word(p, "page.waffle period=%.*s n=%zu known=%lld", STR_ARG(period), count,
             (long long)known);
    put(p, "</p>\n");
    put_squares(p, grades, n + 1);
    put(p, "</section>\n");
    return true;
}

bool put_told(Pen *p, const OpenAsk *ask, const Kind *kind)
{
    int32_t *units;
    const Open **values;
    size_t n;
    Grade told[3] = { { .mark = "t3", .title = word_in(p, "page.told_all") },
                      { .mark = "t2", .title = word_in(p, "page.told_part") },
                      { .mark = "no", .title = word_in(p, "page.silent") } };
    TRY(open_each(p->w, p->k, ask, kind, &units, &values, &n));
    for (size_t i = 0; i < n; i++) {
        OpenState state = open_state(values[i]);
        told[0].n += state == OPEN_SHOWN;
        told[1].n += state == OPEN_PART;
        told[2].n += state == OPEN_SILENT;
    }
    if (told[0].n + told[1].n + told[2].n == 0)
        return true;
    put_squares(p, told, 3);
    return true;
}
