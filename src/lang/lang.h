/* Lang: text of packs -> checked declarations and typed expression trees.
 *
 * A PackSet is an immutable snapshot of all loaded packs in one arena of its own: names resolved,
 * expressions typed, computed fields and figures as trees. The kernel reads these structs; it never
 * sees tokens. It refuses at load what the mission forbids (rules/ names each rule). */
#pragma once
#include "lang/flow.h"

typedef enum BookForm { BOOK_PER, BOOK_OF, BOOK_UNDER } BookForm;
typedef struct Check {
    bool warn;
    Expr *expr;
    Str text;
} Check;
typedef struct Due {
    enum { DUE_NONE, DUE_AFTER_END, DUE_DATE, DUE_MONTHDAY } kind;
    int32_t n; /* amount of working or real days after the end, or day, or monthday */
    bool work;
    int32_t minute; /* 18:00 on day: minute of the day; 0 = the whole day */
    Str on;         /* date field of the period's record, or empty */
} Due;
typedef struct Access {
    Who who;
    const Field **fields;
    size_t field_count;
} Access;

struct Book {
    Str name, title;
    int32_t number; /* registry */
    BookForm form;
    const Kind **kinds; /* per or of; of a book under another: those of its parent */
    size_t kind_count;
    const List **keys; /* per K, LIST, …: further keys beside the unit */
    size_t key_count;
    const Book *parent; /* under */
    PeriodKind every;   /* PERIOD_NONE = standing (one cell for ever, or a register) */
    const Book
        *every_book;    /* every REVIEW_ROUND: periods are records of that book; every = RECORD */
    Expr *where;        /* asked only where / while: level unit */
    const Field *dated; /* register: default date */
    bool dated_entered;
    const FlowState *dated_state; /* dated S.first or S.last */
    bool dated_last;
    const Field *lives_from, *lives_to; /* register: life; NULL = none */
    PeriodKind nil_every;
    bool anonymous;
    int32_t least;
    Field **fields;
    size_t field_count;
    int32_t field_room; /* one more than the highest field number ever given */
    Check *checks;
    size_t check_count;
    Due due;
    int32_t minutes;
    Access *reads, *writes;
    size_t read_count, write_count;
    Str flow;      /* name of the attached flow type, or empty */
    bool confirms; /* its flow has a state named confirmed: filed -> returned -> confirmed */
    bool cases;    /* its flow does more: rows are cases with a holder, moves and clocks */
    const Flow *flow_type; /* instance of this book */
    const Field **row_key; /* `key` clause */
    size_t row_key_count;
    const Pack *pack;
    Place place;
};

typedef struct FigureParam {
    Str name;
    Type type; /* item of a list, int a..b, or record */
} FigureParam;

typedef struct Format {
    Str name; /* 元 万元 亿元 亩 percent points number hours days, or empty = by the type */
    int32_t decimals; /* -1 = by the type */
    Rounding rounding;
    bool trim;
} Format;

struct Figure {
    Str name, title; /* `name`, without family suffix */
    int32_t number;
    FigureParam *params;
    size_t param_count;
    const Kind **kinds; /* of K: exists only there; none = any unit */
    size_t kind_count;
    PeriodKind every; /* finest period; PERIOD_NONE = any */
    Expr *expr;
    Format as;
    const Kind *same;
    int32_t least;
    int64_t coverage; /* needs coverage: ratio 0.000001; 0 = none */
    Expr *needs;
    bool is_public;
    const Tree *tree; /* of its pack */
    const Pack *pack;
    Place place;
};

typedef struct Need {
    Str pack;
    int32_t version;
} Need;

struct Pack {
    Str name, title;
    int32_t version;
    Str owner, basis, approval;
    Who owned_by;                /* the owner, as roles at kinds */
    int32_t first_day, last_day; /* DAY_FOREVER when open */
    Need *needs;
    size_t need_count;
    const Kind **rates;
    size_t rate_count;
    const Tree *tree;
    struct TestDecl *tests;
    size_t test_count;
    Str text;  /* the whole source as loaded: files joined, see source_join() */
    Map words; /* "book water.tons" -> English title; read it with pack_word() */
};

