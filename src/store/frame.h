/* Inside store: the file form of a backup (docs/facts.md): a first line, frames of one letter, four
 * bytes of length and their content, and the SHA-256 of all that stands before it. */
#pragma once
#include "store/log_int.h"

#define BACKUP_MAGIC "tian backup 1\n"

enum {
    FRAME_HEADER = 'H', /* log era format alg version size, act_key */
    FRAME_FACT = 'F',   /* envelope, salt0, parts */
    FRAME_ACT = 'A',
    FRAME_HEAD = 'T',
    FRAME_BLOB = 'B',
    FRAME_END = 'Z', /* size, root */
    FRAME_HEAD_BYTES = 5,
    FRAME_MAX = LIMIT_PART_BYTES + (64 << 10)
};

/* A file being written: temporary until frame_close_file. */
typedef struct FrameOut {
    int fd;
    const char *path, *temp;
    Hasher *hasher;
    Buf frame;
    char *wait; /* bytes not yet written */
    size_t wait_n;
} FrameOut;

bool frame_create(Work *w, const char *path, FrameOut *ret);
void frame_begin(FrameOut *out, Arena *arena);
void frame_8(FrameOut *out, int64_t value);
void frame_4(FrameOut *out, int64_t value); /* 0 .. 2^32 - 1, or an int32 */
void frame_1(FrameOut *out, int value);
void frame_put(FrameOut *out, const void *bytes, size_t n);
void frame_opt(FrameOut *out, bool there, Str bytes); /* 4 bytes of length, 2^32 - 1 = absent */
bool frame_end(Work *w, FrameOut *out, int letter);
bool frame_close_file(Work *w, FrameOut *out); /* digest, sync, rename */
void frame_abandon(FrameOut *out);

typedef struct FrameIn {
    int fd;
    const char *path;
    Hasher *hasher;
    char *room; /* file bytes read ahead */
    size_t at, have;
    int64_t place; /* bytes taken from the file */
    Str left;      /* of the frame being read */
    bool cut;      /* something was asked that the frame does not hold */
} FrameIn;

bool frame_open(Work *w, const char *path, FrameIn *ret);
bool frame_next(Work *w, FrameIn *in, Arena *arena, int *ret_letter);
int64_t frame_get_8(FrameIn *in);
int64_t frame_get_4(FrameIn *in); /* unsigned */
int frame_get_1(FrameIn *in);
Str frame_get(FrameIn *in, size_t n);
bool frame_get_opt(FrameIn *in, Str *ret);  /* false = absent */
bool frame_done(Work *w, FrameIn *in);      /* the frame was read whole and not beyond */
bool frame_check_end(Work *w, FrameIn *in); /* after FRAME_END: the digest, and nothing behind it */
void frame_close(FrameIn *in);
