/* Command: what joins the nouns. Books ask figures through a judge made here; packs are checked
 * with their tests on a store in memory; every change has a row in the command table. */
#pragma once
#include "account/account.h"
#include "book/book.h"
#include "bulletin/bulletin.h"
#include "figure/figure.h"
#include "flow/flow.h"

typedef struct Told Told;
typedef struct Numbers Numbers; /* where the counts of made numbers stand */
typedef struct Links Links;     /* what points at a case */

/* One open store with its figures. */
typedef struct Kernel {
    Core *core;
    Figures *figures;
    Accounts *accounts;
    Cases *cases;
    Numbers *numbers;
    Links *links;
    Told *told;
} Kernel;
bool kernel_open(Work *w, const char *dir, DbMode mode, Kernel *ret);
bool kernel_memory(Work *w, Kernel *ret);
void kernel_close(Kernel *k); /* takes CLEANUP() */

/* Texts about declarations, by two pointers into the newest packs and a number; forgotten when
 * packs or params change. told_put copies. Without one nothing is kept. */
bool told_find(const Told *t, const void *of, const void *also, int how, Str *ret);
void told_put(Told *t, const void *of, const void *also, int how, Str text);

/* The judge of books, answered by the figures. */
Judge judge_of(Figures *figures);

/* ---- the command table: every change, one row ---- */
typedef enum FieldForm { /* what the text of a field is; said in OpenAPI and in the forms */
                         FORM_TEXT,
                         FORM_UNIT, /* code */
                         FORM_BOOK,
                         FORM_PERIOD,
                         FORM_DAY,
                         FORM_INT,
                         FORM_SEAT, /* role@code */
                         FORM_ROLE,
                         FORM_KIND,
                         FORM_PERSON,
                         FORM_PACK,
} FieldForm;
typedef struct CommandField {
    const char *name, *zh, *en;
    bool optional;
    FieldForm form;
} CommandField;

/* One asking for a change. */
typedef struct CommandAsk {
    const ActId *act; /* NULL = a new one: the asking cannot be repeated */
    int32_t seat, person;
    int64_t made_ms; /* the client's clock; 0 = now */
    const struct CommandRow *row;
    const Cell *given;
    size_t n;
    Actor actor; /* ACTOR_REPORTER: a resident, without a seat (command/case.h alone) */
    Str secret;  /* of a resident's report */
} CommandAsk;
typedef struct CommandDone {
    bool again;     /* this act was done before: its first reply, once more */
    int64_t seq;    /* of its first fact; -1 = nothing had to be written; with ERR_CONFLICT of an
                       expected version: of what stands there now, 0 = nothing */
    int32_t count;  /* facts */
    Hash receipt;   /* leaf hash of the first fact */
    Buf answer;     /* the row's own members of a JSON object, as `"number":12`, or nothing; the
                       same when given again, but for one-time secrets, which are not told twice */
    Faults faults;  /* refused by content (warnings come with what was done, too) */
    Str difference; /* ERR_CONFLICT of an expected version: JSON, field by field, theirs and yours
                     */
} CommandDone;

typedef struct CommandRow {
    const char *name, *zh, *en;
    CommandField fields[8];
    bool (*run)(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done);
    /* The answer, from the first fact of the act alone: the same now and when it is sent again.
     * NULL = the row has none to give. */
    bool (*tell)(Work *w, Kernel *k, const CommandAsk *ask, const Fact *fact, CommandDone *done);
    Duty duty; /* a seat of this duty (or the system); DUTY_NONE = judged by what it does */
    bool open; /* takes further fields: those of a book */
} CommandRow;
const CommandRow *command_find(Str name);                    /* NULL = absent */
const CommandRow *command_nth(size_t i);                     /* NULL = there are no more */
Str given_of(const Cell *given, size_t n, const char *name); /* empty = not given */

/* Judges and runs it in a transaction of its own. What is done lives in w->arena. False: w->err
 * says why: BAD_INPUT = refused by content (done->faults by field), NOT_FOUND or FORBIDDEN = not
 * there or not yours, which are told apart to nobody; CONFLICT = the act's id was another act's, or
 * the row has moved on (done->difference). A refusal is not kept: the same act may be tried again.
 */
bool command_run(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done);
/* The same inside a batch of the writer: begun, committed and rolled back by others. False =
 * refused, and nothing was written, or the batch is spoiled and runs again one by one. It may run
 * twice, so *done must be made anew by the caller each time; in a writer w->arena ends with the
 * command. */
bool command_run_in(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done);
/* For WriterOptions.leave: the batch that wrote came to nothing, memory is read again from the
 * store. */
bool kernel_reload(Work *w, Kernel *k);
void kernel_committed(
    Kernel *k); /* the batch is durable: memory follows where it waited for that */

/* ---- checking packs ---- */
typedef struct CheckCount {
    int problems, passed, failed;
} CheckCount;
/* Reads the packs named by path and those they need (beside them), compiles all, runs the tests of
 * the named ones: every expectation live and computed again. Writes problems and results. */
bool packs_check(Work *w, const char *const *paths, size_t n, int lang, Buf *out, CheckCount *ret);
