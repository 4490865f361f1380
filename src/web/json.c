/* Reading the body of a change. jansson parses; what this site never sends is refused before
 * anything looks at it: depth, numbers that are no whole ones, lists, two members of one name. */
#include <jansson.h>

#include "base/limits.h"
#include "web/web_int.h"

enum { DEPTH_MAX = 2 };

/* Before the parser, which calls itself for each level. */
static bool shallow(Str s)
{
    int depth = 0;
    bool inside = false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (inside) {
            i += c == '\\';
            inside = c != '"';
        } else if (c == '"') {
            inside = true;
        } else if (c == '{' || c == '[') {
            if (++depth > DEPTH_MAX)
                return false;
        } else if (c == '}' || c == ']') {
            depth--;
        }
    }
    return true;
}

static bool take(Arena *arena, json_t *from, Json *ret);

static bool take_object(Arena *arena, json_t *from, Json *ret)
{
    size_t n = json_object_size(from);
    if (n > LIMIT_JSON_MEMBERS)
        return false;
    ret->kind = JSON_IS_OBJECT;
    ret->items = arena_array(arena, JsonItem, n + 1);
    const char *key;
    json_t *value;
    json_object_foreach(from, key, value)
    {
        JsonItem *item = &ret->items[ret->n++];
        item->key = str_copy(arena, str_of(key));
        if (!take(arena, value, &item->value))
            return false;
    }
    return true;
}

static bool take(Arena *arena, json_t *from, Json *ret)
{
    *ret = (Json){ .kind = JSON_IS_NULL };
    switch (json_typeof(from)) {
    case JSON_OBJECT: return take_object(arena, from, ret);
    case JSON_STRING:
        ret->kind = JSON_IS_TEXT;
        ret->text = str_copy(arena, (Str){ json_string_value(from), json_string_length(from) });
        return ret->text.n <= LIMIT_TEXT_BYTES;
    case JSON_INTEGER:
        ret->kind = JSON_IS_INT;
        ret->number = json_integer_value(from);
        return true;
    case JSON_TRUE:
    case JSON_FALSE:
        ret->kind = JSON_IS_TRUTH;
        ret->number = json_is_true(from);
        return true;
    case JSON_NULL: return true;
    case JSON_ARRAY:
    case JSON_REAL: break;
    }
    return false;
}

static void drop(json_t **value)
{
    json_decref(*value);
}

bool json_parse(Work *w, Str bytes, Json *ret)
{
    if (!shallow(bytes))
        return fail(w, ERR_BAD_INPUT, "web.bad_json");
    json_error_t error;
    CLEANUP(drop)
    json_t *value = json_loadb(bytes.p, bytes.n, JSON_REJECT_DUPLICATES, &error);
    if (!value || !json_is_object(value) || !take(w->arena, value, ret))
        return fail(w, ERR_BAD_INPUT, "web.bad_json");
    return true;
}

const Json *json_member(const Json *object, const char *name)
{
    for (size_t i = 0; i < object->n; i++)
        if (str_is(object->items[i].key, name))
            return &object->items[i].value;
    return NULL;
}

bool json_text_of(const Json *object, const char *name, Str *ret)
{
    const Json *value = json_member(object, name);
    *ret = value && value->kind == JSON_IS_TEXT ? value->text : STR("");
    return !value || value->kind == JSON_IS_TEXT;
}

bool json_only(const Json *object, const char *const *names)
{
    for (size_t i = 0; i < object->n; i++) {
        size_t at = 0;
        while (names[at] && !str_is(object->items[i].key, names[at]))
            at++;
        if (!names[at])
            return false;
    }
    return true;
}
