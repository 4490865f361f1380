/* Words and lexer: text -> tokens.
 *
 * Full-width signs, letters and digits are read as their ASCII twins outside strings. A newline
 * ends a statement unless a ( or [ is open or the token before it cannot end one; that is decided
 * here and never by the next line. Dates, months and times are single tokens, so 2021-09 is a month
 * and 5-1 is arithmetic. A unit sticks to its number. Broken characters are complained about once
 * and skipped. */
#include "base/utf8.h"
#include "lang/lang_int.h"

#define RESERVED PLACE_RESERVED
#define HEAD     PLACE_HEAD
#define PACKS    PLACE_PACKS
#define BOOKS    PLACE_BOOKS
#define TYPES    PLACE_TYPES
#define FIELDS   PLACE_FIELDS
#define LISTS    PLACE_LISTS
#define FIGURES  PLACE_FIGURES
#define FLOWS    PLACE_FLOWS
#define TESTS    PLACE_TESTS

static const WordRow rows[] = {
    { "", "", PLACE_TESTS, "", "" },
#define KEYWORD(id, en, zh, where, doc_zh, doc_en) { en, zh, where, doc_zh, doc_en },
#define FUNCTION(id, en, zh, args, doc_zh, doc_en)
#define AGGREGATE(id, en, zh, args, doc_zh, doc_en)
#include "lang/keywords.def"
#undef KEYWORD
#undef FUNCTION
#undef AGGREGATE
};

