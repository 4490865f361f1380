/* The inside of a compilation: symbols, scopes, the typer. */
#pragma once
#include "lang/lang_int.h"

/* ---- symbols ---- */
typedef enum SymbolKind {
    SYMBOL_KIND = 1,
    SYMBOL_TREE = 2,
    SYMBOL_ROLE = 4,
    SYMBOL_PARAM = 8,
    SYMBOL_LIST = 16,
    SYMBOL_BOOK = 32,
    SYMBOL_FLOW = 64,
    SYMBOL_FIGURE = 128,
    SYMBOL_CALENDAR = 512,
    SYMBOL_LATER = 256, /* of a standard and the like: known, so that nothing more is complained */
} SymbolKind;

/* One pack being compiled. */
typedef struct Load {
    Pack *pack;
    File *files;
    size_t file_count;
    Str words; /* words/en.txt, or empty */
    const File *words_file;
    Node **decls; /* of all files, in order */
    size_t decl_count;
    const Node *head;    /* pack { } */
    struct Load **needs; /* all packs it stands on, direct and further */
    size_t need_count;
    bool fresh; /* the source of this call; the others compiled before */
    bool blind; /* a pack it needs is not there: unknown names are not complained about */
} Load;

typedef struct Symbol {
    SymbolKind kind;
    Str name;
    Load *load;
    const Node *node;
    void *thing; /* Kind Tree Role Param List Book Flow Figure, open for filling */
    enum { SYMBOL_FRESH, SYMBOL_OPEN, SYMBOL_DONE } state;
    int depth;           /* of a figure: levels of figures that it reads */
    struct Symbol *next; /* of the same name */
} Symbol;

/* Who reads whom: figures, computed fields and books, for the search for cycles. */
typedef struct Edge {
    const void *from, *to;
} Edge;
typedef struct Vertex {
    const void *thing;
    Str name;
    const File *file;
    Place place;
} Vertex;

typedef struct Compiler {
    Work *w;
    Complaints c;
    Arena *arena; /* of the set */
    PackSet *set;
    Registry *registry;
    list_of(Load *) loads;
    Map symbols; /* name -> Symbol */
    list_of(Kind *) kinds;
    list_of(Tree *) trees;
    list_of(Role *) roles;
    list_of(List *) lists;
    list_of(Book *) books;
    list_of(Figure *) figures;
    list_of(Param *) params;
    list_of(Flow *) flows;
    list_of(Calendar *) calendars;
    list_of(struct FlowUse *) uses; /* flows attached to books of cases */
    list_of(Symbol *) all;          /* in order of declaration */
    list_of(Edge) edges;
    list_of(Vertex) vertices;
    int figure_depth; /* figures being typed, one inside the other */
} Compiler;

Symbol *symbol_add(Compiler *c, Load *load, SymbolKind kind, const Node *node, void *thing);
/* By name and kinds from `load`: its own first, then those of the packs it needs. NULL = none;
 * complains (and returns one) when two needed packs have it. */
Symbol *symbol_find(Compiler *c, Load *load, int kinds, const Node *name, Str pack);
/* … with a complaint when there is none: "lang.unknown_WHAT name=…" and the nearest. */
Symbol *symbol_need(Compiler *c, Load *load, int kinds, const Node *name);
Str qualifier_of(const Node *name); /* the pack of pack::name, or empty */
const char *nearest_of(Compiler *c, Load *load, int kinds, const Book *row, Str name);
Str path_of(Arena *arena, Str a, Str b); /* a.b */

/* ---- declarations ---- */
void declare_load(Compiler *c, Load *load);      /* structs and names */
void resolve_load(Compiler *c, Load *load);      /* kinds, trees, lists, books, field types */
void resolve_constants(Compiler *c, Load *load); /* params, items, which fields are private */
void resolve_values(Compiler *c, Load *load);    /* expressions of kinds and books */
Field *declare_field(Compiler *c, const Node *n, Str space);
void declare_choice(Compiler *c, Load *load, Str owner, const Node *field);
Str move_from(const Node *n);
Type type_of_node(Compiler *c, Load *load, const Node *node, Str choice_name);
const Kind **kinds_of_nodes(Compiler *c, Load *load, const Node *parent, size_t *ret_count);
bool every_of_node(Compiler *c, Load *load, const Node *every, PeriodKind *ret,
                   const Book **ret_book);
Who who_of_node(Compiler *c, Load *load, const Book *book, const Node *node);
void kind_values(Compiler *c, Load *load, const Node *n, Kind *kind);
void read_book_words(Compiler *c, Load *load, const Node *n, Book *book);
void book_values(Compiler *c, Load *load, const Node *n, Book *book);
void steps_load(Compiler *c, Load *load);         /* test sections */
void rules_load(Compiler *c, Load *load);         /* licence, forbidden, asks twice, words */
void persons_load(Compiler *c, const Load *load); /* nobody named in the open, nobody rated */
void words_load(Compiler *c, Load *load);         /* words/en.txt */
void words_share(Compiler *c);                    /* titles of flows, for their books */
void rules_cycles(Compiler *c);

/* ---- typing ---- */
typedef struct Local {
    Str name;
    const Kind *kind;
    const Book *book;
} Local;

