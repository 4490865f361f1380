/* View `cases`: a page of the cases that a seat may read. */
#include "view/view_int.h"

bool view_cases(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asking a;
    int64_t from;
    TRY(asking_open(w, reader, given, n, &a));
    TRY(asking_int(w, &a, "from", 0, 0, INT32_MAX, &from));
    json_object(out, NULL);
    json_int(out, "total", 0);
    json_int(out, "from", from);
    json_null(out, "next");
    json_object(out, "counts");
    json_int(out, "mine", 0);
    json_int(out, "late", 0);
    json_int(out, "soon", 0);
    json_int(out, "open", 0);
    json_object_end(out);
    json_array(out, "lines");
    json_array_end(out);
    json_object_end(out);
    return true;
}
