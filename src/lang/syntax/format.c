/* Canonical form of one file.
 *
 * The author's lines stay lines. Made uniform are: indentation (two blanks a brace, four more where
 * a statement goes on), blanks between tokens, at most one empty line, full-width signs, columns of
 * neighbouring fields, items and figures, and on wish the language of the keywords. Formatting what
 * was formatted changes nothing. */
#include "base/utf8.h"
#include "lang/lang_int.h"

/* Cells wider than CELL_MAX stand out of the columns, and so does what follows them. */
enum { COLUMNS = 3, CELL_MAX = 48, KEEP = 0, TO_ZH = 1 };

typedef struct Line {
    size_t from, to; /* tokens; from == to: a comment alone */
    int indent;
    bool gap; /* an empty line above */
    Str comment;
    NodeKind shape;         /* whose columns line up, or NODE_BAD */
    size_t column[COLUMNS]; /* token at which each further column begins; 0 = none */
    size_t width[COLUMNS];  /* of the cell before it */
    size_t padded[COLUMNS]; /* of the column in its run */
} Line;

typedef struct Formatter {
    Arena *arena;
    const File *file;
    int to;
    const Node **at; /* by token: the statement that begins there */
    list_of(Line) lines;
} Formatter;

/* ---- text of a token ---- */

static Str folded(Arena *arena, Str raw)
{
    Buf out = buf_open(arena, raw.n + 1);
    for (size_t at = 0; at < raw.n;) {
        int32_t point = utf8_next(raw, &at);
        utf8_put(&out, point >= 0xFF01 && point <= 0xFF5E ? point - 0xFEE0 : point);
    }
    return buf_str(&out);
}

static Str period_text(const Token *t, int to)
{
    Str name = t->value;
    if (str_ends(name, STR("s")))
        name = str_sub(name, 0, name.n - 1);
    static const Word words[] = { WORD_DAY,     WORD_WEEK, WORD_MONTH,
                                  WORD_QUARTER, WORD_HALF, WORD_YEAR };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const WordRow *row = word_row(words[i]);
        if (to == TO_ZH && str_is(name, row->en))
            return str_of(row->zh);
        if (to != TO_ZH && str_is(name, row->zh))
            return str_of(row->en);
    }
    return t->value;
}

static Str token_text(const Formatter *f, const Token *t)
{
    if (t->kind == TOKEN_STRING)
        return t->raw;
    if (t->kind != TOKEN_NAME)
        return folded(f->arena, t->raw);
    if (f->to == KEEP || t->role == ROLE_NAME || t->role == ROLE_RAW)
        return t->value;
    if (t->role == ROLE_PERIOD)
        return period_text(t, f->to);
    if (t->role == ROLE_FUNCTION) {
        const FunctionRow *row = function_of(t->value);
        return row ? str_of(f->to == TO_ZH ? row->zh : row->en) : t->value;
    }
    const WordRow *row = word_row(t->word);
    return t->word ? str_of(f->to == TO_ZH ? row->zh : row->en) : t->value;
}

/* ---- blanks between tokens ---- */

static bool is_sign(const Token *t, int sign)
{
    return t->kind == TOKEN_SIGN && t->sign == sign;
}

static bool is_word(const Token *t, WordPlace place)
{
    return t->kind == TOKEN_NAME && t->role == ROLE_WORD && t->word &&
           word_row(t->word)->where == place;
}

/* Does a value end with this token, so that a minus behind it subtracts? */
static bool ends_value(const Token *t)
{
    if (t->kind == TOKEN_SIGN)
        return t->sign == ')' || t->sign == ']';
    return !is_word(t, PLACE_RESERVED) || t->word == WORD_TRUE || t->word == WORD_FALSE;
}

static bool tight_minus(const Formatter *f, size_t i)
{
    const Token *t = f->file->tokens;
    if (i < 2 || !is_sign(&t[i], '-'))
        return false;
    return t[i - 1].role == ROLE_WORD && t[i - 1].word == WORD_YEAR &&
           (is_sign(&t[i - 2], '[') || is_sign(&t[i - 2], ','));
}

/* 3/5 of a split stays as written. */
static bool tight_slash(const Formatter *f, size_t i)
{
    const Token *t = f->file->tokens;
    return i > 0 && is_sign(&t[i], '/') && !t[i].space && !t[i + 1].space &&
           t[i - 1].kind == TOKEN_NUMBER && t[i + 1].kind == TOKEN_NUMBER;
}

static bool blank_before_paren(const Token *before)
{
    if (before->kind == TOKEN_NAME)
        return is_word(before, PLACE_RESERVED) ||
               (before->role == ROLE_WORD && word_row(before->word)->where != PLACE_TYPES &&
                before->word != WORD_PRIVATE && before->word != WORD_PERCENT);
    return !(before->kind == TOKEN_SIGN && (before->sign == '(' || before->sign == '['));
}

