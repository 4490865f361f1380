/* Sheet: the rows of a .csv or .xlsx file as text cells, one after another, with the line a clerk
 * sees. Cells that cannot be read for what they show (an error value, a formula that was never
 * computed) carry a complaint instead of a guess. */
#pragma once
#include "base/csv.h"
#include "base/work.h"

typedef struct SheetRow {
    int64_t line;
    const Str *cells;
    const char *const *complaints; /* by cell: message id or NULL; NULL = none in this row */
    size_t n;
} SheetRow;

typedef struct Sheet Sheet;

/* By what the bytes are, not by the name. `wanted` names the sheet of a workbook; without one of
 * that name it is the first that is shown. Caller closes. */
Sheet *sheet_open(Work *w, const char *path, Str wanted);
Sheet *sheet_of(Work *w, Str bytes, Str wanted); /* bytes outlive the sheet */
void sheet_close(Sheet **s);
/* The row is borrowed until the next call. */
bool sheet_next(Work *w, Sheet *s, SheetRow *ret, bool *ret_more);
bool sheet_rewind(Work *w, Sheet *s);
bool sheet_was_gbk(const Sheet *s);
/* The reader of a .csv, for those who read its text faster than row by row; NULL for .xlsx. */
Csv *sheet_csv(Sheet *s);

/* Name of a sheet for a title: without []:*?/\ and at most 31 characters, as Excel wants it. */
Str sheet_name(Arena *arena, Str title);
