/* A store is a folder: tian.db (or `url`, one line that names a PostgreSQL database), `lock` held
 * by the one process that writes, and `head`, the last head outside the database: a database that
 * is behind it has lost facts that were acknowledged, and is not opened. */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/num.h"
#include "store/log_int.h"
#include "store/schema.h"

enum { FILE_MAX = 4096 };

static const char *in_dir(Work *w, const char *dir, const char *name)
{
    return arena_printf(w->arena, "%s/%s", dir, name);
}

static bool make_dir(Work *w, const char *dir)
{
    if (mkdir(dir, 0700) == 0 || errno == EEXIST)
        return true;
    return fail(w, ERR_STORE, "store.no_folder dir=%s text=%s", dir, strerror(errno));
}

static bool take_lock(Work *w, const char *dir, int *ret)
{
    int fd = open(in_dir(w, dir, "lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0)
        return fail(w, ERR_STORE, "store.no_folder dir=%s text=%s", dir, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        return fail(w, ERR_CONFLICT, "store.locked dir=%s", dir);
    }
    *ret = fd;
    return true;
}

static void drop_lock(int *fd)
{
    if (*fd >= 0)
        close(*fd); /* the lock goes with its file */
    *fd = -1;
}

static const char *read_url(Work *w, const char *dir)
{
    Str url;
    if (w->env->read_file(w->env->self, in_dir(w, dir, "url"), FILE_MAX, w->arena, &url))
        return str_z(w->arena, str_trim(url));
    return in_dir(w, dir, "tian.db");
}

static const char *keep_text(const char *text)
{
    size_t n = strlen(text) + 1;
    return memcpy(heap_zeroed(1, n), text, n);
}

/* ---- head ---- */

static bool head_print(Work *w, const char *dir, Head head)
{
    Str text = str_printf(w->arena, "tian head 1\nera %lld\nsize %lld\nroot %.*s\n",
                          (long long)head.era, (long long)head.size,
                          STR_ARG(hex_print(w->arena, head.root.byte, sizeof head.root.byte)));
    return w->env->write_file(w->env->self, in_dir(w, dir, "head"), text) ||
           fail(w, ERR_STORE, "store.not_written file=%s", in_dir(w, dir, "head"));
}

static bool head_line(Str *rest, const char *name, Str *ret)
{
    Str line;
    Str want = str_of(name);
    if (!str_next(rest, '\n', &line) || !str_starts(line, want))
        return false;
    *ret = str_sub(line, want.n, line.n);
    return true;
}

static bool head_parse(Str text, Head *ret)
{
    Str value;
    return head_line(&text, "tian head 1", &value) && value.n == 0 &&
           head_line(&text, "era ", &value) && num_parse_int(value, &ret->era) &&
           head_line(&text, "size ", &value) && num_parse_int(value, &ret->size) &&
           head_line(&text, "root ", &value) && hex_parse(value, ret->root.byte, 32);
}

static bool check_head(Work *w, const char *dir, Str text, Log *log, int64_t *ret_size)
{
    Head kept, now = log_head(log);
    if (text.n == 0)
        return true;
    if (!head_parse(text, &kept))
        return fail(w, ERR_STORE, "store.head_broken file=%s", in_dir(w, dir, "head"));
    if (kept.era > now.era || (kept.era == now.era && kept.size > now.size))
        return fail(w, ERR_STORE, "store.behind_head size=%lld head=%lld", (long long)now.size,
                    (long long)kept.size);
    Hash root = now.root;
    if (kept.era == now.era && kept.size < now.size)
        TRY(tree_root_at(w, log->db, kept.size, &root));
    if (kept.era == now.era && memcmp(&root, &kept.root, sizeof root) != 0)
        return fail(w, ERR_STORE, "store.not_this_log size=%lld", (long long)kept.size);
    *ret_size = kept.era == now.era ? kept.size : 0;
    return true;
}

static bool head_row(Work *w, Db *db, Head head)
{
    Stmt *s = db_stmt(w, db, SQL_HEAD_PUT);
    TRY(s);
    stmt_int(s, 1, head.era);
    stmt_int(s, 2, head.size);
    stmt_int(s, 3, head.at_ms);
    stmt_bytes(s, 4, (Str){ (const char *)head.root.byte, sizeof head.root.byte });
    stmt_int(s, 5, LOG_ALG);
    return stmt_run(w, s);
}

bool store_save_head(Work *w, Store *s)
{
    Head head = log_head(s->log);
    TRY(db_begin(w, s->db));
    if (!head_row(w, s->db, head) || !db_commit(w, s->db)) {
        db_rollback(s->db);
        return false;
    }
    TRY(head_print(w, s->dir, head));
    s->head_size = head.size;
    return true;
}

/* ---- making ---- */

static bool first_leaf(Work *w, Db *db)
{
    Log *log = log_open(w, db);
    TRY(log);
    Canon *what = canon_open(w->arena);
    canon_int(what, "alg", LOG_ALG);
    canon_int(what, "era", log->id.era);
    canon_int(what, "format", LOG_FORMAT);
    canon_int(what, "log", log->id.log);
    bool ok = log_begin(w, log);
    if (ok && !(log_control(w, log, what) && log_commit(w, log))) {
        log_rollback(log);
        ok = false;
    }
    log_close(&log);
    return ok;
}

bool store_make(Work *w, Db *db, LogId id, Hash act_key)
{
    TRY(db_begin(w, db));
    if (schema_make(w, db) && log_create(w, db, id, act_key) && db_commit(w, db))
        return true;
    db_rollback(db);
    return false;
}

bool store_make_new(Work *w, Db *db)
{
    uint64_t log;
    Hash act_key;
    w->env->random(w->env->self, &log, sizeof log);
    w->env->random(w->env->self, &act_key, sizeof act_key);
    const LogId id = { .log = (int64_t)(log >> 1), .era = 1 };
    return store_make(w, db, id, act_key) && first_leaf(w, db);
}

bool store_prepare(Work *w, const char *dir, const char *url, int *ret_lock, Db **ret)
{
    TRY(make_dir(w, dir));
    TRY(take_lock(w, dir, ret_lock));
    Str old;
    const char *file = in_dir(w, dir, "url");
    if (w->env->read_file(w->env->self, file, FILE_MAX, w->arena, &old) ||
        access(in_dir(w, dir, "tian.db"), F_OK) == 0)
        return fail(w, ERR_CONFLICT, "store.exists");
    if (url) {
        Str line = str_printf(w->arena, "%s\n", url);
        if (!w->env->write_file(w->env->self, file, line))
            return fail(w, ERR_STORE, "store.not_written file=%s", file);
    }
    *ret = db_open(w, url ? url : in_dir(w, dir, "tian.db"), DB_CREATE);
    return *ret != NULL;
}

bool store_init(Work *w, const char *dir, const char *url)
{
    int lock = -1;
    Db *db = NULL;
    bool ok = store_prepare(w, dir, url, &lock, &db) && store_make_new(w, db);
    db_close(&db);
    drop_lock(&lock);
    return ok && store_first_head(w, dir);
}

bool store_memory(Work *w, Store *ret)
{
    Db *db = db_open(w, ":memory:", DB_MEMORY);
    TRY(db);
    Log *log = store_make_new(w, db) ? log_open(w, db) : NULL;
    if (!log) {
        db_close(&db);
        return false;
    }
    *ret = (Store){ .dir = NULL, .url = NULL, .db = db, .log = log, .lock = -1 };
    return true;
}

/* ---- opening ---- */

static bool open_parts(Work *w, const char *dir, DbMode mode, Store *s)
{
    if (mode != DB_READ)
        TRY(take_lock(w, dir, &s->lock));
    const char *url = read_url(w, dir);
    Str head =
        STR(""); /* read before the log: a writer beside us may save a newer one after that */
    (void)w->env->read_file(w->env->self, in_dir(w, dir, "head"), FILE_MAX, w->arena, &head);
    s->dir = keep_text(dir);
    s->url = keep_text(url);
    s->db = db_open(w, url, mode);
    TRY(s->db);
    TRY(schema_check(w, s->db, &s->views_old));
    s->log = log_open(w, s->db);
    TRY(s->log);
    return check_head(w, dir, head, s->log, &s->head_size);
}

static void release(Store *s)
{
    log_close(&s->log);
    db_close(&s->db);
    drop_lock(&s->lock);
    heap_free((char *)(uintptr_t)s->dir);
    heap_free((char *)(uintptr_t)s->url);
    s->dir = s->url = NULL;
}

bool store_open(Work *w, const char *dir, DbMode mode, Store *ret)
{
    Store s = { .lock = -1 };
    CHECK(mode == DB_READ || mode == DB_WRITE);
    if (!open_parts(w, dir, mode, &s)) {
        release(&s);
        return false;
    }
    *ret = s;
    return true;
}

bool store_first_head(Work *w, const char *dir)
{
    Store s;
    TRY(store_open(w, dir, DB_WRITE, &s));
    bool ok = store_save_head(w, &s);
    store_close(&s);
    return ok;
}

/* What a clean end leaves behind: the head, and a database file that holds everything. */
static void tidy_up(Store *s)
{
    Work *w = work_open(env_real(), 1 << 20);
    bool ok = log_head(s->log).size == s->head_size || store_save_head(w, s);
    if (ok)
        (void)sqlite_checkpoint(w, s->db, true);
    work_close(&w);
}

void store_close(Store *s)
{
    if (!s->db)
        return;
    bool writes = s->dir && s->db->mode == DB_WRITE;
    if (writes && s->db->trouble != DB_FATAL && !s->db->in_write)
        tidy_up(s);
    release(s);
}
