/* Csv: RFC 4180 read strictly over a whole file, without copying, and written safely.
 *
 * Reading: UTF-8 with or without its mark; what is not UTF-8 is tried as GB18030 (Excel in China
 * saves GBK) and converted whole. CRLF or LF; quoted fields may hold commas, quotes and line ends.
 * Refused with words and the line: NUL bytes, UTF-16, a lone CR, a quote inside an unquoted field,
 * text after a closing quote, a quote never closed, too many columns or rows. A record of another
 * width than the first is the caller's matter: it sees the count.
 *
 * Writing: a cell that a spreadsheet would run as a formula gets a ' before it; csv_unguard takes
 * exactly that away again. */
#pragma once
#include "base/str.h"
#include "base/work.h"

typedef struct Csv {
    Str text;       /* UTF-8 without its mark */
    bool converted; /* was GB18030 */
    bool quotes;    /* a quote stands somewhere */
    /* the current record */
    int64_t line; /* its first line, from 1 */
    Str *fields;
    size_t n;
    /* position of the next record */
    size_t at;
    int64_t next_line;
    int64_t rows; /* records read so far */
    Arena *arena; /* fields with doubled quotes, and converted text */
} Csv;

/* Judges the bytes; they stay the caller's and must outlive the reader. */
bool csv_open(Work *w, Arena *arena, Str bytes, Csv *ret);
/* Next record into csv->line, fields, n. Fields are borrowed from the text, or live in the arena.
 */
bool csv_next(Work *w, Csv *csv, bool *ret_more);
void csv_rewind(Csv *csv);

typedef struct CsvOut {
    Buf *out;
    bool inside; /* a field stands on this line */
} CsvOut;

void csv_put(CsvOut *o, Str text);          /* guarded and quoted as needed */
void csv_put_number(CsvOut *o, Str digits); /* plain number: never guarded */
void csv_end(CsvOut *o);                    /* CRLF */
/* The text as it was before csv_put guarded it. */
Str csv_guard(Arena *arena, Str text);
Str csv_unguard(Str text);
