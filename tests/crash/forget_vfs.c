#include "forget_vfs.h"

#include <sqlite3.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"

typedef struct OpenFile {
    sqlite3_file base;
    Disk *disk;
    int file;
} OpenFile;

uint64_t next_random(uint64_t *state)
{
    uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* ---- files ---- */

static void file_room(DiskFile *f, size_t n)
{
    if (n > f->room) {
        size_t room = n * 2 < 65536 ? 65536 : n * 2;
        f->bytes = heap_grow(f->bytes, f->room, room, 1);
        f->room = room;
    }
    if (n > f->n) {
        memset(f->bytes + f->n, 0, n - f->n);
        f->n = n;
    }
}

static void file_write(DiskFile *f, int64_t offset, const char *bytes, size_t n)
{
    f->exists = true;
    file_room(f, (size_t)offset + n);
    memcpy(f->bytes + offset, bytes, n);
}

static void file_cut(DiskFile *f, int64_t size)
{
    if ((size_t)size < f->n)
        f->n = (size_t)size;
    else
        file_room(f, (size_t)size);
}

static int file_find(Disk *disk, const char *name, bool add)
{
    for (int i = 0; i < DISK_FILES; i++)
        if (strcmp(disk->files[i].name, name) == 0)
            return i;
    for (int i = 0; add && i < DISK_FILES; i++) {
        if (disk->files[i].name[0])
            continue;
        CHECK(strlen(name) < sizeof disk->files[i].name);
        memcpy(disk->files[i].name, name, strlen(name) + 1);
        return i;
    }
    CHECK(!add);
    return -1;
}

static void shm_free(DiskFile *f)
{
    for (size_t i = 0; i < f->shm_n; i++)
        heap_free(f->shm[i]);
    heap_free(f->shm);
    f->shm = NULL;
    f->shm_n = 0;
}

Disk *disk_new(void)
{
    Disk *disk = heap_zeroed(1, sizeof *disk);
    disk->fail_sync = -1;
    return disk;
}

void disk_free(Disk *disk)
{
    for (int i = 0; i < DISK_FILES; i++) {
        shm_free(&disk->files[i]);
        heap_free(disk->files[i].bytes);
    }
    for (size_t i = 0; i < disk->op_n; i++)
        heap_free(disk->ops[i].bytes);
    heap_free(disk->ops);
    heap_free(disk);
}

Disk *disk_copy(const Disk *disk)
{
    Disk *copy = disk_new();
    for (int i = 0; i < DISK_FILES; i++) {
        const DiskFile *from = &disk->files[i];
        DiskFile *to = &copy->files[i];
        memcpy(to->name, from->name, sizeof to->name);
        to->exists = from->exists;
        if (from->n)
            file_write(to, 0, from->bytes, from->n);
        to->exists = from->exists;
    }
    return copy;
}

/* ---- what happened ---- */

static void note_op(Disk *disk, OpKind kind, int file, int64_t offset, const void *bytes, size_t n)
{
    if (!disk->recording)
        return;
    if (disk->op_n == disk->op_room) {
        size_t room = disk->op_room ? disk->op_room * 2 : 1024;
        disk->ops = heap_grow(disk->ops, disk->op_room, room, sizeof *disk->ops);
        disk->op_room = room;
    }
    Op *op = &disk->ops[disk->op_n++];
    *op = (Op){ .kind = kind, .file = file, .offset = offset, .n = n };
    if (n) {
        op->bytes = heap_zeroed(1, n);
        memcpy(op->bytes, bytes, n);
    }
}

void disk_note_ack(Disk *disk, int64_t number)
{
    note_op(disk, OP_ACK, -1, number, NULL, 0);
}

static void apply(Disk *disk, const Op *op)
{
    DiskFile *f = &disk->files[op->file];
    switch (op->kind) {
    case OP_WRITE: file_write(f, op->offset, op->bytes, op->n); break;
    case OP_TRUNCATE: file_cut(f, op->offset); break;
    case OP_DELETE:
        f->exists = false;
        f->n = 0;
        break;
    case OP_SYNC:
    case OP_ACK: break;
    }
}

static bool changes(const Op *op, int file)
{
    return op->file == file && op->kind != OP_SYNC && op->kind != OP_ACK;
}

void disk_move(const Disk *log, DiskPast *past, size_t to)
{
    for (; past->at < to; past->at++) {
        const Op *sync = &log->ops[past->at];
        if (sync->kind != OP_SYNC)
            continue;
        for (size_t i = past->synced[sync->file]; i < past->at; i++)
            if (changes(&log->ops[i], sync->file))
                apply(past->durable, &log->ops[i]);
        past->synced[sync->file] = past->at + 1;
    }
}

static void apply_sectors(Disk *disk, const Op *op, uint64_t *random)
{
    for (size_t at = 0; at < op->n;) {
        size_t n = SECTOR - ((size_t)op->offset + at) % SECTOR;
        n = n < op->n - at ? n : op->n - at;
        if (next_random(random) & 1)
            file_write(&disk->files[op->file], op->offset + (int64_t)at, op->bytes + at, n);
        at += n;
    }
}

Disk *disk_image(const Disk *log, const DiskPast *past, Mercy mercy, uint64_t *random)
{
    Disk *image = disk_copy(past->durable);
    for (int file = 0; file < DISK_FILES; file++) {
        memcpy(image->files[file].name, log->files[file].name, sizeof image->files[file].name);
        size_t from = past->synced[file];
        size_t lucky = past->at > from ? from + next_random(random) % (past->at - from + 1) : from;
        for (size_t i = from; i < past->at; i++) {
            const Op *op = &log->ops[i];
            if (!changes(op, file))
                continue;
            if (mercy == MERCY_SECTORS && op->kind == OP_WRITE)
                apply_sectors(image, op, random);
            else if (mercy == MERCY_ALL || (mercy == MERCY_PREFIX && i < lucky) ||
                     ((mercy == MERCY_WRITES || mercy == MERCY_SECTORS) &&
                      (next_random(random) & 1)))
                apply(image, op);
        }
    }
    return image;
}

/* ---- the methods of an open file ---- */

static DiskFile *file_of(sqlite3_file *base)
{
    OpenFile *open = (OpenFile *)base;
    return &open->disk->files[open->file];
}

static int x_close(sqlite3_file *base)
{
    (void)base;
    return SQLITE_OK;
}

static int x_read(sqlite3_file *base, void *to, int n, sqlite3_int64 offset)
{
    DiskFile *f = file_of(base);
    size_t have = (size_t)offset < f->n ? f->n - (size_t)offset : 0;
    size_t want = (size_t)n;
    memcpy(to, f->bytes ? f->bytes + (have ? offset : 0) : to, have < want ? have : want);
    if (have >= want)
        return SQLITE_OK;
    memset((char *)to + have, 0, want - have);
    return SQLITE_IOERR_SHORT_READ;
}

static int x_write(sqlite3_file *base, const void *bytes, int n, sqlite3_int64 offset)
{
    OpenFile *open = (OpenFile *)base;
    note_op(open->disk, OP_WRITE, open->file, offset, bytes, (size_t)n);
    file_write(file_of(base), offset, bytes, (size_t)n);
    return SQLITE_OK;
}

static int x_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    OpenFile *open = (OpenFile *)base;
    note_op(open->disk, OP_TRUNCATE, open->file, size, NULL, 0);
    file_cut(file_of(base), size);
    return SQLITE_OK;
}

