#define OPENSSL_SUPPRESS_DEPRECATED /* SHA256_Init/Update/Final: half the cost of a fetched EVP */
#include "base/hash.h"

#include <openssl/hmac.h>
#include <openssl/sha.h>

#include "base/check.h"

struct Hasher {
    SHA256_CTX state;
};

Hash hash_pieces(const Str *pieces, size_t count)
{
    SHA256_CTX state;
    Hash hash;
    CHECK(SHA256_Init(&state) == 1);
    for (size_t i = 0; i < count; i++)
        CHECK(SHA256_Update(&state, pieces[i].p, pieces[i].n) == 1);
    CHECK(SHA256_Final(hash.byte, &state) == 1);
    return hash;
}

Hash hash_of(const void *bytes, size_t count)
{
    const Str piece = { bytes, count };
    return hash_pieces(&piece, 1);
}

Hash hash_hmac(const void *key, size_t key_count, const void *bytes, size_t count)
{
    Hash hash;
    unsigned int size = sizeof hash.byte;
    CHECK(HMAC(EVP_sha256(), key, (int)key_count, bytes, count, hash.byte, &size));
    CHECK(size == sizeof hash.byte);
    return hash;
}

Str hex_print(Arena *arena, const void *bytes, size_t count)
{
    static const char digit[] = "0123456789abcdef";
    const uint8_t *from = bytes;
    char *text = arena_array(arena, char, count * 2 + 1);
    for (size_t i = 0; i < count; i++) {
        text[i * 2] = digit[from[i] >> 4];
        text[i * 2 + 1] = digit[from[i] & 15];
    }
    return (Str){ text, count * 2 };
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

bool hex_parse(Str text, void *bytes, size_t count)
{
    uint8_t *to = bytes;
    if (text.n != count * 2)
        return false;
    for (size_t i = 0; i < count; i++) {
        int high = hex_digit(text.p[i * 2]);
        int low = hex_digit(text.p[i * 2 + 1]);
        if (high < 0 || low < 0)
            return false;
        to[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

Hasher *hasher_open(Arena *arena)
{
    Hasher *h = arena_new(arena, Hasher);
    CHECK(SHA256_Init(&h->state) == 1);
    return h;
}

void hasher_put(Hasher *h, const void *bytes, size_t count)
{
    CHECK(SHA256_Update(&h->state, bytes, count) == 1);
}

Hash hasher_close(Hasher *h)
{
    Hash hash;
    CHECK(SHA256_Final(hash.byte, &h->state) == 1);
    return hash;
}
