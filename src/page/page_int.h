/* Inside of page/: what all pages share. Whoever includes this cannot name a row or a value: what
 * stands on a page is an Open (open.h). */
#pragma once
#include "page/open.h"
#include "page/page.h"

enum {
    PAGE_MAX = 15 * 1024, /* what a page has at most, as sent */
    PAGE_ROOM = 4 << 20,  /* what may be written before it is judged */
    TILE_TRIES = 6,       /* figures of a pack that are tried for its tile */
    DETAIL_MOST = 5,      /* a page that grows too large is written again with less */
    PAGE_FOUND = 30,      /* names found */
    PAGE_PATH = 16,       /* units above one another */
};

typedef struct Pen {
    Work *w;
    Arena *arena;
    const PageAsk *ask; /* NULL on forms and errors */
    Kernel *k;
    const PackSet *set;
    Buf *out;
    Lang lang;
    Str size, path;
    int32_t today;
    Period period;     /* what is shown */
    int64_t usual;     /* code of the period that is shown when none is asked for */
    int32_t known_day; /* 0 = now */
    int32_t day;       /* on which units are looked at: the last of the period, or today */
    Str known;         /* of the query, for links */
    int32_t unit;      /* that a page of cases is about */
    int detail;        /* DETAIL_MOST = all that is wished for, 0 = what must be there */
} Pen;

bool pen_open(Work *w, const PageAsk *ask, int detail, Buf *out, Pen *ret); /* page.c */

/* ---- pen.c ---- */
void put(Pen *p, const char *html);
void put_text(Pen *p, Str text); /* escaped */
void put_choices(Pen *p);        /* inside a form: language and size of text go on with it */
void put_word(Pen *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
Str word_in(Pen *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A link of this site: path and query without lang and size, which are kept. */
void put_href(Pen *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
Str url_part(Pen *p, Str text); /* percent-encoded */
void put_number(Pen *p, int64_t n);
/* "&period=2021", or empty where that is shown anyhow; the sign in front is given. */
Str period_query(Pen *p, Period period, char sign);
Str period_words(Pen *p, Period period); /* 2021 年, 2022 年至今 */
Str day_words(Pen *p, int32_t day);      /* 2021 年 9 月 30 日 */

typedef struct PageHead {
    Str name, above; /* in the top bar: what the page is about, and where it stands */
    Str title;       /* of the window */
    bool plain;      /* a form or an error: no foot about the log */
    bool script;     /* can do a little more with /public.js */
    bool own;        /* somebody's own: for no search engine */
    bool bare;       /* a sheet of paper: neither bar nor foot */
} PageHead;
void put_head(Pen *p, const PageHead *head);
void put_foot(Pen *p, const PageHead *head);

/* ---- place.c: where units stand ---- */
Str place_name(Pen *p, int32_t unit); /* its name as of the page's day, or its last */
Str place_code(Pen *p, int32_t unit);
void put_unit_link(Pen *p, int32_t unit);
size_t place_path(Pen *p, int32_t unit, int32_t path[PAGE_PATH]); /* itself first */
Str place_above(Pen *p, int32_t unit);                            /* 青岭镇 · 龙潭区 */
const Kind *place_kind(Pen *p, int32_t unit);
size_t place_parts(Pen *p, int32_t unit, int32_t **ret); /* in order of code */
int32_t place_count(Pen *p, int32_t unit, const Kind *kind);
int32_t place_root(Pen *p);
bool kind_is_below(const Kind *kind, const Kind *top);
void put_life(Pen *p, int32_t unit); /* one paragraph */
/* Last day and heirs of a unit that has ended; false = it stands. */
bool place_ended(Pen *p, int32_t unit, int32_t *ret_day, Shares *ret_heirs);

/* ---- numbers.c: figures on a page ---- */
/* Would the figure say anything at units of the kind? */
bool figure_suits(const Figure *figure, const Kind *kind);
typedef list_of(OpenAsk) OpenAsks;
/* Public figures of a pack that suit the unit; families member by member when `all`. */
bool figures_of(Pen *p, const Pack *pack, int32_t unit, bool all, OpenAsks *ret);
Str figure_title(Pen *p, const OpenAsk *ask);
Str figure_name(Pen *p, const OpenAsk *ask);
void put_figure_link(Pen *p, const OpenAsk *ask, Str text);
Str open_coverage(Pen *p,
                  const Open *o); /* 应报 36 份，已报 24 份; empty = all, or nothing to say */
bool put_tiles(Pen *p, int32_t unit); /* one figure of each line of work */
/* The figure of the unit for which most returns are asked: what its parts are compared by. */
bool figure_main(Pen *p, int32_t unit, OpenAsk *ret, bool *ret_found);

/* ---- chart.c ---- */
bool put_bars(Pen *p, const OpenAsk *ask, const Kind *kind); /* of the units of the kind below */
/* Squares, one for each unit of a kind below, in the colours of a figure of few grades. */
bool put_waffle(Pen *p, int32_t unit, bool *ret_any);
bool put_told(Pen *p, const OpenAsk *ask, const Kind *kind); /* who has reported, as squares */

/* ---- formula.c ---- */
void put_formula(Pen *p, const OpenAsk *ask, Str written); /* in words, and as it is written */

/* ---- table.c ---- */
void put_table(Pen *p, const OpenTable *table, int32_t unit);

/* ---- the pages ---- */
bool page_front(Pen *p);
bool page_unit(Pen *p, Str code);
bool page_figure(Pen *p, Str name);
bool page_issue(Pen *p, Str name);
/* ---- case/: residents report, follow, read the echo wall ---- */
bool page_report(Pen *p, Str code);   /* /r/CODE */
bool page_case(Pen *p, Str tag);      /* /c/TAG */
bool page_query(Pen *p, Str tag);     /* /q, /q/TAG */
bool page_wall(Pen *p, Str code);     /* /w/CODE, /w/CODE/poster */
bool put_voice(Pen *p, int32_t unit); /* on a unit's page */
/* The newest issue that is open to all; empty name = none. */
typedef struct IssueCard {
    Str name, title, masthead, date, demo;
} IssueCard;
bool issue_newest(Pen *p, IssueCard *ret);

extern const char page_css[], page_js[];

/* No way to a row or a value but through open.h; open.c alone does not include this file. */
#pragma GCC poison RecordRow row_known Block records_block records_rows record_find record_at
#pragma GCC poison figure_ask figure_each figure_expr figure_json figure_trace figure_trace_brief
#pragma GCC poison figure_trace_page trace_json value_text value_decimal row_truth cell_print
#pragma GCC poison TraceFact fact_walk blob_get Value
