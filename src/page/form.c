/* Plain pages that work without scripts: signing in, a one-time link, signed out, and errors. */
#include "base/words.h"
#include "page/page_int.h"

static Pen pen_of(Work *w, Lang lang, Str path, Str size, Buf *out)
{
    bool known = str_is(size, "big") || str_is(size, "huge");
    return (Pen){ .w = w,
                  .arena = w->arena,
                  .out = out,
                  .lang = lang,
                  .path = path,
                  .size = known ? size : STR(""),
                  .today = work_today(w),
                  .detail = DETAIL_MOST };
}

static PageHead head_of(Pen *p, const char *word)
{
    return (PageHead){ .name = word_in(p, "page.name"),
                       .above = word_in(p, "page.name_more"),
                       .title = word_in(p, "%s", word),
                       .plain = true };
}

static void put_title(Pen *p, const char *word, const char *more)
{
    put(p, "<section class=\"sign\"><h1>");
    put_word(p, "%s", word);
    put(p, "</h1>\n<p>");
    put_word(p, "%s", more);
    put(p, "</p>\n");
}

static void put_fault(Pen *p, Str word)
{
    if (!word.n)
        return;
    put(p, "<p class=\"fault\" role=\"alert\" id=\"fault\">");
    put_word(p, "%.*s", STR_ARG(word));
    put(p, "</p>\n");
}

typedef struct Field1 {
    const char *name, *word, *hint, *type, *more; /* more: further attributes */
    Str value;
} Field1;

static void put_field(Pen *p, const Field1 *f)
{
    buf_printf(p->out, "<p class=\"field\"><label for=\"%s\">", f->name);
    put_word(p, "%s", f->word);
    put(p, "</label>");
    if (f->hint) {
        buf_printf(p->out, "<small id=\"%s-hint\">", f->name);
        put_word(p, "%s", f->hint);
        put(p, "</small>");
    }
    buf_printf(p->out, "<input id=\"%s\" name=\"%s\" type=\"%s\" required=\"\" %s", f->name,
               f->name, f->type, f->more);
    if (f->hint)
        buf_printf(p->out, " aria-describedby=\"%s-hint\"", f->name);
    if (f->value.n) {
        put(p, " value=\"");
        put_text(p, f->value);
        put(p, "\"");
    }
    put(p, "/></p>\n");
}

static void put_button(Pen *p, const char *word)
{
    put(p, "<p><button class=\"main\">");
    put_word(p, "%s", word);
    put(p, "</button></p>\n");
}

static void put_form(Pen *p, const PageForm *form)
{
    put(p, "<form method=\"post\" action=\"");
    put_text(p, form->path);
    put(p, "\">\n");
    put_choices(p);
}

static const char code_more[] = "inputmode=\"numeric\" autocomplete=\"one-time-code\" "
                                "pattern=\"[0-9]{6}\" maxlength=\"6\"";

static void put_code(Pen *p)
{
    const Field1 code = { "code", "page.form_code", "page.form_code_hint",
                          "text", code_more,        STR("") };
    put_field(p, &code);
}

static void put_login(Pen *p, const PageForm *form)
{
    const Field1 login = { "login",
                           "page.form_login",
                           NULL,
                           "text",
                           "autocomplete=\"username\" autocapitalize=\"none\" maxlength=\"100\"",
                           form->login };
    const Field1 password = { "password",
                              "page.form_password",
                              NULL,
                              "password",
                              "autocomplete=\"current-password\" maxlength=\"200\"",
                              STR("") };
    put_title(p, form->wants_code ? "page.code_title" : "page.login_title",
              form->wants_code ? "page.code_more" : "page.login_more");
    put_fault(p, form->word);
    put_form(p, form);
    put_field(p, &login);
    put_field(p, &password);
    if (form->wants_code)
        put_code(p);
    put_button(p, "page.form_sign_in");
    put(p, "</form>\n<p class=\"mut\">");
    put_word(p, "page.login_lost");
    put(p, "</p></section>\n");
}

/* JBSW Y3DP …: read aloud and typed in fours. */
static void put_secret(Pen *p, Str secret)
{
    for (size_t i = 0; i < secret.n; i += 4) {
        put(p, i ? " " : "");
        put_text(p, str_sub(secret, i, 4));
    }
}

