/* The two directives: a three-line table and horizontal bars. Every cell is a number of the
 * document like any other: it opens, is listed by check, and stands in the appendix. */
#include "base/words.h"
#include "bulletin/bulletin_int.h"

typedef struct Column {
    Str title, expr;
} Column;

typedef struct Directive {
    Str title, rows, total;
    Period period;
    Column columns[DOC_COLUMNS_MAX];
    size_t column_count;
    bool sorted;
} Directive;

/* Takes a leading "quoted" word; false when there is none. */
static bool take_quoted(Str *s, Str *ret)
{
    *s = str_trim(*s);
    if (!s->n || s->p[0] != '"')
        return false;
    Str rest = str_sub(*s, 1, s->n);
    size_t close = str_find(rest, STR("\""));
    if (close == SIZE_MAX)
        return false;
    *ret = str_sub(rest, 0, close);
    *s = str_trim(str_sub(rest, close + 1, rest.n));
    return true;
}

static bool take_word(Str *s, const char *word)
{
    Str w = str_of(word);
    if (!str_starts(*s, w) || (s->n > w.n && s->p[w.n] != ' ' && s->p[w.n] != '"'))
        return false;
    *s = str_trim(str_sub(*s, w.n, s->n));
    return true;
}

static size_t units_below(Work *w, Doc *doc, const Kind *kind, int32_t above, int32_t day,
                          int32_t *units)
{
    const TreeVersion *tree = units_tree(w, doc->core->units, 0, day, KNOWN_NOW);
    if (!tree || above < 0 || above >= tree->slots || tree->pre_of[above] < 0)
        return 0;
    size_t n = 0;
    int32_t from = tree->pre_of[above];
    for (int32_t pre = from; pre <= tree->last[from] && n < DOC_ROWS_MAX; pre++)
        if (tree->kind[pre] == kind->number)
            units[n++] = tree->slot_of[pre];
    return n;
}

/* rows: KIND [of "CODE"] [except "CODE" …]   or   rows: "CODE" "CODE" … */
bool rows_parse(Work *w, Doc *doc, Str text, int32_t line, const Page *page, int32_t *units,
                size_t *ret_n)
{
    Str rest = str_trim(text);
    Str code;
    int32_t day = page->period.last_day;
    size_t n = 0;
    (void)take_word(&rest, "each");
    while (n < DOC_ROWS_MAX && take_quoted(&rest, &code)) {
        units[n] = unit_find_code_ever(doc->core->units, code, day);
        if (units[n] == UNIT_NONE)
            doc_fault(w, doc, line, "bulletin.unit code=%.*s", STR_ARG(code));
        else
            n++;
    }
    if (n == 0) {
        Str word = str_sub(rest, 0, str_find(rest, STR(" ")));
        const Kind *kind = set_kind(doc->set, word);
        if (!kind) {
            doc_fault(w, doc, line, "bulletin.rows given=%.*s", STR_ARG(text));
            return false;
        }
        rest = str_trim(str_sub(rest, word.n, rest.n));
        int32_t above = page->unit;
        if (take_word(&rest, "of") && take_quoted(&rest, &code)) {
            above = unit_find_code_ever(doc->core->units, code, day);
            if (above == UNIT_NONE)
                doc_fault(w, doc, line, "bulletin.unit code=%.*s", STR_ARG(code));
        }
        n = units_below(w, doc, kind, above, day, units);
    }
    if (take_word(&rest, "except"))
        while (take_quoted(&rest, &code)) {
            int32_t out = unit_find_code_ever(doc->core->units, code, day);
            size_t kept = 0;
            for (size_t i = 0; i < n; i++)
                if (units[i] != out)
                    units[kept++] = units[i];
            n = kept;
        }
    *ret_n = n;
    return true;
}

static void add_column(Work *w, Doc *doc, Directive *d, Column column, int32_t line)
{
    if (d->column_count < DOC_COLUMNS_MAX && column.expr.n)
        d->columns[d->column_count++] = column;
    else
        doc_fault(w, doc, line, "bulletin.column limit=%d", DOC_COLUMNS_MAX);
}

/* columns: EXPR "TITLE", EXPR "TITLE" */
static void read_columns(Work *w, Doc *doc, Directive *d, Str text, int32_t line)
{
    while (text.n) {
        size_t quote = SIZE_MAX;
        int depth = 0;
        for (size_t i = 0; i < text.n && quote == SIZE_MAX; i++) {
            depth +=
                (text.p[i] == '(' || text.p[i] == '[') - (text.p[i] == ')' || text.p[i] == ']');
            if (text.p[i] == '"' && depth == 0 &&
                !(i >= 2 && str_find(str_sub(text, i - 2, 2), STR("@")) != SIZE_MAX))
                quote = i;
        }
        if (quote == SIZE_MAX)
            break;
        Column column = { .expr = str_trim(str_sub(text, 0, quote)) };
        text = str_sub(text, quote, text.n);
        if (!take_quoted(&text, &column.title))
            break;
        add_column(w, doc, d, column, line);
        text = str_trim(text);
        if (text.n && text.p[0] == ',')
            text = str_trim(str_sub(text, 1, text.n));
    }
}

