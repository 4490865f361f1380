/* OpenAPI 3.1 of the whole interface: views and commands from their tables, answers from the
 * shapes, and what stands beside the tables from paths.json. */
#include "view/api/api_int.h"

extern const char api_paths[]; /* paths.json */

/* ---- shapes as JSON Schema ---- */
static void schema_one(Buf *out, Str type)
{
    static const char *const names[][2] = { { "text", "\"type\":\"string\"" },
                                            { "int", "\"type\":\"integer\"" },
                                            { "bool", "\"type\":\"boolean\"" },
                                            { "any", "" },
                                            { "null", "\"type\":\"null\"" } };
    Str inner;
    switch (type_form(type, &inner)) {
    case SHAPE_PLAIN:
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (str_is(inner, names[i][0]))
                buf_putz(out, names[i][1]);
        return;
    case SHAPE_ARRAY:
        json_z(out, "type", "array");
        schema_of(out, "items", inner);
        return;
    case SHAPE_MAP:
        json_z(out, "type", "object");
        schema_of(out, "additionalProperties", inner);
        return;
    case SHAPE_WORD: json_text(out, "const", inner); return;
    case SHAPE_NAMED:
        buf_printf(out, "\"$ref\":\"#/components/schemas/%.*s\"", STR_ARG(inner));
        return;
    }
}

void schema_of(Buf *out, const char *key, Str type)
{
    Str one, rest = type;
    size_t n = 0;
    while (type_next(&rest, &one))
        n++;
    json_object(out, key);
    rest = type;
    if (n > 1)
        json_array(out, "anyOf");
    while (type_next(&rest, &one)) {
        if (n > 1)
            json_object(out, NULL);
        schema_one(out, one);
        if (n > 1)
            json_object_end(out);
    }
    if (n > 1)
        json_array_end(out);
    json_object_end(out);
}

static void put_shape(Buf *out, const ShapeRow *row)
{
    Str rest = str_of(row->spec);
    ShapeMember m;
    if (row->is_union) {
        schema_of(out, row->name, rest);
        return;
    }
    json_object(out, row->name);
    json_z(out, "type", "object");
    if (row->about[0])
        json_z(out, "description", row->about);
    json_array(out, "required");
    while (shape_next(&rest, &m))
        if (!m.optional)
            json_text(out, NULL, m.name);
    json_array_end(out);
    json_object(out, "properties");
    rest = str_of(row->spec);
    while (shape_next(&rest, &m)) {
        json_key(out, m.name);
        schema_of(out, NULL, m.type);
    }
    json_object_end(out);
    json_bool(out, "additionalProperties", false);
    json_object_end(out);
}

/* ---- paths ---- */
static void put_content(Buf *out, const char *description)
{
    json_z(out, "description", description);
    json_object(out, "content");
    json_object(out, "application/json");
    json_object(out, "schema");
}

static void end_content(Buf *out)
{
    for (int i = 0; i < 4; i++)
        json_object_end(out);
}

static void put_errors(Buf *out)
{
    json_raw(out, "default", STR("{\"$ref\":\"#/components/responses/Error\"}"));
}

static void put_parameter(Buf *out, const char *name, const char *where, const char *about,
                          bool required)
{
    json_object(out, NULL);
    json_z(out, "name", name);
    json_z(out, "in", where);
    json_z(out, "description", about);
    json_bool(out, "required", required);
    json_raw(out, "schema", STR("{\"type\":\"string\"}"));
    json_object_end(out);
}

static void put_view(Work *w, Buf *out, const ViewRow *view)
{
    json_object(out, arena_printf(w->arena, "/api/view/%s", view->name));
    json_object(out, "get");
    json_z(out, "operationId", arena_printf(w->arena, "view_%s", view->name));
    json_raw(out, "tags", STR("[\"view\"]"));
    json_z(out, "summary", arena_printf(w->arena, "%s · %s", view->zh, view->en));
    json_array(out, "parameters");
    put_parameter(out, "seat", "query", "acts in this seat: role@code", false);
    for (size_t i = 0; i < VIEW_ARGS && view->args[i].name; i++)
        put_parameter(out, view->args[i].name, "query",
                      arena_printf(w->arena, "%s · %s", view->args[i].zh, view->args[i].en),
                      !view->args[i].optional);
    json_array_end(out);
    json_object(out, "responses");
    json_object(out, "200");
    put_content(out, "what the seat may see");
    json_z(out, "type", "object");
    json_raw(out, "required", STR("[\"seq\",\"at\",\"data\"]"));
    json_object(out, "properties");
    json_raw(out, "seq", STR("{\"type\":\"integer\",\"description\":\"facts known\"}"));
    json_raw(out, "at", STR("{\"type\":\"integer\",\"description\":\"milliseconds UTC\"}"));
    schema_of(out, "data", str_of(view->shape));
    json_object_end(out);
    json_bool(out, "additionalProperties", false);
    end_content(out);
    put_errors(out);
    for (int i = 0; i < 3; i++)
        json_object_end(out);
}

