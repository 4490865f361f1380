/* The state of health: room on the disk, when the store was last saved and verified, and the proofs
 * of every hour: live figures against a full recompute, and the log against its hashes. A proof
 * that fails makes the server read-only until somebody has looked. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/num.h"
#include "base/time.h"
#include "web/web_int.h"

enum {
    HOUR_MS = 3600 * 1000,
    NOTES_MS = 10 * 1000,
    FIRST_PROOF_MS = 5 * 1000,
    FILE_BYTES = 4096,
    TEXT_BYTES = 512
};

/* ---- DIR/health: what the command line did last ---- */

typedef struct Note {
    int64_t backup_ms, verify_ms;
    bool backup_ok, verify_ok;
} Note;

static bool line_time(Str line, const char *name, int64_t *ret_ms, bool *ret_ok)
{
    Str word, number;
    if (!str_next(&line, ' ', &word) || !str_is(word, name) || !str_next(&line, ' ', &number))
        return false;
    int64_t ms = 0;
    for (size_t i = 0; i < number.n && i < 15; i++) {
        if (number.p[i] < '0' || number.p[i] > '9')
            return false;
        ms = ms * 10 + (number.p[i] - '0');
    }
    *ret_ms = ms;
    *ret_ok = str_is(line, "ok");
    return true;
}

static Note note_read(Work *w, const char *dir)
{
    Note note = { 0 };
    Str text, line;
    char *path = arena_printf(w->arena, "%s/health", dir);
    if (!w->env->read_file(w->env->self, path, FILE_BYTES, w->arena, &text))
        return note;
    while (text.n && str_next(&text, '\n', &line))
        if (!line_time(line, "backup", &note.backup_ms, &note.backup_ok))
            (void)line_time(line, "verify", &note.verify_ms, &note.verify_ok);
    return note;
}

bool web_health_note(Work *w, const char *dir, const char *what, bool ok)
{
    Note note = note_read(w, dir);
    bool backup = str_is(str_of(what), "backup");
    *(backup ? &note.backup_ms : &note.verify_ms) = w->now_ms;
    *(backup ? &note.backup_ok : &note.verify_ok) = ok;
    Buf out = buf_open(w->arena, FILE_BYTES);
    if (note.backup_ms)
        buf_printf(&out, "backup %lld %s\n", (long long)note.backup_ms,
                   note.backup_ok ? "ok" : "failed");
    if (note.verify_ms)
        buf_printf(&out, "verify %lld %s\n", (long long)note.verify_ms,
                   note.verify_ok ? "ok" : "failed");
    char *path = arena_printf(w->arena, "%s/health", dir);
    return w->env->write_file(w->env->self, path, buf_str(&out)) ||
           fail(w, ERR_STORE, "store.not_written file=%s", path);
}

/* ---- the disk ---- */

static int64_t reserve_of(const Server *s)
{
    return s->options->reserve_mb ? (int64_t)s->options->reserve_mb << 20 : LIMIT_DISK_RESERVE;
}

static int64_t disk_left(const char *dir)
{
    struct statvfs disk;
    if (statvfs(dir, &disk) != 0)
        return -1;
    return (int64_t)(disk.f_bavail * disk.f_frsize);
}

/* Room that is ours even on a full disk: given up when it is needed to close and to save. */
static void hold_reserve(const Server *s, bool hold)
{
    char path[4096];
    if (snprintf(path, sizeof path, "%s/reserve", s->options->dir) >= (int)sizeof path)
        return;
    if (!hold) {
        (void)unlink(path);
        return;
    }
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return;
    if (posix_fallocate(fd, 0, LIMIT_RESERVE_FILE) != 0)
        (void)ftruncate(fd, 0);
    close(fd);
}

static void say(Server *s, const char *level, const char *what, int64_t number)
{
    char line[TEXT_BYTES];
    int n =
        snprintf(line, sizeof line, "time=%lld level=%s what=%s n=%lld\n",
                 (long long)(s->env->now_ms(s->env->self) / 1000), level, what, (long long)number);
    log_line(s->metrics, (Str){ line, (size_t)n });
}

