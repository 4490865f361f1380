/* Open: a value that residents may read.
 *
 * It is made in open.c alone, of a figure that is declared public or of a public field of a row, so
 * that a page cannot hold anything else: page_int.h forbids the rest of the folder, at compile
 * time, every way to a row or a figure that does not lead through here. A text in which the number
 * of an identity card, a bank card or a mobile telephone stands is withheld as a whole. */
#pragma once
#include "base/person.h"
#include "command/command.h"

typedef struct Open Open;

typedef enum OpenState {
    OPEN_SHOWN,
    OPEN_PART,     /* shown, but some have not reported */
    OPEN_SILENT,   /* nobody has reported: never zero */
    OPEN_WITHHELD, /* too few reports, rests on too few, or holds a person's number */
    OPEN_NOTHING,  /* there is no such number here */
} OpenState;

typedef struct OpenAsk {
    const Figure *figure;
    int64_t args[4];
    Ask ask;
    Lang lang;
} OpenAsk;

/* *ret NULL = the figure is not public. */
bool open_figure(Work *w, Kernel *k, const OpenAsk *ask, const Open **ret);
/* One for each unit of the kind below; none when the figure is not public. */
bool open_each(Work *w, Kernel *k, const OpenAsk *ask, const Kind *kind, int32_t **ret_units,
               const Open ***ret, size_t *ret_n);

OpenState open_state(const Open *o);
void open_put(Buf *out, const Open *o);     /* as HTML: <b>number</b><i>unit</i>, or words */
Str open_text(Arena *arena, const Open *o); /* the same as plain text */
bool open_covered(const Open *o, int64_t *ret_expected, int64_t *ret_reported);
bool open_is_whole(const Open *o, int64_t *ret); /* a whole number or the number of an item */
bool open_is_zero(const Open *o);                /* known, and nothing */
/* The share of `most` in thousandths, 0..1000; 0 for what has no value or is below 0. */
int open_mille(const Open *o, const Open *most);
const Open *open_larger(const Open *a, const Open *b); /* a may be NULL */

/* ---- rows: nothing of them but their public fields ---- */
typedef struct OpenRow {
    int32_t unit;
    int64_t number; /* of a register, else 0 */
    int64_t seq;
    Str period;         /* of a return, else empty */
    Str items;          /* of further keys, else empty */
    const Open **cells; /* by OpenTable.fields; NULL = not filled in */
} OpenRow;
typedef struct OpenTable {
    const Book *book;
    const Field **fields;
    size_t field_n;
    OpenRow *rows; /* newest first */
    size_t row_n;
    bool more; /* there are older ones */
} OpenTable;
bool book_is_open(const Book *book); /* has public fields, and rows of it may be listed */
/* Rows of an open book, the newest first, without the first `from`: of a register those at the unit
 * and below it today, of returns the unit's own. */
bool open_rows(Work *w, Kernel *k, const Book *book, int32_t unit, Lang lang, size_t from,
               size_t most, OpenTable *ret);

/* ---- what a figure rests on, as far as it is open ---- */
enum { OPEN_SILENT_MOST = 24 }; /* units that have not reported, by name */
typedef struct OpenAtom {
    Str formula;
    int64_t expected, reported;
    const int32_t *silent; /* the first units that have not reported */
    size_t silent_n;
} OpenAtom;
typedef struct OpenTrace {
    const Open *value;
    Str formula;
    OpenAtom *atoms;
    size_t atom_n;
    OpenTable *tables; /* rows that were counted, of books whose fields it reads are all public */
    size_t table_n;
    bool closed; /* it also rests on rows that are not open one by one */
} OpenTrace;
bool open_trace(Work *w, Kernel *k, const OpenAsk *ask, size_t most, OpenTrace *ret);

/* The title of a thing of a pack in the language of the page. */
Str title_in(Arena *arena, Lang lang, const Pack *pack, const char *noun, Str path, Str title);
