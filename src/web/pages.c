/* Pages of residents: made once for each state of the facts, packed once, kept under a limit. A
 * resident's reading costs no lock of the kernel until something was written. */
#include <zlib.h>

#include "base/hash.h"
#include "base/limits.h"
#include "base/map.h"
#include "web/web_int.h"

enum { KEY_MAX = 1024, PAGE_BYTES = 64 << 10, PACK_LEVEL = 6 };

typedef struct Page {
    Str body, gzip, etag;
} Page;

struct Pages {
    pthread_mutex_t lock;
    Arena *arena;
    Map by_key;
    int64_t seq, day; /* what they were made at */
};

static void pages_empty(Pages *pages, int64_t seq, int64_t day)
{
    if (pages->arena)
        arena_close(pages->arena);
    pages->arena = arena_open(LIMIT_PAGES_BYTES, (size_t)LIMIT_PAGES_BYTES * 4);
    pages->by_key = map_open(pages->arena);
    pages->seq = seq;
    pages->day = day;
}

Pages *pages_open(void)
{
    Pages *pages = heap_zeroed(1, sizeof *pages);
    CHECK(pthread_mutex_init(&pages->lock, NULL) == 0);
    pages_empty(pages, -1, 0);
    return pages;
}

void pages_close(Pages **ref)
{
    Pages *pages = *ref;
    *ref = NULL;
    if (!pages)
        return;
    arena_close(pages->arena);
    pthread_mutex_destroy(&pages->lock);
    heap_free(pages);
}

static Page page_copy(Arena *arena, const Page *page)
{
    return (Page){ str_copy(arena, page->body), str_copy(arena, page->gzip),
                   str_copy(arena, page->etag) };
}

/* The bytes are the call's: the next fact may drop the page while they are sent. */
static bool pages_find(Pages *pages, Call *call, Str key, int64_t seq, Page *ret)
{
    pthread_mutex_lock(&pages->lock);
    bool fresh = pages->seq == seq && pages->day == work_today(call->w);
    const Page *page = fresh ? map_find(&pages->by_key, key) : NULL;
    if (page)
        *ret = page_copy(call->w->arena, page);
    pthread_mutex_unlock(&pages->lock);
    return page != NULL;
}

static void pages_keep(Pages *pages, const Call *call, Str key, int64_t seq, const Page *page)
{
    int64_t day = work_today(call->w);
    pthread_mutex_lock(&pages->lock);
    if (pages->seq < seq || pages->day != day || arena_over(pages->arena))
        pages_empty(pages, seq, day);
    if (pages->seq == seq && !map_find(&pages->by_key, key)) {
        Page *kept = arena_new(pages->arena, Page);
        *kept = page_copy(pages->arena, page);
        map_put(&pages->by_key, str_copy(pages->arena, key), kept);
    }
    pthread_mutex_unlock(&pages->lock);
}

