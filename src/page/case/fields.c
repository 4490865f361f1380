/* Fields of a pack as a resident fills them in: only what they can know, each said once. */
#include "base/words.h"
#include "page/case/case_int.h"

/* Given by a default, made by the kernel, or asked later by somebody else. */
static bool is_asked(const Field *f)
{
    return !f->of_move && !f->computed && !f->fallback && !f->made.n && !f->until;
}

static bool asked_as(const Field *f, AskedAs *ret)
{
    switch ((int)f->type.kind) {
    case TYPE_TEXT:
    case TYPE_PROSE: *ret = ASKED_TEXT; return true;
    case TYPE_ITEM: *ret = ASKED_ITEM; return true;
    case TYPE_DATE: *ret = ASKED_DAY; return true;
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MONEY:
    case TYPE_AREA: *ret = ASKED_NUMBER; return true;
    case TYPE_POINT: *ret = ASKED_POINT; return true;
    case TYPE_IMAGE: *ret = ASKED_PHOTO; return true;
    case TYPE_CONTACT: *ret = ASKED_CONTACT; return true;
    }
    return false;
}

/* What is not public, or only a note, need not be asked of a stranger. */
static bool worth_asking(const Field *f, AskedAs as)
{
    return !f->optional || as == ASKED_POINT || as == ASKED_PHOTO || as == ASKED_CONTACT ||
           (as == ASKED_TEXT && f->is_public && !field_is_private(f));
}

bool report_asks(Arena *arena, const Book *book, Lang lang, Asked **ret, size_t *ret_n)
{
    bool kind = false;
    *ret = arena_array(arena, Asked, book->field_count + 1);
    *ret_n = 0;
    if (!book->cases || book->form != BOOK_OF || !book->flow_type ||
        !flow_resident_move(book->flow_type))
        return false;
    for (size_t i = 0; i < book->field_count; i++) {
        const Field *f = book->fields[i];
        AskedAs as;
        if (!is_asked(f))
            continue;
        if (!asked_as(f, &as)) {
            if (f->optional)
                continue;
            return false;
        }
        if (!worth_asking(f, as))
            continue;
        if (as == ASKED_ITEM && !kind && !f->optional)
            kind = true, as = ASKED_KIND;
        (*ret)[(*ret_n)++] = (Asked){ f, open_field_title(arena, lang, book, f), as, !f->optional };
    }
    return true;
}

static Str asked_title(Arena *arena, const MoveAsk *ask, Lang lang)
{
    return lang == LANG_ZH && ask->title.n
               ? ask->title
               : open_field_title(arena, lang, ask->field->book, ask->field);
}

size_t move_asks(Arena *arena, const FlowMove *move, Lang lang, Asked **ret)
{
    size_t n = 0;
    *ret = arena_array(arena, Asked, move->field_count + 1);
    for (size_t i = 0; i < move->field_count; i++) {
        const MoveAsk *ask = &move->asks[i];
        AskedAs as;
        if (asked_as(ask->field, &as))
            (*ret)[n++] = (Asked){ ask->field, asked_title(arena, ask, lang), as,
                                   !ask->optional && !ask->fallback };
    }
    return n;
}

bool report_takes(const Book *book, const Kind *kind)
{
    for (size_t i = 0; i < book->kind_count; i++)
        if (book->kinds[i] == kind)
            return true;
    return false;
}

bool asks_photo(const Asked *asks, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (asks[i].as == ASKED_PHOTO)
            return true;
    return false;
}

Str again_text(const CaseAgain *again, Str field)
{
    for (size_t i = 0; again && i < again->n; i++)
        if (str_eq(again->given[i].column, field))
            return again->given[i].text;
    return STR("");
}

static const Fault *fault_of(const CaseAgain *again, Str field)
{
    for (size_t i = 0; again && again->faults && i < again->faults->n; i++)
        if (str_eq(again->faults->at[i].field, field) && !again->faults->at[i].warning)
            return &again->faults->at[i];
    return NULL;
}

