/* OpenCase: what residents may know of a case: the public fields of its row and of its moves, which
 * office has it, what was promised. Made in open_case.c alone, as Open is in open.c: a case that no
 * move marked `public` has shown exists for nobody but its reporter. */
#pragma once
#include "page/open.h"

typedef struct OpenSaid { /* one public field */
    Str title;
    const Open *value; /* or */
    Str image;         /* name of the bytes */
} OpenSaid;
typedef struct OpenStep { /* one move */
    Str title, state;
    bool final;
    int64_t at_ms;
    int32_t unit, holder; /* of the seat, UNIT_NONE = none; who has it from then on */
    Actor actor;
    OpenSaid *said;
    size_t said_n;
} OpenStep;

/* The four phases that residents see, whatever the flow calls its states. */
enum { PHASE_HEARD = 1, PHASE_WORKED = 2, PHASE_ANSWERED = 3, PHASE_OVER = 4 };

typedef struct OpenCase {
    const Book *book;
    int64_t ord;
    int32_t unit, holder;
    Str tag;            /* "7-123": book and number, as addresses name it */
    Str no;             /* as the office names it */
    Str item;           /* what kind of matter, or empty */
    Str item_name;      /* of its list */
    const Open *head;   /* its first public text, or NULL */
    const Open *answer; /* the newest public text of a move, or NULL */
    Str state;
    int phase;
    bool final, late, has_due, shown;
    bool answered, agreed; /* ever; and its reporter said that it is solved */
    int64_t begun_ms, due_ms, last_ms;
    int32_t joined;
    OpenSaid *said; /* public fields beside these */
    size_t said_n;
    OpenStep *steps; /* the oldest first; only when asked for whole */
    size_t step_n;
} OpenCase;

/* By its tag; as its reporter also while it is not shown. NOT_FOUND. */
bool open_case(Work *w, Kernel *k, Str tag, Lang lang, bool reporter, OpenCase *ret);
/* Number as people write it (the office's, or the tag) and secret: whose report is it? NOT_FOUND
 * for a wrong number as for a wrong secret. */
bool open_case_enter(Work *w, Kernel *k, Str number, Str secret, OpenCase *ret, Lang lang);
/* "abcd-efgh jkmn" as it was given out: ABCDEFGHJKMN. Empty = not of that form. */
Str secret_plain(Arena *arena, Str given);
/* Of a field that is asked when a row is filed, or by a move. */
Str open_field_title(Arena *arena, Lang lang, const Book *book, const Field *f);
bool tag_parse(Str tag, int32_t *ret_book, int64_t *ret_ord);

/* ---- moves of its reporter ---- */
typedef struct OpenReply {
    Str name, title;
    bool may;
    Str why; /* closed: the sentence */
    const FlowMove *move;
} OpenReply;
bool open_replies(Work *w, Kernel *k, Str tag, Lang lang, OpenReply **ret, size_t *ret_n);

/* ---- many ---- */
typedef enum WallPart { WALL_ALL, WALL_OPEN, WALL_LATE, WALL_OVER } WallPart;
typedef struct WallAsk {
    int32_t unit; /* at it and below it today */
    WallPart part;
    const Book *book;   /* NULL = all books that residents report to, or that show cases */
    const Field *field; /* an item field of the book … */
    int64_t item;       /* … and its item */
    int64_t since_ms;   /* counts are of cases begun since then */
    int64_t changed_ms; /* > 0: only those moved since then … */
    int64_t still_ms;   /* > 0: … and not since then … */
    int64_t begun_ms;   /* > 0: … begun since then … */
    int64_t until_ms;   /* > 0: … and begun before this */
    size_t from, most;
    Lang lang;
} WallAsk;
typedef struct Wall {
    OpenCase *at; /* the newest first */
    size_t n;
    int64_t total;
    int64_t raised, answered, agreed, open, late; /* since since_ms; open and late: now */
} Wall;
bool open_wall(Work *w, Kernel *k, const WallAsk *ask, Wall *ret);

/* May everybody see these bytes: does a public field of a case that is shown name them, now or at a
 * move? NOT_FOUND. */
bool open_image(Work *w, Kernel *k, Str tag, Str name, Str *ret);
