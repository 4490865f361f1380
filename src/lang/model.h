/* Model: the checked form of packs: types, typed expressions, declarations.
 *
 * All of it lives in the arena of one PackSet and never changes. Numbers inside literals are scaled
 * integers of their type. Numbers of kinds, books, fields, items … come from the Registry, which
 * the log keeps: they start at 1, are never reused, and stay when a text is loaded again. */
#pragma once
#include "base/list.h"
#include "base/map.h"
#include "base/num.h"
#include "base/time.h"
#include "base/work.h"

/* ---- types ---- */
typedef enum TypeKind {
    TYPE_NONE, /* nothing known: an error was reported */
    TYPE_BOOL,
    TYPE_INT,
    TYPE_DECIMAL,
    TYPE_MONEY,    /* fen */
    TYPE_AREA,     /* 0.0001 mu */
    TYPE_RATE,     /* money per area, 0.0001 yuan per mu */
    TYPE_RATIO,    /* percent fields: 0.000001 */
    TYPE_SCORE,    /* 0.01 */
    TYPE_DURATION, /* milliseconds; .work: of working time, a working day being 8 h. `n wd` is
                      n x 28,800,000 + 1: the odd one says "to the end of the n-th working day" */
    TYPE_DATE,     /* day number */
    TYPE_TIME,     /* ms UTC */
    TYPE_MONTHDAY, /* month * 100 + day */
    TYPE_PERIOD,   /* Period.code */
    TYPE_TEXT,
    TYPE_ITEM,   /* item number of a list */
    TYPE_SET,    /* bit (item number - 1) for each chosen item; lists of at most 63 items */
    TYPE_UNIT,   /* unit number */
    TYPE_RECORD, /* ord of the record in its book */
    TYPE_PERSON, /* holder of a role */
    TYPE_CONTACT,
    TYPE_CODE,
    TYPE_IMAGE,
    TYPE_FILE,
    TYPE_POINT,
    TYPE_PROSE,
    TYPE_STATE, /* state of a record */
    TYPE_KIND,  /* a kind of unit as a value: unit.kind = village */
    TYPE_ACTOR, /* Actor: who made a move */
} TypeKind;

enum { DURATION_WORK_DAY = 8 * 3600 * 1000 };

typedef struct Pack Pack;
typedef struct Kind Kind;
typedef struct List List;
typedef struct Book Book;
typedef struct Field Field;
typedef struct Figure Figure;
typedef struct Param Param;
typedef struct Role Role;
typedef struct Flow Flow;
typedef struct FlowState FlowState;
typedef struct FlowMove FlowMove;
typedef struct FlowClock FlowClock;
typedef struct Calendar Calendar;
typedef struct Expr Expr;

typedef struct Type {
    TypeKind kind;
    int8_t scale;      /* digits after the point of the stored integer */
    bool work;         /* duration in working time */
    bool hidden;       /* private τ: may only be shown and passed to known() */
    int64_t low, high; /* int a..b and text(n): high = n; low > high = open */
    const List *list;
    const Book *book;
    const Kind *const *kinds; /* TYPE_UNIT: allowed kinds; none = any */
    size_t kind_count;
} Type;

/* Is the value held in `nums` (else in `texts`)? */
bool type_is_number(Type t);
/* A word for messages: "money", "item of band" … */
Str type_print(Arena *arena, Type t);

/* ---- where something stands in the text ---- */
typedef struct Place {
    int32_t file;   /* index into Source list of the pack */
    int32_t line;   /* from 1 */
    int32_t column; /* code point, from 1 */
    int32_t length; /* code points to underline */
} Place;

