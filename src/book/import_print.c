/* What an import did or would do, for a clerk and for programs. */
#include "book/import_int.h"

enum { FIELDS_SHOWN = 12, DIFFERENCE_BYTES = 64 << 10 };

/* ---- the difference, field by field ---- */

static RecordRow row_of(const RecordEdit *edit)
{
    return (RecordRow){ .unit = edit->unit,
                        .ord = edit->ord,
                        .period = edit->period,
                        .state = RECORD_FILED,
                        .parent = edit->parent,
                        .nums = edit->nums,
                        .known = edit->known,
                        .texts = edit->texts };
}

static bool differs(const Field *f, const RecordRow *before, const RecordEdit *edit)
{
    int32_t n = f->number;
    bool is = known_has(edit->known, n);
    bool was = before && row_known(before, n);
    if (f->computed || (!is && !was))
        return false;
    if (field_is_private(f))
        return is; /* left empty it is carried on; the old value is not at hand */
    if (is != was)
        return true;
    return type_is_number(f->type) ? before->nums[n] != edit->nums[n]
                                   : !str_eq(before->texts[n], edit->texts[n]);
}

static void put_field(const Import *i, Buf *out, const Field *f, const RecordRow *before,
                      const RecordRow *after, int32_t day)
{
    Str now = cell_print(i->w, i->core, f, after, day);
    buf_put(out, f->title);
    buf_putz(out, "：");
    if (before) {
        Str was = cell_print(i->w, i->core, f, before, day);
        buf_put(out, was.n ? was : STR("—"));
        buf_putz(out, " → ");
    }
    buf_put(out, now.n ? now : STR("—"));
}

static void put_place(const Import *i, Buf *out, int64_t line, bool added, const RecordEdit *edit,
                      int32_t day)
{
    Str code = unit_code(i->core->units, edit->unit, day, KNOWN_NOW);
    Str name = unit_name(i->core->units, edit->unit, day, KNOWN_NOW);
    buf_printf(out, "%c %lld %.*s %.*s", added ? '+' : '~', (long long)line, STR_ARG(code),
               STR_ARG(name));
    Period p = { .kind = PERIOD_RECORD, .code = edit->period };
    if (edit->period) {
        (void)period_of_code(edit->period, &p);
        buf_putc(out, ' ');
        buf_put(out, period_print(i->w->arena, p));
    }
    if (edit->book->form != BOOK_PER && edit->ord)
        buf_printf(out, " #%lld", (long long)edit->ord);
    int32_t *items = arena_array(i->w->arena, int32_t, edit->book->key_count + 1);
    if (edit->book->key_count)
        book_items(edit->book, edit->ord, items);
    for (size_t k = 0; k < edit->book->key_count; k++) {
        const Item *item = list_item_number(edit->book->keys[k], items[k]);
        buf_putc(out, ' ');
        buf_put(out, item ? item->title.n ? item->title : item->name : STR("?"));
    }
}

void import_differs(Import *i, int64_t line, const RecordRow *before, const RecordEdit *edit)
{
    if (i->differences.n >=
        2 * DIFFERENCES) /* two runs over the file may each tell the first ones */
        return;
    Buf out = buf_open(i->w->arena, DIFFERENCE_BYTES);
    int32_t day = work_today(i->w);
    size_t shown = 0;
    RecordRow after = row_of(edit);
    put_place(i, &out, line, !before, edit, day);
    buf_putz(&out, "  ");
    for (size_t n = 0; n < edit->book->field_count; n++) {
        const Field *f = edit->book->fields[n];
        if (!differs(f, before, edit))
            continue;
        if (shown++ == FIELDS_SHOWN) {
            buf_putz(&out, "；…");
            break;
        }
        buf_putz(&out, shown > 1 ? "；" : "");
        put_field(i, &out, f, before, &after, day);
    }
    buf_putc(&out, '\n');
    Str text = str_copy(i->arena, buf_str(&out));
    *list_push(i->arena, &i->differences) = (Difference){ line, text };
}

