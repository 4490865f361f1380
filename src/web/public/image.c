/* GET /i/TAG/NAME: a picture that a public field names. What staff sent was kept as it came, so it
 * is drawn again before it goes out; what was drawn is kept a while. */
#include "base/limits.h"
#include "base/map.h"
#include "page/case/case.h"
#include "web/public/photo.h"
#include "web/web_int.h"

enum { IMAGE_HOLD_MS = 30000 };

struct Images {
    pthread_mutex_t lock;
    Arena *arena;
    Map by_name;
};

static void images_empty(Images *images)
{
    if (images->arena)
        arena_close(images->arena);
    images->arena = arena_open(LIMIT_IMAGES_BYTES, (size_t)LIMIT_IMAGES_BYTES * 4);
    images->by_name = map_open(images->arena);
}

Images *images_open(void)
{
    Images *images = heap_zeroed(1, sizeof *images);
    CHECK(pthread_mutex_init(&images->lock, NULL) == 0);
    images_empty(images);
    return images;
}

void images_close(Images **ref)
{
    Images *images = *ref;
    *ref = NULL;
    if (!images)
        return;
    arena_close(images->arena);
    pthread_mutex_destroy(&images->lock);
    heap_free(images);
}

static bool images_find(Images *images, Call *call, Str name, Str *ret)
{
    pthread_mutex_lock(&images->lock);
    const Str *kept = map_find(&images->by_name, name);
    if (kept)
        *ret = str_copy(call->w->arena, *kept);
    pthread_mutex_unlock(&images->lock);
    return kept != NULL;
}

static void images_keep(Images *images, Str name, Str bytes)
{
    pthread_mutex_lock(&images->lock);
    if (arena_over(images->arena))
        images_empty(images);
    if (!map_find(&images->by_name, name)) {
        Str *kept = arena_new(images->arena, Str);
        *kept = str_copy(images->arena, bytes);
        map_put(&images->by_name, str_copy(images->arena, name), kept);
    }
    pthread_mutex_unlock(&images->lock);
}

typedef struct Showing {
    Call *call;
    Str name, raw;
} Showing;

static void give(Call *call, Str name, Str bytes)
{
    net_head(call->net, "Content-Disposition", STR("inline; filename=\"photo.jpg\""));
    net_head(call->net, "Cross-Origin-Resource-Policy", STR("same-origin"));
    answer_shared(call, 200, "image/jpeg", bytes, STR(""), name);
}

static void redraw(void *self)
{
    Showing *showing = self;
    Call *call = showing->call;
    Str drawn;
    if (!photo_redraw(call->w, showing->raw, &drawn)) {
        answer_code(call, 404, "not_found", "web.not_found");
        return;
    }
    images_keep(call->s->images, showing->name, drawn);
    give(call, showing->name, drawn);
}

/* Whether it is open is asked each time; what was drawn is only a saving. */
void run_image(Call *call)
{
    size_t cut = str_find(call->rest, STR("/"));
    Str tag = str_sub(call->rest, 0, cut), drawn, raw;
    Str name = cut == SIZE_MAX ? STR("") : str_sub(call->rest, cut + 1, call->rest.n);
    live_enter(&call->s->live);
    bool ok = open_image(call->w, &call->s->k, tag, name, &raw);
    live_leave(&call->s->live);
    if (!ok) {
        answer_err(call, &call->w->err, NULL);
        return;
    }
    if (images_find(call->s->images, call, name, &drawn)) {
        give(call, name, drawn);
        return;
    }
    Showing *showing = arena_new(call->w->arena, Showing);
    *showing = (Showing){ call, name, raw };
    if (!answer_hold(call, IMAGE_HOLD_MS))
        return;
    if (!heavy_send(call->s->heavy, redraw, showing))
        answer_code(call, 503, "busy", "web.busy");
}