/* Where a name is looked up. A new one is pushed by every aggregate, @ and [ … ]. */
typedef struct Scope {
    const struct Scope *outer;
    const Book *row;          /* the names of its fields; NULL = no row */
    bool aggregate;           /* pushed by an aggregate: `this` means the one outside */
    bool rows;                /* inside an aggregate over records */
    const Kind *const *kinds; /* units it may stand for */
    size_t kind_count;        /* 0 = any unit */
    bool any_kind;            /* documents and tests: not checked */
    PeriodKind grain;         /* NONE = any period may be asked */
    bool any_grain;
    const Figure *figure; /* whose parameters are known */
    const Local *locals;  /* units and records of a test */
    size_t local_count;
    const struct FlowUse *use; /* a flow's own expressions: its parameters are known */
} Scope;

typedef struct Typer {
    Compiler *c;
    Load *load;
    const void *owner; /* of edges: the figure, field or book whose expression it is */
    Symbol *figure;    /* being typed */
    bool private_ok;   /* directly inside known() */
    bool computed;     /* a formula kept with the row */
    const Book *row;   /* for the nearest name */
} Typer;

Expr *type_expr(Typer *t, const Scope *s, const Node *n, const List *want); /* never NULL */
/* … as a value of the declared type: literals fit, items are looked up, else a complaint. */
Expr *type_as(Typer *t, const Scope *s, const Node *n, Type want);
Expr *type_condition(Typer *t, const Scope *s, const Node *n);
bool expr_constant(const Expr *e, int64_t *ret); /* literal or its negative */
void figure_type(Compiler *c, Symbol *symbol);   /* types it, and first those it reads */
void field_words(Compiler *c, Load *load, const Node *n, const Book *book, Field *f);
void field_exprs(Typer *t, const Scope *s, const Node *clause, Field *f);
void field_sense(Compiler *c, const Node *n, const Field *f);
Scope book_scope(const Book *book);
void edge_add(Typer *t, const void *to);
void vertex_add(Compiler *c, const void *thing, Str name, const Node *node);

/* type.c: types and their algebra; e is changed where a literal takes the other's type. */
Type type_make(TypeKind kind);
bool type_same(Type a, Type b);
bool is_number(Type t);  /* int, decimal, score */
bool is_amount(Type t);  /* can be added up */
bool is_opaque(Type t);  /* only known() */
bool is_ordered(Type t); /* can be compared by < */
void literal_fit(Expr *e,
                 Type to); /* 0 fits all amounts; plain numbers fit ratio, score, decimal */
bool types_join(Expr *a, Expr *b, Type *ret);
bool type_binary(ExprOp op, Expr *a, Expr *b, Type *ret);
bool ratio_as_decimal(Expr *e); /* a / b of one unit, where a decimal is declared */
Type type_mean(Type t);         /* of avg and median */
/* A literal token of numbers, days, periods; complains. */
bool literal_of_token(Complaints *c, const Node *n, Type *ret_type, int64_t *ret);
bool duration_days(const Token *t, int64_t *ret_days); /* 2y 6mo 30d */

/* ---- flows: one instance for each book that attaches one; see flow/ ---- */

/* One `{ field }` of a move. */
typedef struct AskNode {
    Field *field;
    const Node *node;
    size_t move; /* index in Flow.moves */
} AskNode;

typedef struct FlowUse {
    Book *book;
    Flow *flow;           /* the instance */
    const Symbol *symbol; /* the declared flow */
    Load *load, *of_book;
    const Node *attach;       /* flow NAME(arguments) */
    const Node **move_nodes;  /* by Flow.moves */
    const Node **clock_nodes; /* by Flow.clocks: a clock, or the move whose `within` it is */
    const Node **params;
    Expr **args; /* by params; NULL = not given */
    size_t param_count;
    AskNode *asks;
    size_t ask_count;
} FlowUse;

void declare_flow(Compiler *c, Load *load, const Node *n);
bool flow_confirms(const Flow *flow);       /* filed -> confirmed: the life of returns */
const Node *move_fields(const Node *move);  /* { fields } of a move; NULL = asks nothing */
void flows_attach(Compiler *c, Load *load); /* instances: states, moves, clocks, fields by name */
void flows_types(Compiler *c);              /* of what moves ask */
void flows_clocks(Compiler *c);             /* arguments, limits */
void flows_fill(Compiler *c);               /* who, conditions, what each move does */
void flows_prove(Compiler *c);
void calendar_declare(Compiler *c, Load *load, const Node *n);
Expr *flow_argument(Typer *t, const Scope *s, const Node *n);
/* S.first, CLOCK.due … of the row in scope; NULL = it is no such name. */
Expr *flow_part(Typer *t, const Scope *s, const Node *n);
Expr *flow_holder(Typer *t, const Scope *s, const Node *n);
Expr *flow_times(Typer *t, const Scope *s, const Node *n);
Expr *actor_literal(Typer *t, const Node *n); /* reporter, system, seat; NULL = another name */
/* The state in `S.first` or `S.last`; NULL + complaint. */
const FlowState *state_moment(Compiler *c, const Book *book, const Node *path, bool *ret_last);
Str move_path(Arena *arena, const Flow *flow, const FlowMove *move);
bool flow_passes(const Flow *flow, const FlowState *state); /* does every path end through it? */
