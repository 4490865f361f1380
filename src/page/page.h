/* Page: what residents read, written by the kernel: HTML without scripts, at most 15 KB each, and
 * the plain pages of signing in. Public pages are made from Open values only, and an Open value can
 * only be made of a field or figure that its pack declares public: nothing else fits the type
 * (open.h).
 *
 * One page = one function; escaping in one place (buf_html). All links are of this site, absolute.
 */
#pragma once
#include "command/command.h"

typedef struct PageAsk {
    Kernel *k;
    Lang lang;       /* of ?lang=: "en" is English, all else Chinese */
    Str path;        /* "/", "/u/2202", "/f/NAME", "/b/ISSUE", "/b/ISSUE/PAGE" */
    const char *dir; /* where issues/ stands */
    /* of the query, as they came; empty = not there */
    Str unit, period, known; /* a code; 2021, 2021Q3, 2021-09; a day */
    Str size;                /* "", "big", "huge" */
    Str find;                /* ?q= of "/": part of a unit's name */
    Str pack;                /* ?pack= of "/u/…": all figures of one line of work */
    Str before; /* ?before=: so many rows stand before these (with ?pack=, and on a wall) */
    Str book, kind, part; /* of "/r/…" and "/w/…": a book and an item of it; open late over */
    Str site;             /* "https://tian.example.cn", for QR codes; empty = none are drawn */
    const struct CaseAgain *again; /* a form that comes back with faults; NULL = a new one */
} PageAsk;
/* The page; ERR_NOT_FOUND for a path that is none. */
bool page_public(Work *w, const PageAsk *ask, Buf *out);
/* A form that is sent once has this in the place of its number, which is 64 hex digits and new for
 * each reader: the page itself can be kept. */
#define PAGE_ONCE "0nceoooooooooooooooooooooooooooooooooooooooooooooooooooooooo0nce"
/* The style sheet of all these pages, for /public.css, and its strong ETag with quotes. */
Str page_style(Arena *arena, Str *ret_etag);
/* What pages can do besides with scripts on: the place by pressing a button, a link's secret. */
Str page_script(Arena *arena, Str *ret_etag);

typedef struct PageForm { /* /login, /invite/TOKEN, /signed-out */
    Lang lang;
    Str path, login, token;
    Str word;        /* message id to show: a wrong password, a link used up …; or empty */
    bool wants_code; /* second step of signing in */
    Str totp_uri, totp_secret; /* setting up the second factor */
    Str size;
} PageForm;
/* Posts to its own path, urlencoded: /login has login, password, code; /invite/TOKEN has password,
 * again, and code where a second factor is set up. */
bool page_form(Work *w, const PageForm *form, Buf *out);
/* 400, 401, 403, 404, 413, 429, 500, 503 for people; word: message id of a reason, or empty. */
bool page_error(Work *w, Lang lang, int status, Str word, Buf *out);

/* Deadlines of a seat as iCalendar (RFC 5545): the returns that it files, from a month ago to a
 * year ahead. */
bool page_ics(Work *w, Kernel *k, int32_t seat, Buf *out);
