#include "store/frame.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { ROOM = 1 << 18 };

static bool not_written(Work *w, FrameOut *out)
{
    return fail(w, ERR_STORE, "store.not_written file=%s", out->path);
}

static bool flush(Work *w, FrameOut *out)
{
    for (size_t done = 0; done < out->wait_n;) {
        ssize_t n = write(out->fd, out->wait + done, out->wait_n - done);
        if (n <= 0)
            return not_written(w, out);
        done += (size_t)n;
    }
    out->wait_n = 0;
    return true;
}

static bool put_bytes(Work *w, FrameOut *out, Str bytes)
{
    hasher_put(out->hasher, bytes.p, bytes.n);
    while (bytes.n) {
        size_t n = bytes.n < ROOM - out->wait_n ? bytes.n : ROOM - out->wait_n;
        memcpy(out->wait + out->wait_n, bytes.p, n);
        out->wait_n += n;
        bytes = str_sub(bytes, n, bytes.n);
        if (out->wait_n == ROOM)
            TRY(flush(w, out));
    }
    return true;
}

bool frame_create(Work *w, const char *path, FrameOut *ret)
{
    *ret = (FrameOut){ .path = path,
                       .temp = arena_printf(w->arena, "%s.new", path),
                       .hasher = hasher_open(w->arena),
                       .wait = arena_array(w->arena, char, ROOM) };
    ret->fd = open(ret->temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    return ret->fd < 0 ? not_written(w, ret) : put_bytes(w, ret, STR(BACKUP_MAGIC));
}

void frame_begin(FrameOut *out, Arena *arena)
{
    out->frame = buf_open(arena, FRAME_MAX);
}

void frame_put(FrameOut *out, const void *bytes, size_t n)
{
    buf_put(&out->frame, (Str){ bytes, n });
}

void frame_8(FrameOut *out, int64_t value)
{
    uint64_t bits = __builtin_bswap64((uint64_t)value);
    frame_put(out, &bits, sizeof bits);
}

void frame_4(FrameOut *out, int64_t value)
{
    CHECK(value >= INT32_MIN && value <= UINT32_MAX);
    uint32_t bits = __builtin_bswap32((uint32_t)value);
    frame_put(out, &bits, sizeof bits);
}

void frame_1(FrameOut *out, int value)
{
    CHECK(value >= 0 && value <= 255);
    buf_putc(&out->frame, (char)value);
}

void frame_opt(FrameOut *out, bool there, Str bytes)
{
    CHECK(bytes.n < UINT32_MAX);
    frame_4(out, there ? (int64_t)bytes.n : (int64_t)UINT32_MAX);
    if (there)
        buf_put(&out->frame, bytes);
}

bool frame_end(Work *w, FrameOut *out, int letter)
{
    CHECK(buf_ok(&out->frame));
    char head[FRAME_HEAD_BYTES] = { (char)letter };
    uint32_t n = __builtin_bswap32((uint32_t)out->frame.n);
    memcpy(head + 1, &n, sizeof n);
    return put_bytes(w, out, (Str){ head, sizeof head }) && put_bytes(w, out, buf_str(&out->frame));
}

static bool sync_folder(const char *path)
{
    char folder[4096];
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash)
        *(slash == folder ? slash + 1 : slash) = 0;
    int fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return ok;
}

bool frame_close_file(Work *w, FrameOut *out)
{
    Hash digest = hasher_close(out->hasher);
    TRY(flush(w, out));
    memcpy(out->wait, &digest, sizeof digest);
    out->wait_n = sizeof digest;
    TRY(flush(w, out));
    bool ok = fsync(out->fd) == 0;
    ok = close(out->fd) == 0 && ok;
    out->fd = -1;
    ok = ok && rename(out->temp, out->path) == 0 && sync_folder(out->path);
    return ok || not_written(w, out);
}

void frame_abandon(FrameOut *out)
{
    if (out->fd >= 0)
        close(out->fd);
    if (out->temp)
        (void)unlink(out->temp);
}

/* ---- reading ---- */