static void read_key(Work *w, Doc *doc, Directive *d, Str key, Str value, int32_t line)
{
    if (str_is(key, "title"))
        d->title = value;
    else if (str_is(key, "rows"))
        d->rows = value;
    else if (str_is(key, "total"))
        d->total = value;
    else if (str_is(key, "sort"))
        d->sorted = !str_is(value, "no");
    else if (str_is(key, "columns"))
        read_columns(w, doc, d, value, line);
    else if (str_is(key, "value"))
        add_column(w, doc, d, (Column){ .expr = value }, line);
    else if (str_is(key, "column")) {
        Str title = value;
        Column column = { .title = STR("") };
        if (str_next(&value, '=', &title) && value.p)
            column = (Column){ .title = str_trim(title), .expr = str_trim(value) };
        add_column(w, doc, d, column, line);
    } else if (!str_is(key, "period"))
        doc_fault(w, doc, line, "bulletin.key key=%.*s", STR_ARG(key));
    else if (!period_parse(value, &d->period))
        doc_fault(w, doc, line, "bulletin.period given=%.*s", STR_ARG(value));
}

static bool read_directive(Work *w, Doc *doc, const Page *page, Str text, int32_t line,
                           Directive *d)
{
    *d = (Directive){ .period = page->period };
    Str piece;
    while (str_next(&text, '\n', &piece)) {
        line++;
        Str value = str_trim(piece);
        Str key;
        if (!value.n)
            continue;
        if (str_next(&value, ':', &key) && value.p)
            read_key(w, doc, d, str_trim(key), str_trim(value), line);
        else
            doc_fault(w, doc, line, "bulletin.key key=%.*s", STR_ARG(piece));
    }
    if (!d->rows.n || !d->column_count)
        doc_fault(w, doc, line, "bulletin.directive");
    return d->rows.n && d->column_count;
}

static void table_row(Work *w, Doc *doc, const Directive *d, Str label, int32_t unit, int32_t line,
                      Buf *out)
{
    buf_putz(out, "<tr><th scope=\"row\">");
    buf_html(out, label);
    buf_putz(out, "</th>");
    for (size_t c = 0; c < d->column_count && work_ok(w); c++) {
        size_t index = number_add(w, doc, d->columns[c].expr, line, unit, d->period);
        buf_putz(out, "<td>");
        html_number(out, w, doc, index);
        buf_putz(out, "</td>");
    }
    buf_putz(out, "</tr>\n");
}

