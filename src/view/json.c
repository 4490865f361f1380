/* JSON on a Buf. */
#include "view/json_int.h"

static void start(Buf *out, const char *key)
{
    char last = out->n ? out->p[out->n - 1] : '{';
    if (last != '{' && last != '[' && last != ':')
        buf_putc(out, ',');
    if (!key)
        return;
    buf_json(out, str_of(key));
    buf_putc(out, ':');
}

void json_object(Buf *out, const char *key)
{
    start(out, key);
    buf_putc(out, '{');
}

void json_object_end(Buf *out)
{
    buf_putc(out, '}');
}

void json_array(Buf *out, const char *key)
{
    start(out, key);
    buf_putc(out, '[');
}

void json_array_end(Buf *out)
{
    buf_putc(out, ']');
}

void json_key(Buf *out, Str key)
{
    start(out, NULL);
    buf_json(out, key);
    buf_putc(out, ':');
}

void json_text(Buf *out, const char *key, Str value)
{
    start(out, key);
    if (value.p)
        buf_json(out, value);
    else
        buf_putz(out, "null");
}

void json_z(Buf *out, const char *key, const char *value)
{
    json_text(out, key, str_of(value));
}

void json_int(Buf *out, const char *key, int64_t value)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    do { /* answers hold thousands of them: printf is a fifth of the work */
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (value < 0)
        digits[--at] = '-';
    start(out, key);
    buf_put(out, (Str){ &digits[at], sizeof digits - at });
}

void json_bool(Buf *out, const char *key, bool value)
{
    start(out, key);
    buf_putz(out, value ? "true" : "false");
}

void json_null(Buf *out, const char *key)
{
    start(out, key);
    buf_putz(out, "null");
}

void json_raw(Buf *out, const char *key, Str json)
{
    start(out, key);
    buf_put(out, json);
}
