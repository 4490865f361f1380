/* `tian bulletin check`: every number with coverage and freshness, then the faults. */
#include "base/utf8.h"
#include "base/words.h"
#include "bulletin/bulletin_int.h"

static void put_padded(Buf *out, Str text, size_t width)
{
    buf_put(out, text);
    for (size_t have = utf8_width(text); have < width; have++)
        buf_putc(out, ' ');
    buf_putc(out, ' ');
}

static bool same_value(const Value *a, const Value *b)
{
    Int128 left, right;
    if (a->state != b->state)
        return false;
    if (a->state != VALUE_OK)
        return true;
    return num_mul(a->num, b->den, &left) && num_mul(b->num, a->den, &right) && left == right;
}

static void list_number(Work *w, const Doc *doc, const Number *n, int lang, Buf *out)
{
    bool fresh = same_value(&n->value, &n->now);
    const char *state = n->failed                    ? "bulletin.is_fault"
                        : n->value.state != VALUE_OK ? "bulletin.is_missing"
                        : !fresh                     ? "bulletin.is_stale"
                        : n->value.partial           ? "bulletin.is_partial"
                                                     : "bulletin.is_fresh";
    put_padded(out, str_printf(w->arena, "%d", n->line), 5);
    put_padded(out, n->text, 14);
    put_padded(out,
               str_printf(w->arena, "%lld/%lld", (long long)n->value.reported,
                          (long long)n->value.expected),
               13);
    put_padded(out, word_text(w->arena, state, lang), 10);
    put_padded(out, unit_label(doc, n->ask.unit, n->ask.period.last_day), 12);
    put_padded(out, period_print(w->arena, n->ask.period), 8);
    buf_put(out, n->source);
    buf_putc(out, '\n');
}

bool doc_list(Work *w, Core *core, Figures *figures, const Doc *given, int lang, Buf *out,
              bool *ret_ok)
{
    (void)core;
    (void)figures;
    Doc *doc = arena_new(w->arena, Doc);
    *doc = *given;
    Buf html = buf_open(w->arena, DOC_HTML_MAX);
    for (size_t i = 0; i < doc->pages.n; i++) /* the tables' cells are numbers too */
        TRY(html_markdown(w, doc, &doc->pages.at[i], &html));
    size_t missing = 0;
    for (size_t i = 0; i < doc->numbers.n; i++) {
        list_number(w, doc, &doc->numbers.at[i], lang, out);
        missing += doc->numbers.at[i].value.state != VALUE_OK;
    }
    for (size_t i = 0; i < doc->faults.n; i++) {
        Str why = word_text(w->arena, doc->faults.at[i].what, lang);
        buf_printf(out, "%d: %.*s\n", doc->faults.at[i].line, STR_ARG(why));
    }
    buf_put(out,
            word_text(w->arena,
                      arena_printf(w->arena, "bulletin.summary numbers=%zu missing=%zu faults=%zu",
                                   doc->numbers.n, missing, doc->faults.n),
                      lang));
    buf_putc(out, '\n');
    *ret_ok = doc->faults.n == 0;
    return work_ok(w);
}