static int x_sync(sqlite3_file *base, int flags)
{
    OpenFile *open = (OpenFile *)base;
    (void)flags;
    if (open->disk->fail_sync >= 0 && open->disk->syncs >= open->disk->fail_sync)
        return SQLITE_IOERR_FSYNC;
    open->disk->syncs++;
    note_op(open->disk, OP_SYNC, open->file, 0, NULL, 0);
    return SQLITE_OK;
}

static int x_file_size(sqlite3_file *base, sqlite3_int64 *ret)
{
    *ret = (sqlite3_int64)file_of(base)->n;
    return SQLITE_OK;
}

static int x_lock(sqlite3_file *base, int level)
{
    (void)base;
    (void)level;
    return SQLITE_OK;
}

static int x_check_reserved(sqlite3_file *base, int *ret)
{
    (void)base;
    *ret = 0;
    return SQLITE_OK;
}

static int x_file_control(sqlite3_file *base, int op, void *arg)
{
    (void)base;
    (void)op;
    (void)arg;
    return SQLITE_NOTFOUND;
}

static int x_sector_size(sqlite3_file *base)
{
    (void)base;
    return SECTOR;
}

static int x_device(sqlite3_file *base)
{
    (void)base;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE; /* as on any disk: bytes beside a write stay */
}

