/* Book: what is asked, and how answers become facts: judging a filled row, filing, correcting,
 * returning, confirming, voiding; templates and imports of whole files.
 *
 * Books know no figures: what needs an expression (checks, computed fields, is the cell asked) is
 * asked of a Judge, which the command layer fills in with the figure engine. */
#pragma once
#include "core/judge.h"

/* One complaint about one cell of a filled row or form, in words for a clerk. */
typedef struct Fault {
    int64_t row;      /* line of the file, or 0 */
    Str column;       /* title of the field or column, or empty */
    Str given;        /* what stood there */
    const char *what; /* message id and values */
    bool warning;     /* may be filed all the same */
    Str own_words;    /* the pack's own message of a check, or empty */
    Str field;        /* identifier of the field, key or place (unit, period); empty = the row */
} Fault;
typedef list_of(Fault) Faults;

/* The short reason behind a message id: type range required most unique unit period closed expired
 * asked right column computed guard (a check of the pack, whose words stand in own_words). */
Str fault_reason(const char *what);
Str fault_text(Arena *arena, const Fault *fault, Lang lang); /* one line for a clerk */

/* A row as a clerk wrote it: field identifiers or titles with text. Further keys are cells too: the
 * column is the list's name or title, the text an item by name or title. A detail row names the row
 * it stands under in the column `parent` (所属) by that row's number; a correction of a register's
 * row names it in the column `no_` (编号, #) by its number (ord). A round is written "#N" as a
 * period. */
typedef struct Cell {
    Str column, text;
} Cell;
typedef struct Filled {
    int64_t row; /* line in the file */
    Str unit;    /* code */
    Str period;  /* text; empty = the default of the import */
    const Cell *cells;
    size_t cell_count;
    bool granted; /* who may was judged by the caller: the flow of a case says who opens one */
} Filled;

/* Types one clerk's cell: 5万元, 1,234.50, 66.7%, 2021年9月30日, 是/否, item by name or title,
 * unit by code. false + *ret_what (message id) when it is not of the type. */
bool cell_parse(Work *w, Core *core, const Field *field, Str text, int32_t day, int64_t *ret_num,
                Str *ret_text, const char **ret_what);
Str cell_print(Work *w, Core *core, const Field *field, const RecordRow *row,
               int32_t day); /* back to a clerk's text */

/* Does the column name a register's row by its number? A field of that title comes first. */
bool book_number_column(const Book *book, Str column);
/* Judges one filled row completely (every fault), then makes the edit. A column that is not there
 * keeps what stands; an empty cell clears. A register with `nil every` and no cells at all is a nil
 * return of the period. */
bool book_judge(Work *w, Core *core, const Judge *judge, const Book *book, const Filled *filled,
                int32_t seat, Period period, RecordEdit *ret_edit, Faults *faults, bool *ret_ok);
/* What a move of a case asks, laid over the row as it stands; every fault by field. A field of
 * moves that is left out takes the move's default, else it is not known. */
typedef struct MoveFill {
    const FlowMove *move;
    const RecordRow *row;
    const Cell *cells;
    size_t cell_count;
} MoveFill;
bool book_judge_move(Work *w, Core *core, const Judge *judge, const Book *book,
                     const MoveFill *fill, RecordEdit *ret_edit, Faults *faults, bool *ret_ok);
/* What the move offers for a field before anything is typed: its default, as a row's value. */
bool move_default(Work *w, const Judge *judge, const Book *book, const RecordRow *row,
                  const MoveAsk *ask, int64_t *ret, Str *ret_text, bool *ret_known);
/* Puts a judged edit and binds the attachments that it names. */
bool book_put(Work *w, Core *core, RecordEdit *edit, int64_t *ret_seq);
bool book_file(Work *w, Core *core, const Judge *judge, const Book *book, const Filled *filled,
               int32_t seat, Period period, Faults *faults, bool *ret_ok, int64_t *ret_ord);