/* ---- the report ---- */

static void put_words(Work *w, Buf *out, const char *what, Lang lang)
{
    buf_put(out, word_text(w->arena, what, lang));
    buf_putc(out, '\n');
}

static const char *outcome(Work *w, const ImportReport *r)
{
    if (r->errors)
        return arena_printf(w->arena, "import.refused errors=%lld", (long long)r->errors);
    if (r->added + r->changed == 0)
        return "import.nothing";
    if (r->dry_run)
        return "import.dry_run";
    CHECK(r->written);
    return "import.written";
}

static void print_text(Work *w, const ImportReport *r, Lang lang, Buf *out)
{
    const char *counts = arena_printf(
        w->arena,
        "import.counts rows=%lld added=%lld changed=%lld same=%lld refused=%lld blank=%lld",
        (long long)r->rows, (long long)r->added, (long long)r->changed, (long long)r->same,
        (long long)r->refused, (long long)r->blank);
    for (size_t n = 0; n < r->faults.n; n++) {
        const Fault *f = &r->faults.at[n];
        if (f->warning)
            put_words(w, out, "import.mark_warning", lang);
        if (f->warning)
            out->n--; /* the mark and its sentence stand on one line */
        buf_put(out, fault_text(w->arena, f, lang));
        buf_putc(out, '\n');
    }
    if ((size_t)r->errors > r->faults.n)
        put_words(w, out, "import.more_faults", lang);
    if (!r->errors)
        buf_put(out, r->difference);
    if (r->converted)
        put_words(w, out, "import.was_gbk", lang);
    put_words(w, out, counts, lang);
    put_words(w, out, outcome(w, r), lang);
}

static void json_number(Buf *out, const char *key, int64_t value)
{
    buf_printf(out, "\"%s\":%lld,", key, (long long)value);
}

static void json_fault(Work *w, const Fault *f, Lang lang, Buf *out)
{
    buf_printf(out, "{\"row\":%lld,\"column\":", (long long)f->row);
    buf_json(out, f->column);
    buf_putz(out, ",\"given\":");
    buf_json(out, f->given);
    buf_putz(out, ",\"reason\":");
    buf_json(out, fault_reason(f->what));
    buf_printf(out, ",\"warning\":%s,\"text\":", f->warning ? "true" : "false");
    buf_json(out, fault_text(w->arena, f, lang));
    buf_putc(out, '}');
}

static void print_json(Work *w, const ImportReport *r, Lang lang, Buf *out)
{
    buf_putc(out, '{');
    json_number(out, "rows", r->rows);
    json_number(out, "added", r->added);
    json_number(out, "changed", r->changed);
    json_number(out, "same", r->same);
    json_number(out, "blank", r->blank);
    json_number(out, "refused", r->refused);
    json_number(out, "errors", r->errors);
    buf_printf(out, "\"dry_run\":%s,\"written\":%s,\"faults\":[", r->dry_run ? "true" : "false",
               r->written ? "true" : "false");
    for (size_t n = 0; n < r->faults.n; n++) {
        buf_putz(out, n ? "," : "");
        json_fault(w, &r->faults.at[n], lang, out);
    }
    buf_putz(out, "],\"difference\":[");
    Str rest = r->difference;
    Str line;
    for (size_t n = 0; rest.n && str_next(&rest, '\n', &line); n++) {
        buf_putz(out, n ? "," : "");
        buf_json(out, line);
    }
    buf_putz(out, "]}\n");
}

bool import_print(Work *w, const ImportReport *report, bool json, int lang, Buf *out)
{
    if (json)
        print_json(w, report, (Lang)lang, out);
    else
        print_text(w, report, (Lang)lang, out);
    return buf_ok(out) || fail(w, ERR_LIMIT, "work.too_much_memory bytes=%zu", out->max);
}
