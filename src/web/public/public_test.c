/* What strangers send: forms with files, pictures with things in them, and too much of all. */
#include <png.h>
#include <turbojpeg.h>

#include "base/limits.h"
#include "base/test.h"
#include "web/public/limit.h"
#include "web/public/multipart.h"
#include "web/public/photo.h"

static const char type[] = "multipart/form-data; boundary=AaB03x";

static bool parsed(Work *w, const char *content_type, Str body, Parts *ret)
{
    bool ok = multipart_parse(w, str_of(content_type), body, ret);
    EXPECT(ok == (w->err.code == ERR_NONE));
    work_clear(w);
    return ok;
}

TEST(a_form_with_a_file_is_read)
{
    CLEANUP(work_close) Work *w = work_open(env_real(), 16 << 20);
    Parts parts;
    Str body = STR("--AaB03x\r\nContent-Disposition: form-data; name=\"what\"\r\n\r\n 灯不亮 \r\n"
                   "--AaB03x\r\nContent-Type: image/png\r\ncontent-disposition: form-data; "
                   "name=\"photo\"; filename=\"a;b.png\"\r\n\r\n\x89PNG\r\n--AaB03\0\r\n"
                   "--AaB03x--\r\n");
    EXPECT(parsed(w, type, body, &parts) && parts.n == 2);
    EXPECT(str_is(part_text(&parts, "what"), "灯不亮") && !part_text(&parts, "photo").n);
    EXPECT(str_is(parts.at[1].file, "a;b.png"));
    EXPECT(str_eq(parts.at[1].bytes, STR("\x89PNG\r\n--AaB03\0")));
    EXPECT(parsed(w, "Multipart/Form-Data; charset=utf-8; boundary=\"AaB03x\"", body, &parts));
    EXPECT(parsed(w, type, STR("--AaB03x--"), &parts) && parts.n == 0);
}

TEST(a_form_that_no_browser_sends_is_refused)
{
    CLEANUP(work_close) Work *w = work_open(env_real(), 16 << 20);
    static const char *const types[] = { "",
                                         "multipart/form-data",
                                         "multipart/mixed; boundary=AaB03x",
                                         "multipart/form-data; boundary=",
                                         "multipart/form-data; boundary=\"Aa\\B\"",
                                         "multipart/form-data; boundary=AaB03x\x01" };
#define HEAD "--AaB03x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"
    const Str bodies[] = {
        STR(""),
        STR("--AaB03x"),
        STR(HEAD "x"),
        STR(HEAD "x\r\n--AaB03x"),
        STR(HEAD "x\r\n--AaB03x\r\n"),
        STR("x" HEAD "x\r\n--AaB03x--"),
        STR(HEAD "\xff\r\n--AaB03x--"),
        STR(HEAD "a\0b\r\n--AaB03x--"),
        STR("--AaB03x\r\n\r\nx\r\n--AaB03x--"),
        STR("--AaB03x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--AaB03x--"),
        STR("--AaB03x\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n"
            "--AaB03x--"),
        STR("--AaB03x\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nx\r\n"
            "--AaB03x--"),
        STR("--AaB03x\r\nContent-Disposition: form-data; name=\"a\"\r\n"
            "Content-Disposition: form-data; name=\"b\"\r\n\r\nx\r\n--AaB03x--")
    };
    Parts parts;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        EXPECT(!parsed(w, types[i], STR(HEAD "x\r\n--AaB03x--"), &parts));
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        EXPECT(!parsed(w, type, bodies[i], &parts));
    Buf many = buf_open(w->arena, 1 << 20);
    for (int i = 0; i <= PARTS_MOST; i++)
        buf_putz(&many, HEAD "x\r\n");
    buf_putz(&many, "--AaB03x--");
    EXPECT(!parsed(w, type, buf_str(&many), &parts));
}

/* ---- pictures ---- */

static Str jpeg_of(Work *w, int wide, int high, bool progressive)
{
    tjhandle handle = tjInitCompress();
    uint8_t *rgb = heap_zeroed((size_t)wide * (size_t)high, 3);
    for (size_t i = 0; i < (size_t)wide * (size_t)high; i++) /* left half red, top half green */
        memcpy(rgb + i * 3,
               ((uint8_t[]){ i % (size_t)wide < (size_t)wide / 2 ? 255 : 0,
                             i / (size_t)wide < (size_t)high / 2 ? 255 : 0, 40 }),
               3);
    unsigned char *bytes = NULL;
    unsigned long size = 0;
    EXPECT(tjCompress2(handle, rgb, wide, 0, high, TJPF_RGB, &bytes, &size, TJSAMP_420, 90,
                       progressive ? TJFLAG_PROGRESSIVE : 0) == 0);
    Str ret = str_copy(w->arena, (Str){ (const char *)bytes, size });
    tjFree(bytes);
    heap_free(rgb);
    (void)tjDestroy(handle);
    return ret;
}

