/* A formula as written in the pack, and once more with titles in the place of names, so that a
 * reader who knows no pack understands it: sum(loan: total) = sum(借物: 合计). */
#include "view/figure/reading_int.h"

enum { FORMULA_MAX = 64 << 10 };

typedef struct Term {
    Str name, title;
    const char *what; /* figure book field kind item param */
} Term;
typedef list_of(Term) Terms;

/* Books that the expression names, for the names of their fields. */
typedef struct Named {
    const Book *books[16];
    size_t n;
    int depth;
} Named;

static void add_book(Named *k, const Book *book)
{
    for (size_t i = 0; i < k->n; i++)
        if (k->books[i] == book)
            return;
    if (k->n < sizeof k->books / sizeof *k->books)
        k->books[k->n++] = book;
}

static void find_books(Named *k, const Expr *e)
{
    if (!e || ++k->depth > 256)
        return;
    if (e->book)
        add_book(k, e->book);
    if (e->agg) {
        if (e->agg->book)
            add_book(k, e->agg->book);
        find_books(k, e->agg->where);
        find_books(k, e->agg->value);
    }
    for (size_t i = 0; i < e->arg_count; i++)
        find_books(k, e->args[i]);
    k->depth--;
}

static bool term_field(const Asking *a, const Named *k, Str name, Term *ret)
{
    for (size_t i = 0; i < k->n; i++) {
        const Field *f = book_field(k->books[i], name);
        if (!f)
            continue;
        *ret = (Term){ name, field_title(a, k->books[i], f), "field" };
        return true;
    }
    return false;
}

static bool term_item(const Asking *a, Str name, Term *ret)
{
    for (size_t i = 0; i < a->set->list_count; i++) {
        const Item *item = list_item(a->set->lists[i], name);
        if (!item)
            continue;
        *ret = (Term){ name, item_title(a, a->set->lists[i], NULL, item), "item" };
        return true;
    }
    return false;
}

static bool find_term(const Asking *a, const Named *k, Str name, bool inside, Term *ret)
{
    int64_t args[READING_ARGS];
    const Figure *f = set_figure_member(a->set, name, args, READING_ARGS);
    const Book *b = set_book(a->set, name);
    const Kind *kind = set_kind(a->set, name);
    const Param *param = set_param(a->set, name);
    if (inside && term_field(a, k, name, ret))
        return true;
    if (f)
        *ret = (Term){ name, title_of(a, f->pack, "figure", f->name, f->title), "figure" };
    else if (b)
        *ret = (Term){ name, title_of(a, b->pack, "book", b->name, b->title), "book" };
    else if (kind)
        *ret = (Term){ name, title_of(a, kind->pack, "kind", kind->name, kind->title), "kind" };
    else if (param)
        *ret =
            (Term){ name, title_of(a, param->pack, "param", param->name, param->title), "param" };
    else
        return term_field(a, k, name, ret) || term_item(a, name, ret);
    return true;
}

static bool is_letter(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == '_' || (ch & 0x80);
}

static bool is_word(char ch)
{
    return is_letter(ch) || (ch >= '0' && ch <= '9');
}

static void add_term(Work *w, Terms *terms, const Term *term)
{
    for (size_t i = 0; i < terms->n; i++)
        if (str_eq(terms->at[i].name, term->name))
            return;
    *list_push(w->arena, terms) = *term;
}

/* Names outside of quotes get their titles; words of the language stay, since nothing is named so.
 */
static void put_said(Work *w, const Asking *a, const Named *k, Str text, Terms *terms, Buf *out)
{
    bool quoted = false, inside = false;
    for (size_t at = 0; at < text.n;) {
        size_t end = at;
        char ch = text.p[at];
        while (!quoted && end < text.n && is_word(text.p[end]))
            end++;
        Str word = str_sub(text, at, end - at);
        Term term;
        if (end > at && is_letter(ch) && find_term(a, k, word, inside, &term) && term.title.n) {
            add_term(w, terms, &term);
            buf_put(out, term.title);
            at = end;
        } else if (end > at) {
            buf_put(out, word);
            at = end;
        } else {
            quoted ^= ch == '"';
            inside = ch == ':' || (inside && ch != ')' && ch != '/');
            buf_putc(out, ch);
            at++;
        }
    }
}

bool say_formula(Work *w, const Asked *q, Buf *out)
{
    Str text;
    Terms terms = { 0 };
    Named named = { 0 };
    Buf said = buf_open(w->arena, FORMULA_MAX);
    TRY(figure_formula(w, q->figure, &text));
    find_books(&named, q->figure->expr);
    put_said(w, &q->a, &named, text, &terms, &said);
    json_text(out, "formula", text);
    json_text(out, "said", buf_str(&said));
    json_array(out, "terms");
    for (size_t i = 0; i < terms.n; i++) {
        json_object(out, NULL);
        json_text(out, "name", terms.at[i].name);
        json_text(out, "title", terms.at[i].title);
        json_z(out, "what", terms.at[i].what);
        json_object_end(out);
    }
    json_array_end(out);
    return true;
}
