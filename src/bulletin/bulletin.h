/* Bulletin: documents of live figures. An issue is Markdown with {{ figures }}, tables and bars
 * (docs/bulletin.md); it is read once into a Doc whose numbers are all evaluated and traced, then
 * listed (check) or laid out as one self-contained HTML page (build). */
#pragma once
#include "figure/figure.h"

typedef struct Doc Doc;

/* Path of the text: `name` itself when it is a file or folder, else DIR/issues/NAME/issue.md. */
bool issue_path(Work *w, const char *dir, const char *name, const char **ret_path);
/* Reads the text and evaluates every number. Faults of the text (unknown figure, unit, directive)
 * are collected in the Doc, not failed: check lists them, build refuses. */
Doc *doc_read(Work *w, Core *core, Figures *figures, const char *path);
/* Every number: line, unit, period, value, coverage, freshness; then the faults. *ret_ok = no
 * fault. */
bool doc_list(Work *w, Core *core, Figures *figures, const Doc *doc, int lang, Buf *out,
              bool *ret_ok);
size_t doc_fault_count(const Doc *doc);
bool doc_html(Work *w, Core *core, const Doc *doc, Buf *out);

/* What residents read of it: an issue whose head says `public: DAY`, from that day on; one page at
 * a time. A number leads to the public page of its figure; the facts under it are not there. */
typedef struct DocHead {
    Str masthead, title, issue, date, organ, demo;
    int32_t public_day; /* DAY_FOREVER = not for the public */
} DocHead;
bool doc_head(Work *w, const char *path, DocHead *ret); /* evaluates nothing; BAD_INPUT: no issue */
size_t doc_pages(const Doc *doc);
Str doc_page_title(const Doc *doc, size_t page);
bool doc_page_html(Work *w, const Doc *doc, size_t page, Buf *out);
