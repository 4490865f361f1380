/* Canonical bytes: exactly one spelling for each content, so that a hash of the bytes is a hash of
 * the content. A subset of JSON: objects with keys in ascending byte order, 64-bit integers, NFC
 * text, lists of integers or of objects; no white space, no fractions, no true/false/null. Grammar
 * in docs/facts.md. canon_read() refuses every other spelling. */
#include "base/list.h"
#include "base/utf8.h"
#include "store/store_int.h"

enum { CANON_DEPTH = 8, CANON_KEY = 64 };

typedef enum ValueKind { VALUE_INT, VALUE_TEXT, VALUE_INTS, VALUE_PART, VALUE_LIST } ValueKind;

typedef struct Value {
    Str key;
    ValueKind kind;
    int64_t number;
    Str text;
    const int64_t *ints;
    struct Canon **inner;
    size_t n;
} Value;

struct Canon {
    Arena *arena;
    list_of(Value) values;
};

Canon *canon_open(Arena *arena)
{
    Canon *c = arena_new(arena, Canon);
    c->arena = arena;
    return c;
}

static bool key_byte(char b)
{
    return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || b == '_' ||
           b == '.' || b == '-';
}

static bool key_fits(Str key)
{
    for (size_t i = 0; i < key.n; i++)
        if (!key_byte(key.p[i]))
            return false;
    return key.n >= 1 && key.n <= CANON_KEY;
}

/* Keeps the values sorted by key; callers mostly add them in order. */
static Value *add(Canon *c, const char *key, ValueKind kind)
{
    Str name = str_copy(c->arena, str_of(key));
    CHECK(key_fits(name));
    (void)list_push(c->arena, &c->values);
    size_t at = c->values.n - 1;
    for (; at > 0 && str_cmp(name, c->values.at[at - 1].key) < 0; at--)
        c->values.at[at] = c->values.at[at - 1];
    CHECK(at == 0 || !str_eq(name, c->values.at[at - 1].key)); /* a key stands once */
    c->values.at[at] = (Value){ .key = name, .kind = kind };
    return &c->values.at[at];
}

void canon_int(Canon *c, const char *key, int64_t value)
{
    add(c, key, VALUE_INT)->number = value;
}

void canon_text(Canon *c, const char *key, Str value)
{
    add(c, key, VALUE_TEXT)->text = str_copy(c->arena, value);
}

void canon_ints(Canon *c, const char *key, const int64_t *values, size_t n)
{
    Value *v = add(c, key, VALUE_INTS);
    v->ints = arena_copy(c->arena, values, n * sizeof *values);
    v->n = n;
}

void canon_part(Canon *c, const char *key, Canon *inner)
{
    Value *v = add(c, key, VALUE_PART);
    v->inner = arena_copy(c->arena, &inner, sizeof inner);
    v->n = 1;
}

void canon_list(Canon *c, const char *key, Canon **inner, size_t n)
{
    Value *v = add(c, key, VALUE_LIST);
    v->inner = arena_copy(c->arena, inner, n * sizeof *inner);
    v->n = n;
}

/* Escapes only what must be: " \ and the control characters, these as \u00xx in lower case. */
static void put_text(Buf *out, Str text)
{
    buf_putc(out, '"');
    for (size_t i = 0, from = 0; i <= text.n; i++) {
        bool end = i == text.n;
        unsigned char b = end ? 0 : (unsigned char)text.p[i];
        if (!end && b >= 0x20 && b != '"' && b != '\\')
            continue;
        buf_put(out, str_sub(text, from, i - from));
        from = i + 1;
        if (!end && b < 0x20)
            buf_printf(out, "\\u%04x", b);
        else if (!end)
            buf_printf(out, "\\%c", b);
    }
    buf_putc(out, '"');
}

static bool put_canon(Work *w, Buf *out, Canon *c, int depth);

static bool put_value(Work *w, Buf *out, Value *v, int depth)
{
    Str form;
    switch (v->kind) {
    case VALUE_INT: buf_printf(out, "%lld", (long long)v->number); return true;
    case VALUE_TEXT:
        if (!utf8_valid(v->text) || !utf8_nfc(w->arena, v->text, &form))
            return fail(w, ERR_BAD_INPUT, "store.text_not_utf8 key=%.*s", STR_ARG(v->key));
        put_text(out, form);
        return true;
    case VALUE_PART: return put_canon(w, out, v->inner[0], depth + 1);
    case VALUE_INTS:
    case VALUE_LIST: break;
    }
    buf_putc(out, '[');
    for (size_t i = 0; i < v->n; i++) {
        if (i)
            buf_putc(out, ',');
        if (v->kind == VALUE_INTS)
            buf_printf(out, "%lld", (long long)v->ints[i]);
        else
            TRY(put_canon(w, out, v->inner[i], depth + 1));
    }
    buf_putc(out, ']');
    return true;
}

