/* A disk in memory for SQLite that remembers every write, truncation and sync, and can tell what a
 * power cut at any moment could have left: all that was synced, and of the rest whatever chance
 * wants, in any order, in whole writes or torn sectors. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DISK_FILES = 8, SECTOR = 512 };

typedef enum OpKind { OP_WRITE, OP_TRUNCATE, OP_SYNC, OP_DELETE, OP_ACK } OpKind;

typedef struct Op {
    OpKind kind;
    int file;
    int64_t offset; /* of a write; new size of a truncation; number of an acknowledgement */
    size_t n;
    char *bytes;
} Op;

typedef struct DiskFile {
    char name[64];
    bool exists;
    char *bytes;
    size_t n, room;
    void **shm; /* the index of the log, shared memory: gone with the power */
    size_t shm_n;
} DiskFile;

typedef struct Disk {
    DiskFile files[DISK_FILES];
    bool recording;
    Op *ops;
    size_t op_n, op_room;
    int64_t syncs;
    int64_t fail_sync; /* this sync and all after it fail; -1 = none */
} Disk;

typedef enum Mercy {
    MERCY_NONE,
    MERCY_ALL,
    MERCY_WRITES,
    MERCY_SECTORS,
    MERCY_PREFIX,
    MERCY_KINDS
} Mercy;

void forget_vfs_use(Disk *disk); /* registers the VFS "forget" the first time */
Disk *disk_new(void);
void disk_free(Disk *disk);
void disk_note_ack(Disk *disk, int64_t number);
Disk *disk_copy(const Disk *disk); /* files only */
/* Carries `durable` (what was surely kept) on from op `from` to `to`. */
typedef struct DiskPast {
    Disk *durable;
    size_t at;                 /* ops that are behind us */
    size_t synced[DISK_FILES]; /* ops of this file before it are durable */
} DiskPast;
void disk_move(const Disk *log, DiskPast *past, size_t to);
/* One image that a cut after op past->at could have left. */
Disk *disk_image(const Disk *log, const DiskPast *past, Mercy mercy, uint64_t *random);
uint64_t next_random(uint64_t *state);