static void put_second(Pen *p, const PageForm *form)
{
    put(p, "<fieldset><legend>");
    put_word(p, "page.second_title");
    put(p, "</legend><p>");
    put_word(p, "page.second_more");
    put(p, "</p>\n<p class=\"secret\"><code>");
    put_secret(p, form->totp_secret);
    put(p, "</code></p>\n");
    if (form->totp_uri.n) {
        put(p, "<p><a href=\"");
        put_text(p, form->totp_uri);
        put(p, "\">");
        put_word(p, "page.second_open");
        put(p, "</a></p>\n<details><summary>");
        put_word(p, "page.second_uri");
        put(p, "</summary><p class=\"uri\"><code>");
        put_text(p, form->totp_uri);
        put(p, "</code></p></details>\n<input type=\"hidden\" name=\"secret\" value=\"");
        put_text(p, form->totp_secret);
        put(p, "\"/>\n");
    }
    put_code(p);
    put(p, "</fieldset>\n");
}

static void put_invite(Pen *p, const PageForm *form)
{
    static const char fresh[] = "autocomplete=\"new-password\" minlength=\"8\" maxlength=\"200\"";
    const Field1 password = { "password", "page.form_new", "page.form_new_hint",
                              "password", fresh,           STR("") };
    const Field1 again = { "again", "page.form_again", NULL, "password", fresh, STR("") };
    put_title(p, "page.invite_title", "page.invite_more");
    put_fault(p, form->word);
    put_form(p, form);
    if (form->login.n) {
        put(p, "<p class=\"field\"><label for=\"login\">");
        put_word(p, "page.form_login");
        put(p, "</label><input id=\"login\" type=\"text\" autocomplete=\"username\" readonly=\"\" "
               "value=\"");
        put_text(p, form->login);
        put(p, "\"/></p>\n");
    }
    put_field(p, &password);
    put_field(p, &again);
    if (form->totp_secret.n)
        put_second(p, form);
    put_button(p, "page.form_set");
    put(p, "</form></section>\n");
}

static void put_signed_out(Pen *p)
{
    put_title(p, "page.out_title", "page.out_more");
    put(p, "<p><a class=\"b\"");
    put_href(p, "/login");
    put(p, ">");
    put_word(p, "page.out_again");
    put(p, "</a></p></section>\n");
}

bool page_form(Work *w, const PageForm *form, Buf *out)
{
    Pen p = pen_of(w, form->lang, form->path, form->size, out);
    bool login = str_is(form->path, "/login"), gone = str_is(form->path, "/signed-out");
    if (!login && !gone && !str_starts(form->path, STR("/invite/")))
        return fail(w, ERR_NOT_FOUND, "page.none");
    PageHead head = head_of(&p, login  ? "page.login_title"
                                : gone ? "page.out_title"
                                       : "page.invite_title");
    put_head(&p, &head);
    if (login)
        put_login(&p, form);
    else if (gone)
        put_signed_out(&p);
    else
        put_invite(&p, form);
    put_foot(&p, &head);
    return buf_ok(out) ? true : fail(w, ERR_LIMIT, "page.too_large limit=%d", PAGE_ROOM);
}

static const struct Said {
    int status;
    const char *title, *more;
} said[] = {
    { 500, "page.error_500", "page.error_500_more" }, /* and whatever has no row */
    { 400, "page.error_400", "page.error_400_more" },
    { 401, "page.error_401", "page.error_401_more" },
    { 403, "page.error_403", "page.error_403_more" },
    { 404, "page.error_404", "page.error_404_more" },
    { 405, "page.error_405", "page.error_405_more" },
    { 413, "page.error_413", "page.error_413_more" },
    { 429, "page.error_429", "page.error_429_more" },
    { 503, "page.error_503", "page.error_503_more" },
};

bool page_error(Work *w, Lang lang, int status, Str word, Buf *out)
{
    Pen p = pen_of(w, lang, STR("/"), STR(""), out);
    const struct Said *row = said;
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        row = said[i].status == status ? &said[i] : row;
    PageHead head = head_of(&p, row->title);
    put_head(&p, &head);
    put_title(&p, row->title, row->more);
    put_fault(&p, word);
    put(&p, "<p><a class=\"b\"");
    put_href(&p, row->status == 401 ? "/login" : "/");
    put(&p, ">");
    put_word(&p, row->status == 401 ? "page.sign_in" : "page.error_home");
    put(&p, "</a></p></section>\n");
    put_foot(&p, &head);
    return buf_ok(out) ? true : fail(w, ERR_LIMIT, "page.too_large limit=%d", PAGE_ROOM);
}
