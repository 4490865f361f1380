/* One pass over the body: delimiter, head, bytes up to the next delimiter. */
#include "web/public/multipart.h"

#include "base/utf8.h"

enum { BOUNDARY_MOST = 70, HEAD_MOST = 1024, NAME_MOST = 100 };

static bool refuse(Work *w)
{
    return fail(w, ERR_BAD_INPUT, "public.form_broken");
}

static bool is_boundary(Str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c && strchr("'()+_,-./:=?", c));
        if (!plain)
            return false;
    }
    return s.n > 0 && s.n <= BOUNDARY_MOST;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool same_word(Str a, const char *word)
{
    Str b = str_of(word);
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (lower(a.p[i]) != b.p[i])
            return false;
    return true;
}

/* "; name=value" or "; name="value"" from *rest on; false at its end or where it is broken. */
static bool next_value(Str *rest, Str *ret_name, Str *ret_value)
{
    Str s = str_trim(*rest);
    if (!str_starts(s, STR(";")))
        return false;
    s = str_trim(str_sub(s, 1, s.n));
    size_t at = str_find(s, STR("="));
    if (at == SIZE_MAX || at == 0)
        return false;
    *ret_name = str_trim(str_sub(s, 0, at));
    s = str_sub(s, at + 1, s.n);
    if (!str_starts(s, STR("\""))) {
        size_t end = str_find(s, STR(";"));
        *ret_value = str_trim(str_sub(s, 0, end == SIZE_MAX ? s.n : end));
        *rest = str_sub(s, end == SIZE_MAX ? s.n : end, s.n);
        return true;
    }
    /* Browsers write a quote within as %22 and never as \" : the next quote ends it. */
    size_t end = str_find(str_sub(s, 1, s.n), STR("\""));
    if (end == SIZE_MAX)
        return false;
    *ret_value = str_sub(s, 1, end);
    *rest = str_sub(s, end + 2, s.n);
    return true;
}

static bool find_boundary(Str type, Str *ret)
{
    size_t cut = str_find(type, STR(";"));
    Str name, value;
    if (cut == SIZE_MAX || !same_word(str_trim(str_sub(type, 0, cut)), "multipart/form-data"))
        return false;
    Str rest = str_sub(type, cut, type.n);
    while (next_value(&rest, &name, &value))
        if (same_word(name, "boundary")) {
            *ret = value;
            return is_boundary(value);
        }
    return false;
}

/* The lines of a part's head; only its disposition says anything to us. */
static bool read_head(Str head, Part *ret)
{
    Str line;
    bool told = false;
    while (str_next(&head, '\n', &line)) {
        line = str_trim(line);
        size_t cut = str_find(line, STR(":"));
        if (cut == SIZE_MAX)
            return line.n == 0;
        if (!same_word(str_sub(line, 0, cut), "content-disposition"))
            continue;
        Str rest = str_trim(str_sub(line, cut + 1, line.n)), name, value;
        if (told || !str_starts(rest, STR("form-data")))
            return false;
        rest = str_sub(rest, 9, rest.n);
        while (next_value(&rest, &name, &value)) {
            if (same_word(name, "name"))
                ret->name = value;
            else if (same_word(name, "filename"))
                ret->file = value;
        }
        told = ret->name.n > 0 && ret->name.n <= NAME_MOST && !str_trim(rest).n;
        if (!told)
            return false;
    }
    return told;
}

/* At the bytes behind a delimiter: CR LF and a part, or "--" and the end. */
static bool read_part(Str *rest, Str delimiter, Part *ret, bool *ret_end)
{
    *ret_end = str_starts(*rest, STR("--"));
    if (*ret_end)
        return true;
    if (!str_starts(*rest, STR("\r\n")))
        return false;
    Str s = str_sub(*rest, 2, rest->n);
    size_t end = str_find(str_sub(s, 0, HEAD_MOST), STR("\r\n\r\n"));
    if (end == SIZE_MAX || !read_head(str_sub(s, 0, end), ret))
        return false;
    s = str_sub(s, end + 4, s.n);
    size_t close = str_find(s, delimiter);
    if (close == SIZE_MAX)
        return false;
    ret->bytes = str_sub(s, 0, close);
    *rest = str_sub(s, close + delimiter.n, s.n);
    return ret->file.p || (utf8_valid(ret->bytes) && !memchr(ret->bytes.p, 0, ret->bytes.n));
}

bool multipart_parse(Work *w, Str type, Str body, Parts *ret)
{
    Str boundary = { 0 };
    bool end = false;
    *ret = (Parts){ 0 };
    if (!find_boundary(type, &boundary))
        return refuse(w);
    Str delimiter = str_printf(w->arena, "\r\n--%.*s", STR_ARG(boundary));
    if (!str_starts(body, str_sub(delimiter, 2, delimiter.n)))
        return refuse(w);
    Str rest = str_sub(body, delimiter.n - 2, body.n);
    while (!end) {
        Part part = { 0 };
        if (!read_part(&rest, delimiter, &part, &end) || (!end && ret->n == PARTS_MOST))
            return refuse(w);
        if (!end)
            ret->at[ret->n++] = part;
    }
    return true;
}

Str part_text(const Parts *parts, const char *name)
{
    for (size_t i = 0; i < parts->n; i++)
        if (!parts->at[i].file.p && str_is(parts->at[i].name, name))
            return str_trim(parts->at[i].bytes);
    return STR("");
}