void html_table(Work *w, Doc *doc, const Page *page, Str text, int32_t line, Buf *out)
{
    Directive d;
    int32_t units[DOC_ROWS_MAX];
    size_t n = 0;
    if (!read_directive(w, doc, page, text, line, &d) ||
        !rows_parse(w, doc, d.rows, line, page, units, &n))
        return;
    buf_putz(out, "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"");
    buf_html(out, d.title);
    buf_putz(out, "\"><table><caption>");
    buf_html(out, d.title);
    buf_putz(out, "</caption><thead><tr><th scope=\"col\">");
    buf_html(out, word_text(w->arena, "bulletin.unit_column", LANG_ZH));
    buf_putz(out, "</th>");
    for (size_t c = 0; c < d.column_count; c++) {
        buf_putz(out, "<th scope=\"col\">");
        buf_html(out, d.columns[c].title);
        buf_putz(out, "</th>");
    }
    buf_putz(out, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < n && work_ok(w); i++)
        table_row(w, doc, &d, unit_label(doc, units[i], d.period.last_day), units[i], line, out);
    if (d.total.n)
        table_row(w, doc, &d, d.total, page->unit, line, out);
    buf_putz(out, "</tbody></table></div>\n");
}

/* ---- bars ---- */
typedef struct Bar {
    int32_t unit;
    size_t number;
    Int128 size; /* value at six digits; negative values draw as 0 and keep their text */
} Bar;

enum { BAR_HEIGHT = 28, BAR_PLACES = 6, BAR_WIDTH_MILLE = 740 };

static Int128 bar_size(const Value *v)
{
    Int128 scaled;
    if (v->state != VALUE_OK || v->num <= 0 || v->den <= 0)
        return 0;
    int up = BAR_PLACES - (v->type.kind == TYPE_RATIO ? 0 : v->type.scale);
    if (!num_rescale(v->num, 0, up > 0 ? up : 0, ROUND_HALF, &scaled))
        return 0;
    return scaled / v->den;
}

static void sort_bars(Bar *bars, size_t n)
{
    for (size_t i = 1; i < n; i++) { /* stable: ties keep the official order */
        Bar bar = bars[i];
        size_t at = i;
        for (; at > 0 && bars[at - 1].size < bar.size; at--)
            bars[at] = bars[at - 1];
        bars[at] = bar;
    }
}

static void svg_bar(Work *w, const Doc *doc, const Bar *bar, Int128 most, size_t row, Buf *out)
{
    const Number *n = &doc->numbers.at[bar->number];
    int mille = most > 0 ? (int)(bar->size * BAR_WIDTH_MILLE / most) : 0;
    int top = (int)row * BAR_HEIGHT;
    bool missing = n->value.state != VALUE_OK;
    buf_printf(out, "<text x=\"0\" y=\"%d\" class=\"l\">", top + 19);
    buf_html(out, unit_label(doc, bar->unit, n->ask.period.last_day));
    buf_printf(out, "</text><svg x=\"25%%\" width=\"75%%\" y=\"%d\" height=\"%d\">", top,
               BAR_HEIGHT);
    if (missing)
        buf_printf(out, "<rect x=\"1\" y=\"6\" width=\"8%%\" height=\"16\" class=\"m\"/>");
    else
        buf_printf(out, "<rect x=\"0\" y=\"6\" width=\"%d.%d%%\" height=\"16\" class=\"b\"/>",
                   mille / 10, mille % 10);
    buf_printf(out, "<text x=\"%d.%d%%\" dx=\"6\" y=\"19\" class=\"v\">", missing ? 8 : mille / 10,
               missing ? 0 : mille % 10);
    buf_html(out, n->text);
    buf_putz(out, "</text></svg>");
    (void)w;
}

/* The numbers of a chart, to be opened in place like those of the text. */
static void html_bar_numbers(Work *w, const Doc *doc, const Bar *bars, size_t n, int32_t day,
                             Buf *out)
{
    buf_putz(out, "<details class=\"more\"><summary>");
    buf_html(out, word_text(w->arena, "bulletin.chart_numbers", LANG_ZH));
    buf_putz(out, "</summary><ul>");
    for (size_t i = 0; i < n; i++) {
        buf_putz(out, "<li>");
        buf_html(out, unit_label(doc, bars[i].unit, day));
        buf_putz(out, " ");
        html_number(out, w, doc, bars[i].number);
        buf_putz(out, "</li>");
    }
    buf_putz(out, "</ul></details>");
}

void html_bars(Work *w, Doc *doc, const Page *page, Str text, int32_t line, Buf *out)
{
    Directive d;
    int32_t units[DOC_ROWS_MAX];
    size_t n = 0;
    if (!read_directive(w, doc, page, text, line, &d) ||
        !rows_parse(w, doc, d.rows, line, page, units, &n))
        return;
    Bar *bars = arena_array(w->arena, Bar, n + 1);
    Int128 most = 0;
    for (size_t i = 0; i < n && work_ok(w); i++) {
        size_t index = number_add(w, doc, d.columns[0].expr, line, units[i], d.period);
        if (index == SIZE_MAX)
            return;
        bars[i] = (Bar){ units[i], index, bar_size(&doc->numbers.at[index].value) };
        most = bars[i].size > most ? bars[i].size : most;
    }
    if (d.sorted)
        sort_bars(bars, n);
    buf_putz(out, "<figure class=\"bars\"><figcaption>");
    buf_html(out, d.title);
    buf_printf(out, "</figcaption><svg width=\"100%%\" height=\"%zu\" role=\"img\" aria-label=\"",
               n * BAR_HEIGHT);
    buf_html(out, d.title);
    for (size_t i = 0; i < n; i++) {
        buf_putz(out, i ? "；" : "：");
        buf_html(out, unit_label(doc, bars[i].unit, d.period.last_day));
        buf_putc(out, ' ');
        buf_html(out, doc->numbers.at[bars[i].number].text);
    }
    buf_putz(out, "\">");
    for (size_t i = 0; i < n; i++)
        svg_bar(w, doc, &bars[i], most, i, out);
    buf_putz(out, "</svg>");
    if (!doc->open) /* a link would lead no further than the chart's own */
        html_bar_numbers(w, doc, bars, n, d.period.last_day, out);
    buf_putz(out, "</figure>\n");
}
