/* Shapes of answers, as declared in shapes.def, and the two forms they are written in. */
#pragma once
#include "view/json_int.h"

typedef struct ShapeRow {
    const char *name, *about;
    const char *spec; /* members; of a union its type */
    bool is_union;
} ShapeRow;
const ShapeRow *shape_table(size_t *ret_n);

typedef struct ShapeMember {
    Str name, type;
    bool optional;
} ShapeMember;
bool shape_next(Str *rest, ShapeMember *ret); /* members of a spec, one after another */

/* a|b|c, cut where no bracket is open. */
bool type_next(Str *rest, Str *ret);
typedef enum ShapeForm { SHAPE_PLAIN, SHAPE_ARRAY, SHAPE_MAP, SHAPE_WORD, SHAPE_NAMED } ShapeForm;
/* One alternative; *ret_inner = what the array or map holds, the word without its quotes, or the
 * name itself. */
ShapeForm type_form(Str type, Str *ret_inner);

void schema_of(Buf *out, const char *key, Str type); /* JSON Schema */
