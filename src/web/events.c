/* Event streams: which of the views that somebody has open were touched by what was just written.
 *
 * The writer's listener only notes (book, unit) of each record that changed; after the commit this
 * thread asks, for each stream and each view it watches, whether the person may see it now, and
 * sends (view, seq), nothing else. Streams of ended sessions, and of people whose seat is
 * another's, close. */
#include "base/limits.h"
#include "base/list.h"
#include "web/web_int.h"

enum { WATCHES = 8, CHANGES = 256, WATCH_BYTES = 160 };

typedef struct Touch {
    int32_t book, unit; /* book 0 = units, packs, rights: everything */
} Touch;

typedef struct Stream {
    int64_t id; /* rises */
    Events *events;
    NetStream *net;
    int32_t person;
    char session[33];
    char seat[LIMIT_CODE_BYTES + 64]; /* as it was named; empty = the first one */
    Lang lang;
    char watch[WATCHES][WATCH_BYTES];
    size_t watch_n;
    struct Stream *prev, *next;
} Stream;

/* Two locks, for the writer notes changes while it holds live, and telling takes live. */
struct Events {
    Server *s;
    pthread_t thread;
    pthread_mutex_t lock; /* the streams; taken before live and by those who hold nothing */
    Stream *first, *last;
    size_t count;
    int64_t next_id;
    pthread_mutex_t note; /* all below; calls nobody */
    pthread_cond_t wake;
    Touch touched[CHANGES];
    size_t touched_n;
    bool ready, closing;
};

/* ---- noting, on the writer's thread ---- */

static void touch(Events *events, int32_t book, int32_t unit)
{
    pthread_mutex_lock(&events->note);
    bool all = events->touched_n > 0 && events->touched[0].book == 0;
    bool known = all;
    for (size_t i = 0; i < events->touched_n && !known; i++)
        known = events->touched[i].book == book && events->touched[i].unit == unit;
    if (!known && (book == 0 || events->touched_n == CHANGES)) {
        events->touched[0] = (Touch){ 0 };
        events->touched_n = 1;
    } else if (!known) {
        events->touched[events->touched_n++] = (Touch){ book, unit };
    }
    pthread_mutex_unlock(&events->note);
}

static void hear_record(void *self, const RecordChange *change)
{
    const RecordRow *row = change->after ? change->after : change->before;
    if (row)
        touch(self, change->book->number, row->unit);
}

static void hear_all(void *self)
{
    touch(self, 0, 0);
}

void events_committed(Events *events)
{
    pthread_mutex_lock(&events->note);
    if (events->touched_n) {
        events->ready = true;
        pthread_cond_signal(&events->wake);
    } else {
        events->touched_n = 0;
    }
    pthread_mutex_unlock(&events->note);
}

/* ---- telling ---- */

/* Under live. */
static bool stream_reader(Work *w, const Stream *stream, Reader *ret)
{
    Server *s = stream->events->s;
    *ret = (Reader){ .k = &s->k,
                     .accounts = s->k.accounts,
                     .person = stream->person,
                     .session = str_of(stream->session),
                     .lang = stream->lang };
    return who_seat(w, s, stream->person, str_of(stream->seat), &ret->seat);
}

static bool watch_is_touched(Work *w, const Reader *reader, Str watch, const Touch *touches,
                             size_t n)
{
    const PackSet *set = packs_set(w, reader->k->core, KNOWN_NOW);
    for (size_t i = 0; set && i < n; i++) {
        const Book *book = touches[i].book ? set_book_number(set, touches[i].book) : NULL;
        bool touched = false;
        if (watch_touched(w, reader, watch, book, touches[i].unit, &touched) && touched)
            return true;
        work_clear(w);
    }
    return false;
}

static bool next_after(Events *events, int64_t id, Stream *ret)
{
    pthread_mutex_lock(&events->lock);
    const Stream *stream = events->first;
    while (stream && stream->id <= id)
        stream = stream->next;
    if (stream)
        *ret = *stream;
    pthread_mutex_unlock(&events->lock);
    return stream != NULL;
}

