/* Keys of those who write by Open311, in DIR/open311-keys: a line "NAME HASH SALT" each. A key is
 * 256 random bits, so that its SHA-256 is enough to keep; what it reports carries one secret, made
 * of the salt, with which it speaks for its reporters later. */
#include "base/hash.h"
#include "base/list.h"
#include "web/open311/open311.h"

enum { KEY_BYTES = 32, FILE_MOST = 1 << 20, NAME_MOST = 60 };

static char *file_of(Arena *arena, const char *dir)
{
    return arena_printf(arena, "%s/open311-keys", dir);
}

static Str file_read(Work *w, const char *dir)
{
    Str text = STR("");
    if (!w->env->read_file(w->env->self, file_of(w->arena, dir), FILE_MOST, w->arena, &text))
        return STR("");
    return text;
}

static Str hash_hex(Arena *arena, Str key)
{
    Hash hash = hash_of(key.p, key.n);
    return hex_print(arena, hash.byte, sizeof hash.byte);
}

bool key_find(Work *w, const char *dir, Str key, Str *ret_name, Str *ret_reporter)
{
    static const char signs[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    Str rest = file_read(w, dir), line, want = hash_hex(w->arena, key);
    *ret_name = *ret_reporter = STR("");
    while (key.n && rest.p && str_next(&rest, '\n', &line)) {
        Str name, hash;
        if (!str_next(&line, ' ', &name) || !line.p || !str_next(&line, ' ', &hash) || !line.p)
            continue;
        Str salt = str_trim(line);
        if (!str_eq(hash, want) || !salt.n)
            continue;
        Hash secret = hash_hmac(salt.p, salt.n, "reporter", 8);
        Buf out = buf_open(w->arena, 64);
        for (int i = 0; i < CASE_SECRET_SIGNS; i++)
            buf_putc(&out, signs[secret.byte[i] & 31]);
        *ret_name = name;
        *ret_reporter = buf_str(&out);
    }
    return ret_name->n > 0;
}

static bool name_fits(Str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'))
            return false;
    }
    return name.n > 0 && name.n <= NAME_MOST;
}

bool web_key_drop(Work *w, const char *dir, Str name, bool *ret_there)
{
    Str rest = file_read(w, dir), line;
    Buf out = buf_open(w->arena, FILE_MOST);
    Str head = str_printf(w->arena, "%.*s ", STR_ARG(name));
    *ret_there = false;
    while (rest.p && str_next(&rest, '\n', &line)) {
        bool same = str_starts(line, head);
        *ret_there |= same;
        if (!same && line.n)
            buf_printf(&out, "%.*s\n", STR_ARG(line));
    }
    return !*ret_there || w->env->write_file(w->env->self, file_of(w->arena, dir), buf_str(&out)) ||
           fail(w, ERR_STORE, "open311.key_file");
}

bool web_key_add(Work *w, const char *dir, Str name, Str *ret_key)
{
    uint8_t key[KEY_BYTES], salt[KEY_BYTES];
    bool there;
    if (!name_fits(name))
        return fail(w, ERR_BAD_INPUT, "open311.key_name");
    TRY(web_key_drop(w, dir, name, &there));
    w->env->random(w->env->self, key, sizeof key);
    w->env->random(w->env->self, salt, sizeof salt);
    *ret_key = hex_print(w->arena, key, sizeof key);
    Str text = file_read(w, dir), hash = hash_hex(w->arena, *ret_key);
    Str hidden = hex_print(w->arena, salt, sizeof salt);
    text = str_printf(w->arena, "%.*s%.*s %.*s %.*s\n", STR_ARG(text), STR_ARG(name), STR_ARG(hash),
                      STR_ARG(hidden));
    return w->env->write_file(w->env->self, file_of(w->arena, dir), text) ||
           fail(w, ERR_STORE, "open311.key_file");
}

Str web_key_names(Work *w, const char *dir)
{
    Str rest = file_read(w, dir), line, name;
    Buf out = buf_open(w->arena, FILE_MOST);
    while (rest.p && str_next(&rest, '\n', &line))
        if (line.n && str_next(&line, ' ', &name))
            buf_printf(&out, "%.*s\n", STR_ARG(name));
    return buf_str(&out);
}