/* A blank between tokens i - 1 and i of one line? */
static bool blank(const Formatter *f, size_t i)
{
    static const int tight_before[] = { ',', ')', ']', ':', SIGN2(':', ':'), '.', SIGN2('.', '.') };
    static const int tight_after[] = { '(', '[', '.', SIGN2(':', ':'), SIGN2('.', '.') };
    const Token *t = &f->file->tokens[i];
    const Token *before = t - 1;
    if (t->role == ROLE_RAW && before->role == ROLE_RAW)
        return t->space;
    if (t->role == ROLE_RAW)
        return true;
    for (size_t k = 0; k < sizeof tight_before / sizeof *tight_before; k++)
        if (is_sign(t, tight_before[k]))
            return false;
    for (size_t k = 0; k < sizeof tight_after / sizeof *tight_after; k++)
        if (is_sign(before, tight_after[k]))
            return false;
    if (tight_minus(f, i) || tight_minus(f, i - 1) || tight_slash(f, i) || tight_slash(f, i - 1))
        return false;
    if (is_sign(t, '('))
        return blank_before_paren(before);
    if (is_sign(t, '['))
        return !ends_value(before) || (i > 1 && is_sign(before - 1, '@'));
    bool unary = is_sign(before, '-') && (i < 2 || !ends_value(before - 1));
    return !unary;
}

/* ---- lines ---- */

static Line *line_new(Formatter *f, size_t from, int indent, bool gap)
{
    Line *line = list_push(f->arena, &f->lines);
    *line = (Line){ .from = from, .to = from, .indent = indent, .gap = gap, .shape = NODE_BAD };
    return line;
}

/* Comments that stand before token i: alone on their lines, or behind the line in hand. */
static size_t comments(Formatter *f, size_t next, size_t i, int indent)
{
    const File *file = f->file;
    for (; next < file->comment_count && file->comments[next].before <= i; next++) {
        const Comment *c = &file->comments[next];
        if (!c->own_line && f->lines.n && !f->lines.at[f->lines.n - 1].comment.n)
            f->lines.at[f->lines.n - 1].comment = c->text;
        else
            line_new(f, i, indent, c->gap)->comment = c->text;
    }
    return next;
}

static void cut_lines(Formatter *f)
{
    const Token *tokens = f->file->tokens;
    size_t next = 0;
    int depth = 0;
    int32_t row = 0;
    const Token *before = NULL;
    for (size_t i = 0; i < f->file->token_count; i++) {
        const Token *t = &tokens[i];
        bool closes = is_sign(t, '}');
        bool goes_on = before && !closes && before->kind != TOKEN_NEWLINE && !is_sign(before, '{');
        int indent = 2 * (depth - closes) + (goes_on ? 4 : 0);
        if (t->kind != TOKEN_NEWLINE || f->file->comment_count)
            next = comments(f, next, i, t->kind == TOKEN_END ? 0 : 2 * depth);
        if (t->kind == TOKEN_END)
            break;
        before = t;
        if (t->kind == TOKEN_NEWLINE)
            continue;
        if (t->place.line != row)
            (void)line_new(f, i, indent > 0 ? indent : 0, t->gap);
        row = t->place.line;
        f->lines.at[f->lines.n - 1].to = i + 1;
        depth += is_sign(t, '{');
        depth -= closes && depth > 0;
    }
}

/* ---- columns ---- */

static void index_nodes(Formatter *f, const Node *first)
{
    for (const Node *n = first; n; n = n->next) {
        if (!f->at[n->first])
            f->at[n->first] = n;
        if (n->kind == NODE_PACK || n->kind == NODE_LIST || n->kind == NODE_BOOK ||
            n->kind == NODE_KIND)
            index_nodes(f, n->kid);
    }
}

static size_t title_of(const Node *n)
{
    const Node *title = node_kid(n, NODE_TITLE);
    return title ? (size_t)title->token : 0;
}

/* Which tokens of the statement begin a column. */
static void shape_line(Formatter *f, Line *line)
{
    const Token *t = f->file->tokens;
    bool head = is_word(&t[line->from], PLACE_HEAD);
    const Node *n = f->at[line->from + head];
    if (line->from == line->to || !n || (size_t)n->last >= line->to)
        return;
    const Node *type = node_kid(n, NODE_TYPE);
    size_t title = title_of(n);
    size_t columns[COLUMNS] = { 0 };
    size_t k = 0;
    bool declares = n->kind == NODE_FIGURE || n->kind == NODE_KIND || n->kind == NODE_ROLE ||
                    n->kind == NODE_PARAM;
    if (declares != head || (!declares && n->kind != NODE_FIELD && n->kind != NODE_ITEM))
        return;
    if (type && n->kind != NODE_FIGURE)
        columns[k++] = (size_t)type->first;
    if (title)
        columns[k++] = title;
    if (title && title + 1 < line->to && t[title + 1].kind != TOKEN_NEWLINE)
        columns[k++] = title + 1;
    for (size_t i = title; i < line->to; i++)
        if (t[i].kind == TOKEN_NEWLINE && i + 1 < line->to)
            return; /* several statements on one line */
    line->shape = n->kind;
    memcpy(line->column, columns, sizeof columns);
}

