/* Open311: GeoReport v2 on cases that residents report, as JSON and XML (docs/open311.md). Reading
 * gives what stands on the echo wall and nothing else; writing needs a key of DIR/open311-keys. */
#pragma once
#include "command/case.h"
#include "page/case/case.h"
#include "web/public/limit.h"
#include "web/web_int.h"

/* ---- write.c: one tree, two forms ---- */
enum { TREE_DEPTH = 16 };
typedef struct Written {
    Buf *out;
    bool xml;
    bool any[TREE_DEPTH];
    bool list[TREE_DEPTH];
    int depth;
} Written;
Written tree_open(Buf *out, bool xml);
void tree_list(Written *t, const char *name); /* a JSON array, its items without names */
void tree_item(Written *t, const char *name); /* an object */
void tree_end(Written *t, const char *name);
void tree_text(Written *t, const char *name, Str text); /* .p NULL = null */
void tree_int(Written *t, const char *name, int64_t n);
void tree_truth(Written *t, const char *name, bool truth);
void tree_moment(Written *t, const char *name,
                 int64_t ms); /* 2022-02-10T09:20:00+08:00; 0 = null */

/* ---- one asking ---- */
typedef struct Asking311 {
    Call *call;
    Work *w; /* of whoever makes the answer */
    const PackSet *set;
    bool xml;
    Lang lang;
    Str key_name; /* of the key that was given */
    Str reporter; /* the secret of all that comes by this key */
} Asking311;
/* Empty = not there. */
Str asked_query(const Asking311 *a, const char *name);
bool asked_moment(const Asking311 *a, const char *name, int64_t *ret_ms); /* 0 = not there */
/* "BOOK" or "BOOK.ITEM" of a book that residents report to. */
bool service_find(const Asking311 *a, Str code, const Book **ret, const Field **ret_field,
                  const Item **ret_item);
void put_errors(Buf *out, bool xml, int status, Str text);
void answer_311(Call *call, bool xml, int status, Str body);
void refuse_311(Call *call, bool xml, int status, const char *word);
/* Everything public below the root, as asked. */
bool put_services(Asking311 *a, Buf *out);
bool put_service(Asking311 *a, Str code, Buf *out);
bool put_requests(Asking311 *a, Buf *out);
bool put_request(Asking311 *a, Str tag, Buf *out);
bool put_token(Asking311 *a, Str token, Buf *out);
bool put_updates(Asking311 *a, Buf *out);
void put_discovery(Asking311 *a, Buf *out);
const char *case_status(const OpenCase *c); /* open closed */

/* ---- keys.c ---- */
/* The key as given; *ret_name empty = none such. */
bool key_find(Work *w, const char *dir, Str key, Str *ret_name, Str *ret_reporter);

/* ---- post.c ---- */
void post_request(Asking311 *a);
void post_update(Asking311 *a);
