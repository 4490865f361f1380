/* Core: one open store with everything the kernel knows in memory, and the only way to add facts.
 *
 * A command opens a change, judges, puts facts (core_put appends to the log and applies), and
 * commits. Views and memory are changed by apply alone; a roll-back reloads memory from the store.
 * The same apply rebuilds the views from the log. */
#pragma once
#include "base/words.h"
#include "core/case.h"
#include "core/unit.h"

typedef struct Packs Packs;
typedef struct Records Records;
typedef struct Rights Rights;

typedef enum Verb {
#define VERB(id, number, name) VERB_##id = number,
#include "core/verbs.def"
#undef VERB
} Verb;

Str verb_name(int32_t verb); /* "record.file"; empty = no such verb */

/* A record changed; figures listen (before or after may be NULL). */
struct RecordRow;
typedef struct RecordChange {
    const Book *book;
    const struct RecordRow *before, *after;
} RecordChange;
typedef struct Listener {
    void *self;
    void (*record)(void *self, const RecordChange *change);
    void (*unit)(void *self); /* trees changed */
    void (*pack)(void *self); /* a pack was loaded */
} Listener;

typedef struct Core {
    Store store;
    Units *units;
    Packs *packs;
    Records *records;
    Rights *rights;
    Listener listeners[6];
    size_t listener_count;
    /* the running change */
    bool changing;
    ActId act;
    int32_t act_n;
    int64_t act_first;
    Hash act_hash;
    bool act_asked;   /* act_hash is of the request, not of the facts */
    Fact act_fact;    /* the first one; its bytes are the work's */
    Hash receipt;     /* leaf of the first one */
    int32_t last_day; /* of the newest fact of the change */
    int64_t last_seq;
    int32_t seat, person; /* who acts: 0 = the system itself */
    int64_t made_ms;      /* the client's clock; 0 = the same as at */
} Core;

bool core_open(Work *w, const char *dir, DbMode mode, Core **ret); /* caller closes */
bool core_memory(Work *w, Core **ret);                             /* empty, in memory */
void core_close(Core **core);
void core_listen(Core *core, Listener listener);
int64_t core_known(const Core *core); /* log size: facts seen */

/* One act = one transaction. core_begin … core_put* … core_commit, or core_rollback. */
bool core_begin(Work *w, Core *core, const ActId *act /* NULL = new */);
bool core_put(Work *w, Core *core, Fact *fact); /* act, seat, person, made are filled in */
bool core_commit(Work *w, Core *core);
bool core_rollback(Work *w, Core *core); /* memory is read again from the store */
/* The same inside a batch that others begin, commit and roll back (the writer). */
bool core_act_begin(Work *w, Core *core, const ActId *act /* NULL = new */);
/* What the act is known by when it is sent again; left out: by what its facts say. */
void core_act_asked(Core *core, Str request);
bool core_act_end(Work *w, Core *core);
void core_act_leave(Core *core);       /* refused with nothing put, or the batch comes to nothing */
bool core_reload(Work *w, Core *core); /* the batch came to nothing: memory again from the views */
bool core_apply(Work *w, Core *core, const Fact *fact);
bool core_rebuild(Work *w, Core *core); /* all views again from the log, in one transaction */
/* S(K): last fact known at the end of a day, -1 = none yet; KNOWN_NOW for today and later. */
bool core_known_on(Work *w, Core *core, int32_t day, int64_t *ret_seq);

/* ---- packs ---- */
/* Snapshot in force as known at seq (KNOWN_NOW = newest). NULL + fail() only on a store error. */
const PackSet *packs_set(Work *w, Core *core, int64_t known_seq);
typedef struct PackRow {
    Str name, title;
    int32_t version, first_day, last_day;
    int64_t seq;
} PackRow;
bool packs_list(Work *w, Core *core, const PackRow **ret, size_t *ret_n);
/* Judges (all problems), compares with the version in force, puts pack.load. */
bool pack_load(Work *w, Core *core, const Source *source, Problems *problems);
/* One line a difference, marked allowed or refused; *ret_ok = may be loaded. */
bool pack_diff(Work *w, Core *core, const Source *source, Lang lang, Problems *problems,
               Str *ret_text, bool *ret_ok);

/* A parameter at a unit on a day: the value set nearest above it (where the pack leaves it open),
 * else the one set for all, else the pack's own. */
bool param_value(Work *w, Core *core, const Param *param, int32_t unit, int32_t day,
                 int64_t known_seq, int64_t *ret);