/* To the stream of that number, if it is still there; empty = ends it. */
static void send_to(Events *events, int64_t id, Str text)
{
    pthread_mutex_lock(&events->lock);
    for (Stream *stream = events->first; stream; stream = stream->next) {
        if (stream->id != id)
            continue;
        if (text.n)
            net_stream_send(stream->net, text);
        else
            net_stream_close(stream->net);
    }
    pthread_mutex_unlock(&events->lock);
}

/* Is the session still one of the person's? */
static bool session_lives(Work *w, const Server *s, const Stream *stream)
{
    Session *sessions;
    size_t n;
    bool ok = sessions_of(w, s->k.accounts, stream->person, &sessions, &n);
    for (size_t i = 0; ok && i < n; i++)
        if (!strcmp(sessions[i].id, stream->session))
            return true;
    work_clear(w);
    return false;
}

static void tell(Work *w, const Stream *stream, const Touch *touches, size_t n)
{
    Server *s = stream->events->s;
    Buf out = buf_open(w->arena, (size_t)WATCHES * (WATCH_BYTES * 2 + 64));
    Reader reader;
    bool may = session_lives(w, s, stream);
    live_enter(&s->live);
    may = may && stream_reader(w, stream, &reader);
    for (size_t i = 0; may && i < stream->watch_n; i++) {
        Str watch = str_of(stream->watch[i]);
        if (!watch_is_touched(w, &reader, watch, touches, n))
            continue;
        buf_putz(&out, "data: {\"view\":");
        buf_json(&out, watch);
        buf_printf(&out, ",\"seq\":%lld}\n\n", (long long)core_known(s->k.core));
    }
    records_trim(s->k.core);
    live_leave(&s->live);
    if (!may)
        send_to(stream->events, stream->id, STR(""));
    else if (out.n)
        send_to(stream->events, stream->id, buf_str(&out));
}

static void tell_all(Events *events, const Touch *touches, size_t n)
{
    Work *w = work_open(events->s->env, (size_t)64 << 20);
    for (Stream stream = { 0 }; next_after(events, stream.id, &stream);) {
        ARENA_SCOPE(w->arena);
        work_clear(w);
        tell(w, &stream, touches, n);
    }
    work_close(&w);
}

static void *run(void *self)
{
    Events *events = self;
    pthread_mutex_lock(&events->note);
    while (!events->closing) {
        if (!events->ready) {
            pthread_cond_wait(&events->wake, &events->note);
            continue;
        }
        Touch touches[CHANGES];
        size_t n = events->touched_n;
        memcpy(touches, events->touched, n * sizeof *touches);
        events->touched_n = 0;
        events->ready = false;
        pthread_mutex_unlock(&events->note);
        tell_all(events, touches, n);
        pthread_mutex_lock(&events->note);
    }
    pthread_mutex_unlock(&events->note);
    return NULL;
}

/* ---- coming and going ---- */

static void gone(void *self)
{
    Stream *stream = self;
    Events *events = stream->events;
    pthread_mutex_lock(&events->lock);
    *(stream->prev ? &stream->prev->next : &events->first) = stream->next;
    *(stream->next ? &stream->next->prev : &events->last) = stream->prev;
    events->count--;
    pthread_mutex_unlock(&events->lock);
    heap_free(stream);
}

static size_t streams_of(Events *events, int32_t person)
{
    size_t n = 0;
    for (const Stream *stream = events->first; stream; stream = stream->next)
        n += stream->person == person;
    return n;
}

/* Under live. What may not be watched is left out; a stream of nothing is not there. */
static bool judge_watches(Call *call, Stream *stream)
{
    Reader reader;
    Str open = net_query(call->net, "open"), rest = open.p ? open : STR(""), part, watch;
    TRY(who_reader(call, &reader));
    while (rest.n && str_next(&rest, ',', &part)) {
        if (stream->watch_n == WATCHES)
            return fail(call->w, ERR_BAD_INPUT, "web.watches most=%d", WATCHES);
        if (!watch_judge(call->w, &reader, part, &watch)) {
            TRY(call->w->err.code == ERR_NOT_FOUND || call->w->err.code == ERR_FORBIDDEN);
            work_clear(call->w);
            continue;
        }
        if (watch.n >= WATCH_BYTES)
            return fail(call->w, ERR_BAD_INPUT, "web.watches most=%d", WATCHES);
        memcpy(stream->watch[stream->watch_n++], watch.p, watch.n);
    }
    return stream->watch_n > 0 || fail(call->w, ERR_NOT_FOUND, "web.not_found");
}

