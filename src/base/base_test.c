#include "base/hash.h"
#include "base/list.h"
#include "base/map.h"
#include "base/num.h"
#include "base/test.h"
#include "base/time.h"
#include "base/utf8.h"
#include "base/words.h"
#include "base/work.h"

static Work *open_work(void)
{
    return work_open(env_real(), 1 << 20);
}

TEST(scope_gives_memory_back)
{
    Work *w = open_work();
    size_t before = arena_total(w->arena);
    for (int i = 0; i < 1000; i++) {
        ARENA_SCOPE(w->arena);
        char *p = arena_array(w->arena, char, 1000);
        EXPECT(p[999] == 0);
    }
    EXPECT(arena_total(w->arena) == before);
    work_close(&w);
}

TEST(a_work_past_its_soft_limit_stops_with_words)
{
    Work *w = open_work();
    EXPECT(work_ok(w));
    (void)arena_array(w->arena, char, 2 << 20);
    EXPECT(!work_ok(w));
    EXPECT(w->err.code == ERR_LIMIT);
    work_close(&w);
}

TEST(the_first_failure_wins)
{
    Work *w = open_work();
    EXPECT(!fail(w, ERR_BAD_INPUT, "a.b n=%d", 1));
    EXPECT(!fail(w, ERR_STORE, "c.d"));
    EXPECT(w->err.code == ERR_BAD_INPUT);
    EXPECT(!strcmp(w->err.what, "a.b n=1"));
    work_close(&w);
}

TEST(days_and_dates_agree_for_four_centuries)
{
    int32_t day = day_make(1800, 1, 1);
    EXPECT(day_make(1970, 1, 1) == 0);
    for (; day < day_make(2200, 1, 1); day++) {
        int y, m, d;
        day_split(day, &y, &m, &d);
        if (!day_exists(y, m, d) || day_make(y, m, d) != day)
            EXPECT(day == INT32_MIN); /* the date of a day leads back to it */
    }
    EXPECT(day_weekday(day_make(2021, 6, 14)) == 1);
}

TEST(periods_parse_print_and_shift)
{
    Work *w = open_work();
    const char *texts[] = { "2021", "2021Q3", "2021H2", "2021-09", "2020-W53", "2021-09-30" };
    for (size_t i = 0; i < 6; i++) {
        Period p, again;
        EXPECT(period_parse(str_of(texts[i]), &p));
        EXPECT(str_is(period_print(w->arena, p), texts[i]));
        EXPECT(period_of_code(p.code, &again) && again.first_day == p.first_day);
        Period back = period_shift(period_shift(p, 5), -5);
        EXPECT(back.code == p.code);
    }
    Period p;
    EXPECT(!period_parse(STR("2021-13"), &p));
    EXPECT(!period_parse(STR("21"), &p));
    EXPECT(period_parse(STR("2021年9月"), &p) && p.code == 20210900);
    EXPECT(period_parse(STR("2021-02"), &p));
    EXPECT(period_shift(p, -1).code == 20210100);
    EXPECT(period_shift_years(p, -1).code == 20200200);
    work_close(&w);
}

TEST(decimals_parse_exactly_or_not_at_all)
{
    int64_t v = -1;
    EXPECT(num_parse(STR("1234.50"), 2, &v) && v == 123450);
    EXPECT(num_parse(STR("-0.05"), 2, &v) && v == -5);
    EXPECT(num_parse(STR("1,234,567"), 2, &v) && v == 123456700);
    EXPECT(num_parse(STR("１２．５"), 2, &v) && v == 1250);
    EXPECT(num_parse(STR("7.500"), 2, &v) && v == 750);
    v = 42;
    EXPECT(!num_parse(STR("1.005"), 2, &v));
    EXPECT(!num_parse(STR("12,34"), 2, &v));
    EXPECT(!num_parse(STR("1e3"), 2, &v));
    EXPECT(!num_parse(STR(""), 2, &v));
    EXPECT(!num_parse(STR("."), 2, &v));
    EXPECT(!num_parse(STR("99999999999999999999"), 2, &v));
    EXPECT(v == 42);
}

TEST(rounding_is_half_away_from_zero)
{
    Work *w = open_work();
    EXPECT(num_div(5, 2, ROUND_HALF) == 3);
    EXPECT(num_div(-5, 2, ROUND_HALF) == -3);
    EXPECT(num_div(-5, 2, ROUND_DOWN) == -2);
    EXPECT(num_div(1, 3, ROUND_UP) == 1);
    EXPECT(str_is(num_print_as(w->arena, 12345, 2, 1, ROUND_HALF, false), "123.5"));
    EXPECT(str_is(num_print_as(w->arena, 3900, 2, 1, ROUND_HALF, true), "39"));
    EXPECT(str_is(num_print(w->arena, -5, 2), "-0.05"));
    work_close(&w);
}

