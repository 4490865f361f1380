/* The inside of lang: tokens, the syntax tree, the symbols of a compilation.
 *
 * One way through: lex.c cuts text into tokens; parse*.c builds Nodes and marks which tokens are
 * keywords; declare.c makes the model's structs and their names; resolve*.c fills them; type*.c
 * turns expression nodes into typed Expr; rules/ refuses what the mission forbids. */
#pragma once
#include "base/limits.h"
#include "lang/lang.h"

/* ---- words ---- */
typedef enum Word {
    WORD_NONE,
#define KEYWORD(id, en, zh, where, doc_zh, doc_en) WORD_##id,
#define FUNCTION(id, en, zh, args, doc_zh, doc_en)
#define AGGREGATE(id, en, zh, args, doc_zh, doc_en)
#include "lang/keywords.def"
#undef KEYWORD
#undef FUNCTION
#undef AGGREGATE
    WORD_COUNT,
} Word;

typedef enum WordPlace {
    PLACE_RESERVED,
    PLACE_HEAD,
    PLACE_PACKS,
    PLACE_BOOKS,
    PLACE_TYPES,
    PLACE_FIELDS,
    PLACE_LISTS,
    PLACE_FIGURES,
    PLACE_FLOWS,
    PLACE_TESTS,
} WordPlace;

typedef struct WordRow {
    const char *en, *zh;
    WordPlace where;
    const char *doc_zh, *doc_en;
} WordRow;
typedef struct FunctionRow {
    const char *en, *zh, *args, *doc_zh, *doc_en;
    bool aggregate;
    int op; /* AggOp or CallOp */
} FunctionRow;

const WordRow *word_row(Word word);       /* of WORD_NONE: empty texts */
Word word_of(Str text);                   /* by either language; WORD_NONE = no keyword */
const FunctionRow *function_of(Str text); /* by either language; NULL = no function */
extern const FunctionRow function_rows[];
extern const size_t function_row_count;

/* ---- tokens ---- */
typedef enum TokenKind {
    TOKEN_END,
    TOKEN_NEWLINE,
    TOKEN_NAME,
    TOKEN_NUMBER,
    TOKEN_STRING,
    TOKEN_DATE,
    TOKEN_PERIOD,
    TOKEN_MONTHDAY,
    TOKEN_TIME,
    TOKEN_SIGN,
    TOKEN_BAD,
} TokenKind;

/* Signs: one character, or two packed as SIGN2('<', '='). */
#define SIGN2(a, b) ((a)*256 + (b))

typedef enum Suffix {
    SUFFIX_NONE,
    SUFFIX_WAN,
    SUFFIX_YI,
    SUFFIX_YUAN,
    SUFFIX_WAN_YUAN,
    SUFFIX_YI_YUAN,
    SUFFIX_MU,
    SUFFIX_PERCENT,
    SUFFIX_MIN,
    SUFFIX_H,
    SUFFIX_WH,
    SUFFIX_D,
    SUFFIX_WD,
    SUFFIX_W,
    SUFFIX_MO,
    SUFFIX_Y,
} Suffix;

/* What the parser found a name to be; the formatter turns words into the other language by it. */
typedef enum TokenRole {
    ROLE_NAME,
    ROLE_WORD,
    ROLE_FUNCTION,
    ROLE_PERIOD,
    ROLE_RAW, /* inside the value of a test step: blanks as written */
} TokenRole;

typedef struct Token {
    TokenKind kind;
    TokenRole role;
    bool space; /* white space stands before it */
    bool gap;   /* an empty line stands above it */
    bool soft;  /* NEWLINE written as ; */
    Word word;  /* NAME: the keyword it could be */
    int sign;   /* SIGN */
    Suffix suffix;
    int8_t scale;   /* NUMBER: digits after the point */
    int64_t number; /* NUMBER without suffix; day; period code; monthday; minutes of TIME */
    Str raw;        /* as written */
    Str value;      /* NAME: folded and NFC; STRING: content */
    Place place;
} Token;

typedef struct Comment {
    size_t before; /* index of the token it stands before */
    bool own_line; /* nothing else stands on its line */
    bool gap;      /* an empty line stands above it */
    Str text;      /* from # on */
} Comment;

typedef struct File {
    Str name, text;
    int32_t index;
    Token *tokens; /* the last one is END */
    size_t token_count;
    Comment *comments;
    size_t comment_count;
    bool english; /* names of keywords: more English than Chinese */
} File;

/* ---- complaints ---- */
typedef struct Complaints {
    Work *w;
    Problems *problems;
} Complaints;

/* what: "lang.unknown name=…"; near: nearest known name or NULL. */
void complain(Complaints *c, const File *file, Place place, const char *near, const char *format,
              ...) __attribute__((format(printf, 5, 6)));
