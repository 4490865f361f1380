/* Drawing a picture again. A JPEG is decoded at the smallest eighth that still covers the edge, so
 * that a photo of 48 million pixels costs as little as one of 3; then it is averaged down. */
#include "web/public/photo.h"

#include <png.h>
#include <turbojpeg.h>

#include "base/limits.h"

enum { CHANNELS = 3, QUALITY = 82, WHITE = 255 };

typedef struct Canvas { /* rows of RGB, on the heap */
    uint8_t *at;
    int wide, high;
} Canvas;

static void canvas_free(Canvas *c)
{
    heap_free(c->at);
    c->at = NULL;
}

static Canvas canvas_new(int wide, int high)
{
    return (Canvas){ heap_zeroed((size_t)wide * (size_t)high, CHANNELS), wide, high };
}

static bool no_picture(Work *w)
{
    return fail(w, ERR_BAD_INPUT, "public.photo_broken");
}

static bool fits(Work *w, int64_t wide, int64_t high, int64_t most)
{
    if (wide <= 0 || high <= 0)
        return no_picture(w);
    return wide * high <= most ||
           fail(w, ERR_LIMIT, "public.photo_large limit=%lld", (long long)(most / 1000000));
}

/* ---- what the head of a JPEG says ---- */

static int number_at(Str s, size_t at, int bytes, bool little)
{
    uint32_t value = 0;
    for (int i = 0; i < bytes; i++) {
        size_t k = at + (size_t)(little ? bytes - 1 - i : i);
        value = value << 8 | (k < s.n ? (uint8_t)s.p[k] : 0);
    }
    return (int)value;
}

/* Tag 274 of the first directory of an Exif segment: how the camera was held, 1 to 8. */
static int exif_turn(Str exif)
{
    if (!str_starts(exif, STR("Exif\0\0")) || exif.n < 14)
        return 1;
    Str s = str_sub(exif, 6, exif.n);
    bool little = str_starts(s, STR("II"));
    int first = number_at(s, 4, 4, little);
    if (first < 8 || (size_t)first + 2 > s.n)
        return 1;
    int count = number_at(s, (size_t)first, 2, little);
    for (int i = 0; i < count && i < 256; i++) {
        size_t at = (size_t)first + 2 + (size_t)i * 12;
        if (at + 12 > s.n)
            break;
        if (number_at(s, at, 2, little) == 274) {
            int turn = number_at(s, at + 8, 2, little);
            return turn >= 1 && turn <= 8 ? turn : 1;
        }
    }
    return 1;
}

typedef struct Told {
    int turn;
    bool progressive;
} Told;

/* Walks the segments up to the first scan. */
static Told jpeg_told(Str s)
{
    Told told = { .turn = 1 };
    for (size_t at = 2; at + 4 <= s.n && (uint8_t)s.p[at] == 0xFF;) {
        int mark = (uint8_t)s.p[at + 1];
        if (mark == 0xFF) {
            at++;
            continue;
        }
        if (mark == 0xDA)
            break;
        bool alone = mark == 0x01 || (mark >= 0xD0 && mark <= 0xD8);
        int length = alone ? 0 : number_at(s, at + 2, 2, false);
        if (mark == 0xE1 && length > 2 && told.turn == 1)
            told.turn = exif_turn(str_sub(s, at + 4, (size_t)length - 2));
        told.progressive |=
            mark >= 0xC2 && mark <= 0xCF && mark != 0xC4 && mark != 0xC8 && mark != 0xCC;
        at += 2 + (size_t)length;
    }
    return told;
}

/* ---- decoding ---- */

static void jpeg_end(tjhandle *handle)
{
    if (*handle)
        (void)tjDestroy(*handle);
}

/* The smallest of the library's scales at which the longer side is still at least the edge. */
static tjscalingfactor scale_for(int edge)
{
    int n;
    const tjscalingfactor *all = tjGetScalingFactors(&n);
    tjscalingfactor best = { 1, 1 };
    for (int i = 0; all && i < n; i++)
        if (all[i].num <= all[i].denom && TJSCALED(edge, all[i]) >= PHOTO_EDGE &&
            all[i].num * best.denom < best.num * all[i].denom)
            best = all[i];
    return best;
}

static bool decode_jpeg(Work *w, Str bytes, Canvas *ret, int *ret_turn)
{
    CLEANUP(jpeg_end) tjhandle handle = tjInitDecompress();
    const unsigned char *from = (const unsigned char *)bytes.p;
    int wide, high, sampling, space;
    Told told = jpeg_told(bytes);
    CHECK(handle);
    if (tjDecompressHeader3(handle, from, bytes.n, &wide, &high, &sampling, &space) != 0)
        return no_picture(w);
    TRY(fits(w, wide, high, told.progressive ? LIMIT_PHOTO_WHOLE : LIMIT_PHOTO_PIXELS));
    tjscalingfactor scale = scale_for(wide > high ? wide : high);
    *ret = canvas_new(TJSCALED(wide, scale), TJSCALED(high, scale));
    /* A file that ends early gives a grey lower half and a warning: it is refused as a whole. */
    int done = tjDecompress2(handle, from, bytes.n, ret->at, ret->wide, 0, ret->high, TJPF_RGB,
                             TJFLAG_LIMITSCANS | TJFLAG_STOPONWARNING);
    *ret_turn = told.turn;
    return done == 0 || no_picture(w);
}

