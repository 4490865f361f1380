/* Views `case_loads` and `case_board`: who has how much, and where cases stop. */
#include "view/view_int.h"

bool view_case_loads(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asking a;
    TRY(asking_open(w, reader, given, n, &a));
    json_object(out, NULL);
    json_array(out, "loads");
    json_array_end(out);
    json_object_end(out);
    return true;
}

bool view_case_board(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asking a;
    const Book *book;
    (void)out;
    TRY(asking_open(w, reader, given, n, &a));
    TRY(asking_book(w, &a, &book));
    return view_not_found(w);
}
