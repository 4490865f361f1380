/* For the files of command only: rows and what they read from the given fields. */
#pragma once
#include "command/command.h"

/* ---- the rows, by what they change; table.c joins them ---- */
typedef struct CommandRows {
    const CommandRow *at;
    size_t n;
} CommandRows;
CommandRows rows_unit(void);
CommandRows rows_record(void);
CommandRows rows_case(void);
CommandRows rows_private(void);
CommandRows rows_people(void);
CommandRows rows_param(void);

/* ---- given.c: fields as values. A text that cannot be read is a fault of its field; what is not
 * there is NOT_FOUND ---- */
/* Refuses the content of one field; always false. */
bool given_fault(Work *w, const CommandAsk *ask, CommandDone *done, const char *name,
                 const char *what);
Str given_text(const CommandAsk *ask, const char *name); /* empty = not given */
bool given_has(const CommandAsk *ask, const char *name); /* also when it was given empty */
bool given_day(Work *w, const CommandAsk *ask, CommandDone *done, const char *name,
               int32_t *ret); /* today without it */
bool given_int(Work *w, const CommandAsk *ask, CommandDone *done, const char *name,
               int64_t *ret); /* 0 without it */
bool given_unit(Work *w, Kernel *k, const CommandAsk *ask, const char *name, int32_t day,
                int32_t *ret);
bool given_kind(Work *w, Kernel *k, const CommandAsk *ask, const Kind **ret);
bool given_book(Work *w, Kernel *k, const CommandAsk *ask, const Book **ret);
bool given_role(Work *w, Kernel *k, const CommandAsk *ask, const Role **ret);
/* Is the column a field of the row itself, rather than of its book? */
bool row_has_field(const CommandRow *row, Str column);

/* One row of a book, named by book, unit, period and number, or by the keys of a return. */
typedef struct Spot {
    const Book *book;
    int32_t unit;
    int64_t period, ord;
} Spot;
bool given_spot(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done, Spot *ret);

/* ---- case/made.c ---- */
Told *told_open(Core *core); /* listens to core; caller closes before it */
void told_close(Told **told);
Numbers *numbers_open(void);
void numbers_close(Numbers **n);
void numbers_forget(Numbers *n); /* memory is read again; takes NULL */
/* ---- case/link.c ---- */
Links *links_open(Core *core);
void links_close(Links **l);
/* ---- case/file.c ---- */
/* A new case or the correction of one; rows without a flow of their own under a case, too. */
bool case_file_in(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done, const Book *book);
/* number, no, state: as the act's first fact left them. */
bool tell_case(Work *w, Kernel *k, const CommandAsk *ask, const Fact *fact, CommandDone *done);

/* ---- expect.c ---- */
/* Has the row moved on since the client saw it? Then CONFLICT with the difference to `edit` (NULL:
 * nothing was filled in). Without the field `expect` all is well. */
bool expect_check(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done, const Spot *spot,
                  const RecordEdit *edit);