/* With an Exif segment that says how the camera was held and where: GPS, a name, a thumbnail. */
static Str with_exif(Work *w, Str jpeg, int turn)
{
    Buf exif = buf_open(w->arena, 4096);
    buf_put(&exif, STR("Exif\0\0II*\0\x08\0\0\0\x02\0"));
    buf_put(&exif, STR("\x12\x01\x03\0\x01\0\0\0"));
    buf_putc(&exif, (char)turn);
    buf_put(&exif, STR("\0\0\0"));
    buf_put(&exif, STR("\x25\x88\x04\0\x01\0\0\0\x26\0\0\0\0\0\0\0"));
    buf_put(&exif, STR("GPSLatitude 43.8378 GPSLongitude 126.5496 Artist=Zhang San"));
    Buf out = buf_open(w->arena, jpeg.n + 8192);
    buf_put(&out, STR("\xFF\xD8\xFF\xE1"));
    buf_putc(&out, (char)((exif.n + 2) >> 8));
    buf_putc(&out, (char)((exif.n + 2) & 255));
    buf_put(&out, buf_str(&exif));
    buf_put(&out, str_sub(jpeg, 2, jpeg.n));
    return buf_str(&out);
}

typedef struct Seen {
    int wide, high;
    uint8_t corner[4][3]; /* top left, top right, bottom left, bottom right */
} Seen;

static Seen seen_of(Str jpeg)
{
    Seen s = { 0 };
    int sampling, space;
    tjhandle handle = tjInitDecompress();
    const unsigned char *bytes = (const unsigned char *)jpeg.p;
    EXPECT(tjDecompressHeader3(handle, bytes, jpeg.n, &s.wide, &s.high, &sampling, &space) == 0);
    uint8_t *rgb = heap_zeroed((size_t)s.wide * (size_t)s.high, 3);
    EXPECT(tjDecompress2(handle, bytes, jpeg.n, rgb, s.wide, 0, s.high, TJPF_RGB, 0) == 0);
    for (int i = 0; i < 4; i++) {
        int x = s.wide / 4 + (i % 2) * s.wide / 2, y = s.high / 4 + (i / 2) * s.high / 2;
        memcpy(s.corner[i], rgb + ((size_t)y * (size_t)s.wide + (size_t)x) * 3, 3);
    }
    heap_free(rgb);
    (void)tjDestroy(handle);
    return s;
}

static int grade(const uint8_t rgb[3]) /* 2 = red, 1 = green, 3 = both, 0 = neither */
{
    return (rgb[0] > 128) * 2 + (rgb[1] > 128);
}

TEST(a_photo_is_drawn_again_small_and_upright)
{
    /* by Exif's eight: where the picture's own corners (3 1 2 0) come to stand */
    static const int want[9][4] = { { 0 },          { 3, 1, 2, 0 }, { 1, 3, 0, 2 },
                                    { 0, 2, 1, 3 }, { 2, 0, 3, 1 }, { 3, 2, 1, 0 },
                                    { 2, 3, 0, 1 }, { 0, 1, 2, 3 }, { 1, 0, 3, 2 } };
    CLEANUP(work_close) Work *w = work_open(env_real(), 64 << 20);
    Str jpeg = jpeg_of(w, 3000, 2000, false), out;
    for (int turn = 1; turn <= 8; turn++) {
        EXPECT(photo_redraw(w, with_exif(w, jpeg, turn), &out));
        Seen s = seen_of(out);
        bool across = turn >= 5;
        EXPECT(s.wide == (across ? 853 : 1280) && s.high == (across ? 1280 : 853));
        for (int i = 0; i < 4; i++)
            EXPECT(grade(s.corner[i]) == want[turn][i]);
    }
}

TEST(nothing_but_the_picture_is_kept)
{
    CLEANUP(work_close) Work *w = work_open(env_real(), 64 << 20);
    Str out, jpeg = jpeg_of(w, 640, 480, true);
    Buf more = buf_open(w->arena, 1 << 20);
    buf_put(&more, with_exif(w, jpeg, 1));
    buf_putz(&more, "<?php echo 'behind the picture';");
    EXPECT(photo_redraw(w, buf_str(&more), &out));
    EXPECT(str_find(out, STR("Exif")) == SIZE_MAX && str_find(out, STR("GPS")) == SIZE_MAX);
    EXPECT(str_find(out, STR("Zhang")) == SIZE_MAX && str_find(out, STR("php")) == SIZE_MAX);
    /* no segment but those of a plain JPEG: JFIF, tables, frame, scan */
    for (size_t at = 2; at + 4 < out.n && (uint8_t)out.p[at] == 0xFF;) {
        int mark = (uint8_t)out.p[at + 1];
        EXPECT(mark == 0xE0 || mark == 0xDB || mark == 0xC4 || mark == 0xC0 || mark == 0xDA);
        if (mark == 0xDA)
            break;
        at += 2 + ((size_t)(uint8_t)out.p[at + 2] << 8 | (uint8_t)out.p[at + 3]);
    }
    Seen s = seen_of(out);
    EXPECT(s.wide == 640 && s.high == 480);
}

