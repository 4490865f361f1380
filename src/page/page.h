/* Page: what residents read, written by the kernel: HTML without scripts, at most 15 KB each, and the
 * plain pages of signing in. Public pages are made from Open values only, and an Open value can only
 * be made of a field or figure that its pack declares public: nothing else fits the type.
 *
 * One page = one function; escaping in one place (buf_html). */
#pragma once
#include "account/account.h"
#include "command/command.h"

typedef struct PageAsk {
    Kernel *k;
    Lang lang;
    Str path;   /* "/", "/u/2202", "/f/NAME", "/b/ISSUE" */
    Str unit, period, size; /* of the query; size: "", "big", "huge" */
    const char *dir; /* where issues/ stands */
} PageAsk;
/* The page; ERR_NOT_FOUND for a path that is none. */
bool page_public(Work *w, const PageAsk *ask, Buf *out);

typedef struct PageForm { /* /login, /invite/TOKEN, /signed-out */
    Lang lang;
    Str path, login, token;
    Str word;          /* message id to show: a wrong password, a link used up …; or empty */
    bool wants_code;   /* second step of signing in */
    Str totp_uri, totp_secret; /* setting up the second factor */
    Str size;
} PageForm;
bool page_form(Work *w, const PageForm *form, Buf *out);
/* 404, 403, 413, 429, 500, 503 for people. */
bool page_error(Work *w, Lang lang, int status, Str word, Buf *out);

/* Deadlines of a seat as iCalendar (RFC 5545). */
bool page_ics(Work *w, Kernel *k, int32_t seat, Buf *out);