static void look_at_disk(Server *s)
{
    int64_t left = disk_left(s->options->dir), reserve = reserve_of(s);
    s->disk_left = left;
    /* Once low it must gain an eighth: writes are not to flicker. */
    bool low = left >= 0 && left < reserve + (s->disk_low ? reserve / 8 : 0);
    if (low == s->disk_low)
        return;
    s->disk_low = low;
    hold_reserve(s, !low);
    say(s, low ? "alarm" : "info", low ? "disk_low" : "disk_enough", left);
}

/* ---- proofs, on a heavy thread ---- */

static bool prove_figures(Work *w, Server *s)
{
    live_enter(&s->live);
    bool ok = figures_prove(w, s->k.figures);
    records_trim(s->k.core);
    live_leave(&s->live);
    return ok;
}

/* On a connection of its own: readers and the writer go on meanwhile. */
static bool prove_log(Work *w, Server *s)
{
    Store store = { 0 };
    int64_t facts = 0;
    TRY(store_open(w, s->options->dir, DB_READ, &store));
    bool ok = log_verify(w, store.db, &facts);
    store_close(&store);
    return ok;
}

static void prove(void *self)
{
    Server *s = self;
    Work *w = work_open(s->env, (size_t)256 << 20);
    bool ok = prove_figures(w, s) && prove_log(w, s);
    if (ok) {
        say(s, "info", "proved", s->known);
    } else {
        s->wrong = true;
        say(s, "alarm", "proof_failed", s->known);
        const char *what = arena_printf(w->arena, "level=alarm error=\"%s\" where=%s\n",
                                        w->err.what, w->err.where);
        log_line(s->metrics, str_of(what));
    }
    work_close(&w);
}

/* ---- all of it ---- */

void health_open(Work *w, Server *s)
{
    s->next_proof_ms = w->now_ms + FIRST_PROOF_MS;
    look_at_disk(s);
    hold_reserve(s, !s->disk_low);
}

/* Of the file; what PostgreSQL takes is its own to tell. */
static int64_t store_bytes(const char *dir)
{
    static const char *const files[] = { "tian.db", "tian.db-wal" };
    int64_t sum = 0;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[4096];
        struct stat file;
        int n = snprintf(path, sizeof path, "%s/%s", dir, files[i]);
        if (n < (int)sizeof path && stat(path, &file) == 0)
            sum += (int64_t)file.st_size;
    }
    return sum;
}

static int64_t sessions_open(Work *w, const Server *s)
{
    Account *accounts;
    Session *sessions;
    size_t n, m;
    int64_t sum = 0;
    if (!accounts_list(w, s->k.accounts, &accounts, &n))
        return 0;
    for (size_t i = 0; i < n; i++)
        if (sessions_of(w, s->k.accounts, accounts[i].person, &sessions, &m))
            sum += (int64_t)m;
    return sum;
}

static void look_at_notes(Server *s)
{
    Work *w = work_open(s->env, (size_t)64 << 20);
    s->next_notes_ms = w->now_ms + NOTES_MS;
    const Note note = note_read(w, s->options->dir);
    int64_t sessions = sessions_open(w, s), bytes = store_bytes(s->options->dir);
    live_enter(&s->live);
    s->health.backup_ms = note.backup_ms;
    s->health.backup_ok = note.backup_ok;
    s->health.verify_ms = note.verify_ms;
    s->health.verify_ok = note.verify_ok;
    s->health.disk_left_bytes = s->disk_left;
    s->health.disk_low = s->disk_low;
    s->health.sessions = sessions;
    s->health.store_bytes = bytes;
    s->health.streams = (int64_t)events_count(s->events);
    s->health.queue = net_counts(s->net).held;
    live_leave(&s->live);
    work_close(&w);
}

void health_tick(Server *s)
{
    int64_t now = s->env->now_ms(s->env->self);
    look_at_disk(s);
    if (now >= s->next_notes_ms)
        look_at_notes(s);
    if (now < s->next_proof_ms)
        return;
    s->next_proof_ms = now + HOUR_MS;
    (void)heavy_send(s->heavy, prove, s);
}
