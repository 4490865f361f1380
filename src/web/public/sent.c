/* From the bytes of a form to cells and photos. */
#include "web/public/public_int.h"

#include "base/hash.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "web/public/photo.h"

enum { ONCE_DIGITS = 64, NAME_BYTES = 16 };

/* Fields of the form itself, which no book can have asked. */
static bool is_own(Str name)
{
    static const char *const own[] = { "once", "book",   "unit",   "lang",
                                       "size", "number", "secret", "move" };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (str_is(name, own[i]))
            return true;
    return false;
}

static bool read_parts(Call *call, Sent *s)
{
    Parts parts;
    TRY(multipart_parse(call->w, net_header(call->net, "Content-Type"), net_body(call->net),
                        &parts));
    for (size_t i = 0; i < parts.n; i++) {
        const Part *part = &parts.at[i];
        if (!part->file.p) {
            s->cells[s->n++] = (Cell){ part->name, str_trim(part->bytes) };
            continue;
        }
        if (!part->bytes.n)
            continue; /* no file was chosen */
        if (s->photo_n == PHOTOS_MOST || part->bytes.n > LIMIT_REPORT_PHOTO)
            return fail(call->w, ERR_LIMIT, "public.photo_heavy limit=%d",
                        LIMIT_REPORT_PHOTO >> 20);
        s->photos[s->photo_n++] = (Photo){ .field = part->name, .raw = part->bytes };
    }
    return true;
}

/* Names of fields are few and short: those that the packs ask, and the form's own. */
static bool read_urlencoded(Call *call, Sent *s)
{
    Str rest = net_body(call->net), piece;
    while (rest.p && str_next(&rest, '&', &piece)) {
        size_t cut = str_find(piece, STR("="));
        Str name = str_sub(piece, 0, cut == SIZE_MAX ? piece.n : cut);
        if (!name.n || name.n > 100 || s->n == CELLS_MOST || str_find(name, STR("%")) != SIZE_MAX)
            return fail(call->w, ERR_BAD_INPUT, "public.form_broken");
        Str value = net_form(call->net, str_z(call->w->arena, name));
        s->cells[s->n++] = (Cell){ name, value.p ? str_trim(value) : STR("") };
    }
    return true;
}

/* Numbers stand in fours on receipts. */
static Str without_blanks(Arena *arena, Str text)
{
    Buf out = buf_open(arena, text.n + 1);
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] != ' ')
            buf_putc(&out, text.p[i]);
    return buf_str(&out);
}

bool sent_read(Call *call, Sent *s)
{
    Str type = net_header(call->net, "Content-Type");
    bool parts = type.p && str_starts(type, STR("multipart/"));
    s->call = call;
    if (!(parts ? read_parts(call, s) : read_urlencoded(call, s))) {
        bool large = call->w->err.code == ERR_LIMIT;
        answer_code(call, large ? 413 : 400, "bad_request",
                    arena_printf(call->w->arena, "%s", call->w->err.what));
        return false;
    }
    call->lang = str_is(sent_text(s, "lang"), "en") ? LANG_EN : call->lang;
    s->once = sent_text(s, "once");
    s->number = without_blanks(call->w->arena, sent_text(s, "number"));
    s->secret = sent_text(s, "secret");
    s->move = sent_text(s, "move");
    s->ask = page_ask_of(call);
    s->ask.size = sent_text(s, "size");
    return true;
}

Str sent_text(const Sent *s, const char *name)
{
    for (size_t i = 0; i < s->n; i++)
        if (str_is(s->cells[i].column, name))
            return s->cells[i].text;
    return STR("");
}

void sent_id(const Sent *s, const char *what, Str of, uint8_t ret[16])
{
    const Str pieces[] = { str_of(what), STR("\n"), s->once, STR("\n"), of };
    Hash hash = hash_pieces(pieces, 5);
    memcpy(ret, hash.byte, 16);
}

/* ---- photos ---- */

static void draw(void *self)
{
    Sent *s = self;
    Work *w = s->call->w;
    for (size_t i = 0; i < s->photo_n; i++) {
        uint8_t name[NAME_BYTES];
        Photo *photo = &s->photos[i];
        sent_id(s, "photo", photo->field, name);
        photo->name = hex_print(w->arena, name, sizeof name);
        if (photo_redraw(w, photo->raw, &photo->drawn))
            continue;
        s->word = arena_printf(w->arena, "%s", w->err.what);
        work_clear(w);
        break;
    }
    Change *change = arena_new(w->arena, Change);
    *change =
        (Change){ .call = s->call, .run = s->run, .self = s, .type = "text/html; charset=utf-8" };
    size_t bytes = 4096;
    for (size_t i = 0; i < s->photo_n; i++)
        bytes += s->photos[i].drawn.n;
    change_send(change, bytes);
}

void sent_go(Sent *s)
{
    if (!answer_hold(s->call, PUBLIC_HOLD_MS))
        return;
    if (!s->photo_n)
        draw(s);
    else if (!heavy_send(s->call->s->heavy, draw, s))
        answer_code(s->call, 503, "busy", "web.busy");
}

static const Asked *asked_of(const Asked *asks, size_t n, Str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(asks[i].field->name, name))
            return &asks[i];
    return NULL;
}

bool sent_photos(Work *w, const Sent *s, const Asked *asks, size_t ask_n, Cell *cells, size_t *n)
{
    for (size_t i = 0; i < s->photo_n; i++) {
        const Photo *photo = &s->photos[i];
        const Asked *a = asked_of(asks, ask_n, photo->field);
        if (!a || a->as != ASKED_PHOTO)
            return fail(w, ERR_BAD_INPUT, "public.form_broken");
        TRY(blob_put_as(w, s->call->s->k.core, 0, photo->name, photo->drawn));
        cells[(*n)++] = (Cell){ a->field->name, photo->name };
    }
    return true;
}

size_t sent_cells(const Sent *s, const Asked *asks, size_t ask_n, Cell *cells)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++) {
        const Asked *a = asked_of(asks, ask_n, s->cells[i].column);
        if (a && a->as != ASKED_PHOTO && !is_own(s->cells[i].column) && s->cells[i].text.n)
            cells[n++] = s->cells[i];
    }
    return n;
}

/* ---- answers ---- */

bool sent_page(Change *change, int status, Str page)
{
    change->status = status;
    change->body = str_copy(change->call->w->arena, page);
    return true;
}

void answer_slow(Call *call, const char *word, int64_t wait_ms)
{
    int64_t seconds = (wait_ms + 999) / 1000;
    answer_wait(call, 429, "wait",
                arena_printf(call->w->arena, "%s minutes=%lld seconds=%lld", word,
                             (long long)((seconds + 59) / 60), (long long)seconds),
                seconds);
}

bool is_loose(const Call *call)
{
    return route_is_here(call->net);
}
