/* The reader of one sheet of a workbook. */
#pragma once
#include "book/table/sheet_int.h"

typedef struct XlsxRows XlsxRows;

/* bytes outlive the reader; strings live in the arena. Caller closes. */
XlsxRows *xlsx_open(Work *w, Arena *arena, Str bytes, Str wanted);
void xlsx_close(XlsxRows *r);
/* The row is borrowed until the next call. Rows without a filled cell are passed over. */
bool xlsx_next(Work *w, XlsxRows *r, SheetRow *ret, bool *ret_more);
bool xlsx_rewind(Work *w, XlsxRows *r);