/* ---- sources and complaints ---- */
typedef struct SourceFile {
    Str name, text;
} SourceFile;
typedef struct Source {
    SourceFile *files;
    size_t n;
} Source;

typedef struct Problem {
    Place place;
    Str file; /* name shown */
    Str line; /* the quoted line */
    bool warning;
    const char *what; /* message id and values; block "lang" in base/words.def */
    const char *near; /* nearest known name, or NULL */
} Problem;
typedef struct Problems {
    Problem *at; /* in the arena of the Work of the call */
    size_t n, room;
    size_t errors;
} Problems;

/* In order of file and place: file:line:col, the sentence in `lang` (0 zh, 1 en) with the other
 * language under it, the quoted line, a caret under the word, the nearest name. source may be NULL.
 */
void problems_print(Buf *out, const Source *source, const Problems *problems, int lang);

/* ---- registry: numbers that are never reused; the log keeps it ---- */
typedef struct Registry Registry;
Registry *registry_open(Arena *arena);
/* A number stands under "SPACE:PATH". Spaces: kind tree role list book figure (path PACK.NAME),
 * "item.PACK.LIST" (path ITEM), "field.PACK.BOOK" (path FIELD). */
int32_t registry_find(const Registry *r, Str path);      /* "book:wells.water"; 0 = none yet */
int32_t registry_need(Registry *r, Str space, Str path); /* next number within `space` when new */
Str registry_save(Arena *arena,
                  const Registry *r); /* canonical text: one "SPACE:PATH N" a line, sorted */
bool registry_load(Work *w, Registry *r, Str text);

/* ---- the snapshot ---- */
typedef struct PackSet {
    Arena *arena;       /* its own: packset_close() gives it back */
    const Pack **packs; /* in order of loading: a pack stands after those it needs */
    size_t pack_count;
    const Kind **kinds;
    size_t kind_count;
    const Tree **trees; /* trees[0] = area */
    size_t tree_count;
    const Role **roles;
    size_t role_count;
    const List **lists;
    size_t list_count;
    const Book **books; /* a book under another stands after it */
    size_t book_count;
    const Figure **figures; /* a figure stands after those it reads */
    size_t figure_count;
    const Param **params;
    size_t param_count;
    const Flow **flows;
    size_t flow_count;
    const Calendar **calendars;
    size_t calendar_count;
    int32_t expr_count;
} PackSet;

/* Parses, resolves and types `source` (one pack) on top of `base` (NULL = nothing loaded). Collects
 * every problem; the result is NULL iff problems->errors > 0 or fail() was called. The new set
 * shares nothing with `base` (whose packs are compiled again from Pack.text) and replaces a pack of
 * the same name. Registry numbers are added only when it succeeds. The caller closes it. */
PackSet *pack_compile(Work *w, const PackSet *base, const Source *source, Registry *registry,
                      Problems *problems);
void packset_close(PackSet *set); /* takes NULL */
/* Name and needs of the one pack in `source`, to put several in order; false when unreadable. */
bool source_head(Work *w, const Source *source, Str *ret_name, Need **ret_needs, size_t *ret_count);
/* One expression in the context "figure at (unit, period)", as documents use it: `f @ "2202"
 * [2021]`. NULL + problems when it does not type. The tree lies in w->arena. */
Expr *expr_compile(Work *w, const PackSet *set, Str text, Problems *problems);

const Kind *set_kind(const PackSet *set, Str name); /* NULL = absent; so for all set_* */
const Kind *set_kind_number(const PackSet *set, int32_t number);
const Book *set_book(const PackSet *set, Str name); /* also pack::name */
const Book *set_book_number(const PackSet *set, int32_t number);
const Figure *set_figure(const PackSet *set, Str name);
/* "villages_star_3" -> family villages_star, args {3}; a plain figure has no args. */
const Figure *set_figure_member(const PackSet *set, Str name, int64_t *args, size_t max_args);
const List *set_list(const PackSet *set, Str name);
const Role *set_role(const PackSet *set, Str name);
const Tree *set_tree(const PackSet *set, Str name);
const Param *set_param(const PackSet *set, Str name);
const Pack *set_pack(const PackSet *set, Str name);
const Calendar *set_calendar(const PackSet *set, Str name);
/* English title from words/en.txt: noun = kind list item book field figure param role …, path =
 * "water.tons"; empty when the pack has no words. */