static Str pack(Arena *arena, Str body)
{
    enum { GZIP = 15 + 16 };
    z_stream z = { 0 };
    if (deflateInit2(&z, PACK_LEVEL, Z_DEFLATED, GZIP, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return STR("");
    size_t room = deflateBound(&z, body.n);
    char *bytes = arena_array(arena, char, room);
    z.next_in = (Bytef *)(uintptr_t)body.p;
    z.avail_in = (uInt)body.n;
    z.next_out = (Bytef *)bytes;
    z.avail_out = (uInt)room;
    bool ok = deflate(&z, Z_FINISH) == Z_STREAM_END;
    size_t size = room - z.avail_out;
    (void)deflateEnd(&z);
    return ok ? (Str){ bytes, size } : STR("");
}

static Str query(const Call *call, const char *name)
{
    Str value = net_query(call->net, name);
    return value.p ? value : STR("");
}

Str server_site(const Server *s, Arena *arena)
{
    if (s->origin.n)
        return s->origin;
    Str listen = str_of(s->options->listen);
    size_t colon = listen.n;
    while (colon > 0 && listen.p[colon - 1] != ':')
        colon--;
    Str host = colon ? str_sub(listen, 0, colon - 1) : STR("127.0.0.1");
    return str_printf(arena, "http://%.*s:%d", STR_ARG(host), net_port(s->net));
}

Str page_once(const Call *call)
{
    uint8_t bytes[32];
    const Env *env = call->s->env;
    env->random(env->self, bytes, sizeof bytes);
    return hex_print(call->w->arena, bytes, sizeof bytes);
}

PageAsk page_ask_of(Call *call)
{
    return (PageAsk){ .k = &call->s->k,
                      .lang = call->lang,
                      .path = net_path(call->net),
                      .dir = call->s->options->dir,
                      .unit = query(call, "unit"),
                      .period = query(call, "period"),
                      .known = query(call, "known"),
                      .size = query(call, "size"),
                      .find = query(call, "q"),
                      .pack = query(call, "pack"),
                      .before = query(call, "before"),
                      .book = query(call, "book"),
                      .kind = query(call, "kind"),
                      .part = query(call, "part"),
                      .site = server_site(call->s, call->w->arena) };
}

/* Only what the page reads: an unknown word of the query makes no new page. */
static Str key_of(Call *call, const PageAsk *a)
{
    Buf key = buf_open(call->w->arena, KEY_MAX);
    const Str parts[] = { a->path, a->unit,   a->period, a->known, a->size, a->find,
                          a->pack, a->before, a->book,   a->kind,  a->part };
    buf_putc(&key, a->lang == LANG_EN ? 'e' : 'z');
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        buf_printf(&key, "%zu:", parts[i].n);
        buf_put(&key, parts[i]);
    }
    return buf_ok(&key) ? buf_str(&key) : STR("");
}

static bool make(Call *call, const PageAsk *ask, int64_t *ret_seq, Page *ret)
{
    Server *s = call->s;
    Buf out = buf_open(call->w->arena, PAGE_BYTES);
    live_enter(&s->live);
    *ret_seq = core_known(s->k.core);
    bool ok = page_public(call->w, ask, &out);
    records_trim(s->k.core);
    live_leave(&s->live);
    TRY(ok);
    ret->body = buf_str(&out);
    ret->gzip = pack(call->w->arena, ret->body);
    const Hash hash = hash_of(ret->body.p, ret->body.n);
    ret->etag =
        str_printf(call->w->arena, "\"%.*s\"", STR_ARG(hex_print(call->w->arena, hash.byte, 12)));
    return buf_ok(&out) || fail(call->w, ERR_LIMIT, "web.answer_large");
}

/* A page with a form was kept without the number of the form; each reader gets an own one. */
static Str with_once(Call *call, Str page)
{
    char *bytes = arena_copy(call->w->arena, page.p, page.n);
    Str once = page_once(call), mark = STR(PAGE_ONCE), rest = page;
    for (size_t at; (at = str_find(rest, mark)) != SIZE_MAX;) {
        memcpy(bytes + (page.n - rest.n) + at, once.p, once.n);
        rest = str_sub(rest, at + mark.n, rest.n);
    }
    return (Str){ bytes, page.n };
}

void run_public(Call *call)
{
    Server *s = call->s;
    const PageAsk ask = page_ask_of(call);
    Str key = key_of(call, &ask);
    Page page;
    int64_t seq = s->known;
    if (!key.n || !pages_find(s->pages, call, key, seq, &page)) {
        if (!make(call, &ask, &seq, &page)) {
            answer_err(call, &call->w->err, NULL);
            return;
        }
        if (key.n)
            pages_keep(s->pages, call, key, seq, &page);
    }
    if (str_find(page.body, STR(PAGE_ONCE)) != SIZE_MAX) {
        answer(call, 200, "text/html; charset=utf-8", with_once(call, page.body));
        return;
    }
    net_head(call->net, "Cache-Control", STR("no-cache"));
    answer_shared(call, 200, "text/html; charset=utf-8", page.body, page.gzip, page.etag);
}

static void give_text(Call *call, const char *type, Str text, Str etag)
{
    net_head(call->net, "Cache-Control", STR("no-cache"));
    answer_shared(call, 200, type, text, pack(call->w->arena, text), etag);
}

void run_style(Call *call)
{
    Str etag;
    Str style = page_style(call->w->arena, &etag);
    give_text(call, "text/css; charset=utf-8", style, etag);
}

void run_script(Call *call)
{
    Str etag;
    Str script = page_script(call->w->arena, &etag);
    give_text(call, "text/javascript; charset=utf-8", script, etag);
}