/* Above the form: what is wrong, each line with its field. */
void put_fault_list(Pen *p, const CaseAgain *again)
{
    if (!again)
        return;
    if (again->word.n) {
        put(p, "<p class=\"fault\" role=\"alert\">");
        put_word(p, "%.*s", STR_ARG(again->word));
        put(p, "</p>\n");
    }
    if (!again->faults || !again->faults->n)
        return;
    put(p, "<ul class=\"fault\" role=\"alert\">");
    for (size_t i = 0; i < again->faults->n; i++) {
        const Fault *f = &again->faults->at[i];
        if (f->warning)
            continue;
        put(p, "<li>");
        put_text(p, f->column);
        put(p, f->column.n ? p->lang == LANG_ZH ? "：" : ": " : "");
        if (f->own_words.n)
            put_text(p, f->own_words);
        else
            put_word(p, "%s", f->what);
        put(p, "</li>");
    }
    put(p, "</ul>\n");
}

void put_once(Pen *p, Str once)
{
    put(p, "<input type=\"hidden\" name=\"once\" value=\"");
    put_text(p, once.n ? once : STR(PAGE_ONCE));
    put(p, "\"/>");
}

/* ---- one field ---- */

typedef struct Box {
    Pen *p;
    const Asked *a;
    Str name; /* of the input, also its id */
    Str value;
    bool hint, wrong;
} Box;

static void put_name(const Box *b)
{
    Pen *p = b->p;
    buf_printf(p->out, " id=\"%.*s\" name=\"%.*s\"", STR_ARG(b->name), STR_ARG(b->a->field->name));
    put(p, b->a->must ? " required=\"\"" : "");
    put(p, b->wrong ? " aria-invalid=\"true\"" : "");
    if (b->hint)
        buf_printf(p->out, " aria-describedby=\"%.*s-hint\"", STR_ARG(b->name));
}

