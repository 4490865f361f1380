/* Inside of bulletin/: the document between its steps. */
#pragma once
#include "bulletin/bulletin.h"

enum {
    DOC_BYTES_MAX = 1 << 20, /* one issue's text: the printed one has 150 KB */
    DOC_NUMBERS_MAX = 4000,  /* numbers of one issue */
    DOC_HTML_MAX = 16 << 20, /* the page made of it */
    DOC_FACTS_SHOWN = 5,     /* first facts under a number */
    DOC_ROWS_MAX = 400,      /* rows of one table */
    DOC_COLUMNS_MAX = 12,
    LIMIT_UNWRAP = 4,      /* x @ "…" […] written around one figure */
    POINT_NUMBER = 0xE000, /* private-use marks that stand for {{ }} while Markdown is parsed */
    POINT_DIGIT = 0xE010,
    POINT_END = 0xE001,
    POINT_SIGN = 0xE100, /* + index: Chinese punctuation beside * or ~ */
};

typedef struct Number {
    Str source; /* as written */
    int32_t line;
    Ask ask;
    const Figure *figure; /* NULL: arithmetic of several */
    int64_t args[4];
    size_t arg_count;
    Figure shown; /* copy with the format of this place */
    Value value;
    Value now; /* the same as known now: freshness */
    Str text;
    Trace trace;
    bool failed; /* a fault was recorded for it */
} Number;

typedef struct DocFault {
    int32_t line;
    const char *what; /* message id and values */
} DocFault;

typedef struct Page {
    Str title;
    Str anchor;
    int32_t unit;
    Period period;
    Str body; /* Markdown with marks in place of numbers */
    int32_t line;
} Page;

struct Doc {
    Str masthead, title, issue, date, organ, demo;
    int32_t unit;
    Period period;
    int32_t known_day, public_day;
    bool open; /* laid out for residents: numbers are links, without the facts under them */
    list_of(Page) pages;
    list_of(Number) numbers;
    list_of(DocFault) faults;
    const PackSet *set;
    Core *core;
    Figures *figures;
    Head head;
};

void doc_fault(Work *w, Doc *doc, int32_t line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Evaluates one expression text; returns the index of the new number, SIZE_MAX when full. */
size_t number_add(Work *w, Doc *doc, Str source, int32_t line, int32_t unit, Period period);
/* Units named by the `rows:` line of a directive. */
bool rows_parse(Work *w, Doc *doc, Str text, int32_t line, const Page *page, int32_t *ret_units,
                size_t *ret_n);

void html_number(Buf *out, Work *w, const Doc *doc, size_t index);
void html_table(Work *w, Doc *doc, const Page *page, Str text, int32_t line, Buf *out);
void html_bars(Work *w, Doc *doc, const Page *page, Str text, int32_t line, Buf *out);
bool html_markdown(Work *w, Doc *doc, const Page *page, Buf *out);
Str sign_of(int32_t point); /* the punctuation behind a mark, or empty */
Str unit_label(const Doc *doc, int32_t unit, int32_t day);
Str period_label(Arena *arena, Period p); /* 2021 年, 2021 年 9 月 */

extern const char bulletin_css[];