/* unit = UNIT_NONE: for all. Refused outside the bounds, or at a unit that it is not open to. */
bool param_set(Work *w, Core *core, const Param *param, int32_t unit, int64_t value, int32_t day);

/* ---- records ---- */
typedef enum RecordState {
    RECORD_NONE,
    RECORD_FILED,
    RECORD_RETURNED,
    RECORD_CONFIRMED,
    RECORD_VOID,
} RecordState;

/* One row of a book. Returns: ord = key index (mixed radix of item numbers - 1, 0 without keys).
 * Registers: period 0, ord = number in the book, from 1. */
typedef struct Past { /* a `changes` field holds `value` from the day on; DAY_MIN = from the start
                       */
    int32_t field, from_day;
    bool known;
    int64_t value;
    Str text;
} Past;
typedef struct RecordRow {
    int32_t unit;
    int64_t ord;
    int64_t period; /* code; PERIOD_RECORD_BASE + ord of the round for books every ROUND */
    RecordState state;
    int32_t pack; /* version it was written under */
    int64_t seq, gone;
    int32_t entered_day;   /* day of the first fact of the row */
    int64_t parent;        /* under: ord of the parent row, else 0 */
    const int64_t *nums;   /* by Field.number (TYPE is number), book->field_room long */
    const uint64_t *known; /* bit set = value present, by Field.number */
    const Str *texts;      /* by Field.number; .p NULL = missing; hidden fields are never here */
    const Past *past;      /* history of `changes` fields, by field, day */
    size_t past_n;
    const CaseRow *cas; /* of a Book.cases, kept when void; NULL: filed before it had a flow */
} RecordRow;

static inline bool known_has(const uint64_t *known, int32_t field)
{
    return known[field / 64] >> (field % 64) & 1;
}
static inline bool row_known(const RecordRow *row, int32_t field)
{
    return known_has(row->known, field);
}

/* Cells of a return at one (unit, period): the product of its key lists' rooms, 1 without keys.
 * A list's room is its highest item number; the first key is the most significant. */
int64_t book_cells(const Book *book);
int64_t book_ord(const Book *book, const int32_t *items); /* items by key, numbers from 1 */
void book_items(const Book *book, int64_t ord, int32_t *ret_items); /* the way back */

/* Returns of one book and period in dense form: cell (slot, ord). Figures count cells in the states
 * filed and confirmed. Units from `slots` on have no rows (they came later, or nothing is there).
 * Good until records_trim or the next fact. For a register with `nil every`: its nil returns. */
typedef struct Block {
    const Book *book;
    int64_t period;
    int64_t known_seq;
    int32_t slots;   /* rows are [slot * keys + ord] */
    int32_t keys;    /* product of the key lists' rooms, 1 without keys */
    int32_t columns; /* = book->field_room */
    uint8_t *state;  /* RecordState by cell; void cells have no values */
    uint64_t *known; /* [cell * known_words] */
    int32_t known_words;
    int64_t *nums; /* [cell * columns] */
    int64_t *seq;  /* fact that made the cell */
} Block;

/* Loaded on demand under a byte limit. NULL on store error; a block without rows is a block. */
const Block *records_block(Work *w, Core *core, const Book *book, int64_t period,
                           int64_t known_seq);
/* Gives blocks back until they fit the limit; called between pieces of work, since blocks are
 * borrowed. */
void records_trim(Core *core);
size_t records_bytes(const Core *core);
/* All rows of a register, detail or standing book, by (unit, ord); void rows are left out. */
bool records_rows(Work *w, Core *core, const Book *book, int64_t known_seq,
                  const RecordRow *const **ret, size_t *ret_n);
/* One cell or row (void ones too), or NULL. On registers the ord alone decides; unit, period are
 * ignored. */
const RecordRow *record_find(Work *w, Core *core, const Book *book, int32_t unit, int64_t period,
                             int64_t ord, int64_t known_seq);
/* Periods of the book that hold any row, ascending. */
bool records_periods(Work *w, Core *core, const Book *book, const int64_t **ret, size_t *ret_n);
/* A `changes` field as it stood on a day. */
bool record_at(Work *w, Core *core, const RecordRow *row, const Field *field, int32_t day,
               int64_t *ret, bool *ret_known);