static void put_tokens(Formatter *f, Buf *out, size_t from, size_t to)
{
    const Token *t = f->file->tokens;
    for (size_t i = from; i < to; i++) {
        if (t[i].kind == TOKEN_NEWLINE) {
            if (i + 1 < to && !is_sign(&t[i + 1], '}'))
                buf_putz(out, "; ");
            else if (i + 1 < to)
                buf_putc(out, ' ');
            continue;
        }
        if (i > from && t[i - 1].kind != TOKEN_NEWLINE && blank(f, i))
            buf_putc(out, ' ');
        buf_put(out, token_text(f, &t[i]));
    }
}

/* The k-th cell of a shaped line; cells end where the next column begins. */
static Str cell_text(Formatter *f, const Line *line, size_t k)
{
    size_t from = k ? line->column[k - 1] : line->from;
    size_t to = k < COLUMNS && line->column[k] ? line->column[k] : line->to;
    Buf out = buf_open(f->arena, LIMIT_PACK_BYTES);
    put_tokens(f, &out, from, to);
    return buf_str(&out);
}

static bool same_run(const Line *a, const Line *b)
{
    return a->shape == b->shape && a->indent == b->indent && !b->gap;
}

static bool stands_out(const Line *line, size_t k)
{
    for (size_t i = 0; i <= k; i++)
        if (line->width[i] > CELL_MAX)
            return true;
    return false;
}

static void measure(Formatter *f, Line *line)
{
    for (size_t k = 0; line->shape != NODE_BAD && k < COLUMNS && line->column[k]; k++)
        line->width[k] = utf8_width(cell_text(f, line, k));
}

/* The widest cells of each run of like lines. */
static void pad_run(Line *lines, size_t n)
{
    for (size_t k = 0; k < COLUMNS; k++) {
        size_t widest = 0;
        for (size_t i = 0; i < n; i++)
            if (lines[i].column[k] && !stands_out(&lines[i], k) && lines[i].width[k] > widest)
                widest = lines[i].width[k];
        for (size_t i = 0; i < n; i++)
            lines[i].padded[k] = stands_out(&lines[i], k) ? 0 : widest;
    }
}

static void pad_runs(Formatter *f)
{
    size_t first = 0;
    for (size_t i = 1; i <= f->lines.n; i++)
        if (i == f->lines.n || !same_run(&f->lines.at[i - 1], &f->lines.at[i])) {
            pad_run(&f->lines.at[first], i - first);
            first = i;
        }
}

static void put_line(Formatter *f, Buf *out, size_t i)
{
    const Line *line = &f->lines.at[i];
    for (int k = 0; k < line->indent; k++)
        buf_putc(out, ' ');
    if (line->shape == NODE_BAD) {
        put_tokens(f, out, line->from, line->to);
    } else {
        for (size_t k = 0; k <= COLUMNS; k++) {
            buf_put(out, cell_text(f, line, k));
            if (k == COLUMNS || !line->column[k])
                break;
            for (size_t w = line->width[k]; w < line->padded[k]; w++)
                buf_putc(out, ' ');
            buf_putc(out, ' ');
        }
    }
    if (line->comment.n && line->from != line->to)
        buf_putz(out, "  ");
    buf_put(out, line->comment);
    buf_putc(out, '\n');
}

static Str format_all(Formatter *f)
{
    Buf out = buf_open(f->arena, 4 * (size_t)LIMIT_PACK_BYTES);
    for (size_t i = 0; i < f->lines.n; i++) {
        shape_line(f, &f->lines.at[i]);
        measure(f, &f->lines.at[i]);
    }
    pad_runs(f);
    for (size_t i = 0; i < f->lines.n; i++) {
        const Line *line = &f->lines.at[i];
        bool closes = line->from < line->to && is_sign(&f->file->tokens[line->from], '}');
        const Line *above = i ? &f->lines.at[i - 1] : NULL;
        bool opened =
            above && above->from < above->to && is_sign(&f->file->tokens[above->to - 1], '{');
        if (line->gap && above && !closes && !opened)
            buf_putc(&out, '\n');
        put_line(f, &out, i);
    }
    return buf_str(&out);
}

bool pack_format(Work *w, Str name, Str text, int to, Problems *problems, Str *ret)
{
    Complaints c = { w, problems };
    size_t before = problems->errors;
    File *file = arena_new(w->arena, File);
    *file = (File){ .name = name, .text = text };
    lex_file(&c, w->arena, file);
    const Node *decls = parse_file(&c, w->arena, file);
    problems_sort(problems);
    if (problems->errors > before)
        return false;
    Formatter f = { .arena = w->arena, .file = file, .to = to };
    f.at = arena_array(w->arena, const Node *, file->token_count + 1);
    index_nodes(&f, decls);
    cut_lines(&f);
    *ret = format_all(&f);
    return true;
}
