/* Unit: villages, townships, counties … in time.
 *
 * A unit has a number of its own (= slot, int32, never reused). Life, kind, name, code and its
 * parent in each tree are attributes valid from day to day, bitemporal by (day, seq). Create,
 * rename, move, recode, merge, split and close are facts. Units holds them all in memory, edited
 * by unit_apply alone. */
#pragma once
#include "lang/lang.h"
#include "store/store.h"

#define UNIT_NONE (-1)
#define KNOWN_NOW (INT64_C(1) << 62) /* known seq of "all that is there" */

typedef enum UnitAspect {
    ASPECT_LIFE,
    ASPECT_KIND,
    ASPECT_NAME,
    ASPECT_CODE,
    ASPECT_PARENT,
    ASPECT_CALENDAR /* hours of work: the calendar's name, empty = as the unit above */
} UnitAspect;
typedef enum LineageHow { LINEAGE_MERGE, LINEAGE_SPLIT, LINEAGE_RECODE } LineageHow;

/* One attribute value: valid on days from_day .. to_day-1, known for seq <= S < gone. */
typedef struct Span {
    int32_t unit;
    UnitAspect aspect;
    int32_t tree;             /* ASPECT_PARENT only, else 0 */
    int32_t from_day, to_day; /* to_day = DAY_FOREVER while open */
    int64_t seq, gone;
    int64_t value; /* kind number, parent slot, 1 for life */
    Str text;      /* name, code, calendar */
    Str basis;     /* what a derived fact rests on */
} Span;

typedef struct Link { /* lineage: num/den of `from` pass to `to` on the day */
    int32_t to, from;
    int32_t day;
    int64_t seq, gone;
    LineageHow how;
    int64_t num, den;
} Link;

typedef struct Units Units;

/* A tree as it stood on first_day .. last_day (nothing changed in between), as known at a seq:
 * pre-order. `day` = first_day, so that a version is named by (tree, day, known_seq); known_seq is
 * KNOWN_NOW or that of the last fact of units known. */
typedef struct TreeVersion {
    int32_t tree, day;
    int32_t first_day, last_day;
    int64_t known_seq;
    int32_t count;    /* units in it */
    int32_t slots;    /* length of pre_of: units ever created */
    int32_t *slot_of; /* [pre] -> slot */
    int32_t *last;    /* [pre] -> last pre of its subtree (included) */
    int32_t *parent;  /* [pre] -> pre of the parent, -1 at a root */
    int32_t *pre_of;  /* [slot] -> pre, -1 = not in this tree on that day */
    int32_t *kind;    /* [pre] -> kind number */
} TreeVersion;

Units *units_open(void);
void units_close(Units **u);
bool units_load(Work *w, Units *u, Db *db); /* from the view tables */
int32_t units_count(const Units *u);        /* slots ever given */

/* Cached (LRU); borrowed until the units change or 64 other versions were asked. Siblings stand in
 * order of code, then slot. */
const TreeVersion *units_tree(Work *w, Units *u, int32_t tree, int32_t day, int64_t known_seq);
/* Current on a day; NULL/UNIT_NONE = absent. Name, code, kind and parent of a unit that has ended
 * are its last ones: ask unit_alive too where that matters. */
int32_t unit_find_code(const Units *u, Str code, int32_t day, int64_t known_seq);
/* By code on the day, else by any code ever held (a closed or recoded unit). */
int32_t unit_find_code_ever(const Units *u, Str code, int32_t day);
Str unit_name(const Units *u, int32_t unit, int32_t day, int64_t known_seq); /* empty = none */
Str unit_code(const Units *u, int32_t unit, int32_t day, int64_t known_seq);
int32_t unit_kind(const Units *u, int32_t unit, int32_t day,
                  int64_t known_seq); /* number, 0 = none */
/* Its own calendar; empty = none. unit_calendar() asks the units above it too (core/core.h). */
Str unit_calendar_name(const Units *u, int32_t unit, int32_t day, int64_t known_seq);
bool unit_alive(const Units *u, int32_t unit, int32_t day, int64_t known_seq);
/* Alive on some day of first..last? */
bool unit_alive_during(const Units *u, int32_t unit, int32_t first, int32_t last,
                       int64_t known_seq);
