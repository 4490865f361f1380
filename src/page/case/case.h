/* Case pages: what a resident is asked, and the pages that answer what they send. All of them are
 * somebody's own and are kept nowhere. */
#pragma once
#include "page/case/open_case.h"
#include "page/page.h"

/* ---- what a report asks ---- */
typedef enum AskedAs {
    ASKED_KIND, /* the first item field: chosen first */
    ASKED_TEXT, /* one sentence, or a note */
    ASKED_ITEM, /* another choice */
    ASKED_DAY,
    ASKED_NUMBER,
    ASKED_POINT, /* where one stands, by pressing a button */
    ASKED_PHOTO,
    ASKED_CONTACT, /* private, said what for */
} AskedAs;
typedef struct Asked {
    const Field *field;
    Str title;
    AskedAs as;
    bool must;
} Asked;
/* Fields of a report by a resident, in order; false = the book asks what no resident can give, or
 * is not open to them. */
bool report_asks(Arena *arena, const Book *book, Lang lang, Asked **ret, size_t *ret_n);
/* Fields of a reporter's move. */
size_t move_asks(Arena *arena, const FlowMove *move, Lang lang, Asked **ret);
/* Where `unit` stands or may be narrowed down: does the book take reports of its kind? */
bool report_takes(const Book *book, const Kind *kind);

/* ---- forms that come back ---- */
typedef struct CaseAgain {
    const Cell *given; /* by field name */
    size_t n;
    Str once;             /* hex; the same, since nothing was done */
    Str word;             /* message id with values, or empty */
    const Faults *faults; /* NULL = none */
} CaseAgain;

/* What stands on the page of a case besides the case. */
typedef struct CaseView {
    const OpenCase *c;
    Str number, secret; /* of its reporter; empty = everybody's page */
    Str once;
    Str word; /* message id to show first: joined, answered */
    const CaseAgain *again;
    Str again_move;
} CaseView;
/* The receipt of a report: number, secret (12 signs), a QR code of where to follow it. */
bool page_receipt(Work *w, const PageAsk *ask, const CaseView *page, Buf *out);
/* Its reporter's page, or everybody's with a word. */
bool page_follow(Work *w, const PageAsk *ask, const CaseView *page, Buf *out);
/* The form for number and secret, again with a word: the same for a wrong number as for a wrong
 * secret. */
bool page_ask_secret(Work *w, const PageAsk *ask, Str number, Str word, Buf *out);
