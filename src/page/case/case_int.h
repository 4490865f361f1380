/* Inside of page/case: what its pages share. */
#pragma once
#include "flow/flow.h"
#include "page/case/case.h"
#include "page/page_int.h"

/* ---- glyph.c ---- */
void put_glyph(Pen *p, int phase, bool late); /* four squares */
void put_steps(Pen *p, const OpenCase *c);    /* the four phases with their words */
/* 3 月 16 日 17:00, with the year where it is another one; the time only when `exact`. */
Str moment_words(Pen *p, int64_t ms, bool exact);
/* Who has it and what was promised, or how it ended: one line. */
void put_who(Pen *p, const OpenCase *c);
void put_said(Pen *p, const OpenCase *c, const OpenSaid *said);
void put_head_text(Pen *p, const OpenCase *c);
void put_card(Pen *p, const OpenCase *c);        /* one line of a wall, with a link */
void put_card_head(Pen *p, const OpenCase *c);   /* its beginning, up to who has it */
void put_me_too(Pen *p, const OpenCase *c);      /* the form of one button */
Str grouped(Pen *p, Str text);                   /* ABCD EFGH JKMN */
void put_qr(Pen *p, Str text, const char *word); /* as SVG; nothing when it does not fit */

/* ---- fields.c ---- */
void put_fields(Pen *p, const Asked *asks, size_t n, const CaseAgain *again, const char *prefix);
void put_fault_list(Pen *p, const CaseAgain *again);
Str again_text(const CaseAgain *again, Str field);
bool asks_photo(const Asked *asks, size_t n);
void put_once(Pen *p, Str once);

/* ---- wall.c ---- */
/* Books whose cases residents see at the unit. */
bool wall_any(Pen *p);
const Field *wall_item(const Book *book);

#pragma GCC poison CaseRow MoveRow case_choices case_begin case_move cases_page case_by_no
