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

static ZipTool *tool_of(Net *net)
{
    ZipTool *tool = pthread_getspecific(net->tool_key);
    if (tool)
        return tool;
    tool = heap_zeroed(1, sizeof *tool);
    CHECK(deflateInit2(&tool->stream, LEVEL, Z_DEFLATED, GZIP_WINDOW, MEMORY, Z_DEFAULT_STRATEGY) ==
          Z_OK);
    CHECK(pthread_setspecific(net->tool_key, tool) == 0);
    pthread_mutex_lock(&net->lock);
    tool->next = net->tools;
    net->tools = tool;
    pthread_mutex_unlock(&net->lock);
    return tool;
}

Str zip_text(NetCall *call, Str text)
{
    Str none = { 0 };
    if (text.n > UINT32_MAX / 2)
        return none;
    z_stream *z = &tool_of(call->net)->stream;
    CHECK(deflateReset(z) == Z_OK);
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

void zip_close(Net *net)
{
    for (ZipTool *tool = net->tools, *next; tool; tool = next) {
        next = tool->next;
        deflateEnd(&tool->stream);
        heap_free(tool);
    }
    net->tools = NULL;
    pthread_key_delete(net->tool_key);
}
