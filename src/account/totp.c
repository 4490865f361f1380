/* The second factor: RFC 6238 with the parameters that every authenticator knows (SHA-1, 30 s, six
 * digits). SHA-1 is sound here: HMAC does not rest on its collisions. */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include "account/account_int.h"

enum { STEP_MS = 30000, DIGITS = 6, GRACE = 1 };

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

Str totp_secret_new(Work *w)
{
    uint8_t bytes[SECOND_BYTES];
    w->env->random(w->env->self, bytes, sizeof bytes);
    char *text = arena_array(w->arena, char, SECOND_BYTES * 8 / 5 + 1);
    for (size_t bit = 0, n = 0; bit < SECOND_BYTES * 8; bit += 5, n++) {
        uint32_t pair = (uint32_t)bytes[bit / 8] << 8;
        if (bit / 8 + 1 < SECOND_BYTES)
            pair |= bytes[bit / 8 + 1];
        text[n] = base32[pair >> (11 - bit % 8) & 31];
    }
    return (Str){ text, SECOND_BYTES * 8 / 5 };
}

bool base32_parse(Str text, uint8_t ret[SECOND_BYTES])
{
    if (text.n != SECOND_BYTES * 8 / 5)
        return false;
    memset(ret, 0, SECOND_BYTES);
    for (size_t i = 0; i < text.n; i++) {
        const char *at = text.p[i] ? strchr(base32, text.p[i]) : NULL;
        if (!at)
            return false;
        for (size_t b = 0; b < 5; b++)
            if ((at - base32) >> (4 - b) & 1)
                ret[(i * 5 + b) / 8] |= (uint8_t)(0x80 >> (i * 5 + b) % 8);
    }
    return true;
}

static uint32_t code_of(const uint8_t secret[SECOND_BYTES], int64_t step)
{
    uint8_t message[8], mac[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    for (int i = 0; i < 8; i++)
        message[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
    CHECK(HMAC(EVP_sha1(), secret, SECOND_BYTES, message, sizeof message, mac, &size));
    CHECK(size == 20);
    int at = mac[19] & 15;
    uint32_t number = (uint32_t)(mac[at] & 0x7F) << 24 | (uint32_t)mac[at + 1] << 16 |
                      (uint32_t)mac[at + 2] << 8 | mac[at + 3];
    return number % 1000000;
}

int64_t totp_step(const uint8_t secret[SECOND_BYTES], Str code, int64_t now_ms)
{
    int64_t found = 0;
    if (code.n != DIGITS)
        return 0;
    for (int64_t by = -GRACE; by <= GRACE; by++) {
        int64_t step = now_ms / STEP_MS + by;
        char want[DIGITS + 1];
        snprintf(want, sizeof want, "%06u", code_of(secret, step));
        if (sodium_memcmp(want, code.p, DIGITS) == 0)
            found = step;
    }
    return found;
}

bool totp_fits(Str secret, Str code, int64_t now_ms)
{
    uint8_t bytes[SECOND_BYTES];
    return base32_parse(secret, bytes) && totp_step(bytes, code, now_ms) != 0;
}

static void put_escaped(Buf *out, Str text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     strchr("-._~", c);
        if (plain && c)
            buf_putc(out, (char)c);
        else
            buf_printf(out, "%%%02X", c);
    }
}

Str totp_uri(Arena *arena, Str secret, Str login, Str issuer)
{
    Buf out = buf_open(arena, 4096);
    buf_putz(&out, "otpauth://totp/");
    put_escaped(&out, issuer);
    buf_putc(&out, ':');
    put_escaped(&out, login);
    buf_putz(&out, "?secret=");
    buf_put(&out, secret);
    buf_putz(&out, "&issuer=");
    put_escaped(&out, issuer);
    buf_putz(&out, "&algorithm=SHA1&digits=6&period=30");
    return buf_str(&out);
}
