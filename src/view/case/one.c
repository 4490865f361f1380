/* Views `case` and `cases_kept`: a case with all that its reader may know of it. */
#include "view/view_int.h"

bool view_case(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asking a;
    const Book *book;
    (void)out;
    TRY(asking_open(w, reader, given, n, &a));
    TRY(asking_book(w, &a, &book));
    return view_not_found(w);
}

bool view_cases_kept(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asking a;
    TRY(asking_open(w, reader, given, n, &a));
    json_object(out, NULL);
    json_array(out, "cases");
    json_array_end(out);
    json_int(out, "more", 0);
    json_object_end(out);
    return true;
}