static bool put_canon(Work *w, Buf *out, Canon *c, int depth)
{
    CHECK(depth < CANON_DEPTH);
    buf_putc(out, '{');
    for (size_t i = 0; i < c->values.n; i++) {
        if (i)
            buf_putc(out, ',');
        buf_putc(out, '"');
        buf_put(out, c->values.at[i].key);
        buf_putz(out, "\":");
        TRY(put_value(w, out, &c->values.at[i], depth));
    }
    buf_putc(out, '}');
    return true;
}

Str canon_bytes(Work *w, Canon *c)
{
    Buf out = buf_open(w->arena, LIMIT_PART_BYTES);
    if (!put_canon(w, &out, c, 0))
        return STR("");
    if (!buf_ok(&out)) {
        (void)fail(w, ERR_LIMIT, "store.part_too_long max=%d", LIMIT_PART_BYTES);
        return STR("");
    }
    return buf_str(&out);
}

/* ---- reading ---- */

typedef struct Seen {
    Str key;
    ValueKind kind;
    int64_t number;
    Str text;
    int64_t *ints;
    const CanonView **inner;
    size_t n;
} Seen;

struct CanonView {
    Seen *seen;
    size_t n;
};

typedef struct Reader {
    Arena *arena; /* NULL: only judge the spelling */
    Str s;
    size_t at;
} Reader;

static bool eat(Reader *r, char b)
{
    if (r->at >= r->s.n || r->s.p[r->at] != b)
        return false;
    r->at++;
    return true;
}

static char peek(const Reader *r)
{
    return r->at < r->s.n ? r->s.p[r->at] : 0;
}

static bool read_int(Reader *r, int64_t *ret)
{
    bool minus = eat(r, '-');
    char first = peek(r);
    if (first < '0' || first > '9')
        return false;
    int64_t value = 0;
    size_t digits = 0;
    for (; peek(r) >= '0' && peek(r) <= '9'; r->at++, digits++) {
        int digit = r->s.p[r->at] - '0';
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, digit, &value)) /* counts down: INT64_MIN fits */
            return false;
    }
    if (first == '0' && (digits > 1 || minus))
        return false;
    if (!minus && value == INT64_MIN)
        return false;
    *ret = minus ? value : -value;
    return true;
}

static bool read_escape(Reader *r, char *ret)
{
    if (eat(r, '"') || eat(r, '\\')) {
        *ret = r->s.p[r->at - 1];
        return true;
    }
    if (r->s.n - r->at < 5 || memcmp(r->s.p + r->at, "u00", 3) != 0)
        return false;
    static const char digit[] = "0123456789abcdef";
    const char *high = strchr(digit, r->s.p[r->at + 3]);
    const char *low = strchr(digit, r->s.p[r->at + 4]);
    if (!high || !low || !*high || !*low || high - digit > 1)
        return false;
    *ret = (char)((high - digit) << 4 | (low - digit));
    r->at += 5;
    return true;
}

/* Length of the text up to its closing quote, escapes counted as one byte; false when it is broken.
 */
static bool measure_text(Reader r, size_t *ret_bytes, size_t *ret_end, bool *ret_plain)
{
    size_t bytes = 0;
    bool plain = true;
    for (; r.at < r.s.n && r.s.p[r.at] != '"'; bytes++) {
        unsigned char b = (unsigned char)r.s.p[r.at++];
        char made;
        if (b < 0x20)
            return false;
        if (b >= 0x80)
            plain = false;
        if (b == '\\' && !read_escape(&r, &made))
            return false;
    }
    *ret_bytes = bytes;
    *ret_end = r.at;
    *ret_plain = plain;
    return r.at < r.s.n;
}

static bool is_nfc(Arena *arena, Str s)
{
    Str form;
    return utf8_valid(s) && utf8_nfc(arena, s, &form) && str_eq(form, s);
}

static bool decode_text(Reader *r, char *to, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        char b = r->s.p[r->at++];
        if (b == '\\' && !read_escape(r, &b))
            return false;
        to[i] = b;
    }
    return true;
}

/* The meant text must be in NFC, not its spelling: an escape may end in a letter. */
static bool read_text(Reader *r, Str *ret)
{
    size_t bytes, end;
    bool plain;
    if (!eat(r, '"') || !measure_text(*r, &bytes, &end, &plain))
        return false;
    if (!r->arena && plain) { /* only judged, and nothing to compose */
        r->at = end + 1;
        return true;
    }
    Arena *own = r->arena ? NULL : arena_open(bytes * 8 + (1 << 16), bytes * 16 + (1 << 20));
    Arena *arena = own ? own : r->arena;
    char *text = arena_array(arena, char, bytes + 1);
    bool ok = decode_text(r, text, bytes) && (plain || is_nfc(arena, (Str){ text, bytes }));
    arena_close(own);
    r->at++; /* the closing quote */
    *ret = own ? STR("") : (Str){ text, bytes };
    return ok;
}

static bool read_view(Reader *r, int depth, const CanonView **ret);

