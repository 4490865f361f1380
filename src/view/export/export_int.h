/* For the files of view/export only: a plain table as an .xlsx file. */
#pragma once
#include "view/figure/reading_int.h"

/* Columns have a type, so that a number stands as a number; all else stands as text, which a
 * spreadsheet never reads as a formula, whatever it begins with. */
typedef enum TableCell { CELL_TEXT, CELL_NUMBER } TableCell;
typedef struct Table Table;
Table *table_new(Work *w, Str title);
/* decimals < 0: a column of texts. */
void table_column(Work *w, Table *t, Str title, int decimals, bool percent);
void table_row(Work *w, Table *t);
/* The next cell of the row; a number as plain decimal text. */
void table_text(Work *w, Table *t, Str text);
void table_number(Work *w, Table *t, Str decimal);
void table_note(Work *w, Table *t, Str text); /* a line of the second sheet */
bool table_bytes(Work *w, Table *t, Str *ret);
size_t table_rows(const Table *t);
