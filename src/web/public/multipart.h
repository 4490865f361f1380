/* Multipart: the body of a form with files (RFC 7578), read strictly: what a browser does not send
 * is refused whole. Parts are borrowed from the body. */
#pragma once
#include "base/work.h"

enum { PARTS_MOST = 64 };

typedef struct Part {
    Str name;
    Str file;  /* name of the file as the browser tells it, never used as a path; .p NULL = a field
                */
    Str bytes; /* of a field: valid UTF-8 */
} Part;
typedef struct Parts {
    Part at[PARTS_MOST];
    size_t n;
} Parts;
/* `type` is the request's Content-Type. False with BAD_INPUT. */
bool multipart_parse(Work *w, Str type, Str body, Parts *ret);
/* The first field of the name, trimmed; empty = not there. */
Str part_text(const Parts *parts, const char *name);
