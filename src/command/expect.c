/* Expected versions: the client says which fact it saw in the row's place. If another stands there
 * now, nothing is written and the difference is told, field by field. */
#include "command/command_int.h"

enum { DIFFERENCE_MAX = 1 << 20 };

static bool column_of(const Field *f, const CommandAsk *ask)
{
    for (size_t i = 0; i < ask->n; i++)
        if (str_eq(ask->given[i].column, f->name) || str_eq(ask->given[i].column, f->title))
            return true;
    return false;
}

/* Text as a clerk would write it, or null. */
static void put_value(Work *w, Kernel *k, Buf *out, const char *key, const Field *f,
                      const RecordRow *row)
{
    buf_printf(out, ",\"%s\":", key);
    if (row && row->known && row_known(row, f->number))
        buf_json(out, cell_print(w, k->core, f, row, work_today(w)));
    else
        buf_putz(out, "null");
}

static bool same_value(const Field *f, const RecordRow *a, const RecordRow *b)
{
    bool in_a = a->known && row_known(a, f->number);
    bool in_b = b && b->known && row_known(b, f->number);
    if (!in_a || !in_b)
        return in_a == in_b;
    return type_is_number(f->type) ? a->nums[f->number] == b->nums[f->number]
                                   : str_eq(a->texts[f->number], b->texts[f->number]);
}

/* A private value is told to nobody here: only that the two may differ, where one was given. */
static void put_difference(Work *w, Kernel *k, const CommandAsk *ask, Buf *out, const Field *f,
                           const RecordRow *mine, const RecordRow *theirs)
{
    bool hidden = field_is_private(f);
    if (hidden ? !column_of(f, ask) : same_value(f, mine, theirs))
        return;
    buf_putz(out, out->n > 1 ? ",{\"field\":" : "{\"field\":");
    buf_json(out, f->name);
    buf_putz(out, ",\"title\":");
    buf_json(out, f->title);
    if (hidden) {
        buf_putz(out, ",\"private\":true");
    } else {
        put_value(w, k, out, "yours", f, mine);
        put_value(w, k, out, "theirs", f, theirs);
    }
    buf_putc(out, '}');
}

bool expect_check(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done, const Spot *spot,
                  const RecordEdit *edit)
{
    int64_t seen = 0;
    if (!given_text(ask, "expect").n)
        return true;
    TRY(given_int(w, ask, done, "expect", &seen));
    const RecordRow *row = NULL;
    if (spot->book->form == BOOK_PER || spot->ord || (edit && edit->nil))
        row = record_find(w, k->core, spot->book, spot->unit, spot->period, spot->ord, KNOWN_NOW);
    if (w->err.code != ERR_NONE)
        return false;
    bool there = row && row->unit == spot->unit && row->state != RECORD_VOID;
    done->seq = there ? row->seq : 0;
    if (seen == done->seq) {
        done->seq = -1;
        return true;
    }
    Buf out = buf_open(w->arena, DIFFERENCE_MAX);
    buf_putc(&out, '[');
    for (size_t i = 0; edit && i < spot->book->field_count; i++) {
        const RecordRow mine = { .nums = edit->nums, .known = edit->known, .texts = edit->texts };
        put_difference(w, k, ask, &out, spot->book->fields[i], &mine, there ? row : NULL);
    }
    buf_putc(&out, ']');
    CHECK(buf_ok(&out));
    done->difference = buf_str(&out);
    return fail(w, ERR_CONFLICT, "command.moved_on");
}
