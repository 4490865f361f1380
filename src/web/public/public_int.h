/* Inside of web/public: what residents send. Whoever sends has no account; each form carries a
 * number of its own (`once`, 64 hex digits, new for each reader): its act, the secret of its
 * receipt and the names of its photos are made of it, so that a form sent twice is one report with
 * one receipt. */
#pragma once
#include "command/case.h"
#include "page/case/case.h"
#include "web/public/limit.h"
#include "web/public/multipart.h"
#include "web/web_int.h"

enum { PHOTOS_MOST = 4, CELLS_MOST = PARTS_MOST, PUBLIC_HOLD_MS = 60000 };

typedef struct Photo {
    Str field, raw, drawn;
    Str name; /* 32 hex */
} Photo;
typedef struct Sent { /* a form, from its bytes to what is asked of the kernel */
    Call *call;
    Cell cells[CELLS_MOST];
    size_t n;
    Photo photos[PHOTOS_MOST];
    size_t photo_n;
    Str once;
    Str path; /* unit of a report, tag of a case */
    Str number, secret, move;
    ActId act;
    PageAsk ask;
    bool (*run)(Work *w, Change *change); /* once the photos are drawn */
    const char *word;                     /* of what was wrong with a photo */
} Sent;

/* The body, urlencoded or with files; false = answered. */
bool sent_read(Call *call, Sent *s);
Str sent_text(const Sent *s, const char *name);
/* Number of the form for one purpose: 16 bytes. */
void sent_id(const Sent *s, const char *what, Str of, uint8_t ret[16]);
/* Draws the photos on a heavy thread, then goes to the writer; one that cannot be drawn leaves its
 * word in s->word, and the run tells it beside the form. */
void sent_go(Sent *s);
/* Within the writer: keeps the photos, and adds what names them to the cells. */
bool sent_photos(Work *w, const Sent *s, const Asked *asks, size_t ask_n, Cell *cells, size_t *n);
/* Cells of what is asked, nothing else. */
size_t sent_cells(const Sent *s, const Asked *asks, size_t ask_n, Cell *cells);
/* What was refused by content stands on the form again; the error is kept. */
bool sent_page(Change *change, int status, Str page);
/* 429 with words; `minutes` is filled in. */
void answer_slow(Call *call, const char *word, int64_t wait_ms);
/* Of this machine itself: no throttle by address. */
bool is_loose(const Call *call);
