/* View: every read, one row of a table. A view answers JSON about what its reader may see; pages of
 * the staff app, exports, event streams and the command line all ask here. Shapes of the answers
 * are declared beside the views (shapes.def), so that OpenAPI and the TypeScript types come from
 * the same table, and a test holds every answer against its shape.
 *
 * Reading is authorise, then fetch: "not found" and "not yours" are one answer (ERR_NOT_FOUND). */
#pragma once
#include "account/account.h"
#include "command/command.h"

/* What only the server knows of itself; view `health` tells it to the system's seat. Times are ms
 * UTC, 0 = never. */
typedef struct Health {
    int64_t backup_ms, verify_ms, started_ms;
    bool backup_ok, verify_ok;
    int64_t store_bytes, disk_left_bytes;
    bool disk_low; /* writes are refused */
    int64_t queue, streams, sessions;
    const char *version;
} Health;

typedef struct Reader { /* who asks */
    Kernel *k;
    Accounts *accounts;   /* NULL on the command line */
    const Health *health; /* NULL but in the server */
    int32_t person;       /* 0 = the system itself (command line) */
    int32_t seat;         /* 0 = the system itself; a seat that the person holds today */
    Str session;          /* id of the session, or empty */
    Lang lang;
} Reader;

enum { VIEW_ARGS = 10 };
typedef struct ViewArg {
    const char *name, *zh, *en;
    bool optional;
} ViewArg;
typedef struct ViewRow {
    const char *name, *zh, *en;
    ViewArg args[VIEW_ARGS];
    const char *shape; /* of shapes.def: what stands under "data" */
    bool (*run)(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out);
    bool heavy; /* may take longer than 10 ms: runs on the heavy thread */
} ViewRow;
const ViewRow *view_find(Str name); /* NULL = absent */
const ViewRow *view_table(size_t *ret_n);
/* {"seq":N,"at":MS,"data":…}: seq = facts known when it was read. Unknown and lacking args are
 * BAD_INPUT. */
bool view_run(Work *w, const Reader *reader, const ViewRow *view, const Cell *given, size_t n,
              Buf *out);

/* The fields of a row that the reader may see: as the book says, and of a case also as whoever
 * holds it, held it or raised it does. */
bool view_sight(Work *w, const Reader *reader, const Book *book, const RecordRow *row, Sight *ret);

/* {"error":{"code","zh","en","fields":[…]}}. faults NULL = a reading was refused; else a change,
 * whose content may have faults. "Not there" and "not yours" read alike. */
void error_json(Work *w, const Err *err, const Faults *faults, Buf *out);
int error_status(const Err *err, const Faults *faults); /* 400 404 409 413 422 503 */
/* [Fault…] of docs/api.md: those that are warnings, or the others, or (both) all. */
typedef enum FaultChoice { FAULTS_ALL, FAULTS_WARNINGS, FAULTS_ERRORS } FaultChoice;
void faults_json(Work *w, const Faults *faults, FaultChoice which, Buf *out);

/* ---- what is made from the two tables ---- */
bool api_openapi(Work *w, Buf *out);    /* OpenAPI 3.1, JSON */
bool api_typescript(Work *w, Buf *out); /* ui/src/api.gen.ts */

/* An expression of a pack as the client evaluates it (docs/api.md, "Expressions"). */
void expr_json(Work *w, Core *core, const Expr *expr, int32_t unit, int32_t day, Buf *out);

/* ---- files ---- */
/* The table of a book as xlsx: rows below a unit that the reader may read; hidden fields are not in
 * it, a cell never begins a formula. */
bool export_xlsx(Work *w, const Reader *reader, const Cell *given, size_t n, Str *ret);
bool template_xlsx(Work *w, const Reader *reader, const Cell *given, size_t n, Str *ret);

/* One file to import, as it came over the network. */
typedef struct ImportFile {
    const ActId *act; /* NULL on a dry run */
    int32_t seat, person;
    int64_t made_ms;        /* the client's clock; 0 = now */
    Str book, period, name; /* name: of the file, for the act alone */
    Str map;                /* "title=field" line by line: what the clerk says of columns; empty
                               field = leave it out */
    Str bytes;
    bool dry_run;
    Lang lang;
} ImportFile;
/* Inside a batch of the writer, like command_run_in; a dry run too, since rows are judged by
 * writing them where they rest on each other. `out` (an arena of the caller's) is made anew each
 * time and holds the report, shape Imported: when true is returned, and when false is returned with
 * *ret_told (the file has faults, or it was a dry run; what was put must be taken back). Else
 * w->err says why.
 */
bool import_run_in(Work *w, Kernel *k, const ImportFile *file, Buf *out, bool *ret_told);
/* The same in a transaction of its own; false only with w->err. */
bool import_run(Work *w, Kernel *k, const ImportFile *file, Buf *out);

/* ---- event streams ---- */
/* May the reader be told of changes to this opened view ("todo", "figure:NAME:UNIT",
 * "rows:BOOK:UNIT", "form:BOOK:UNIT:PERIOD", "unit:UNIT")? Written as it will be compared. */
bool watch_judge(Work *w, const Reader *reader, Str open, Str *ret_watch);
/* Does a change of this record (or of units, packs, rights: book NULL) touch the watched view, and
 * may the reader still see it? */
bool watch_touched(Work *w, const Reader *reader, Str watch, const Book *book, int32_t unit,
                   bool *ret);