/* Puts a record fact: new, corrected (prev set by itself), moved to a state, or void. */
typedef struct RecordEdit {
    const Book *book;
    int32_t unit;
    int64_t period, ord; /* ord 0 on a register = a new row; set on return */
    int64_t parent;
    RecordState state;
    int64_t *nums; /* by field number */
    uint64_t *known;
    Str *texts;           /* hidden fields too: they go to their parts */
    Str reason;           /* void, return */
    int32_t from_day;     /* `changes` fields hold from this day; 0 = entered day */
    bool nil;             /* a register's nil return for `period` */
    const CaseStep *step; /* of a Book.cases: what happens to the case; NULL = only a correction.
                             A move's fact tells the fields it asked and those that differ; private
                             values that it does not give stay where they are */
} RecordEdit;
bool record_put(Work *w, Core *core, RecordEdit *edit, int64_t *ret_seq);
/* Gives a new row of a register its ord before it is put: a secret, a number rest on it. */
bool record_number(Work *w, Core *core, RecordEdit *edit);
/* Does another row of the register hold the value of this unique field (in the unit, if so said)?
 */
bool record_taken(Work *w, Core *core, const Book *book, const Field *field, const RecordRow *row,
                  bool *ret);
/* The row of a register that holds this text in a unique field; *ret_ord 0 = none. */
bool record_of_text(Work *w, Core *core, const Book *book, const Field *field, Str text,
                    int64_t *ret_ord);
/* One private value, from its part; *ret_erased: it was there once. */
bool record_private(Work *w, Core *core, const Book *book, const Field *field, int64_t seq,
                    RecordEdit *ret, bool *ret_erased);
/* private.show: who sees which private field of a row (the fact's prev), and why. */
bool record_show_put(Work *w, Core *core, const Book *book, const RecordRow *row,
                     const Field *field, Str why);
bool record_show_read(Work *w, const Fact *fact, int32_t *ret_field, Str *ret_why);
RecordEdit record_edit_new(Arena *arena, const Book *book);
RecordEdit record_edit_of(Arena *arena, const Book *book,
                          const RecordRow *row); /* with its values */

/* ---- working days and hours ---- */
bool day_is_working(int32_t day, bool *ret_known); /* the state's days; swapped days known */
bool day_add_working(Work *w, int32_t day, int32_t n, int32_t *ret_day);
/* The unit's calendar on the day: its own, else that of the nearest unit above it (area tree), else
 * the first that the packs declare, else the built-in one; never NULL. */
const Calendar *unit_calendar(Core *core, const PackSet *set, int32_t unit, int32_t day);
/* unit.calendar: the unit (and those below it without one) keeps these hours from the day on;
 * calendar NULL = as the unit above it. */
bool unit_calendar_set(Work *w, Core *core, int32_t unit, const Calendar *calendar, int32_t day);
/* The one where no unit has its own: the first that the packs declare, else the built-in one. */
const Calendar *calendar_first(const PackSet *set);
/* When a limit that starts to run at `from` ends: real milliseconds; or, `work`, working time of
 * the calendar, counted from the next opening; n wd (see TYPE_DURATION): 24:00 of the n-th working
 * day after the day of `from`, 0 wd = 24:00 of its own day or of the first working day after it. A
 * limit of 0 is `from` itself. A moment at 24:00 is 0:00 of the next day: what counts days from the
 * end of a day asks from a millisecond before it. Past the table of holidays every weekday is
 * worked. */
int64_t moment_add(const Calendar *calendar, int64_t from_ms, int64_t limit, bool work);
/* Time between two moments: real, or working milliseconds of the calendar. */
int64_t moment_between(const Calendar *calendar, int64_t from_ms, int64_t to_ms, bool work);
/* What is left of a limit when it is stopped: a limit of the same kind that moment_add takes when
 * it runs again (n wd: the working days after the stop's day up to the due day). Odd if the limit
 * is, and only then; 0 = it was due. */
int64_t limit_left(const Calendar *calendar, int64_t stop_ms, int64_t due_ms, int64_t limit,
                   bool work);
/* The last day on which a return of the period is in time. */
typedef enum DueSaid {
    DUE_SAID_NEVER, /* every day is in time */
    DUE_SAID_DAY,
    DUE_SAID_ABOUT, /* past the calendar of holidays: as if every weekday were worked */
} DueSaid;
DueSaid book_due_day(const Book *book, Period p, int32_t *ret_day); /* untouched by NEVER */

#include "core/seat.h" /* seats, persons, grants, and what they may */
