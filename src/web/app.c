/* The staff app: the files of ui/dist, put into the program when it is built. Names with a hash of
 * their content never change; the page and the service worker are asked for each time. */
#include "web/app_files.h"
#include "web/web_int.h"

static const AppFile *file_find(Str path)
{
    for (size_t i = 0; i < app_file_count; i++)
        if (str_is(path, app_files[i].path))
            return &app_files[i];
    return NULL;
}

static Str etag_of(const AppFile *file)
{
    return str_of(file->etag);
}

static void give_file(Call *call, const AppFile *file)
{
    net_head(call->net, "Cache-Control",
             file->immutable ? STR("public, max-age=31536000, immutable") : STR("no-cache"));
    answer_shared(call, 200, file->type, (Str){ file->bytes, file->size },
                  (Str){ file->gzip, file->gzip_size }, etag_of(file));
}

static void give_lack(Call *call)
{
    Buf out = buf_open(call->w->arena, 16 << 10);
    if (page_error(call->w, call->lang, 404, STR("web.no_app"), &out))
        answer(call, 404, "text/html; charset=utf-8", buf_str(&out));
    else
        answer_err(call, &call->w->err, NULL);
}

void run_app(Call *call)
{
    const AppFile *file = file_find(call->rest.n ? call->rest : STR("index.html"));
    if (file)
        give_file(call, file);
    else if (!call->rest.n)
        give_lack(call);
    else
        answer_code(call, 404, "not_found", "web.not_found");
}

void run_app_root(Call *call)
{
    answer_see(call, "/app/");
}