static bool broken(Work *w, FrameIn *in)
{
    return fail(w, ERR_STORE, "store.backup_broken file=%s at=%lld", in->path,
                (long long)in->place);
}

static bool fill(Work *w, FrameIn *in)
{
    ssize_t n = read(in->fd, in->room, ROOM);
    if (n < 0)
        return fail(w, ERR_STORE, "store.not_read file=%s text=%s", in->path, strerror(errno));
    if (n == 0)
        return broken(w, in);
    in->at = 0;
    in->have = (size_t)n;
    return true;
}

static bool take(Work *w, FrameIn *in, void *ret, size_t n)
{
    for (char *to = ret; n;) {
        if (in->at == in->have)
            TRY(fill(w, in));
        size_t some = n < in->have - in->at ? n : in->have - in->at;
        memcpy(to, in->room + in->at, some);
        to += some;
        n -= some;
        in->at += some;
        in->place += (int64_t)some;
    }
    return true;
}

bool frame_open(Work *w, const char *path, FrameIn *ret)
{
    *ret = (FrameIn){ .path = path,
                      .hasher = hasher_open(w->arena),
                      .room = arena_array(w->arena, char, ROOM) };
    ret->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (ret->fd < 0)
        return fail(w, ERR_STORE, "store.not_read file=%s text=%s", path, strerror(errno));
    char magic[sizeof BACKUP_MAGIC - 1];
    TRY(take(w, ret, magic, sizeof magic));
    hasher_put(ret->hasher, magic, sizeof magic);
    return memcmp(magic, BACKUP_MAGIC, sizeof magic) == 0 || broken(w, ret);
}

bool frame_next(Work *w, FrameIn *in, Arena *arena, int *ret_letter)
{
    char head[FRAME_HEAD_BYTES];
    uint32_t n;
    TRY(take(w, in, head, sizeof head));
    memcpy(&n, head + 1, sizeof n);
    n = __builtin_bswap32(n);
    if (n > FRAME_MAX)
        return broken(w, in);
    char *bytes = arena_array(arena, char, n ? n : 1);
    TRY(take(w, in, bytes, n));
    hasher_put(in->hasher, head, sizeof head);
    hasher_put(in->hasher, bytes, n);
    in->left = (Str){ bytes, n };
    in->cut = false;
    *ret_letter = (uint8_t)head[0];
    return true;
}

Str frame_get(FrameIn *in, size_t n)
{
    if (in->left.n < n) {
        in->cut = true;
        return (Str){ NULL, 0 };
    }
    Str bytes = str_sub(in->left, 0, n);
    in->left = str_sub(in->left, n, in->left.n);
    return bytes;
}

static uint64_t big_endian(FrameIn *in, size_t n)
{
    Str bytes = frame_get(in, n);
    uint64_t value = 0;
    for (size_t i = 0; i < bytes.n; i++)
        value = value << 8 | (uint8_t)bytes.p[i];
    return value;
}

int64_t frame_get_8(FrameIn *in)
{
    return (int64_t)big_endian(in, 8);
}

int64_t frame_get_4(FrameIn *in)
{
    return (int64_t)big_endian(in, 4);
}

int frame_get_1(FrameIn *in)
{
    return (int)big_endian(in, 1);
}

bool frame_get_opt(FrameIn *in, Str *ret)
{
    int64_t n = frame_get_4(in);
    *ret = STR("");
    if (n == UINT32_MAX)
        return false;
    *ret = frame_get(in, (size_t)n);
    return true;
}

bool frame_done(Work *w, FrameIn *in)
{
    return (!in->cut && in->left.n == 0) || broken(w, in);
}

bool frame_check_end(Work *w, FrameIn *in)
{
    Hash want = hasher_close(in->hasher), have;
    char more;
    TRY(take(w, in, &have, sizeof have));
    bool whole =
        memcmp(&want, &have, sizeof want) == 0 && in->at == in->have && read(in->fd, &more, 1) == 0;
    return whole || broken(w, in);
}

void frame_close(FrameIn *in)
{
    if (in->fd >= 0)
        close(in->fd);
    in->fd = -1;
}