TEST(maps_keep_the_order_of_insertion)
{
    Work *w = open_work();
    Map m = map_open(w->arena);
    static int value[1000];
    for (int i = 0; i < 1000; i++)
        map_put(&m, str_printf(w->arena, "k%d", i * 7919 % 1000), &value[i]);
    EXPECT(m.n == 1000);
    EXPECT(map_find(&m, STR("k7")) != NULL);
    EXPECT(map_find(&m, STR("absent")) == NULL);
    EXPECT(m.items[3].value == &value[3]);
    map_put_int(&m, -5, &value[1]);
    EXPECT(map_find_int(&m, -5) == &value[1]);
    work_close(&w);
}

TEST(sha256_matches_its_published_vector)
{
    Work *w = open_work();
    Hash h = hash_of("abc", 3);
    EXPECT(str_is(hex_print(w->arena, h.byte, 32),
                  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    work_close(&w);
}

TEST(text_is_normalised_and_broken_text_refused)
{
    Work *w = open_work();
    Str nfc;
    EXPECT(utf8_nfc(w->arena, STR("e\xCC\x81"), &nfc) && str_is(nfc, "\xC3\xA9"));
    EXPECT(!utf8_nfc(w->arena, STR("\xED\xA0\x80"), &nfc));
    EXPECT(!utf8_valid(STR("\xC0\x80")));
    EXPECT(utf8_width(STR("村a")) == 3);
    work_close(&w);
}

TEST(messages_take_their_values_by_name)
{
    Work *w = open_work();
    Str text = word_text(w->arena, "work.too_much_memory bytes=12", LANG_EN);
    EXPECT(str_find(text, STR("(12 bytes used)")) != SIZE_MAX);
    text = word_text(w->arena, "check.step why=main.kind name=k", LANG_EN);
    EXPECT(str_is(text, "This step cannot be carried out: There is no kind of unit k."));
    text = word_text(w->arena, "check.step why=as it was said", LANG_EN);
    EXPECT(str_is(text, "This step cannot be carried out: as it was said"));
    text = word_text(w->arena, "no.such id", LANG_ZH);
    EXPECT(str_find(text, STR("no.such id")) != SIZE_MAX);
    work_close(&w);
}

TEST(html_and_json_are_escaped)
{
    Work *w = open_work();
    Buf b = buf_open(w->arena, 100);
    buf_html(&b, STR("<a\x01&\x1b'\x7f\">"));
    EXPECT(str_is(buf_str(&b), "&lt;a&amp;&#39;&quot;&gt;"));
    b = buf_open(w->arena, 100);
    buf_json(&b, STR("a\"\\\n"));
    EXPECT(str_is(buf_str(&b), "\"a\\\"\\\\\\u000a\""));
    b = buf_open(w->arena, 3);
    buf_putz(&b, "four");
    EXPECT(!buf_ok(&b) && b.n == 0);
    work_close(&w);
}

TEST(the_words_of_an_error_outlive_the_scope_it_happened_in)
{
    Work *w = open_work();
    {
        ARENA_SCOPE(w->arena);
        fail(w, ERR_BAD_INPUT, "word.unknown what=%s", arena_printf(w->arena, "x%d", 7));
        note(w, "first");
        note(w, "second");
    }
    char *over = arena_array(w->arena, char, 4096);
    memset(over, 'z', 4096);
    EXPECT(strcmp(w->err.what, "word.unknown what=x7") == 0);
    EXPECT(strcmp(w->err.notes, "first; second") == 0);
    work_close(&w);
}

TEST(the_clock_can_be_set_and_goes_on)
{
    const char *const wrong[] = { "",
                                  "2022-02-10",
                                  "2022-02-10T9:20",
                                  "2022-02-30T09:20",
                                  "2022-02-10T24:00",
                                  "2022-02-10T09:60",
                                  "2022-02-10 09:20",
                                  "2022-02-10T09:20:00",
                                  "2022/02/10T09:20" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        EXPECT(!env_set_clock(str_of(wrong[i])));
    EXPECT(env_set_clock(STR("2022-02-10T09:20")));
    const Env *env = env_real();
    int64_t first = env->now_ms(env->self);
    env->sleep_ms(env->self, 20);
    int64_t later = env->now_ms(env->self);
    Work *w = work_open(env, 1 << 20);
    EXPECT(str_is(ms_print(w->arena, first), "2022-02-10 09:20") && later >= first + 20);
    EXPECT(day_print(w->arena, work_today(w)).n && work_today(w) == day_make(2022, 2, 10));
    work_close(&w);
}