/* ---- expressions ---- */
typedef enum ExprOp {
    EXPR_LITERAL, /* number (type says which), or text */
    EXPR_AND,
    EXPR_OR,
    EXPR_NOT, /* two args each; NOT and NEG one */
    EXPR_EQ,
    EXPR_NE,
    EXPR_LT,
    EXPR_LE,
    EXPR_GT,
    EXPR_GE,
    EXPR_IN,  /* a in (b, c, …): args[0] = a, the rest the choices */
    EXPR_HAS, /* set has item */
    EXPR_ADD,
    EXPR_SUB,
    EXPR_MUL,
    EXPR_DIV,
    EXPR_NEG,
    EXPR_IF,     /* args: condition, then, else */
    EXPR_AGG,    /* aggregate over units or records: agg */
    EXPR_CALL,   /* scalar function: call, args; see CallOp */
    EXPR_FIELD,  /* field of the row in scope; outer = 1 for this. of the next scope out */
    EXPR_FIGURE, /* figure + one arg a family parameter (literal, EXPR_ARG, row field) at (u, p) */
    EXPR_PARAM,  /* pack parameter */
    EXPR_ARG,    /* parameter of the family figure being defined: index in number */
    EXPR_CELL, /* BOOK[keys].field of (u, p): book, field, args = keys in the order of book->keys */
    EXPR_ATTR, /* a.name: args[0] = an item, record or unit; number = index in List.attrs of its
                * list, or field = the field of its book or kind; text = name. PARENT.field in a
                * detail row: args[0] = EXPR_THIS of type record PARENT */
    EXPR_UNIT_ATTR, /* field of the kind of the unit in scope (unit.homes); field NULL = unit.kind
                     */
    EXPR_SHIFT,    /* x[ … ]: args[0] + shifts, applied left to right; brackets nest outside in */
    EXPR_AT,       /* x @ kind  or  x @ "code": args[0], kind or text */
    EXPR_STATE,    /* is S / was S of the row: index in Flow.states in `number`, flag = was */
    EXPR_ROW_DATE, /* number 0: entered, date of the row's first fact; k + 1: item of its k-th key
                    */
    EXPR_PERIOD_DATE, /* start, end of the period in scope: number 0 or 1 */
    EXPR_THIS,        /* the row itself (argument of figures over records) */
    EXPR_KIND,        /* a kind as a value: unit.kind = village */
    /* of a case (a row of a Book.cases), as it stood at the moment of the context; state, move,
     * clock point into Book.flow_type of the row's book */
    EXPR_STATE_TIME,  /* S.first, S.last (flag): TIME; missing when never entered */
    EXPR_STATE_ACTOR, /* S.actor of the last entry: ACTOR, an Actor; literals reporter system seat
                       */
    EXPR_STATE_UNIT,  /* S.unit: unit of the seat that made the last entry; missing: none */
    EXPR_CLOCK,   /* number: CLOCK_DUE (TIME), _USED (DURATION of the limit's kind), _LATE (bool) */
    EXPR_TIMES,   /* times(MOVE): how often a named move was made: INT */
    EXPR_HOLDER,  /* holder: UNIT */
    EXPR_DAY,     /* the day of a TIME, where a date is wanted: args[0]; a CLOCK_DUE at 24:00 is of
                   * the day that ends then */
    EXPR_KIND_OF, /* X.kind: args[0] a unit: KIND */
} ExprOp;

typedef enum Actor { ACTOR_SEAT, ACTOR_REPORTER, ACTOR_SYSTEM } Actor;
typedef enum ClockPart { CLOCK_DUE, CLOCK_USED, CLOCK_LATE } ClockPart;

typedef enum AggOp {
    AGG_SUM,
    AGG_COUNT,
    AGG_AVG,
    AGG_SHARE,
    AGG_LEAST,
    AGG_MOST,
    AGG_MEDIAN,
    AGG_P90,
    AGG_ANY,
    AGG_ALL,
} AggOp;
typedef enum AggScope { SCOPE_SUBTREE, SCOPE_OWN, SCOPE_ABOVE } AggScope;
typedef enum AggWhen {
    WHEN_DEFAULT, /* by the book: dated -> by, lives -> alive, every -> its period */
    WHEN_BY,
    WHEN_ALIVE,
    WHEN_DURING,
    WHEN_EVER,
} AggWhen;

typedef struct Agg {
    AggOp op;
    const Kind *kind; /* over units of this kind; or */
    const Book *book; /* over records of this book */
    bool children;    /* sum(this.CHILD: …): rows of book under the row in scope */
    AggScope scope;
    AggWhen when;
    const Field *via; /* unit field that takes the place of the owner */
    bool via_holder;
    const Field *by; /* date field; NULL with by_entered = the day of entry */
    bool by_entered;
    const FlowState *by_state; /* by S.first, S.last */
    bool by_last;
    Expr *where; /* NULL = all */
    Expr *value; /* NULL for count and share; any and all may have either */
} Agg;

/* Arguments in the order of writing. STEP: x, first value, then bound, value, bound, value …;
 * ROUND: x, unit of rounding (a literal of x's type or 1). EXPECTED, REPORTED, ON_TIME: no args,
 * Expr.book; CLAMP: x, low, high; DAYS: from, to -> int; COVERAGE: x -> ratio. */
typedef enum CallOp {
    CALL_KNOWN,
    CALL_DEFAULT,
    CALL_CLAMP,
    CALL_MIN,
    CALL_MAX,
    CALL_ABS,
    CALL_ROUND,
    CALL_STEP,
    CALL_DAYS,
    CALL_SIZE,
    CALL_EXPECTED,
    CALL_REPORTED,
    CALL_RANK,
    CALL_ON_TIME,
    CALL_WORDS,
    CALL_ALLOT,
    CALL_PART,
    CALL_YEAR,
    CALL_MONTH,
    CALL_TIMES,
    CALL_BALANCE,
    CALL_STALE,
    CALL_LOOKS_NAMED,
    CALL_COVERAGE,
} CallOp;

typedef enum ShiftOp {
    SHIFT_PREV,
    SHIFT_YEAR,
    /* [year-n]: n > 0 */ SHIFT_YTD,
    SHIFT_LAST, /* n × period kind */
    SHIFT_NOW,
    SHIFT_DRAFT,
    SHIFT_AT,
    SHIFT_KNOWN,  /* expr: date */
    SHIFT_PERIOD, /* expr: a literal of type period, or a value of type period or record */
    SHIFT_KEY,    /* not made: keys of cells are args of EXPR_CELL */
} ShiftOp;

