#include "base/csv.h"

#include "base/limits.h"
#include "base/test.h"
#include "base/words.h"

static Work *open_work(void)
{
    return work_open(env_real(), 64u << 20);
}

/* The records as text: fields joined by |, records by /. On refusal the message id. */
static Str dump(Work *w, Str bytes)
{
    Csv csv;
    Buf out = buf_open(w->arena, 1 << 16);
    if (!csv_open(w, w->arena, bytes, &csv))
        return str_of(w->err.what);
    for (bool more;;) {
        if (!csv_next(w, &csv, &more))
            return str_of(w->err.what);
        if (!more)
            return buf_str(&out);
        if (csv.rows > 1)
            buf_putc(&out, '/');
        for (size_t i = 0; i < csv.n; i++) {
            if (i)
                buf_putc(&out, '|');
            buf_put(&out, csv.fields[i]);
        }
    }
}

static bool gives(const char *bytes, size_t n, const char *want)
{
    Work *w CLEANUP(work_close) = open_work();
    Str got = dump(w, (Str){ bytes, n });
    bool same = str_is(got, want);
    if (!same)
        printf("# got  %.*s\n# want %s\n", STR_ARG(got), want);
    return same;
}

#define GIVES(literal, want) EXPECT(gives(literal, sizeof(literal) - 1, want))

TEST(records_of_rfc_4180_are_read_as_it_says)
{
    GIVES("aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n", "aaa|bbb|ccc/zzz|yyy|xxx");
    GIVES("aaa,bbb\nzzz,yyy", "aaa|bbb/zzz|yyy");
    GIVES("\"aaa\",\"b\r\nbb\",\"ccc\"\r\nzzz,yyy,xxx", "aaa|b\r\nbb|ccc/zzz|yyy|xxx");
    GIVES("\"aaa\",\"b\"\"bb\",\"\"", "aaa|b\"bb|");
    GIVES("\"\"\"\"", "\"");
    GIVES(",\n,", "|/|");
    GIVES("a\n\nb\n", "a//b");
    GIVES("a , b", "a | b");
    GIVES("", "");
}

TEST(a_mark_before_the_text_is_no_part_of_it)
{
    GIVES("\xEF\xBB\xBF\xE6\x9D\x91,1", "村|1");
    GIVES("\xEF\xBB\xBF", "");
}

TEST(gbk_as_excel_saves_it_becomes_utf8)
{
    Work *w CLEANUP(work_close) = open_work();
    Csv csv;
    bool more;
    /* 单位,数量 / 丰满,12 in GBK */
    Str gbk = STR("\xB5\xA5\xCE\xBB,\xCA\xFD\xC1\xBF\r\n\xB7\xE1\xC2\xFA,12\r\n");
    EXPECT(csv_open(w, w->arena, gbk, &csv));
    EXPECT(csv.converted);
    EXPECT(csv_next(w, &csv, &more) && more);
    EXPECT(csv.n == 2 && str_is(csv.fields[0], "单位") && str_is(csv.fields[1], "数量"));
    EXPECT(csv_next(w, &csv, &more) && more);
    EXPECT(str_is(csv.fields[0], "丰满") && csv.line == 2);
}

TEST(what_is_no_table_of_text_is_refused_with_its_line)
{
    GIVES("a,b\nc,d\0e\n", "csv.nul line=2");
    GIVES("\xFF\xFE"
          "a\0,\0",
          "csv.utf16");
    GIVES("a\nb\n\xE6\x9D\n\xFF\xFF\n", "csv.encoding line=3");
    GIVES("a,b\nc,d\"e\n", "csv.stray_quote line=2 column=2");
    GIVES("a,\"b\"c\n", "csv.after_quote line=1 column=2");
    GIVES("a\n\"b\nc\n", "csv.unclosed line=2 column=1");
    GIVES("a\rb\r", "csv.lone_cr line=1 column=1");
}

TEST(line_numbers_count_line_ends_inside_quotes)
{
    Work *w CLEANUP(work_close) = open_work();
    Csv csv;
    bool more;
    EXPECT(csv_open(w, w->arena, STR("h\n\"1\n2\n3\",x\nlast\n"), &csv));
    int64_t lines[3] = { 0 };
    for (size_t i = 0; i < 3; i++) {
        EXPECT(csv_next(w, &csv, &more) && more);
        lines[i] = csv.line;
    }
    EXPECT(lines[0] == 1 && lines[1] == 2 && lines[2] == 5);
    csv_rewind(&csv);
    EXPECT(csv_next(w, &csv, &more) && more && csv.line == 1 && str_is(csv.fields[0], "h"));
}

TEST(a_record_of_too_many_columns_is_refused)
{
    Work *w CLEANUP(work_close) = open_work();
    Buf wide = buf_open(w->arena, 1 << 16);
    for (int i = 0; i < LIMIT_IMPORT_COLUMNS - 1; i++)
        buf_putc(&wide, ',');
    Csv csv;
    bool more;
    EXPECT(csv_open(w, w->arena, buf_str(&wide), &csv));
    EXPECT(csv_next(w, &csv, &more) && csv.n == LIMIT_IMPORT_COLUMNS);
    buf_putc(&wide, ',');
    EXPECT(csv_open(w, w->arena, buf_str(&wide), &csv));
    EXPECT(!csv_next(w, &csv, &more) && w->err.code == ERR_LIMIT);
}

TEST(no_written_cell_begins_like_a_formula_and_reading_gives_it_back)
{
    Work *w CLEANUP(work_close) = open_work();
    static const char *const texts[] = { "=1+1",       "+1",    "-x",  "@a",  "\tq",
                                         "\rq",        "\nq",   "＝1", "'=1", "''-2",
                                         "'quoted'",   "plain", "",    "a,b", "say \"x\"",
                                         "two\nlines", "'" };
    Buf out = buf_open(w->arena, 1 << 16);
    CsvOut o = { .out = &out };
    enum { N = sizeof texts / sizeof *texts };
    for (size_t i = 0; i < N; i++)
        csv_put(&o, str_of(texts[i]));
    csv_put_number(&o, STR("-12.50"));
    csv_end(&o);
    Csv csv;
    bool more;
    EXPECT(csv_open(w, w->arena, buf_str(&out), &csv));
    EXPECT(csv_next(w, &csv, &more) && csv.n == N + 1);
    for (size_t i = 0; i < N; i++) {
        EXPECT(csv.fields[i].n == 0 || !strchr("=+-@\t\r\n", csv.fields[i].p[0]));
        EXPECT(str_is(csv_unguard(csv.fields[i]), texts[i]));
    }
    EXPECT(str_is(csv.fields[N], "-12.50"));
}