static bool decode_png(Work *w, Str bytes, Canvas *ret)
{
    png_image image = { .version = PNG_IMAGE_VERSION };
    const png_color white = { WHITE, WHITE, WHITE };
    if (!png_image_begin_read_from_memory(&image, bytes.p, bytes.n))
        return no_picture(w);
    if (!fits(w, image.width, image.height, LIMIT_PHOTO_WHOLE)) {
        png_image_free(&image);
        return false;
    }
    image.format = PNG_FORMAT_RGB;
    *ret = canvas_new((int)image.width, (int)image.height);
    bool ok = png_image_finish_read(&image, &white, ret->at, 0, NULL) != 0;
    png_image_free(&image);
    return ok || no_picture(w);
}

/* ---- smaller and upright ---- */

static void average(const Canvas *from, Canvas *to, int x, int y)
{
    int x0 = (int)((int64_t)x * from->wide / to->wide);
    int x1 = (int)(((int64_t)x + 1) * from->wide / to->wide);
    int y0 = (int)((int64_t)y * from->high / to->high);
    int y1 = (int)(((int64_t)y + 1) * from->high / to->high);
    x1 = x1 > x0 ? x1 : x0 + 1;
    y1 = y1 > y0 ? y1 : y0 + 1;
    int64_t sum[CHANNELS] = { 0 };
    for (int v = y0; v < y1; v++) {
        const uint8_t *p = from->at + ((size_t)v * (size_t)from->wide + (size_t)x0) * CHANNELS;
        for (int u = x0; u < x1; u++, p += CHANNELS)
            for (int c = 0; c < CHANNELS; c++)
                sum[c] += p[c];
    }
    int64_t area = (int64_t)(x1 - x0) * (y1 - y0);
    uint8_t *q = to->at + ((size_t)y * (size_t)to->wide + (size_t)x) * CHANNELS;
    for (int c = 0; c < CHANNELS; c++)
        q[c] = (uint8_t)((sum[c] + area / 2) / area);
}

static Canvas shrink(const Canvas *from)
{
    int edge = from->wide > from->high ? from->wide : from->high;
    int64_t wide = edge > PHOTO_EDGE ? (int64_t)from->wide * PHOTO_EDGE / edge : from->wide;
    int64_t high = edge > PHOTO_EDGE ? (int64_t)from->high * PHOTO_EDGE / edge : from->high;
    Canvas to = canvas_new(wide > 0 ? (int)wide : 1, high > 0 ? (int)high : 1);
    for (int y = 0; y < to.high; y++)
        for (int x = 0; x < to.wide; x++)
            average(from, &to, x, y);
    return to;
}

/* Exif's eight: mirrored, turned, or both. */
static Canvas turn_up(const Canvas *from, int turn)
{
    bool across = turn >= 5;
    Canvas to = across ? canvas_new(from->high, from->wide) : canvas_new(from->wide, from->high);
    for (int y = 0; y < to.high; y++)
        for (int x = 0; x < to.wide; x++) {
            int u = across ? y : x, v = across ? x : y;
            if (turn == 2 || turn == 3 || turn == 7 || turn == 8)
                u = from->wide - 1 - u;
            if (turn == 3 || turn == 4 || turn == 6 || turn == 7)
                v = from->high - 1 - v;
            memcpy(to.at + ((size_t)y * (size_t)to.wide + (size_t)x) * CHANNELS,
                   from->at + ((size_t)v * (size_t)from->wide + (size_t)u) * CHANNELS, CHANNELS);
        }
    return to;
}

static bool encode(Work *w, const Canvas *c, Str *ret)
{
    CLEANUP(jpeg_end) tjhandle handle = tjInitCompress();
    unsigned long size = tjBufSize(c->wide, c->high, TJSAMP_420);
    CHECK(handle && size != (unsigned long)-1);
    unsigned char *bytes = heap_zeroed(size, 1);
    int done = tjCompress2(handle, c->at, c->wide, 0, c->high, TJPF_RGB, &bytes, &size, TJSAMP_420,
                           QUALITY, TJFLAG_NOREALLOC);
    bool ok = done == 0;
    if (ok)
        *ret = str_copy(w->arena, (Str){ (const char *)bytes, size });
    heap_free(bytes);
    return ok || no_picture(w);
}

bool photo_redraw(Work *w, Str bytes, Str *ret)
{
    CLEANUP(canvas_free) Canvas whole = { 0 };
    CLEANUP(canvas_free) Canvas small = { 0 };
    CLEANUP(canvas_free) Canvas upright = { 0 };
    int turn = 1;
    if (str_starts(bytes, STR("\x89PNG\r\n\x1A\n")))
        TRY(decode_png(w, bytes, &whole));
    else if (str_starts(bytes, STR("\xFF\xD8\xFF")))
        TRY(decode_jpeg(w, bytes, &whole, &turn));
    else
        return no_picture(w);
    small = shrink(&whole);
    upright = turn > 1 ? turn_up(&small, turn) : (Canvas){ 0 };
    return encode(w, turn > 1 ? &upright : &small, ret);
}
