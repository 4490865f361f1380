/* Env of the real machine. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/num.h"
#include "base/time.h"
#include "base/work.h"

static int64_t clock_ahead_ms; /* set once, before any thread is there */

static int64_t machine_now(void)
{
    struct timespec now;
    CHECK(clock_gettime(CLOCK_REALTIME, &now) == 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t real_now(void *self)
{
    (void)self;
    return machine_now() + clock_ahead_ms;
}

bool env_set_clock(Str text)
{
    int32_t day;
    int64_t hour, minute;
    Str rest = text, date, at;
    bool form = text.n == 16 && str_next(&rest, 'T', &date) && rest.p && date.n == 10 &&
                str_next(&rest, ':', &at) && rest.p && at.n == 2 && rest.n == 2;
    if (!form || date.p[4] != '-' || !day_parse(date, &day) || !num_parse_int(at, &hour) ||
        !num_parse_int(rest, &minute) || hour < 0 || hour > 23 || minute < 0 || minute > 59)
        return false;
    clock_ahead_ms = day_first_ms(day) + (hour * 60 + minute) * 60000 - machine_now();
    return true;
}

static void real_random(void *self, void *bytes, size_t count)
{
    (void)self;
    char *at = bytes;
    while (count) {
        size_t want = count < 256 ? count : 256;
        ssize_t got = getrandom(at, want, 0);
        CHECK(got > 0);
        at += got;
        count -= (size_t)got;
    }
}

static bool read_all(int fd, char *bytes, size_t count)
{
    size_t have = 0;
    while (have < count) {
        ssize_t got = read(fd, bytes + have, count - have);
        if (got <= 0)
            return false;
        have += (size_t)got;
    }
    return true;
}

static bool real_read(void *self, const char *path, size_t limit, Arena *arena, Str *ret)
{
    (void)self;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    struct stat st;
    bool ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (uint64_t)st.st_size <= limit;
    size_t size = ok ? (size_t)st.st_size : 0;
    char *bytes = ok ? arena_array(arena, char, size + 1) : NULL;
    ok = ok && read_all(fd, bytes, size);
    close(fd);
    if (ok)
        *ret = (Str){ bytes, size };
    return ok;
}

static bool write_all(int fd, Str bytes)
{
    while (bytes.n) {
        ssize_t put = write(fd, bytes.p, bytes.n);
        if (put <= 0)
            return false;
        bytes = str_sub(bytes, (size_t)put, bytes.n);
    }
    return true;
}

static void sync_folder(const char *path)
{
    char folder[4096];
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash)
        *slash = 0;
    int fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
}

static bool real_write(void *self, const char *path, Str bytes)
{
    (void)self;
    char temp[4096];
    if (snprintf(temp, sizeof temp, "%s.new", path) >= (int)sizeof temp)
        return false;
    int fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0)
        return false;
    bool ok = write_all(fd, bytes) && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    ok = ok && rename(temp, path) == 0;
    if (ok)
        sync_folder(path);
    else
        (void)unlink(temp);
    return ok;
}

static void real_sleep(void *self, int64_t ms)
{
    (void)self;
    struct timespec span = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
    (void)nanosleep(&span, NULL);
}

static bool real_map(void *self, const char *path, size_t limit, Str *ret)
{
    (void)self;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    struct stat st;
    bool ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (uint64_t)st.st_size <= limit;
    size_t size = ok ? (size_t)st.st_size : 0;
    void *bytes = size ? mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0) : NULL;
    close(fd);
    if (!ok || bytes == MAP_FAILED)
        return false;
    *ret = (Str){ bytes, size };
    return true;
}

static void real_unmap(void *self, Str bytes)
{
    (void)self;
    if (bytes.n)
        CHECK(munmap((void *)(uintptr_t)bytes.p, bytes.n) == 0);
}

const Env *env_real(void)
{
    static const Env env = { .now_ms = real_now,
                             .random = real_random,
                             .read_file = real_read,
                             .write_file = real_write,
                             .sleep_ms = real_sleep,
                             .map_file = real_map,
                             .unmap_file = real_unmap };
    return &env;
}
