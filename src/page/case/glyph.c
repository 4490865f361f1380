/* Small things that pages of cases share: four squares, moments, one line of a wall, QR codes. */
#include <qrencode.h>

#include "page/case/case_int.h"

/* Filled up to the phase; the one where it stands now is dark, or red when it is late. */
void put_glyph(Pen *p, int phase, bool late)
{
    static const char *const at[] = { "M0 0h13v13H0z", "M15 0h13v13H15z", "M0 15h13v13H0z",
                                      "M15 15h13v13H15z" };
    put(p, "<svg class=\"tian\" viewBox=\"0 0 28 28\" aria-hidden=\"true\">");
    for (int i = 1; i <= 4; i++) {
        const char *look = i > phase                          ? "g0"
                           : i == phase && phase < PHASE_OVER ? (late ? "g3" : "g2")
                                                              : "g1";
        buf_printf(p->out, "<path class=\"%s\" d=\"%s\"/>", look, at[i - 1]);
    }
    put(p, "</svg>");
}

static const char *const phases[] = { "public.phase_heard", "public.phase_worked",
                                      "public.phase_answered", "public.phase_over" };

void put_steps(Pen *p, const OpenCase *c)
{
    put(p, "<ol class=\"phases\">");
    for (int i = 1; i <= 4; i++) {
        buf_printf(p->out, "<li class=\"%s\"%s>",
                   i < c->phase || c->phase == PHASE_OVER ? "g1"
                   : i == c->phase                        ? c->late ? "g3" : "g2"
                                                          : "g0",
                   i == c->phase ? " aria-current=\"step\"" : "");
        put_word(p, "%s", phases[i - 1]);
        put(p, "</li>");
    }
    put(p, "</ol>\n");
}

Str moment_words(Pen *p, int64_t ms, bool exact)
{
    int year, month, day, now, ignore;
    int32_t of = day_of_ms(ms);
    int64_t minute = (ms - day_first_ms(of)) / 60000;
    Str time = exact ? str_printf(p->arena, " %02d:%02d", (int)(minute / 60), (int)(minute % 60))
                     : STR("");
    day_split(of, &year, &month, &day);
    day_split(p->today, &now, &ignore, &ignore);
    if (p->lang == LANG_EN) {
        Str text = day_print(p->arena, of);
        return str_printf(p->arena, "%.*s%.*s", STR_ARG(text), STR_ARG(time));
    }
    if (year == now)
        return str_printf(p->arena, "%d 月 %d 日%.*s", month, day, STR_ARG(time));
    return str_printf(p->arena, "%d 年 %d 月 %d 日%.*s", year, month, day, STR_ARG(time));
}

/* A moment at the end of a day is that day. */
static Str due_words(Pen *p, int64_t ms)
{
    bool whole = ms == day_first_ms(day_of_ms(ms));
    return moment_words(p, whole ? ms - 1 : ms, !whole);
}

void put_who(Pen *p, const OpenCase *c)
{
    Str who = place_name(p, c->holder);
    if (c->final) {
        Str day = moment_words(p, c->last_ms, false);
        put_word(p, c->agreed ? "public.line_agreed day=%.*s" : "public.line_over day=%.*s",
                 STR_ARG(day));
        return;
    }
    if (c->phase == PHASE_ANSWERED) {
        put_word(p, "public.line_answered unit=%.*s", STR_ARG(who));
        return;
    }
    put_word(p, "public.line_who unit=%.*s", STR_ARG(who));
    if (!c->has_due)
        return;
    Str due = due_words(p, c->due_ms);
    put(p, p->lang == LANG_ZH ? "，" : ", ");
    put(p, c->late ? "<em>" : "");
    put_word(p, c->late ? "public.line_late due=%.*s" : "public.line_due due=%.*s", STR_ARG(due));
    put(p, c->late ? "</em>" : "");
}

