/* Case: what residents do to cases. They have no account: who knows the number and the secret of a
 * report is its reporter (ACTOR_REPORTER); everyone else is a resident who may report and join in
 * what others reported. Each is an act of its own inside a batch of the writer, like
 * command_run_in: *done is told as there, nothing of a seat's rights is used, and only what the
 * book's flow opens to residents can be done. All that is not there, not theirs, or has another
 * secret is one answer: ERR_NOT_FOUND. */
#pragma once
#include "command/command.h"

enum { CASE_SECRET_SIGNS = 12 };

typedef struct CaseTold { /* from the act's fact alone, so the same when it is sent again */
    int64_t number;       /* of the row */
    Str no;               /* its made number, or the number as text where the book makes none */
    const FlowState *state;
    int32_t unit;
} CaseTold;

/* A new case by a resident: the book's flow has a `new ->` move `by resident`. */
typedef struct CaseReport {
    const ActId *act; /* of the form that was sent; NULL = cannot be sent again */
    int64_t made_ms;  /* 0 = now */
    Str book, unit;   /* name; code of the unit where it is, of the book's kinds */
    const Cell *cells;
    size_t n;   /* fields of the book by name or title, the contact too; photos by blob name */
    Str secret; /* 12 signs, kept as case_secret() only. The same for the same act: a request sent
                   again with another secret is another request, which conflicts */
} CaseReport;
bool case_report(Work *w, Kernel *k, const CaseReport *report, CaseTold *ret, CommandDone *done);

/* A move `by reporter` of what was reported with this secret: 认可, 未解决. */
typedef struct CaseReply {
    const ActId *act;
    int64_t made_ms;
    Str book;
    int64_t number;
    Str secret;
    Str move; /* name of the move or of its state, as case_named reads it */
    const Cell *cells;
    size_t n;
} CaseReply;
bool case_reporter_move(Work *w, Kernel *k, const CaseReply *reply, CaseTold *ret,
                        CommandDone *done);

/* "Me too" of a case that residents see and that is not over. */
typedef struct CaseJoin {
    const ActId *act;
    int64_t made_ms;
    Str book;
    int64_t number;
} CaseJoin;
bool case_join_public(Work *w, Kernel *k, const CaseJoin *join, CommandDone *done);

/* ---- who may what, beside the moves (flow/flow.h) ---- */
/* May the actor raise a case at the unit (under the row `parent` of a detail's book)? */
bool case_may_begin(Work *w, Kernel *k, const Book *book, int32_t unit, int64_t parent,
                    const CaseActor *actor, bool *ret);
/* Correct its own fields: who writes by name, raised it, or could move it. Not when it is over. */
bool case_may_correct(Work *w, Kernel *k, const Book *book, const RecordRow *row,
                      const CaseActor *actor, bool *ret);
/* Is some move out of its state the actor's, even one closed now? */
bool case_may_move(Work *w, Kernel *k, const Book *book, const RecordRow *row,
                   const CaseActor *actor, bool *ret);
/* Let texts of it through to residents, that another person wrote. */
bool case_may_release(Work *w, Kernel *k, const Book *book, const RecordRow *row,
                      const CaseActor *actor, bool *ret);
/* A judged new row: its made numbers and its first move; what else the filing of a case is. */
bool case_begin_edit(Work *w, Kernel *k, const CaseActor *actor, Str secret, RecordEdit *edit,
                     Str *ret_words);

/* ImportAsk.begin, with a Kernel as self. */
bool case_import_begin(Work *w, void *kernel, int32_t seat, RecordEdit *edit, Str *ret_words);

/* ---- reading, for those pages ---- */
/* The case of a made number (where several books make the same, the first), or of a plain number
 * where `book` is given. NULL = none; w->err tells of a store error only. */
const RecordRow *case_by_no(Work *w, Kernel *k, const Book *book, Str no, const Book **ret_book);
/* Is this the secret of its report? Compared in constant time. */
bool case_secret_fits(Kernel *k, const Book *book, const RecordRow *row, Str secret);
/* Rows of the book under the row `ord` of its parent, or (field given: a record of its own book)
 * that name it there, in the order in which they came to. */
bool case_links(Work *w, Kernel *k, const Book *book, const Field *field, int64_t ord,
                const RecordRow ***ret, size_t *ret_n);
/* The made number of a row, else its number as text. */
Str case_no(Work *w, const Book *book, const RecordRow *row);
/* Is it a text that residents would see, with numbers of persons in it? */
bool case_text_guarded(const RecordRow *row, const Field *field);
/* Did a second person let just this text through? It stood there when they did. */
bool case_text_released(Work *w, Core *core, const Book *book, const RecordRow *row,
                        const Field *field);