static bool read_list(Reader *r, int depth, Seen *ret)
{
    list_of(int64_t) ints = { 0 };
    list_of(const CanonView *) inner = { 0 };
    bool first = true;
    bool objects = peek(r) == '{';
    ret->kind = objects ? VALUE_LIST : VALUE_INTS;
    for (; !eat(r, ']'); first = false) {
        if (!first && !eat(r, ','))
            return false;
        int64_t number = 0;
        const CanonView *view = NULL;
        if (objects ? !read_view(r, depth + 1, &view) : !read_int(r, &number))
            return false;
        if (r->arena && objects)
            *list_push(r->arena, &inner) = view;
        else if (r->arena)
            *list_push(r->arena, &ints) = number;
    }
    ret->ints = ints.at;
    ret->inner = inner.at;
    ret->n = objects ? inner.n : ints.n;
    return true;
}

static bool read_value(Reader *r, int depth, Seen *ret)
{
    const CanonView *view = NULL;
    switch (peek(r)) {
    case '"': ret->kind = VALUE_TEXT; return read_text(r, &ret->text);
    case '[': r->at++; return read_list(r, depth, ret);
    case '{':
        ret->kind = VALUE_PART;
        ret->n = 1;
        ret->inner = r->arena ? arena_array(r->arena, const CanonView *, 1) : NULL;
        if (!read_view(r, depth + 1, &view))
            return false;
        if (ret->inner)
            ret->inner[0] = view;
        return true;
    default: ret->kind = VALUE_INT; return read_int(r, &ret->number);
    }
}

static bool read_key(Reader *r, Str *ret)
{
    if (!eat(r, '"'))
        return false;
    size_t from = r->at;
    while (r->at < r->s.n && r->s.p[r->at] != '"')
        r->at++;
    *ret = str_sub(r->s, from, r->at - from);
    return key_fits(*ret) && eat(r, '"') && eat(r, ':');
}

static bool read_view(Reader *r, int depth, const CanonView **ret)
{
    if (depth >= CANON_DEPTH || !eat(r, '{'))
        return false;
    list_of(Seen) seen = { 0 };
    Str before = { NULL, 0 };
    while (!eat(r, '}')) {
        Seen one = { 0 };
        if (before.p && !eat(r, ','))
            return false;
        if (!read_key(r, &one.key) || (before.p && str_cmp(before, one.key) >= 0) ||
            !read_value(r, depth, &one))
            return false;
        before = one.key;
        if (r->arena)
            *list_push(r->arena, &seen) = one;
    }
    if (!r->arena)
        return true;
    CanonView *view = arena_new(r->arena, CanonView);
    *view = (CanonView){ seen.at, seen.n };
    *ret = view;
    return true;
}

bool canon_fits(Str bytes)
{
    Reader r = { NULL, bytes, 0 };
    const CanonView *none = NULL;
    return read_view(&r, 0, &none) && r.at == bytes.n;
}

const CanonView *canon_read(Work *w, Str bytes)
{
    Reader r = { w->arena, bytes, 0 };
    const CanonView *view = NULL;
    if (read_view(&r, 0, &view) && r.at == bytes.n)
        return view;
    (void)fail(w, ERR_BAD_INPUT, "store.not_canonical at=%zu", r.at);
    return NULL;
}

static const Seen *find(const CanonView *v, const char *key)
{
    Str name = str_of(key);
    size_t low = 0, high = v->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = str_cmp(v->seen[middle].key, name);
        if (order == 0)
            return &v->seen[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

bool canon_get_int(const CanonView *v, const char *key, int64_t *ret)
{
    const Seen *s = find(v, key);
    if (!s || s->kind != VALUE_INT)
        return false;
    *ret = s->number;
    return true;
}

bool canon_get_text(const CanonView *v, const char *key, Str *ret)
{
    const Seen *s = find(v, key);
    if (!s || s->kind != VALUE_TEXT)
        return false;
    *ret = s->text;
    return true;
}

const CanonView *canon_get_part(const CanonView *v, const char *key)
{
    const Seen *s = find(v, key);
    return s && s->kind == VALUE_PART ? s->inner[0] : NULL;
}

size_t canon_list_size(const CanonView *v, const char *key)
{
    const Seen *s = find(v, key);
    return s && s->kind == VALUE_LIST ? s->n : 0;
}

const CanonView *canon_list_at(const CanonView *v, const char *key, size_t i)
{
    const Seen *s = find(v, key);
    CHECK(s && s->kind == VALUE_LIST && i < s->n);
    return s->inner[i];
}

size_t canon_ints_size(const CanonView *v, const char *key)
{
    const Seen *s = find(v, key);
    return s && s->kind == VALUE_INTS ? s->n : 0;
}

int64_t canon_ints_at(const CanonView *v, const char *key, size_t i)
{
    const Seen *s = find(v, key);
    CHECK(s && s->kind == VALUE_INTS && i < s->n);
    return s->ints[i];
}

size_t canon_key_count(const CanonView *v)
{
    return v->n;
}

Str canon_key(const CanonView *v, size_t i)
{
    CHECK(i < v->n);
    return v->seen[i].key;
}