static void put_hint(const Box *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put_hint(const Box *b, const char *format, ...)
{
    char what[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    buf_printf(b->p->out, "<small id=\"%.*s-hint\">", STR_ARG(b->name));
    put_text(b->p, word_text(b->p->arena, what, b->p->lang));
    put(b->p, "</small>");
}

static void put_text_box(Box *b)
{
    Pen *p = b->p;
    const Type *type = &b->a->field->type;
    int64_t most = type->high > 0 ? type->high : 500;
    bool tall = most > 100;
    put(p, tall ? "<textarea rows=\"3\"" : "<input type=\"text\"");
    put_name(b);
    buf_printf(p->out, " maxlength=\"%lld\"", (long long)most);
    if (!tall) {
        put(p, " value=\"");
        put_text(p, b->value);
        put(p, "\"/>");
        return;
    }
    put(p, ">");
    put_text(p, b->value);
    put(p, "</textarea>");
}

static Str item_words(Pen *p, const List *list, const Item *item)
{
    return title_in(p->arena, p->lang, list->pack, "item",
                    str_printf(p->arena, "%.*s.%.*s", STR_ARG(list->name), STR_ARG(item->name)),
                    item->title);
}

static void put_items(Box *b)
{
    Pen *p = b->p;
    const List *list = b->a->field->type.list;
    put(p, "<select");
    put_name(b);
    put(p, "><option value=\"\">");
    put_word(p, "public.choose");
    put(p, "</option>");
    for (size_t i = 0; i < list->item_count; i++) {
        const Item *item = &list->items[i];
        if (item->until)
            continue;
        put(p, "<option value=\"");
        put_text(p, item->name);
        put(p, str_eq(item->name, b->value) ? "\" selected=\"\">" : "\">");
        put_text(p, item_words(p, list, item));
        put(p, "</option>");
    }
    put(p, "</select>");
}

static void put_point(Box *b)
{
    Pen *p = b->p;
    put(p, "<input type=\"hidden\"");
    buf_printf(p->out, " id=\"%.*s\" name=\"%.*s\" value=\"", STR_ARG(b->name),
               STR_ARG(b->a->field->name));
    put_text(p, b->value);
    buf_printf(
        p->out,
        "\"/><button type=\"button\" class=\"quiet\" hidden=\"\" data-place=\"%.*s\" data-done=\"",
        STR_ARG(b->name));
    put_word(p, "public.place_done");
    put(p, "\" data-none=\"");
    put_word(p, "public.place_none");
    put(p, "\">");
    put_word(p, "public.place_take");
    put(p, "</button>");
}

static void put_photo(Box *b)
{
    Pen *p = b->p;
    buf_printf(p->out, "<input type=\"file\" accept=\"image/jpeg,image/png\" data-photo=\"%d\"",
               1600);
    put_name(b);
    put(p, "/>");
}

static void put_box(Box *b)
{
    Pen *p = b->p;
    const Field *f = b->a->field;
    const char *type = b->a->as == ASKED_DAY ? "date" : "text";
    switch (b->a->as) {
    case ASKED_TEXT: put_text_box(b); return;
    case ASKED_KIND:
    case ASKED_ITEM: put_items(b); return;
    case ASKED_POINT: put_point(b); return;
    case ASKED_PHOTO: put_photo(b); return;
    case ASKED_DAY:
    case ASKED_NUMBER:
    case ASKED_CONTACT: break;
    }
    buf_printf(p->out, "<input type=\"%s\"", type);
    put(p, b->a->as == ASKED_CONTACT  ? " maxlength=\"60\" autocomplete=\"tel\""
           : b->a->as == ASKED_NUMBER ? " inputmode=\"decimal\" maxlength=\"20\""
                                      : "");
    put_name(b);
    put(p, " value=\"");
    put_text(p, f->type.hidden ? STR("") : b->value);
    put(p, "\"/>");
}

static void put_hint_of(Box *b)
{
    const Field *f = b->a->field;
    switch (b->a->as) {
    case ASKED_CONTACT:
        put_hint(b, "public.contact_hint purpose=%.*s", STR_ARG(f->purpose));
        return;
    case ASKED_PHOTO: put_hint(b, "public.photo_hint"); return;
    case ASKED_POINT: put_hint(b, "public.place_hint"); return;
    case ASKED_TEXT:
        if (b->a->must)
            put_hint(b, "public.text_hint");
        return;
    case ASKED_KIND:
    case ASKED_ITEM:
    case ASKED_DAY:
    case ASKED_NUMBER: return;
    }
}

static bool has_hint(const Asked *a)
{
    return a->as == ASKED_CONTACT || a->as == ASKED_PHOTO || a->as == ASKED_POINT ||
           (a->as == ASKED_TEXT && a->must);
}

void put_fields(Pen *p, const Asked *asks, size_t n, const CaseAgain *again, const char *prefix)
{
    for (size_t i = 0; i < n; i++) {
        const Asked *a = &asks[i];
        if (a->as == ASKED_KIND)
            continue;
        Box b = { .p = p,
                  .a = a,
                  .name = str_printf(p->arena, "%s-%.*s", prefix, STR_ARG(a->field->name)),
                  .value = again_text(again, a->field->name),
                  .hint = has_hint(a),
                  .wrong = fault_of(again, a->field->name) != NULL };
        bool point = a->as == ASKED_POINT;
        buf_printf(p->out,
                   point ? "<div class=\"field\" hidden=\"\" data-with=\"place\"><p><b>"
                         : "<p class=\"field\"><label for=\"%.*s\">",
                   STR_ARG(b.name));
        put_text(p, a->title);
        put(p, a->must ? "" : "<i>");
        if (!a->must)
            put_word(p, "public.optional");
        put(p, a->must ? "" : "</i>");
        put(p, point ? "</b></p>" : "</label>");
        put_hint_of(&b);
        put_box(&b);
        put(p, point ? "</div>\n" : "</p>\n");
    }
}