static void put_fields(Work *w, Buf *out, const CommandRow *row)
{
    json_object(out, "fields");
    json_z(out, "type", "object");
    json_array(out, "required");
    for (size_t i = 0; i < 8 && row->fields[i].name; i++)
        if (!row->fields[i].optional)
            json_z(out, NULL, row->fields[i].name);
    json_array_end(out);
    json_object(out, "properties");
    for (size_t i = 0; i < 8 && row->fields[i].name; i++) {
        json_object(out, row->fields[i].name);
        json_z(out, "type", "string");
        json_z(out, "description",
               arena_printf(w->arena, "%s · %s", row->fields[i].zh, row->fields[i].en));
        json_object_end(out);
    }
    json_object_end(out);
    if (row->open)
        json_raw(out, "additionalProperties", STR("{\"type\":\"string\"}"));
    else
        json_bool(out, "additionalProperties", false);
    json_object_end(out);
}

static void put_command(Work *w, Buf *out, const CommandRow *row)
{
    json_object(out, arena_printf(w->arena, "/api/do/%s", row->name));
    json_object(out, "post");
    json_z(out, "operationId", arena_printf(w->arena, "do_%s", row->name));
    json_raw(out, "tags", STR("[\"do\"]"));
    json_z(out, "summary", arena_printf(w->arena, "%s · %s", row->zh, row->en));
    json_array(out, "parameters");
    put_parameter(out, "X-Tian-Token", "header", "token of the session", true);
    json_array_end(out);
    json_object(out, "requestBody");
    json_bool(out, "required", true);
    json_object(out, "content");
    json_object(out, "application/json");
    json_object(out, "schema");
    json_z(out, "type", "object");
    json_raw(out, "required", STR("[\"act\",\"fields\"]"));
    json_object(out, "properties");
    json_raw(out, "act", STR("{\"type\":\"string\",\"pattern\":\"^[0-9a-f]{32}$\"}"));
    json_raw(out, "made", STR("{\"type\":\"integer\",\"description\":\"the client's clock\"}"));
    json_raw(out, "seat", STR("{\"type\":\"string\",\"description\":\"role@code\"}"));
    put_fields(w, out, row);
    json_object_end(out);
    json_bool(out, "additionalProperties", false);
    for (int i = 0; i < 4; i++)
        json_object_end(out);
    json_object(out, "responses");
    json_object(out, "200");
    put_content(out, "done, and durable");
    json_raw(out, "type", STR("\"object\",\"required\":[\"data\"]"));
    json_object(out, "properties");
    schema_of(out, "data", STR("Done"));
    json_object_end(out);
    json_bool(out, "additionalProperties", false);
    end_content(out);
    put_errors(out);
    for (int i = 0; i < 3; i++)
        json_object_end(out);
}

static void put_components(Buf *out)
{
    size_t n;
    const ShapeRow *rows = shape_table(&n);
    json_object(out, "components");
    json_object(out, "responses");
    json_object(out, "Error");
    put_content(out, "not done, and why");
    json_raw(out, "type", STR("\"object\",\"required\":[\"error\"]"));
    json_object(out, "properties");
    schema_of(out, "error", STR("Error"));
    json_object_end(out);
    end_content(out);
    json_object_end(out);
    json_raw(out, "securitySchemes",
             STR("{\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"tian\"}}"));
    json_object(out, "schemas");
    for (size_t i = 0; i < n; i++)
        put_shape(out, &rows[i]);
    json_object_end(out);
    json_object_end(out);
}

bool api_openapi(Work *w, Buf *out)
{
    size_t n, commands = 0;
    Str fixed = str_trim(str_of(api_paths));
    json_object(out, NULL);
    json_z(out, "openapi", "3.1.0");
    json_raw(out, "info",
             STR("{\"title\":\"田 Tian\",\"version\":\"1\",\"summary\":\"JSON over HTTP; see "
                 "docs/api.md\",\"license\":{\"name\":\"see LICENSE\"}}"));
    json_raw(out, "servers", STR("[{\"url\":\"/\"}]"));
    json_raw(out, "security", STR("[{\"session\":[]}]"));
    json_object(out, "paths");
    buf_put(out, str_sub(fixed, 1, fixed.n - 2)); /* without its braces */
    const ViewRow *views = view_table(&n);
    for (size_t i = 0; i < n; i++)
        put_view(w, out, &views[i]);
    for (const CommandRow *row; (row = command_nth(commands)); commands++)
        put_command(w, out, row);
    json_object_end(out);
    put_components(out);
    json_object_end(out);
    return buf_ok(out) || fail(w, ERR_LIMIT, "work.too_much_memory bytes=%zu", out->n);
}