/* filed -> confirmed, filed or confirmed -> returned (books whose flow confirms), any -> void; the
 * acting seat is core->seat. Inside a change, like book_file. */
bool book_move(Work *w, Core *core, const Book *book, int32_t unit, int64_t period, int64_t ord,
               RecordState to, Str reason);
/* Who filed what stands as `seq`: a confirmation or a return upon it is nobody's writing. */
bool book_author(Work *w, Core *core, int64_t seq, int32_t *ret_seat, int32_t *ret_person);
/* May the acting seat move what stands there, or, where nothing does, what could? Asked before
 * anything is told of it. */
bool book_may_move(Work *w, Core *core, const Book *book, int32_t unit, int64_t period, int64_t ord,
                   RecordState to);

/* ---- whole files ---- */
typedef struct ImportAsk {
    const char *file;    /* .csv or .xlsx */
    Str bytes;           /* or its bytes, which outlive the import; .p NULL = read the file */
    const Cell *mapping; /* title of a column -> field, as the clerk says; empty text = leave it */
    size_t mapping_n;
    bool within; /* inside an act that others begin and end (a batch): see book_import */
    const Book *book;
    Period period; /* default period, or .kind NONE */
    int32_t seat;
    bool dry_run;
    /* A judged new row of a case: its numbers and first move. false: w->err says why it is refused,
     * *ret_words in the flow's own words. NULL: cases are not brought in by files. */
    bool (*begin)(Work *w, void *self, int32_t seat, RecordEdit *edit, Str *ret_words);
    void *self;
} ImportAsk;
typedef struct ImportColumn { /* a title of the file and what it was taken for */
    Str head;
    const char *role; /* unit name period key parent number field skip unknown */
    Str field, title; /* empty where it is none */
    Str near;         /* of an unknown one: the nearest title of the book, or empty */
} ImportColumn;
typedef struct ImportReport {
    ImportColumn *columns;
    size_t column_n;
    int64_t rows, added, changed, same, refused;
    int64_t blank;  /* rows of a template that nobody filled: left alone */
    int64_t errors; /* faults that are no warnings; faults holds the first 200 */
    Faults faults;  /* and the first 200 warnings */
    Str difference; /* what changes, a line for each of the first 200 rows */
    bool dry_run, written;
    bool converted; /* the file was GBK */
} ImportReport;
/* All or nothing: faults that are not warnings leave the store as it was. `within` a batch nothing
 * is taken back: when facts were put and `written` is false, the caller must refuse its act. */
bool book_import(Work *w, Core *core, const Judge *judge, const ImportAsk *ask, ImportReport *ret);
bool import_print(Work *w, const ImportReport *report, bool json, int lang, Buf *out);
/* An xlsx (or .csv) to fill by hand: units of the book's kind below `unit`, values known so far. */
bool book_template(Work *w, Core *core, const Book *book, int32_t unit, Period period,
                   const char *file);
typedef struct TemplateSight { /* whose rows stand in it; false with or without an error */
    bool (*may)(Work *w, void *self, const Book *book, int32_t unit);
    void *self;
} TemplateSight;
bool book_template_bytes(Work *w, Core *core, const Book *book, int32_t unit, Period period,
                         bool csv, const TemplateSight *sight /* NULL = all */, Str *ret);

/* ---- attachments ---- */
bool blob_put(Work *w, Core *core, int32_t seat, Str bytes,
              Str *ret_name); /* ≤ 8 MB, random name */
/* The same within a batch, under a name made by the client (32 hex): once more is harmless, other
 * bytes or another seat are a conflict. */
bool blob_put_as(Work *w, Core *core, int32_t seat, Str name, Str bytes);
bool blob_get(Work *w, Core *core, Str name, Str *ret);
bool blob_sweep(Work *w, Core *core, int64_t older_than_ms,
                int64_t *ret_count); /* unreferenced ones */
