#include "base/csv.h"

#include <iconv.h>

#include "base/limits.h"
#include "base/utf8.h"

/* ---- what the bytes are ---- */

typedef struct Look {
    bool high, quote, nul;
} Look;

/* Pieces that stay in the cache: the C library finds bytes by vectors, and an inner loop of fixed
 * length becomes vectors too, so that a file of numbers is judged at the speed of memory. */
static Look look_at(Str s)
{
    enum { PIECE = 16384, WORDS = 64 };
    Look look = { 0 };
    uint64_t high = 0;
    for (size_t at = 0; at < s.n; at += PIECE) {
        const char *p = s.p + at;
        size_t n = s.n - at < PIECE ? s.n - at : PIECE;
        look.quote = look.quote || memchr(p, '"', n);
        look.nul = look.nul || memchr(p, 0, n);
        size_t i = 0;
        for (; i + WORDS * 8 <= n; i += WORDS * 8) {
            uint64_t words[WORDS];
            memcpy(words, p + i, sizeof words);
            for (size_t k = 0; k < WORDS; k++)
                high |= words[k];
        }
        for (; i < n; i++)
            high |= (uint64_t)(uint8_t)p[i];
    }
    look.high = high & UINT64_C(0x8080808080808080);
    return look;
}

/* Offset of the first byte that is no UTF-8, or s.n. */
static size_t first_broken(Str s)
{
    size_t at = 0;
    while (at < s.n) {
        uint64_t eight;
        if (at + 8 <= s.n) {
            memcpy(&eight, s.p + at, 8);
            if (!(eight & UINT64_C(0x8080808080808080))) {
                at += 8;
                continue;
            }
        }
        size_t before = at;
        if (s.p[at] & 0x80) {
            if (utf8_next(s, &at) < 0)
                return before;
        } else {
            at++;
        }
    }
    return s.n;
}

static int64_t line_at(Str s, size_t offset)
{
    int64_t line = 1;
    for (size_t i = 0; i < offset && i < s.n; i++)
        line += s.p[i] == '\n';
    return line;
}

static bool convert(Work *w, Arena *arena, Str bytes, int64_t bad_line, Str *ret)
{
    iconv_t turn = iconv_open("UTF-8", "GB18030");
    if (turn == (iconv_t)-1)
        return fail(w, ERR_STORE, "csv.no_gb18030");
    size_t room = bytes.n * 2 + 16; /* two bytes of GBK become three, four become at most four */
    char *out = arena_array(arena, char, room);
    char *in = (char *)(uintptr_t)bytes.p; /* iconv's old prototype; it only reads */
    char *at = out;
    size_t left = bytes.n;
    size_t free_bytes = room;
    size_t done = iconv(turn, &in, &left, &at, &free_bytes);
    iconv_close(turn);
    if (done == (size_t)-1 || left)
        return fail(w, ERR_BAD_INPUT, "csv.encoding line=%lld", (long long)bad_line);
    *ret = (Str){ out, (size_t)(at - out) };
    return true;
}

static bool is_utf16(Str s)
{
    return str_starts(s, STR("\xFF\xFE")) || str_starts(s, STR("\xFE\xFF"));
}

bool csv_open(Work *w, Arena *arena, Str bytes, Csv *ret)
{
    if (bytes.n > LIMIT_IMPORT_BYTES)
        return fail(w, ERR_LIMIT, "csv.too_large limit=%d", LIMIT_IMPORT_BYTES >> 20);
    if (is_utf16(bytes))
        return fail(w, ERR_BAD_INPUT, "csv.utf16");
    if (str_starts(bytes, STR("\xEF\xBB\xBF")))
        bytes = str_sub(bytes, 3, bytes.n);
    Look look = look_at(bytes);
    if (look.nul) {
        const char *nul = memchr(bytes.p, 0, bytes.n);
        int64_t line = line_at(bytes, (size_t)(nul - bytes.p));
        return fail(w, ERR_BAD_INPUT, "csv.nul line=%lld", (long long)line);
    }
    Csv csv = { .text = bytes, .quotes = look.quote, .next_line = 1, .arena = arena };
    size_t bad = look.high ? first_broken(bytes) : bytes.n;
    if (bad < bytes.n) {
        TRY(convert(w, arena, bytes, line_at(bytes, bad), &csv.text));
        csv.converted = true;
    }
    csv.fields = arena_array(arena, Str, LIMIT_IMPORT_COLUMNS);
    *ret = csv;
    return true;
}

void csv_rewind(Csv *csv)
{
    csv->at = 0;
    csv->next_line = 1;
    csv->rows = 0;
    csv->n = 0;
}

/* ---- one record ---- */

static bool refuse(Work *w, const Csv *csv, const char *what)
{
    return fail(w, ERR_BAD_INPUT, "%s line=%lld column=%zu", what, (long long)csv->next_line,
                csv->n + 1);
}

static bool take_plain(Work *w, Csv *csv, Str *ret)
{
    const char *from = csv->text.p + csv->at;
    const char *end = csv->text.p + csv->text.n;
    const char *p = from;
    while (p < end && *p != ',' && *p != '\n' && *p != '\r' && *p != '"')
        p++;
    if (p < end && *p == '"')
        return refuse(w, csv, "csv.stray_quote");
    *ret = (Str){ from, (size_t)(p - from) };
    csv->at += ret->n;
    return true;
}

