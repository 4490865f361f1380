#include "base/test.h"
#include "store/store.h"

static Work *open_work(void)
{
    return work_open(env_real(), 1 << 22);
}

TEST(canonical_bytes_sort_keys_and_hold_no_blanks)
{
    Work *w = open_work();
    Canon *inner = canon_open(w->arena);
    canon_int(inner, "z", INT64_MIN);
    Canon *c = canon_open(w->arena);
    const int64_t days[] = { 3, -1 };
    canon_text(c, "b", STR("a\"\\\n\xE7\x94\xB0"));
    canon_ints(c, "c", days, 2);
    canon_int(c, "a", 0);
    canon_int(c, "B", 7);
    canon_list(c, "e", (Canon *[]){ inner, inner }, 2);
    canon_part(c, "d", inner);
    Str bytes = canon_bytes(w, c);
    EXPECT(str_is(bytes, "{\"B\":7,\"a\":0,\"b\":\"a\\\"\\\\\\u000a\xE7\x94\xB0\",\"c\":[3,-1],"
                         "\"d\":{\"z\":-9223372036854775808},"
                         "\"e\":[{\"z\":-9223372036854775808},{\"z\":-9223372036854775808}]}"));
    EXPECT(canon_fits(bytes));
    work_close(&w);
}

TEST(canonical_bytes_are_read_back)
{
    Work *w = open_work();
    const CanonView *v = canon_read(
        w,
        STR("{\"a\":-5,\"b\":\"x\\\"\\u001f\",\"c\":[1,2],\"d\":{\"k\":9},\"e\":[{\"k\":1},{}]}"));
    EXPECT(v && work_ok(w));
    int64_t number = 0;
    Str text = STR("");
    EXPECT(canon_get_int(v, "a", &number) && number == -5);
    EXPECT(canon_get_text(v, "b", &text) && str_is(text, "x\"\x1f"));
    EXPECT(canon_ints_size(v, "c") == 2 && canon_ints_at(v, "c", 1) == 2);
    EXPECT(canon_get_int(canon_get_part(v, "d"), "k", &number) && number == 9);
    EXPECT(canon_list_size(v, "e") == 2);
    EXPECT(canon_get_int(canon_list_at(v, "e", 0), "k", &number) && number == 1);
    EXPECT(canon_key_count(canon_list_at(v, "e", 1)) == 0);
    EXPECT(!canon_get_int(v, "zz", &number) && !canon_get_int(v, "b", &number));
    EXPECT(canon_key_count(v) == 5 && str_is(canon_key(v, 4), "e"));
    work_close(&w);
}

TEST(every_other_spelling_is_refused)
{
    static const char *const bad[] = {
        "",
        "{",
        "{}x",
        "[]",
        "{\"a\": 1}",
        "{\"a\":01}",
        "{\"a\":-0}",
        "{\"a\":1.0}",
        "{\"a\":1e3}",
        "{\"a\":9223372036854775808}",
        "{\"a\":-9223372036854775809}",
        "{\"b\":1,\"a\":1}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":1,}",
        "{\"a\":true}",
        "{\"a\":null}",
        "{\"a\":\"\\n\"}",
        "{\"a\":\"\\u000A\"}",
        "{\"a\":\"\\u0041\"}",
        "{\"a\":\"\\/\"}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\xff\"}",
        "{\"a\":\"e\xCC\x81\"}",
        "{\"a b\":1}",
        "{\"\":1}",
        "{\"a\":[1,]}",
        "{\"a\":[1,{}]}",
        "{\"a\":[\"x\"]}",
        "{\"a\":[[1]]}",
        "{\"a\":\"x}",
        "{\"a\":-}",
        "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}}}",
    };
    Work *w = open_work();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        bool read = canon_read(w, str_of(bad[i])) != NULL;
        if (read || canon_fits(str_of(bad[i])) || w->err.code != ERR_BAD_INPUT)
            printf("# accepted: %s\n", bad[i]);
        EXPECT(!read && w->err.code == ERR_BAD_INPUT && !canon_fits(str_of(bad[i])));
        work_clear(w);
    }
    work_close(&w);
}

TEST(text_is_brought_to_nfc_and_broken_text_refused)
{
    Work *w = open_work();
    Canon *c = canon_open(w->arena);
    canon_text(c, "a", STR("e\xCC\x81"));
    EXPECT(str_is(canon_bytes(w, c), "{\"a\":\"\xC3\xA9\"}"));
    c = canon_open(w->arena);
    canon_text(c, "a", STR("\xC0\x80"));
    EXPECT(canon_bytes(w, c).n == 0 && w->err.code == ERR_BAD_INPUT);
    work_close(&w);
}

TEST(nfc_is_asked_of_the_text_and_not_of_its_escapes)
{
    Work *w = open_work();
    Str text = STR("\x1f\xCC\x87"),
        back = STR(""); /* its escape ends in f, and f with U+0307 composes */
    Canon *c = canon_open(w->arena);
    canon_text(c, "a", text);
    Str bytes = canon_bytes(w, c);
    EXPECT(str_is(bytes, "{\"a\":\"\\u001f\xCC\x87\"}") && canon_fits(bytes));
    const CanonView *v = canon_read(w, bytes);
    EXPECT(v && canon_get_text(v, "a", &back) && str_eq(back, text));
    work_close(&w);
}

TEST(what_is_written_is_read_whatever_it_holds)
{
    Work *w = open_work();
    uint64_t state = 42;
    for (int turn = 0; turn < 2000; turn++) {
        ARENA_SCOPE(w->arena);
        Canon *c = canon_open(w->arena);
        char text[40];
        size_t n = 0;
        for (; n < 20 + (size_t)(turn % 20); n++) {
            state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
            text[n] = (char)(state >> 57); /* any ASCII byte, NUL included */
        }
        canon_text(c, "t", (Str){ text, n });
        canon_int(c, "n", (int64_t)state);
        Str bytes = canon_bytes(w, c);
        Str back = STR("");
        int64_t number = 0;
        const CanonView *v = canon_read(w, bytes);
        EXPECT(v && canon_get_text(v, "t", &back) && str_eq(back, (Str){ text, n }));
        EXPECT(v && canon_get_int(v, "n", &number) && number == (int64_t)state);
    }
    EXPECT(work_ok(w));
    work_close(&w);
}