/* Takes the stream over or gives it back: a client may go while it is being made. */
static void start(Events *events, Call *call, Stream *stream)
{
    pthread_mutex_lock(&events->lock);
    bool full = streams_of(events, stream->person) >= LIMIT_STREAMS_PERSON;
    stream->id = ++events->next_id;
    stream->net = full ? NULL : net_stream(call->net, gone, stream);
    if (stream->net) {
        stream->prev = events->last;
        *(stream->prev ? &stream->prev->next : &events->first) = stream;
        events->last = stream;
        events->count++;
    }
    bool kept = stream->net != NULL;
    pthread_mutex_unlock(&events->lock);
    if (!kept)
        heap_free(stream);
    if (full)
        answer_wait(call, 503, "busy", "web.streams", 30);
    else
        metrics_request(call->s->metrics, call, kept ? 200 : 503, 0);
}

void run_events(Call *call)
{
    Server *s = call->s;
    Stream *stream = heap_zeroed(1, sizeof *stream);
    Str seat = net_query(call->net, "seat");
    stream->events = s->events;
    stream->person = call->session.person;
    stream->lang = call->lang;
    memcpy(stream->session, call->session.id, sizeof stream->session);
    bool fits = !seat.p || seat.n < sizeof stream->seat;
    if (fits && seat.p)
        memcpy(stream->seat, seat.p, seat.n);
    live_enter(&s->live);
    bool ok = fits ? judge_watches(call, stream) : fail(call->w, ERR_NOT_FOUND, "web.not_found");
    live_leave(&s->live);
    if (ok) {
        start(s->events, call, stream);
        return;
    }
    heap_free(stream);
    answer_err(call, &call->w->err, NULL);
}

/* Ends the streams of sessions that have ended, whether anything was written or not. */
void events_tick(Events *events)
{
    Work *w = work_open(events->s->env, (size_t)16 << 20);
    for (Stream stream = { 0 }; next_after(events, stream.id, &stream);) {
        ARENA_SCOPE(w->arena);
        work_clear(w);
        if (!session_lives(w, events->s, &stream))
            send_to(events, stream.id, STR(""));
    }
    work_close(&w);
}

size_t events_count(Events *events)
{
    pthread_mutex_lock(&events->lock);
    size_t count = events->count;
    pthread_mutex_unlock(&events->lock);
    return count;
}

Events *events_open(Work *w, Server *s)
{
    Events *events = heap_zeroed(1, sizeof *events);
    events->s = s;
    CHECK(pthread_mutex_init(&events->lock, NULL) == 0);
    CHECK(pthread_mutex_init(&events->note, NULL) == 0);
    CHECK(pthread_cond_init(&events->wake, NULL) == 0);
    core_listen(s->k.core, (Listener){ events, hear_record, hear_all, hear_all });
    if (pthread_create(&events->thread, NULL, run, events) == 0)
        return events;
    heap_free(events);
    (void)fail(w, ERR_LIMIT, "web.no_thread");
    return NULL;
}

/* After net has closed, so that every stream is gone. */
void events_close(Events **ref)
{
    Events *events = *ref;
    *ref = NULL;
    if (!events)
        return;
    pthread_mutex_lock(&events->note);
    events->closing = true;
    pthread_cond_signal(&events->wake);
    pthread_mutex_unlock(&events->note);
    pthread_join(events->thread, NULL);
    CHECK(!events->first);
    pthread_cond_destroy(&events->wake);
    pthread_mutex_destroy(&events->note);
    pthread_mutex_destroy(&events->lock);
    heap_free(events);
}