static Str without_doubles(Arena *arena, Str s)
{
    char *out = arena_array(arena, char, s.n);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        out[n++] = s.p[i];
        if (s.p[i] == '"')
            i++;
    }
    return (Str){ out, n };
}

static bool take_quoted(Work *w, Csv *csv, Str *ret)
{
    const char *from = csv->text.p + csv->at + 1;
    const char *end = csv->text.p + csv->text.n;
    const char *p = from;
    bool doubled = false;
    int64_t lines = 0;
    for (; p < end; p++) {
        lines += *p == '\n';
        if (*p != '"')
            continue;
        if (p + 1 == end || p[1] != '"')
            break;
        doubled = true;
        p++;
    }
    if (p == end)
        return refuse(w, csv, "csv.unclosed");
    csv->next_line += lines;
    Str inner = { from, (size_t)(p - from) };
    *ret = doubled ? without_doubles(csv->arena, inner) : inner;
    csv->at = (size_t)(p + 1 - csv->text.p);
    if (p + 1 < end && p[1] != ',' && p[1] != '\n' && p[1] != '\r')
        return refuse(w, csv, "csv.after_quote");
    return true;
}

/* After a field: a comma goes on; a line end or the end of the file closes the record. */
static bool take_cut(Work *w, Csv *csv, bool *ret_more)
{
    *ret_more = false;
    if (csv->at == csv->text.n)
        return true;
    char c = csv->text.p[csv->at++];
    if (c == ',') {
        *ret_more = true;
        return true;
    }
    if (c == '\r') {
        if (csv->at == csv->text.n || csv->text.p[csv->at] != '\n')
            return refuse(w, csv, "csv.lone_cr");
        csv->at++;
    }
    csv->next_line++;
    return true;
}

bool csv_next(Work *w, Csv *csv, bool *ret_more)
{
    csv->n = 0;
    csv->line = csv->next_line;
    *ret_more = csv->at < csv->text.n;
    if (!*ret_more)
        return true;
    if (csv->rows >= LIMIT_IMPORT_ROWS)
        return fail(w, ERR_LIMIT, "csv.too_many_rows limit=%d", LIMIT_IMPORT_ROWS);
    for (bool more = true; more;) {
        if (csv->n == LIMIT_IMPORT_COLUMNS)
            return fail(w, ERR_LIMIT, "csv.too_many_columns line=%lld limit=%d",
                        (long long)csv->line, LIMIT_IMPORT_COLUMNS);
        Str *field = &csv->fields[csv->n];
        bool quoted = csv->at < csv->text.n && csv->text.p[csv->at] == '"';
        TRY(quoted ? take_quoted(w, csv, field) : take_plain(w, csv, field));
        TRY(take_cut(w, csv, &more));
        csv->n++;
    }
    csv->rows++;
    return true;
}

/* ---- writing ---- */

static bool runs_as_formula(Str s)
{
    static const char *const heads[] = { "=",  "+",  "-",  "@",  "\t", "\r",
                                         "\n", "＝", "＋", "－", "＠" };
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (str_starts(s, str_of(heads[i])))
            return true;
    return false;
}

static size_t leading_marks(Str s)
{
    size_t n = 0;
    while (n < s.n && s.p[n] == '\'')
        n++;
    return n;
}

/* Any run of ' before a formula gains one, so that taking one away is exact. */
Str csv_guard(Arena *arena, Str text)
{
    if (!runs_as_formula(str_sub(text, leading_marks(text), text.n)))
        return text;
    return str_printf(arena, "'%.*s", STR_ARG(text));
}

Str csv_unguard(Str text)
{
    size_t marks = leading_marks(text);
    if (marks == 0 || !runs_as_formula(str_sub(text, marks, text.n)))
        return text;
    return str_sub(text, 1, text.n);
}

static void put_field(CsvOut *o, Str text)
{
    if (o->inside)
        buf_putc(o->out, ',');
    o->inside = true;
    bool quote = false;
    for (size_t i = 0; i < text.n && !quote; i++)
        quote = text.p[i] == ',' || text.p[i] == '"' || text.p[i] == '\n' || text.p[i] == '\r';
    if (!quote) {
        buf_put(o->out, text);
        return;
    }
    buf_putc(o->out, '"');
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"')
            buf_putc(o->out, '"');
        buf_putc(o->out, text.p[i]);
    }
    buf_putc(o->out, '"');
}

void csv_put(CsvOut *o, Str text)
{
    put_field(o, csv_guard(o->out->arena, text));
}

void csv_put_number(CsvOut *o, Str digits)
{
    for (size_t i = 0; i < digits.n; i++)
        CHECK((digits.p[i] >= '0' && digits.p[i] <= '9') || digits.p[i] == '.' ||
              (digits.p[i] == '-' && i == 0) || (digits.p[i] == '%' && i + 1 == digits.n));
    put_field(o, digits);
}

void csv_end(CsvOut *o)
{
    buf_putz(o->out, "\r\n");
    o->inside = false;
}