const FunctionRow function_rows[] = {
#define KEYWORD(id, en, zh, where, doc_zh, doc_en)
#define FUNCTION(id, en, zh, args, doc_zh, doc_en)                                                 \
    { en, zh, args, doc_zh, doc_en, false, CALL_##id },
#define AGGREGATE(id, en, zh, args, doc_zh, doc_en)                                                \
    { en, zh, args, doc_zh, doc_en, true, AGG_##id },
#include "lang/keywords.def"
#undef KEYWORD
#undef FUNCTION
#undef AGGREGATE
};
const size_t function_row_count = sizeof function_rows / sizeof *function_rows;

const WordRow *word_row(Word word)
{
    CHECK(word >= WORD_NONE && word < WORD_COUNT);
    return &rows[word];
}

Word word_of(Str text)
{
    for (Word word = WORD_NONE + 1; word < WORD_COUNT; word++)
        if (str_is(text, rows[word].en) || str_is(text, rows[word].zh))
            return word;
    return WORD_NONE;
}

const FunctionRow *function_of(Str text)
{
    for (size_t i = 0; i < function_row_count; i++)
        if (str_is(text, function_rows[i].en) || str_is(text, function_rows[i].zh))
            return &function_rows[i];
    return NULL;
}

typedef struct Lexer {
    Complaints *c;
    Arena *arena;
    File *file;
    Str text;
    size_t at;
    int32_t line, column; /* of `at` */
    int32_t quote_line;   /* on which a curly quote was complained about */
    int32_t byte_line;    /* on which broken bytes were */
    int open;             /* ( and [ */
    bool space, gap, line_has_token, line_has_comment;
    list_of(Token) tokens;
    list_of(Comment) comments;
} Lexer;

/* The code point at byte `at`, folded; *size = its bytes. 0 at the end, -1 on broken bytes. */
static int32_t point_at(const Lexer *l, size_t at, size_t *size)
{
    if (at >= l->text.n) {
        *size = 0;
        return 0;
    }
    size_t next = at;
    int32_t point = utf8_next(l->text, &next);
    *size = next - at;
    if (point >= 0xFF01 && point <= 0xFF5E)
        return point - 0xFEE0;
    return point == 0x3000 ? ' ' : point;
}

static int32_t peek(const Lexer *l, size_t ahead)
{
    size_t at = l->at;
    size_t size = 0;
    int32_t point = point_at(l, at, &size);
    for (size_t i = 0; i < ahead && size; i++) {
        at += size;
        point = point_at(l, at, &size);
    }
    return point;
}

static void step(Lexer *l)
{
    size_t size;
    (void)point_at(l, l->at, &size);
    l->at += size;
    l->column++;
}

static void steps(Lexer *l, size_t n)
{
    for (size_t i = 0; i < n; i++)
        step(l);
}

static bool is_digit(int32_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(int32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == 0x3007 ||
           (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x4E00 && c <= 0x9FFF) ||
           (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF) ||
           (c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7);
}

/* Fills what every token has; `from` and `column` are where it began. */
static Token *push(Lexer *l, TokenKind kind, size_t from, int32_t column)
{
    Token *t = list_push(l->arena, &l->tokens);
    *t = (Token){ .kind = kind, .space = l->space, .gap = l->gap };
    t->raw = str_sub(l->text, from, l->at - from);
    t->value = t->raw;
    int32_t length = l->column - column;
    t->place = (Place){ l->file->index, l->line, column, length > 0 ? length : 1 };
    l->space = l->gap = false;
    l->line_has_token = true;
    return t;
}

static void wrong(Lexer *l, int32_t column, int32_t length, const char *what)
{
    complain(l->c, l->file, (Place){ l->file->index, l->line, column, length }, NULL, "%s", what);
}

/* ---- newlines ---- */

/* Can a statement end with this token? */
static bool ends_statement(const Token *t)
{
    static const Word open_words[] = { WORD_AND,  WORD_OR, WORD_NOT, WORD_IF, WORD_THEN,
                                       WORD_ELSE, WORD_IN, WORD_HAS, WORD_IS, WORD_WHERE };
    if (t->kind == TOKEN_NAME)
        for (size_t i = 0; i < sizeof open_words / sizeof *open_words; i++)
            if (t->word == open_words[i])
                return false;
    if (t->kind != TOKEN_SIGN)
        return true;
    return t->sign == ')' || t->sign == ']' || t->sign == '}';
}

static bool can_end_here(const Lexer *l)
{
    if (l->tokens.n == 0)
        return false;
    const Token *last = &l->tokens.at[l->tokens.n - 1];
    return last->kind != TOKEN_NEWLINE && ends_statement(last);
}

/* A bracket left open would swallow the file: a line that starts at the margin with a declaration
 * and its name closes it, with a complaint at the bracket. */
static bool line_declares(const Lexer *l)
{
    size_t n = 0;
    while (l->at + n < l->text.n && l->text.p[l->at + n] != ' ' && l->text.p[l->at + n] != '\n')
        n++;
    Word word = word_of(str_sub(l->text, l->at, n));
    return word != WORD_NONE && word_row(word)->where == PLACE_HEAD;
}

static void close_brackets(Lexer *l)
{
    int depth = 0;
    for (size_t i = l->tokens.n; i-- > 0 && l->open;) {
        const Token *t = &l->tokens.at[i];
        if (t->kind != TOKEN_SIGN)
            continue;
        depth += t->sign == ')' || t->sign == ']';
        if (t->sign != '(' && t->sign != '[')
            continue;
        if (depth-- > 0)
            continue;
        complain(l->c, l->file, t->place, NULL, "lang.bracket_open sign=%c", t->sign);
        break;
    }
    l->open = 0;
}

static void newline(Lexer *l)
{
    size_t from = l->at;
    int32_t column = l->column;
    step(l);
    if (l->open && line_declares(l)) {
        close_brackets(l);
        push(l, TOKEN_BAD, from, column); /* the parser says nothing more about this statement */
    }
    bool counts = !l->open && can_end_here(l);
    if (!l->line_has_token && !l->line_has_comment)
        l->gap = true;
    if (counts) {
        Token *t = push(l, TOKEN_NEWLINE, from, column);
        t->place.length = 1;
    }
    l->line++;
    l->column = 1;
    l->line_has_token = l->line_has_comment = false;
    l->space = true;
}

static void comment(Lexer *l)
{
    size_t from = l->at;
    while (l->at < l->text.n && l->text.p[l->at] != '\n')
        step(l);
    Str text = str_trim(str_sub(l->text, from, l->at - from));
    *list_push(l->arena, &l->comments) = (Comment){ l->tokens.n, !l->line_has_token, l->gap, text };
    l->gap = false;
    l->line_has_comment = true;
}

/* ---- strings and names ---- */

static void string(Lexer *l)
{
    size_t from = l->at;
    int32_t column = l->column;
    Buf out = buf_open(l->arena, LIMIT_PACK_BYTES);
    bool open = false;
    step(l);
    for (;;) {
        int32_t c = l->at < l->text.n ? (unsigned char)l->text.p[l->at] : 0;
        if (l->at >= l->text.n || c == '\n' || c == '\r') {
            wrong(l, column, 1, "lang.string_open");
            open = true;
            break;
        }
        if (c == '"') {
            step(l);
            break;
        }
        if (c == '\\' && l->at + 1 < l->text.n &&
            (l->text.p[l->at + 1] == '"' || l->text.p[l->at + 1] == '\\'))
            step(l);
        size_t start = l->at;
        step(l);
        buf_put(&out, str_sub(l->text, start, l->at - start));
    }
    Token *t = push(l, open ? TOKEN_BAD : TOKEN_STRING, from, column);
    Str value = buf_str(&out);
    if (utf8_nfc(l->arena, value, &t->value))
        return;
    t->value = STR("");
    t->kind = TOKEN_BAD;
    l->byte_line = l->line;
    complain(l->c, l->file, t->place, NULL, "lang.not_utf8");
}

static void name(Lexer *l)
{
    static const char *const stray[] = { "万元", "亿元", "万", "亿", "元", "亩", "wd", "wh" };
    size_t from = l->at;
    int32_t column = l->column;
    bool spaced = l->space;
    Buf out = buf_open(l->arena, LIMIT_PACK_BYTES);
    while (is_letter(peek(l, 0)) || is_digit(peek(l, 0))) {
        utf8_put(&out, peek(l, 0));
        step(l);
    }
    Token *t = push(l, TOKEN_NAME, from, column);
    Str value = buf_str(&out);
    if (!utf8_nfc(l->arena, value, &t->value))
        t->value = value;
    t->word = word_of(t->value);
    const Token *before = l->tokens.n > 1 ? &l->tokens.at[l->tokens.n - 2] : NULL;
    if (!spaced || !before || before->kind != TOKEN_NUMBER || before->suffix != SUFFIX_NONE)
        return;
    for (size_t i = 0; i < sizeof stray / sizeof *stray; i++)
        if (str_is(t->value, stray[i])) {
            complain(l->c, l->file, t->place, NULL, "lang.suffix_space number=%.*s suffix=%s",
                     STR_ARG(before->raw), stray[i]);
            l->tokens.n--;
            l->tokens.at[l->tokens.n - 1].kind = TOKEN_BAD;
            return;
        }
}

/* ---- numbers, days, periods, times ---- */

/* Does the text at hand have this shape? 9 = a digit; others stand for themselves. Not followed by
 * a further digit. */
static bool shaped(const Lexer *l, const char *shape)
{
    size_t n = strlen(shape);
    for (size_t i = 0; i < n; i++) {
        int32_t c = peek(l, i);
        if (shape[i] == '9' ? !is_digit(c) : c != shape[i])
            return false;
    }
    return !is_digit(peek(l, n));
}

static int digits(const Lexer *l, size_t from, size_t n)
{
    int value = 0;
    for (size_t i = 0; i < n; i++)
        value = value * 10 + (int)(peek(l, from + i) - '0');
    return value;
}

/* Pushes a token of `n` characters; complains when it names nothing. */
static void push_when(Lexer *l, TokenKind kind, size_t n, int64_t number, bool good)
{
    size_t from = l->at;
    int32_t column = l->column;
    steps(l, n);
    Token *t = push(l, kind, from, column);
    t->number = number;
    if (good)
        return;
    t->kind = TOKEN_BAD;
    complain(l->c, l->file, t->place, NULL, "lang.no_such_day text=%.*s", STR_ARG(t->raw));
}

static bool day_like(Lexer *l)
{
    int year = digits(l, 0, 4);
    Period p;
    if (shaped(l, "9999-99-99")) {
        bool good = day_exists(year, digits(l, 5, 2), digits(l, 8, 2));
        push_when(l, TOKEN_DATE, 10, good ? day_make(year, digits(l, 5, 2), digits(l, 8, 2)) : 0,
                  good);
    } else if (shaped(l, "9999-99")) {
        int64_t code = (int64_t)year * 10000 + digits(l, 5, 2) * 100;
        bool good = digits(l, 5, 2) <= 12 && period_of_code(code, &p);
        push_when(l, TOKEN_PERIOD, 7, good ? code : 20200000, good);
    } else if (shaped(l, "9999Q9") || shaped(l, "9999H9")) {
        int base = peek(l, 4) == 'Q' ? 20 : 30;
        int64_t code = (int64_t)year * 10000 + (base + digits(l, 5, 1)) * 100;
        bool good = period_of_code(code, &p) && digits(l, 5, 1) > 0;
        push_when(l, TOKEN_PERIOD, 6, good ? code : 20200000, good);
    } else if (shaped(l, "9999-W99")) {
        int64_t code = (int64_t)year * 10000 + 6000 + digits(l, 6, 2);
        bool good = period_of_code(code, &p);
        push_when(l, TOKEN_PERIOD, 8, good ? code : 20200000, good);
    } else {
        return false;
    }
    return true;
}

static bool short_like(Lexer *l)
{
    if (shaped(l, "99-99") && peek(l, 5) != '-') {
        int month = digits(l, 0, 2);
        int day = digits(l, 3, 2);
        push_when(l, TOKEN_MONTHDAY, 5, month * 100 + day, day_exists(2020, month, day));
        return true;
    }
    if (shaped(l, "99:99")) {
        int hour = digits(l, 0, 2);
        int minute = digits(l, 3, 2);
        push_when(l, TOKEN_TIME, 5, hour * 60 + minute, hour <= 24 && minute < 60);
        return true;
    }
    return false;
}

static const struct {
    const char *text;
    Suffix suffix;
} suffixes[] = {
    { "万元", SUFFIX_WAN_YUAN }, { "亿元", SUFFIX_YI_YUAN }, { "万", SUFFIX_WAN },
    { "亿", SUFFIX_YI },         { "元", SUFFIX_YUAN },      { "亩", SUFFIX_MU },
    { "%", SUFFIX_PERCENT },     { "min", SUFFIX_MIN },      { "mo", SUFFIX_MO },
    { "wd", SUFFIX_WD },         { "wh", SUFFIX_WH },        { "h", SUFFIX_H },
    { "d", SUFFIX_D },           { "w", SUFFIX_W },          { "y", SUFFIX_Y },
};

/* The unit that sticks to the number at hand; a letter right after it is an error. */
static Suffix suffix(Lexer *l, int32_t column, bool *ret_good)
{
    Suffix found = SUFFIX_NONE;
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes && !found; i++) {
        Str text = str_of(suffixes[i].text);
        size_t n = utf8_count(text);
        size_t at = 0;
        size_t k = 0;
        while (k < n && utf8_next(text, &at) == peek(l, k))
            k++;
        if (k == n) {
            found = suffixes[i].suffix;
            steps(l, n);
        }
    }
    if (!is_letter(peek(l, 0)))
        return found;
    while (is_letter(peek(l, 0)) || is_digit(peek(l, 0)))
        step(l);
    wrong(l, column, l->column - column, "lang.suffix_unknown");
    *ret_good = false;
    return found;
}

static void number(Lexer *l)
{
    if (day_like(l) || short_like(l))
        return;
    size_t from = l->at;
    int32_t column = l->column;
    int64_t value = 0;
    int8_t scale = 0;
    bool fits = true;
    bool after_point = false;
    for (;; step(l)) {
        int32_t c = peek(l, 0);
        if (c == '.' && !after_point && is_digit(peek(l, 1))) {
            after_point = true;
            continue;
        }
        if (!is_digit(c))
            break;
        fits = fits && !__builtin_mul_overflow(value, 10, &value) &&
               !__builtin_add_overflow(value, c - '0', &value);
        if (after_point && scale <= NUM_SCALE_MAX)
            scale++;
    }
    bool good = true;
    Suffix found = suffix(l, column, &good);
    Token *t = push(l, TOKEN_NUMBER, from, column);
    t->number = fits ? value : 0;
    t->scale = scale;
    t->suffix = found;
    bool range = fits && scale <= NUM_SCALE_MAX;
    if (!good || !range)
        t->kind = TOKEN_BAD;
    if (!range)
        complain(l->c, l->file, t->place, NULL, "lang.number_range text=%.*s", STR_ARG(t->raw));
}

/* ---- signs ---- */

static void sign(Lexer *l)
{
    static const int pairs[] = { SIGN2('!', '='), SIGN2('<', '='), SIGN2('>', '='),
                                 SIGN2('-', '>'), SIGN2(':', ':'), SIGN2('.', '.') };
    size_t from = l->at;
    int32_t column = l->column;
    int32_t c = peek(l, 0);
    int found = c > 0 && c < 128 && strchr("()[]{},;=<>+-*/@|:.", c) ? (int)c : 0;
    size_t n = 1;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (c == pairs[i] / 256 && peek(l, 1) == pairs[i] % 256) {
            found = pairs[i];
            n = 2;
        }
    steps(l, n);
    if (found == ';') {
        if (can_end_here(l) && !l->open)
            push(l, TOKEN_NEWLINE, from, column)->soft = true;
        return;
    }
    if (found) {
        l->open += found == '(' || found == '[';
        l->open -= (found == ')' || found == ']') && l->open > 0;
        push(l, TOKEN_SIGN, from, column)->sign = found;
        return;
    }
    Str raw = str_sub(l->text, from, l->at - from);
    Place place = { l->file->index, l->line, column, 1 };
    bool quote = c == 0x201C || c == 0x201D;
    bool again = quote && l->quote_line == l->line; /* the other one of the pair */
    l->quote_line = quote ? l->line : l->quote_line;
    if (quote && !again)
        complain(l->c, l->file, place, NULL, "lang.quote_wide");
    else if (c < 0 && l->byte_line != l->line)
        complain(l->c, l->file, place, NULL, "lang.not_utf8");
    else if (!quote && c >= 0)
        complain(l->c, l->file, place, NULL, "lang.sign_unknown sign=%.*s", STR_ARG(raw));
    l->byte_line = c < 0 ? l->line : l->byte_line;
    push(l, TOKEN_BAD, from, column);
}

static void one(Lexer *l)
{
    int32_t c = peek(l, 0);
    if (c == '\n')
        newline(l);
    else if (c == ' ' || c == '\t' || c == '\r' || c == 0xFEFF) {
        l->space = true;
        step(l);
    } else if (c == '#')
        comment(l);
    else if (c == '"')
        string(l);
    else if (is_digit(c))
        number(l);
    else if (is_letter(c))
        name(l);
    else
        sign(l);
}

void lex_file(Complaints *c, Arena *arena, File *file)
{
    Lexer l = { .c = c, .arena = arena, .file = file, .text = file->text, .line = 1, .column = 1 };
    while (l.at < l.text.n)
        one(&l);
    if (l.open) {
        close_brackets(&l);
        push(&l, TOKEN_BAD, l.at, l.column);
    }
    if (can_end_here(&l))
        push(&l, TOKEN_NEWLINE, l.at, l.column);
    push(&l, TOKEN_END, l.at, l.column);
    file->tokens = l.tokens.at;
    file->token_count = l.tokens.n;
    file->comments = l.comments.at;
    file->comment_count = l.comments.n;
    int english = 0;
    for (size_t i = 0; i < l.tokens.n; i++)
        if (l.tokens.at[i].word != WORD_NONE)
            english += str_is(l.tokens.at[i].value, word_row(l.tokens.at[i].word)->en) ? 1 : -1;
    file->english = english >= 0;
}