static int x_shm_map(sqlite3_file *base, int region, int size, int extend, void volatile **ret)
{
    DiskFile *f = file_of(base);
    size_t want = (size_t)region + 1;
    *ret = NULL;
    if (want > f->shm_n && !extend)
        return SQLITE_OK;
    if (want > f->shm_n) {
        f->shm = heap_grow(f->shm, f->shm_n, want, sizeof *f->shm);
        for (size_t i = f->shm_n; i < want; i++)
            f->shm[i] = heap_zeroed(1, (size_t)size);
        f->shm_n = want;
    }
    *ret = f->shm[region];
    return SQLITE_OK;
}

static int x_shm_lock(sqlite3_file *base, int offset, int n, int flags)
{
    (void)base;
    (void)offset;
    (void)n;
    (void)flags;
    return SQLITE_OK;
}

static void x_shm_barrier(sqlite3_file *base)
{
    (void)base;
    __sync_synchronize();
}

static int x_shm_unmap(sqlite3_file *base, int remove)
{
    if (remove)
        shm_free(file_of(base));
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = x_close,
    .xRead = x_read,
    .xWrite = x_write,
    .xTruncate = x_truncate,
    .xSync = x_sync,
    .xFileSize = x_file_size,
    .xLock = x_lock,
    .xUnlock = x_lock,
    .xCheckReservedLock = x_check_reserved,
    .xFileControl = x_file_control,
    .xSectorSize = x_sector_size,
    .xDeviceCharacteristics = x_device,
    .xShmMap = x_shm_map,
    .xShmLock = x_shm_lock,
    .xShmBarrier = x_shm_barrier,
    .xShmUnmap = x_shm_unmap,
};

/* ---- the methods of the disk ---- */

static Disk *disk_of(sqlite3_vfs *vfs)
{
    return vfs->pAppData;
}

static int x_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags, int *ret_flags)
{
    OpenFile *open = (OpenFile *)base;
    CHECK(name); /* temp_store = memory: no file without a name */
    base->pMethods = NULL;
    int file = file_find(disk_of(vfs), name, true);
    DiskFile *f = &disk_of(vfs)->files[file];
    if (!f->exists && !(flags & SQLITE_OPEN_CREATE))
        return SQLITE_CANTOPEN;
    f->exists = true;
    open->disk = disk_of(vfs);
    open->file = file;
    base->pMethods = &methods;
    if (ret_flags)
        *ret_flags = flags;
    return SQLITE_OK;
}

static int x_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
    int file = file_find(disk_of(vfs), name, false);
    if (file < 0 || !disk_of(vfs)->files[file].exists)
        return SQLITE_IOERR_DELETE_NOENT;
    note_op(disk_of(vfs), OP_DELETE, file, 0, NULL, 0);
    if (sync_folder)
        note_op(disk_of(vfs), OP_SYNC, file, 0, NULL, 0);
    disk_of(vfs)->files[file].exists = false;
    disk_of(vfs)->files[file].n = 0;
    return SQLITE_OK;
}

static int x_access(sqlite3_vfs *vfs, const char *name, int flags, int *ret)
{
    (void)flags;
    int file = file_find(disk_of(vfs), name, false);
    *ret = file >= 0 && disk_of(vfs)->files[file].exists;
    return SQLITE_OK;
}

static int x_full_path(sqlite3_vfs *vfs, const char *name, int room, char *ret)
{
    (void)vfs;
    sqlite3_snprintf(room, ret, "%s", name);
    return SQLITE_OK;
}

static int x_randomness(sqlite3_vfs *vfs, int n, char *ret)
{
    static uint64_t state = 7;
    (void)vfs;
    for (int i = 0; i < n; i++)
        ret[i] = (char)next_random(&state);
    return n;
}

static int x_sleep(sqlite3_vfs *vfs, int microseconds)
{
    (void)vfs;
    return microseconds;
}

static int x_time(sqlite3_vfs *vfs, sqlite3_int64 *ret)
{
    (void)vfs;
    *ret = INT64_C(212000000000000);
    return SQLITE_OK;
}

void forget_vfs_use(Disk *disk)
{
    static sqlite3_vfs vfs = {
        .iVersion = 2,
        .szOsFile = sizeof(OpenFile),
        .mxPathname = 60,
        .zName = "forget",
        .xOpen = x_open,
        .xDelete = x_delete,
        .xAccess = x_access,
        .xFullPathname = x_full_path,
        .xRandomness = x_randomness,
        .xSleep = x_sleep,
        .xCurrentTimeInt64 = x_time,
    };
    vfs.pAppData = disk;
    CHECK(sqlite3_vfs_register(&vfs, 0) == SQLITE_OK);
}