static Str png_of(Work *w, uint32_t wide, uint32_t high)
{
    png_image image = {
        .version = PNG_IMAGE_VERSION, .width = wide, .height = high, .format = PNG_FORMAT_RGBA
    };
    uint8_t *rgba = heap_zeroed((size_t)wide * high, 4); /* all of it clear */
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    char *bytes = arena_array(w->arena, char, size);
    EXPECT(png_image_write_to_memory(&image, bytes, &size, 0, rgba, 0, NULL));
    heap_free(rgba);
    return (Str){ bytes, size };
}

TEST(a_png_becomes_a_jpeg_on_white)
{
    CLEANUP(work_close) Work *w = work_open(env_real(), 64 << 20);
    Str out;
    EXPECT(photo_redraw(w, png_of(w, 1500, 300), &out));
    Seen s = seen_of(out);
    EXPECT(str_starts(out, STR("\xFF\xD8\xFF")) && s.wide == 1280 && s.high == 256);
    EXPECT(s.corner[0][0] > 250 && s.corner[3][2] > 250);
}

static ErrCode refused(Work *w, Str bytes)
{
    Str out = STR("");
    bool ok = photo_redraw(w, bytes, &out);
    ErrCode code = w->err.code;
    EXPECT(ok == (code == ERR_NONE));
    work_clear(w);
    return code;
}

static Str with_size(Work *w, Str bytes, size_t at, const char *size, size_t n)
{
    char *copy = arena_copy(w->arena, bytes.p, bytes.n);
    memcpy(copy + at, size, n);
    return (Str){ copy, bytes.n };
}

TEST(bombs_and_broken_pictures_are_refused)
{
    CLEANUP(work_close) Work *w = work_open(env_real(), 64 << 20);
    Str jpeg = jpeg_of(w, 64, 64, false), png = png_of(w, 64, 64);
    size_t frame = str_find(jpeg, STR("\xFF\xC0"));
    EXPECT(refused(w, with_size(w, jpeg, frame + 5, "\x9c\x40\x9c\x40", 4)) == ERR_LIMIT);
    EXPECT(refused(w, with_size(w, png, 16, "\0\0\xff\xff\0\0\xff\xff", 8)) != ERR_NONE);
    EXPECT(refused(w, jpeg_of(w, 5000, 4000, true)) == ERR_LIMIT); /* progressive: all in memory */
    EXPECT(refused(w, jpeg_of(w, 5000, 4000, false)) == ERR_NONE);
    EXPECT(refused(w, STR("")) == ERR_BAD_INPUT);
    EXPECT(refused(w, STR("GIF89a")) == ERR_BAD_INPUT);
    EXPECT(refused(w, STR("\xFF\xD8\xFF")) == ERR_BAD_INPUT);
    EXPECT(refused(w, STR("\x89PNG\r\n\x1A\n")) == ERR_BAD_INPUT);
    EXPECT(refused(w, STR("<svg xmlns='http://www.w3.org/2000/svg'/>")) == ERR_BAD_INPUT);
    for (size_t n = 0; n < jpeg.n - 2; n += 37)
        EXPECT(refused(w, str_sub(jpeg, 0, n)) == ERR_BAD_INPUT);
    for (size_t n = 0; n + 16 < png.n; n += 11)
        EXPECT(refused(w, str_sub(png, 0, n)) == ERR_BAD_INPUT);
}

/* ---- how often ---- */
TEST(a_bucket_empties_and_fills)
{
    Limits *l = limits_open(env_real());
    int64_t wait, now = 1000000;
    for (int i = 0; i < LIMIT_REPORTS_ADDRESS; i++)
        EXPECT(limit_take(l, LIMIT_OF_REPORT_ADDRESS, STR("a"), now, &wait) && wait == 0);
    EXPECT(!limit_take(l, LIMIT_OF_REPORT_ADDRESS, STR("a"), now, &wait));
    EXPECT(wait == LIMIT_REPORTS_ADDRESS_MS);
    EXPECT(limit_take(l, LIMIT_OF_REPORT_ADDRESS, STR("b"), now, &wait));
    EXPECT(limit_has(l, LIMIT_OF_JOIN, STR("a"), now, &wait)); /* another thing to do */
    now += LIMIT_REPORTS_ADDRESS_MS - 1;
    EXPECT(!limit_has(l, LIMIT_OF_REPORT_ADDRESS, STR("a"), now, &wait) && wait == 1);
    EXPECT(limit_has(l, LIMIT_OF_REPORT_ADDRESS, STR("a"), now + 1, &wait));
    EXPECT(limit_take(l, LIMIT_OF_REPORT_ADDRESS, STR("a"), now + 1, &wait));
    EXPECT(!limit_take(l, LIMIT_OF_REPORT_ADDRESS, STR("a"), now + 1, &wait));
    for (int i = 0; i < 200000; i++) /* many others: the table keeps its size */
        (void)limit_take(l, LIMIT_OF_REPORT_ADDRESS, (Str){ (const char *)&i, sizeof i }, now,
                         &wait);
    limits_close(&l);
}
