/* Import: what its parts share. The path of a file: columns are found (import_columns.c); rows of
 * a plain book in a plain .csv are first judged at the speed of reading (import_fast.c), where a
 * row that is in any doubt goes to book_judge; everything else, and every write, passes book_judge
 * row by row in one act (import.c). */
#pragma once
#include "base/limits.h"
#include "book/book_int.h"
#include "book/table/sheet_int.h"

typedef enum ColumnRole {
    COLUMN_SKIP, /* no title, or a serial number: not looked at */
    COLUMN_UNIT,
    COLUMN_UNIT_NAME, /* only compared */
    COLUMN_PERIOD,
    COLUMN_KEY,    /* item of a key list */
    COLUMN_PARENT, /* number of the row above */
    COLUMN_NUMBER, /* number of the row itself (registers) */
    COLUMN_FIELD,
} ColumnRole;

typedef struct Column {
    ColumnRole role;
    const Field *field;
    Str id;   /* as book_judge knows it */
    Str head; /* as the file has it */
    bool unknown;
    Str near; /* of an unknown one */
} Column;

typedef struct Difference {
    int64_t line;
    Str text;
} Difference;
enum { DIFFERENCES = 200 }; /* shown; more are counted only */

typedef struct Import {
    Work *w;
    Core *core;
    const Judge *judge;
    const ImportAsk *ask;
    const Book *book;
    ImportReport *report;
    Arena *arena; /* what outlives a row: faults, differences, rows on trial */
    Sheet *sheet;
    Column *columns;
    size_t column_count;
    size_t unit_at, name_at, period_at; /* SIZE_MAX = no such column */
    size_t data_at;                     /* .csv: where the data begin */
    int64_t data_line;                  /* rows up to this line are titles */
    bool judged;                        /* every row, and none was refused */
    size_t errors, warnings;            /* all, also those past the limit */
    uint64_t *said_absent;              /* required fields without a column: said once */
    list_of(Difference) differences;
    Map seen;    /* place of a row -> the line it stood on */
    Map content; /* rows of a register without a key, by what they say */
} Import;

static inline bool import_full(const Import *i)
{
    return i->errors >= LIMIT_PROBLEMS;
}
/* Copies texts into the import's arena. */
void import_fault(Import *i, Fault fault);

/* Reads the titles; faults of the whole table are in the report afterwards. */
bool import_columns(Import *i);
/* The cells of a row as book_judge wants them; *ret_blank when no value stands in it. */
Filled import_filled(Import *i, const SheetRow *row, Arena *arena, bool *ret_blank);
/* One row through book_judge: its faults, and what it would do. */
typedef enum RowEffect { ROW_REFUSED, ROW_SAME, ROW_ADDED, ROW_CHANGED } RowEffect;
bool import_judge(Import *i, const Filled *filled, Str unit_name, RecordEdit *ret_edit,
                  RowEffect *ret);
void import_count(Import *i, RowEffect effect);
/* Does an expression look at nothing but its own row? */
bool import_row_only(const Expr *e, const Book *book);

/* ---- import_fast.c ---- */
/* Can the file be judged without book_judge for rows that are in no doubt? */
bool import_is_fast(const Import *i);
bool import_fast(Import *i);

/* ---- import_print.c ---- */
/* One line of the difference: before may be NULL. */
void import_differs(Import *i, int64_t line, const RecordRow *before, const RecordEdit *edit);