void complain_warning(Complaints *c, const File *file, Place place, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void problems_sort(Problems *problems);

/* Cuts `file->text` into tokens; broken characters are complained about and skipped. */
void lex_file(Complaints *c, Arena *arena, File *file);

/* ---- syntax tree ---- */
typedef enum NodeKind {
    /* declarations: token = name; kids in order of writing */
    NODE_PACK,
    NODE_KIND,
    NODE_TREE,
    NODE_ROLE,
    NODE_PARAM,
    NODE_RULE,
    NODE_LIST,
    NODE_BOOK,
    NODE_FLOW,
    NODE_FIGURE,
    NODE_TEST,
    NODE_BOARD,
    NODE_CALENDAR,
    NODE_LATER,
    /* parts: token = the word or name, word = keyword */
    NODE_TITLE,  /* token = string */
    NODE_NAME,   /* token = name; qualifier kid for pack::name */
    NODE_CLAUSE, /* word + kids */
    NODE_FIELD,  /* token = name; kids: TYPE, TITLE, CLAUSE… */
    NODE_TYPE,   /* word (or WORD_NONE: a list, kids = PATH) + kids */
    NODE_ITEM,
    NODE_EDGE,
    NODE_PARAMETER,
    NODE_WHO,
    NODE_STATE,
    NODE_MOVE,
    NODE_STEP,
    NODE_VALUE,
    NODE_TEXT,   /* token = string */
    NODE_NUMBER, /* token = number, date, period, … */
    /* expressions */
    NODE_LITERAL, /* number date period monthday string true false */
    NODE_REF,     /* token = name; kid NAME = pack qualifier */
    NODE_DOT,     /* kid 0 . token */
    NODE_CALL,    /* token = function or family; kids ARG */
    NODE_ARG,     /* kids: expr [expr] */
    NODE_AGG, /* kids: REF/DOT source, CLAUSE own above via by alive during ever where, ARG value */
    NODE_SHIFT,    /* kid 0, then NODE_WHEN */
    NODE_WHEN,     /* word, number, kid expr */
    NODE_AT,       /* kid 0; token = kind or string */
    NODE_STATE_IS, /* token = state; word = IS or WAS; kid WHEN… */
    NODE_UNARY,
    NODE_BINARY, /* word or sign */
    NODE_IF,
    NODE_IN,
    NODE_BAD, /* complained about */
} NodeKind;

typedef struct Node {
    NodeKind kind;
    Word word;
    int sign;
    bool broken;         /* a complaint was made inside */
    int32_t token;       /* what names it: place of complaints */
    int32_t first, last; /* tokens it spans, last included */
    const File *file;
    int32_t height; /* of an expression: walks over it recurse so deep */
    struct Node *kid, *next, *tail;
} Node;

static inline const Token *node_token(const Node *n)
{
    return &n->file->tokens[n->token];
}
static inline Str node_name(const Node *n)
{
    return node_token(n)->value;
}
Place node_place(const Node *n);                    /* its naming token */
Place node_span(const Node *n);                     /* its first line, from first to last token */
Str node_text(const Node *n);                       /* as written, first to last token */
const Node *node_kid(const Node *n, NodeKind kind); /* first such kid, or NULL */
const Node *node_clause(const Node *n, Word word);  /* first CLAUSE of that word, or NULL */
size_t node_count(const Node *n);
const Node *node_at(const Node *n, size_t i);

#define FOR_EACH(kid_, n) for (const Node *kid_ = (n)->kid; kid_; kid_ = kid_->next)

typedef struct Parser {
    Complaints *c;
    Arena *arena;
    File *file;
    int32_t at;
    int depth;  /* of expressions and types */
    bool panic; /* a problem was reported in this statement */
    bool cut;   /* the complaint was: nested too deeply */
    Node *decl; /* the declaration being read: marked broken */
} Parser;

/* The declarations of a file, in a list by ->next. */
Node *parse_file(Complaints *c, Arena *arena, File *file);
Node *parse_expr_file(Complaints *c, Arena *arena,
                      File *file); /* one expression; NULL = complained */

/* Tools of the parser, for parse_*.c. All advance only on success. */
Token *look(const Parser *p);
Token *look_next(const Parser *p, int n);
bool at_word(const Parser *p, Word word);
bool at_sign(const Parser *p, int sign);
bool take_word(Parser *p, Word word);
bool take_sign(Parser *p, int sign);
bool need_sign(Parser *p, int sign);
bool need_word(Parser *p, Word word);
bool take_end(Parser *p);       /* end of a statement */
void need_end(Parser *p);       /* … or a complaint */
void skip_statement(Parser *p); /* to the next newline at this brace depth */
void syntax(Parser *p, const Token *t, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void syntax_expected(Parser *p, const char *what); /* what = id of a word list: "lang.want_name" */
Node *node_new(Parser *p, NodeKind kind);          /* at the token in hand */
Node *node_add(Node *parent, Node *kid);           /* takes NULL; returns the parent */
Node *node_end(Parser *p, Node *n);                /* sets last */
Node *parse_named(Parser *p, NodeKind kind);       /* takes the head word; token = the name */
Node *parse_name(Parser *p);                       /* any name; complains */
Node *parse_title(Parser *p, NodeKind kind);       /* string; complains */
Node *parse_names(Parser *p, Node *parent, int between); /* a, b or a | b */
Node *parse_path(Parser *p);                             /* a.b, pack::a */
Node *parse_moment_path(
    Parser *p); /* … whose second part may be the word first or last of a state */
Node *parse_clause_word(Parser *p); /* CLAUSE with the word in hand, taken */
Node *parse_literal_token(Parser *p, NodeKind kind);
Node *parse_expr(Parser *p);
Node *parse_sum(Parser *p); /* an operand of a comparison */
Node *parse_who(Parser *p);
Node *parse_type(Parser *p);
Node *parse_field(Parser *p);
Node *parse_every(Parser *p);
Node *parse_parameters(Parser *p, NodeKind kind);
/* { statement; … }: calls one() for each, which adds to parent; recovers inside. */
bool parse_block(Parser *p, Node *parent, Node *(*one)(Parser *p));
Node *parse_book(Parser *p);
Node *parse_flow(Parser *p);
Node *parse_figure(Parser *p);
Node *parse_test(Parser *p);
Node *parse_board(Parser *p);
Node *parse_calendar(Parser *p);
Node *parse_later(Parser *p);

/* A name that takes over the number of an older one (field `was`). */
void registry_put(Registry *r, Str space, Str path, int32_t number);
