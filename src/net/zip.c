/* Compression of answers: one deflate state a thread, since opening one costs more than packing a
 * page. Event streams are never packed. */
#include "net/net_int.h"

enum { LEVEL = 3, WORTH_BYTES = 1024, GZIP_WINDOW = 15 + 16, MEMORY = 8 };

bool zip_pays(const char *type, size_t bytes)
{
    static const char *const kinds[] = { "text/", "application/json", "application/javascript",
                                         "application/manifest+json", "image/svg+xml" };
    if (bytes <= WORTH_BYTES)
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strncmp(type, kinds[i], strlen(kinds[i])) == 0)
            return true;
    return false;
}

static z_stream *stream_of(Tool *tool)
{
    z_stream *z = &tool->stream;
    if (!tool->zips)
        CHECK(deflateInit2(z, LEVEL, Z_DEFLATED, GZIP_WINDOW, MEMORY, Z_DEFAULT_STRATEGY) == Z_OK);
    else
        CHECK(deflateReset(z) == Z_OK);
    tool->zips = true;
    return z;
}

Str zip_text(NetCall *call, Str text)
{
    Str none = { 0 };
    if (text.n > UINT32_MAX / 2)
        return none;
    z_stream *z = stream_of(tool_of(call->net));
    size_t room = text.n - text.n / 16; /* less gained than that is not worth a header */
    char *packed = arena_array(call->arena, char, room);
    z->next_in = (Bytef *)(uintptr_t)text.p;
    z->avail_in = (uInt)text.n;
    z->next_out = (Bytef *)packed;
    z->avail_out = (uInt)room;
    if (deflate(z, Z_FINISH) != Z_STREAM_END)
        return none;
    return (Str){ packed, room - z->avail_out };
}