typedef struct Shift {
    ShiftOp op;
    int32_t n;
    PeriodKind kind;
    Expr *expr;
} Shift;

typedef enum Level { LEVEL_CONST, LEVEL_UNIT, LEVEL_ROW } Level;

struct Expr {
    ExprOp op;
    Type type;
    Level level;
    Place place;
    int32_t id;     /* dense in the PackSet: key of columns and caches */
    int64_t number; /* literal, state, row date, argument index, attribute index */
    Str text;       /* text literal, unit code, name of an attribute */
    CallOp call;
    Agg *agg;
    Shift *shifts;
    size_t shift_count;
    const Book *book;
    const Field *field;
    const Figure *figure;
    const Param *param;
    const Kind *kind;
    const FlowState *state;
    const FlowMove *move;
    const FlowClock *clock;
    int32_t outer;
    bool flag; /* EXPR_STATE: was */
    Expr **args;
    size_t arg_count;
};

/* ---- declarations ---- */
typedef enum WhoAt { WHO_AT_KINDS, WHO_AT_OWNER, WHO_AT_HOLDER, WHO_AT_FIELD } WhoAt;
typedef struct Who1 {
    const Role *role; /* NULL for the words below */
    Str word;         /* anyone author holder reporter resident owner system code … or a path */
    WhoAt at;         /* desk at owner, at holder, at dept (a unit field of the row) */
    const Field *at_field;
    bool of_parent; /* a detail's `parent.holder`, `desk at parent.dept`: of the row it stands under
                     */
    const Kind *const *kinds;
    size_t kind_count;
} Who1;
typedef struct Who {
    Who1 *any;
    size_t n;
    bool not_author;          /* `except author` */
    const FlowState **except; /* `except S.actor`: nobody who ever brought it into S */
    size_t except_count;
    Str text; /* as written */
} Who;

struct Kind {
    Str name, title;
    int32_t number;
    const Kind **parents;
    size_t parent_count;
    Field **fields;
    size_t field_count;
    const Pack *pack;
};
typedef struct TreeEdge {
    const Kind *child, *parent;
} TreeEdge;
typedef struct Tree {
    Str name, title; /* the first tree of all, from kinds' `in`, is named "area" */
    int32_t number;  /* area = 0 */
    TreeEdge *edges;
    size_t edge_count;
    const Pack *pack;
} Tree;
/* What a role is for beside the books. A seat with a duty reads no record, and nobody holds both.
 */
typedef enum Duty {
    DUTY_NONE,
    DUTY_SYSTEM, /* units, posts, packs, the health of the store */
    DUTY_PEOPLE, /* who signs in, who holds which seat */
    DUTY_AUDIT,  /* who signed in, who asked for private values, who was given what */
} Duty;
struct Role {
    Str name, title;
    Duty duty; /* `duty system|people|audit` */
    int32_t number;
    const Kind **kinds;
    size_t kind_count;
    const Pack *pack;
};
struct Param {
    Str name, title;
    Type type;
    int64_t value, low, high; /* low > high: no bounds */
    const Kind *open;
    const Pack *pack;
};
typedef struct Item {
    Str name, title;
    int32_t number; /* from 1, in the order of writing for new lists; never reused */
    int32_t rank;   /* place in an ordered list */
    int64_t *attrs; /* by List.attrs; text attributes in attr_texts */
    Str *attr_texts;
    int32_t until; /* version from which it is no longer offered; 0 = none */
} Item;
typedef struct ItemAttr {
    Str name;
    Type type;
} ItemAttr;
struct List {
    Str name, title; /* choice(...) of a field is a list without a name: name = book.field */
    int32_t number;
    bool ordered, open;
    ItemAttr *attrs;
    size_t attr_count;
    Item *items;
    size_t item_count;
    const Pack *pack;
};

struct Field {
    Str name, title;
    Type type;
    int32_t number; /* from the registry, from 1: index into nums or texts; the same for both */
    Expr *computed; /* NULL = asked */
    Expr *low, *high, *fallback, *required_when;
    bool optional, stock, changes, unique, unique_in_unit, is_public, spent;
    bool of_move; /* asked by a move of the book's flow, not when the row is filed */
    Str made;     /* made "{county}{year}{seq:6}": filled in when the row is filed; empty = asked */
    int32_t at_most; /* many L at most n; 0 = any */
    int32_t coarse;  /* public coarse n: shown to residents rounded to n metres; 0 = exact */
    Str purpose;     /* private: purpose, keep, after */
    int64_t keep_days;
    Str keep_after;       /* path as written */
    int32_t group;        /* part of the fact: 1 = open, 2 and on private groups */
    Str was;              /* the field it was called before: keeps its number */
    Str again;            /* the reason for asking once more what another book asks */
    int32_t since, until; /* versions: required only from, asked only until; 0 = none */
    const Book *book;     /* NULL for fields of kinds */
    Place place;
};
/* Private: its values stand in parts of their own and are told only when asked for. */
static inline bool field_is_private(const Field *f)
{
    return f->type.hidden || f->group > 1;
}