int32_t unit_parent(const Units *u, int32_t unit, int32_t tree, int32_t day, int64_t known_seq);
/* Is it `top`, or does it stand below it in the tree of the day, as known now? */
bool unit_is_under(const Units *u, int32_t unit, int32_t top, int32_t tree, int32_t day);
/* The unit right below the root that holds it (or is it) in tree 0 on the day; 0 for a root. */
int32_t unit_shard(const Units *u, int32_t unit, int32_t day);
const Span *unit_spans(const Units *u, int32_t unit, size_t *ret_n); /* all, by aspect, day, seq */
const Link *unit_links(const Units *u, size_t *ret_n);               /* all, by day, seq */

/* Where a value of `unit` that was alive before goes for the tree of `day`: shares that add up to
 * 1; itself when alive on the day; empty when it ended without a successor. */
typedef struct Share {
    int32_t unit;
    int64_t num, den;
} Share;
typedef list_of(Share) Shares;
void unit_forward(Arena *arena, const Units *u, int32_t unit, int32_t day, int64_t known_seq,
                  Shares *ret);
/* The units alive on `day` whose values answer for a later born `unit`, with their shares. */
void unit_backward(Arena *arena, const Units *u, int32_t unit, int32_t day, int64_t known_seq,
                   Shares *ret);
/* Splits an integer exactly: remainders to the largest remainder, ties by slot. amounts[n]. */
void shares_split(int64_t amount, const Share *shares, size_t n, int64_t *amounts);

/* ---- facts of units: judge fully, then put; `core` is the open kernel (core/core.h) ---- */
struct Core;
typedef struct NewUnit {
    Str code, name;
    int32_t kind;   /* number */
    int32_t parent; /* slot in tree 0, or UNIT_NONE for a root */
    int32_t day;    /* first day alive */
    Str basis;
} NewUnit;
bool unit_create(Work *w, struct Core *core, const NewUnit *unit, int32_t *ret_unit);
bool unit_rename(Work *w, struct Core *core, int32_t unit, Str name, int32_t day, Str basis);
bool unit_recode(Work *w, struct Core *core, int32_t unit, Str code, int32_t day, Str basis);
bool unit_move(Work *w, struct Core *core, int32_t unit, int32_t tree, int32_t parent, int32_t day,
               Str basis);
bool unit_rekind(Work *w, struct Core *core, int32_t unit, int32_t kind, int32_t day, Str basis);
bool unit_merge(Work *w, struct Core *core, const int32_t *from, size_t n, int32_t into,
                int32_t day, Str basis);
bool unit_split(Work *w, struct Core *core, int32_t from, const Share *into, size_t n, int32_t day,
                Str basis);
bool unit_close(Work *w, struct Core *core, int32_t unit, int32_t day, Str basis);
/* A yearly list (CSV: code,name,kind,parent; kinds by name or title) compared with what stands on
 * the day: same code = same unit; a suffix that the whole list drops is a style; gone and new with
 * one name, kind and top unit, one to one, = moved or recoded; the rest ends and begins. Merges
 * and splits are never guessed. The report (Chinese) holds counts, every case and what is
 * doubtful; on a bad list its problems by line. Puts facts: inside core_begin … core_commit. */
bool units_import(Work *w, struct Core *core, Str csv, int32_t day, Str source, Buf *report);
/* The units of a day as text: the tree down to the top units with counts by kind, or one unit with
 * what stands right under it. */
bool units_show(Work *w, struct Core *core, int32_t unit, int32_t day, Buf *out);
/* The life of a unit: begun, renamed, moved, merged …, and where its values come from and go. */
bool units_lineage(Work *w, struct Core *core, int32_t unit, Buf *out);
/* Called by core_put and by rebuild: writes the views and edits `u`. */
bool unit_apply(Work *w, Units *u, Db *db, const Fact *fact);
bool unit_digest_ok(Work *w, const Units *u, Db *db); /* memory equals tables (tests) */
