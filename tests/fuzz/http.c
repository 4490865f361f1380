/* What strangers send: paths, queries, forms, cookies, Accept-Encoding. No bytes may crash a parser
 * or give a piece outside the text or its arena; what was decoded is UTF-8 without NUL, never
 * longer than it came, and encoded again it decodes to the same. */
#include "base/utf8.h"
#include "net/net_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(Str text, size_t most)
{
    CHECK(text.p && text.n <= most);
    CHECK(utf8_valid(text));
    CHECK(text.n == 0 || !memchr(text.p, 0, text.n));
}

static void put_escaped(Buf *out, Str text)
{
    for (size_t i = 0; i < text.n; i++)
        buf_printf(out, "%%%02X", (unsigned char)text.p[i]);
}

/* Every byte escaped, the pairs read the same. */
static void check_again(Arena *arena, const Pairs *pairs)
{
    Buf out = buf_open(arena, 64u << 20);
    for (size_t i = 0; i < pairs->n; i++) {
        put_escaped(&out, pairs->at[i].name);
        buf_putc(&out, '=');
        put_escaped(&out, pairs->at[i].value);
        buf_putc(&out, '&');
    }
    Pairs again;
    CHECK(net_parse_pairs(arena, pairs->n ? buf_str(&out) : STR(""), &again));
    CHECK(again.n == pairs->n);
    for (size_t i = 0; i < pairs->n; i++) {
        CHECK(str_eq(again.at[i].name, pairs->at[i].name));
        CHECK(str_eq(again.at[i].value, pairs->at[i].value));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Work *w CLEANUP(work_close) = work_open(env_real(), 64u << 20);
    Str text = { (const char *)data, size }, made;
    Pairs pairs;
    if (net_parse_pairs(w->arena, text, &pairs)) {
        CHECK(pairs.n <= NET_PAIRS);
        for (size_t i = 0; i < pairs.n; i++) {
            check_text(pairs.at[i].name, size);
            check_text(pairs.at[i].value, size);
        }
        check_again(w->arena, &pairs);
    }
    if (net_parse_path(w->arena, text, &made)) {
        check_text(made, size);
        CHECK(made.p[0] == '/');
    }
    net_parse_cookies(w->arena, text, &pairs);
    for (size_t i = 0; i < pairs.n; i++) {
        CHECK(pairs.at[i].name.n && utf8_valid(pairs.at[i].name) && utf8_valid(pairs.at[i].value));
        CHECK(pairs.at[i].value.p >= text.p &&
              pairs.at[i].value.p + pairs.at[i].value.n <= text.p + text.n);
    }
    (void)net_accepts(text, STR("gzip"));
    return 0;
}
