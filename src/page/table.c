/* Rows of an open book: nothing but their public fields, newest first. */
#include "page/page_int.h"

static bool is_numeric(const Field *field)
{
    switch ((int)field->type.kind) {
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MONEY:
    case TYPE_AREA:
    case TYPE_RATE:
    case TYPE_RATIO:
    case TYPE_SCORE: return true;
    }
    return false;
}

static Str field_title(Pen *p, const Book *book, const Field *field)
{
    return title_in(p->arena, p->lang, book->pack, "field",
                    str_printf(p->arena, "%.*s.%.*s", STR_ARG(book->name), STR_ARG(field->name)),
                    field->title);
}

typedef struct Columns { /* what stands before the fields */
    bool unit, label, items;
} Columns;

static Columns columns_of(const OpenTable *t, int32_t unit)
{
    Columns c = { 0 };
    for (size_t i = 0; i < t->row_n; i++) {
        c.unit = c.unit || t->rows[i].unit != unit;
        c.label = c.label || t->rows[i].period.n;
        c.items = c.items || t->rows[i].items.n;
    }
    return c;
}

static void put_heads(Pen *p, const OpenTable *t, const Columns *c)
{
    put(p, "<thead><tr>");
    const bool shown[] = { c->unit, c->label, c->items };
    static const char *const words[] = { "page.unit", "page.period", "page.item" };
    for (size_t i = 0; i < 3; i++)
        if (shown[i]) {
            put(p, "<th scope=\"col\">");
            put_word(p, "%s", words[i]);
            put(p, "</th>");
        }
    for (size_t i = 0; i < t->field_n; i++) {
        put(p, is_numeric(t->fields[i]) ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">");
        put_text(p, field_title(p, t->book, t->fields[i]));
        put(p, "</th>");
    }
    put(p, "</tr></thead>\n");
}

static void put_row(Pen *p, const OpenTable *t, const Columns *c, const OpenRow *row)
{
    put(p, "<tr>");
    if (c->unit) {
        put(p, "<td>");
        put_unit_link(p, row->unit);
        put(p, "</td>");
    }
    if (c->label) {
        put(p, "<td>");
        put_text(p, row->period);
        put(p, "</td>");
    }
    if (c->items) {
        put(p, "<td>");
        put_text(p, row->items);
        put(p, "</td>");
    }
    for (size_t i = 0; i < t->field_n; i++) {
        put(p, is_numeric(t->fields[i]) ? "<td class=\"n\">" : "<td>");
        if (row->cells[i])
            open_put(p->out, row->cells[i]);
        put(p, "</td>");
    }
    put(p, "</tr>\n");
}

void put_table(Pen *p, const OpenTable *t, int32_t unit)
{
    Columns c = columns_of(t, unit);
    Str title = title_in(p->arena, p->lang, t->book->pack, "book", t->book->name, t->book->title);
    put(p, "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"");
    put_text(p, title);
    put(p, "\"><table>");
    put_heads(p, t, &c);
    put(p, "<tbody>\n");
    for (size_t i = 0; i < t->row_n; i++)
        put_row(p, t, &c, &t->rows[i]);
    put(p, "</tbody></table></div>\n");
}