void put_said(Pen *p, const OpenCase *c, const OpenSaid *said)
{
    if (said->image.n) {
        buf_printf(p->out,
                   "<a class=\"photo\" href=\"/i/%.*s/%.*s\"><img loading=\"lazy\" "
                   "src=\"/i/%.*s/%.*s\" alt=\"",
                   STR_ARG(c->tag), STR_ARG(said->image), STR_ARG(c->tag), STR_ARG(said->image));
        put_text(p, said->title);
        put(p, "\"/></a>");
        return;
    }
    open_put(p->out, said->value);
}

void put_head_text(Pen *p, const OpenCase *c)
{
    Str text = c->head ? open_text(p->arena, c->head) : c->item;
    if (text.n)
        put_text(p, text);
    else
        put_word(p, "public.unnamed");
}

/* The beginning of a line of a list: phase, what, and the paragraph of who has it. */
void put_card_head(Pen *p, const OpenCase *c)
{
    put(p, "<li>");
    put_glyph(p, c->phase, c->late);
    put(p, "<p class=\"what\"><a");
    put_href(p, "/c/%.*s", STR_ARG(c->tag));
    put(p, ">");
    put_head_text(p, c);
    put(p, "</a></p><p class=\"by\">");
}

void put_me_too(Pen *p, const OpenCase *c)
{
    buf_printf(p->out, "<form method=\"post\" action=\"/c/%.*s\">", STR_ARG(c->tag));
    put_choices(p);
    put_once(p, STR(""));
    put(p, "<button class=\"quiet\">");
    put_word(p, "public.me_too");
    put(p, "</button></form>");
}

/* As on the wall of a stairwell: what, who has it and until when, how far it is. */
void put_card(Pen *p, const OpenCase *c)
{
    Str day = moment_words(p, c->begun_ms, false);
    put_card_head(p, c);
    if (c->answer && c->phase >= PHASE_ANSWERED)
        put_text(p, open_text(p->arena, c->answer));
    else
        put_who(p, c);
    put(p, "</p><p class=\"how\"><b>");
    put_text(p, c->state);
    put(p, "</b><span>");
    put_text(p, day);
    if (c->joined) {
        put(p, " · ");
        put_word(p, "public.joined n=%d", c->joined);
    }
    put(p, "</span></p></li>\n");
}

Str grouped(Pen *p, Str text)
{
    Buf out = buf_open(p->arena, 1024);
    for (size_t i = 0; i < text.n; i += 4) {
        buf_putz(&out, i ? " " : "");
        buf_put(&out, str_sub(text, i, 4));
    }
    return buf_str(&out);
}

static void qr_free(QRcode **qr)
{
    QRcode_free(*qr);
}

/* Runs of dark squares, row by row: a fifth of what one path a square would take. */
void put_qr(Pen *p, Str text, const char *word)
{
    enum { MARGIN = 4, DARK = 1 };
    CLEANUP(qr_free)
    QRcode *qr = QRcode_encodeString8bit(str_z(p->arena, text), 0, QR_ECLEVEL_M);
    if (!qr || !text.n)
        return;
    int edge = qr->width + 2 * MARGIN;
    buf_printf(p->out,
               "<svg class=\"qr\" role=\"img\" viewBox=\"0 0 %d %d\" "
               "shape-rendering=\"crispEdges\" aria-label=\"",
               edge, edge);
    put_word(p, "%s", word);
    buf_printf(p->out, "\"><path class=\"qr0\" d=\"M0 0h%dv%dH0z\"/><path d=\"", edge, edge);
    for (int y = 0; y < qr->width; y++)
        for (int x = 0; x < qr->width; x++) {
            int run = 0;
            while (x + run < qr->width && qr->data[y * qr->width + x + run] & DARK)
                run++;
            if (run)
                buf_printf(p->out, "M%d %dh%dv1h-%dz", x + MARGIN, y + MARGIN, run, run);
            x += run;
        }
    put(p, "\"/></svg>\n");
}
