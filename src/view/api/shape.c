/* Reading shapes.def: one small grammar for OpenAPI and TypeScript. */
#include "view/api/api_int.h"

static const ShapeRow shapes[] = {
#define SHAPE(name, about, spec) { name, about, spec, false },
#define UNION(name, about, type) { name, about, type, true },
#include "view/api/shapes.def"
#undef SHAPE
#undef UNION
};

const ShapeRow *shape_table(size_t *ret_n)
{
    *ret_n = sizeof shapes / sizeof *shapes;
    return shapes;
}

bool shape_next(Str *rest, ShapeMember *ret)
{
    Str word, name;
    do {
        if (!rest->p || !str_next(rest, ' ', &word))
            return false;
    } while (!word.n);
    CHECK(str_next(&word, ':', &name) && word.p);
    ret->optional = str_ends(name, STR("?"));
    ret->name = ret->optional ? str_sub(name, 0, name.n - 1) : name;
    ret->type = word;
    return true;
}

bool type_next(Str *rest, Str *ret)
{
    int depth = 0;
    if (!rest->p)
        return false;
    for (size_t i = 0; i < rest->n; i++) {
        char c = rest->p[i];
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        if (c != '|' || depth)
            continue;
        *ret = str_sub(*rest, 0, i);
        *rest = str_sub(*rest, i + 1, rest->n);
        return true;
    }
    *ret = *rest;
    *rest = (Str){ NULL, 0 };
    return true;
}

ShapeForm type_form(Str type, Str *ret_inner)
{
    static const char *const plain[] = { "text", "int", "bool", "any", "null" };
    *ret_inner = type;
    if (str_ends(type, STR("[]"))) {
        *ret_inner = str_sub(type, 0, type.n - 2);
        return SHAPE_ARRAY;
    }
    if (str_starts(type, STR("map("))) {
        *ret_inner = str_sub(type, 4, type.n - 5);
        return SHAPE_MAP;
    }
    if (str_starts(type, STR("'"))) {
        *ret_inner = str_sub(type, 1, type.n - 2);
        return SHAPE_WORD;
    }
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (str_is(type, plain[i]))
            return SHAPE_PLAIN;
    return SHAPE_NAMED;
}
