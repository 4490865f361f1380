/* For the files of core only: what core.c asks of packs, records, rights and params. */
#pragma once
#include "core/core.h"

#define PREV_NONE (-1) /* a fact that follows none */

/* Bulk work keeps an arena of its own for one load or one walk. */
#define CORE_SOFT_BYTES ((size_t)256 << 20)

static inline Db *core_db(Core *core)
{
    return core->store.db;
}

/* ---- pack.c ---- */
Packs *packs_open(void);
void packs_close(Packs **p);
bool packs_load(Work *w, Core *core); /* from the views and the facts they name */
bool pack_apply(Work *w, Core *core, const Fact *fact);
bool param_apply(Work *w, Core *core, const Fact *fact);
/* ---- pack_diff.c ---- */
typedef struct Compare { /* a new version of a pack against the one in force */
    Arena *arena;
    const PackSet *old_set, *new_set;
    const Pack *old, *new;
    const Source *source;
    Lang lang;
    Problems *problems; /* what may not change */
    Buf *text;          /* one line a difference */
    size_t refused;
} Compare;
bool pack_compare(Compare *c); /* true = may be loaded */

/* ---- record_live.c ---- */
Records *records_open(void);
void records_close(Records **r);
void records_forget(Records *r); /* all that was read from the table */
/* Between acts: rows superseded in the act before it are borrowed by nobody any more. */
void records_settle(Records *r);
/* Dense in memory and one row for each cell? (Else rows with numbers of their own.) */
static inline bool book_is_return(const Book *book)
{
    return book->form == BOOK_PER;
}
int64_t known_clip(const Core *core, int64_t known_seq); /* KNOWN_NOW when it holds all there is */
/* The live memory takes a row that apply wrote; before = what it supersedes, or NULL. */
void records_edit(Core *core, const Book *book, const RecordRow *before, const RecordRow *after);

/* ---- record_row.c: a row of the table, packed ---- */
Str row_pack_nums(Arena *arena, const Book *book, const RecordRow *row);
Str row_pack_mask(Arena *arena, const Book *book, const RecordRow *row);
Str row_pack_texts(Arena *arena, const Book *book, const RecordRow *row);
RecordRow *row_unpack(Arena *arena, const Book *book, Str nums, Str mask, Str texts);
/* Makes room for the values of a row of the book, all missing. */
RecordRow *row_new(Arena *arena, const Book *book);
int32_t book_words(const Book *book);              /* words of a mask */
int64_t ord_stored(const Book *book, int64_t ord); /* as the table and the facts keep it */
int64_t ord_live(const Book *book, int64_t stored);
/* The statement stands on a row of one of the record_… selections. */
RecordRow *row_read(Arena *arena, const Book *book, Stmt *s);
/* All that a row says in one piece of row_bytes(). */
size_t row_bytes(const Book *book, const RecordRow *row);
RecordRow *row_lay(void *piece, const Book *book, const RecordRow *row);

/* ---- case/pack.c: a case as its column of the table keeps it ---- */
Str case_pack(Arena *arena, const CaseRow *c); /* empty for none */
CaseRow *case_unpack(Arena *arena, Str bytes); /* NULL for none */

/* ---- case/fact.c ---- */
int32_t case_verb(CaseAct act);
/* What the step says, beside the values; before = the case so far, NULL when it begins. */
void case_say(Arena *arena, Canon *c, const CaseStep *step, const CaseRow *before);
/* The case after the fact, in w->arena. */
bool case_apply(Work *w, Core *core, const Fact *fact, const CanonView *v, const CaseRow *before,
                const CaseRow **ret);

/* ---- record.c ---- */
bool record_apply(Work *w, Core *core, const Fact *fact);
/* What a part of a fact tells, where the edit has nothing yet. */
void record_take_values(const CanonView *v, const RecordEdit *edit);
bool record_take_texts(Work *w, const CanonView *v, const RecordEdit *edit);
const Book *record_book(Work *w, Core *core, const Fact *fact); /* NULL + fail() */

/* ---- record_private.c ---- */
/* A fact that states its row whole; others leave what they do not name where it stands. */
bool record_states_all(const Fact *fact);
/* A correction restates the private values that it does not change: each stands alone. */
bool record_carry_hidden(Work *w, Core *core, const RecordEdit *edit, const RecordRow *before);
bool part_erase_apply(Work *w, Core *core, const Fact *fact);
int64_t record_next_ord(Work *w, Core *core, const Book *book); /* -1 after fail() */

/* ---- right.c ---- */
Rights *rights_open(void);
void rights_close(Rights **r);
bool rights_load(Work *w, Core *core);
bool right_apply(Work *w, Core *core, const Fact *fact);

void core_tell_record(Core *core, const RecordChange *change);