Str pack_word(const Pack *pack, const char *noun, Str path);
const Field *book_field(const Book *book, Str name);
const Item *list_item(const List *list, Str name);
const Item *list_item_number(const List *list, int32_t number);
Str nearest_name(const Str *names, size_t n, Str name); /* by edit distance, or empty */

/* ---- one folder of text ---- */
/* Reads every .tian file of DIR (pack.tian first, then by name) and DIR/words/en.txt; or one .tian
 * file. */
bool source_read(Work *w, const char *path, Source *ret);
Str source_join(Arena *arena, const Source *source); /* one text, file names kept; in the fact */
bool source_split(Work *w, Str joined, Source *ret);
/* Canonical form of one file; false + problems when it does not parse. to: 0 keep, 1 zh, 2 en. */
bool pack_format(Work *w, Str name, Str text, int to, Problems *problems, Str *ret);
/* docs/pack-language.md from the keyword table. */
Str lang_manual(Arena *arena);

/* ---- test sections (run by `tian check`) ---- */
typedef enum StepOp {
    STEP_CLOCK,
    STEP_AT,
    STEP_CALENDAR,
    STEP_UNIT,
    STEP_PUT,
    STEP_SET,
    STEP_FILE,
    STEP_ADD,
    STEP_RETURN,
    STEP_CONFIRM,
    STEP_VOID,
    STEP_EXPECT,
    STEP_EXPECT_MISSING,
    STEP_EXPECT_COVERAGE,
    STEP_MERGE,
    STEP_SPLIT,
    STEP_CLOSE,
    STEP_RENAME,
    STEP_RECODE,
    STEP_MOVE,        /* move RECORD STATE|MOVE by "UNIT ROLE"|reporter|system { values } */
    STEP_TICK,        /* what is due by now happens */
    STEP_EXPECT_CASE, /* expect m1.state = waiting, m1.holder = T, m1.total.late = false,
                         m1.times(unsolved) = 1, m1.accepted.first = TIME, m1.total.due = TIME:
                         names[0], path in English words; the value is `state`, `unit` (holder,
                         S.unit), or a literal in `expr` (bool, int, duration, actor, TIME, or DATE:
                         that day, 24:00 of it included); expr NULL = must be missing */
} StepOp;

typedef struct StepValue {
    Str field;
    Str text; /* the literal as written: a clerk's cell: "5万元", "yes", "2021-09-30" */
    Place place;
} StepValue;
typedef struct Step {
    StepOp op;
    Place place;
    int64_t at_ms; /* at TIME … (0 = keep the clock) */
    int32_t day;   /* clock; on DATE, else the clock's day; 0 = unit without a day */
    Str *names;    /* units, or the record's name */
    size_t name_count;
    const Kind *kind; /* unit KIND names in parent */
    const Book *book;
    Str unit; /* owner, parent; the unit merged into or split */
    Str tree;
    Period period; /* file … 2021-09; .kind NONE = none or a record named in period_name */
    Str period_name;
    Str *keys; /* items of the book's keys in order; the last is left out by `each LIST` */
    size_t key_count;
    bool each; /* each month / each LIST */
    PeriodKind each_kind;
    StepValue *values;
    size_t value_count;
    bool refuse; /* must be refused because … */
    Str because; /* the pack's own message, or a kernel reason; new name of rename, recode */
    bool because_quoted;
    Expr *expr; /* expect: a comparison; expect missing/coverage: the figure */
    int64_t reported, expected;
    Str state;             /* MOVE: the state or the named move */
    Str by;                /* MOVE, ADD: "V desk", reporter, system; empty = who may */
    Str path;              /* EXPECT_CASE: "state", "holder", "total.late", "times(unsolved)" … */
    int64_t shares[2 * 8]; /* split: num, den for each name */
} Step;
typedef struct TestDecl {
    Str title;
    Place place;
    Step *steps;
    size_t step_count;
} TestDecl;
