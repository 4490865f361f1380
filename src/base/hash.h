/* SHA-256 through OpenSSL, which uses the CPU's SHA instructions (libsodium's does not). */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

typedef struct Hash {
    uint8_t byte[32];
} Hash;

Hash hash_of(const void *bytes, size_t count);
/* SHA-256 of the pieces one after another. */
Hash hash_pieces(const Str *pieces, size_t count);
Hash hash_hmac(const void *key, size_t key_count, const void *bytes, size_t count);
Str hex_print(Arena *arena, const void *bytes, size_t count);
bool hex_parse(Str text, void *bytes, size_t count); /* exactly 2 × count digits */

/* A running hash, for long streams. */
typedef struct Hasher Hasher;
Hasher *hasher_open(Arena *arena);
void hasher_put(Hasher *h, const void *bytes, size_t count);
Hash hasher_close(Hasher *h);
