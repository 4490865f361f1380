/* ui/src/api.gen.ts: the shapes as types, the views with what they take and give, the commands with
 * their fields. */
#include "view/api/api_int.h"

static void put_type(Buf *out, Str type);

static void put_one(Buf *out, Str type)
{
    static const char *const names[][2] = { { "text", "string" },
                                            { "int", "number" },
                                            { "bool", "boolean" },
                                            { "any", "unknown" },
                                            { "null", "null" } };
    Str inner;
    switch (type_form(type, &inner)) {
    case SHAPE_PLAIN:
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (str_is(inner, names[i][0]))
                buf_putz(out, names[i][1]);
        return;
    case SHAPE_ARRAY:
        put_one(out, inner);
        buf_putz(out, "[]");
        return;
    case SHAPE_MAP:
        buf_putz(out, "Record<string, ");
        put_type(out, inner);
        buf_putc(out, '>');
        return;
    case SHAPE_WORD:
        buf_putc(out, '\'');
        buf_put(out, inner);
        buf_putc(out, '\'');
        return;
    case SHAPE_NAMED: buf_put(out, inner); return;
    }
}

static void put_type(Buf *out, Str type)
{
    Str one;
    for (bool first = true; type_next(&type, &one); first = false) {
        buf_putz(out, first ? "" : " | ");
        put_one(out, one);
    }
}

static void put_shape(Buf *out, const ShapeRow *row)
{
    Str rest = str_of(row->spec);
    ShapeMember m;
    if (row->about[0])
        buf_printf(out, "/** %s */\n", row->about);
    if (row->is_union) {
        buf_printf(out, "export type %s = ", row->name);
        put_type(out, rest);
        buf_putz(out, "\n\n");
        return;
    }
    buf_printf(out, "export interface %s {\n", row->name);
    while (shape_next(&rest, &m)) {
        buf_printf(out, "  %.*s%s: ", STR_ARG(m.name), m.optional ? "?" : "");
        put_type(out, m.type);
        buf_putc(out, '\n');
    }
    buf_putz(out, "}\n\n");
}

static void put_views(Buf *out)
{
    size_t n;
    const ViewRow *rows = view_table(&n);
    buf_putz(out, "/** GET /api/view/NAME: what it takes and what stands under \"data\" */\n"
                  "export interface Views {\n");
    for (size_t i = 0; i < n; i++) {
        buf_printf(out, "  /** %s: %s */\n  %s: { args: {", rows[i].zh, rows[i].en, rows[i].name);
        for (size_t a = 0; a < VIEW_ARGS && rows[i].args[a].name; a++)
            buf_printf(out, "%s%s%s: string", a ? "; " : " ", rows[i].args[a].name,
                       rows[i].args[a].optional ? "?" : "");
        buf_printf(out, "%s}; data: ", rows[i].args[0].name ? " " : "");
        put_type(out, str_of(rows[i].shape));
        buf_putz(out, " }\n");
    }
    buf_putz(out, "}\n\n");
}

static void put_commands(Buf *out)
{
    const CommandRow *row;
    buf_putz(out, "/** POST /api/do/NAME: the fields, all of them text */\n"
                  "export interface Commands {\n");
    for (size_t i = 0; (row = command_nth(i)); i++) {
        buf_printf(out, "  /** %s: %s */\n  '%s': {", row->zh, row->en, row->name);
        for (size_t f = 0; f < 8 && row->fields[f].name; f++)
            buf_printf(out, "%s%s%s: string", f ? "; " : " ", row->fields[f].name,
                       row->fields[f].optional ? "?" : "");
        if (row->open)
            buf_putz(out, "; [field: string]: string | undefined");
        buf_printf(out, "%s}\n", row->fields[0].name ? " " : "");
    }
    buf_putz(out, "}\n");
}

bool api_typescript(Work *w, Buf *out)
{
    size_t n;
    const ShapeRow *rows = shape_table(&n);
    buf_putz(out, "// Made by `tian api ts` from the tables of views and commands; not to be "
                  "written by hand.\n\n");
    for (size_t i = 0; i < n; i++)
        put_shape(out, &rows[i]);
    put_views(out);
    put_commands(out);
    return buf_ok(out) || fail(w, ERR_LIMIT, "work.too_much_memory bytes=%zu", out->n);
}
