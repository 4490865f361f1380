/* Net: HTTP, behind which libmicrohttpd stands; nothing else includes it.
 *
 * A call is one request, from its head to its answer. Handlers run on a net thread and never block:
 * they answer at once, or hold the call and let another thread answer it. Every call has an arena
 * that lives until its answer is sent. What the library lets through is refused here: a head that
 * takes too long, Content-Length twice or beside Transfer-Encoding, control bytes, a body over its
 * limit (413 with words), more connections or held calls than there is room for (503 with words).
 */
#pragma once
#include "base/work.h"

typedef struct Net Net;
typedef struct NetCall NetCall;
typedef struct NetStream NetStream;

typedef enum NetMethod { NET_GET, NET_HEAD, NET_POST, NET_PUT, NET_DELETE, NET_OTHER } NetMethod;

typedef struct NetHandler {
    void *self;
    /* The head is there: how many bytes of body are taken at most. May answer already (a refusal),
     * then the body is not read; may not hold. NULL = 64 KB. */
    size_t (*head)(void *self, NetCall *call);
    /* The whole request is there. Answers, holds, or opens a stream. */
    void (*call)(void *self, NetCall *call);
} NetHandler;

typedef struct NetOptions {
    const char *listen; /* "127.0.0.1:8470"; port 0 = any free one */
    NetHandler handler;
    /* Behind a proxy on this machine: a loopback peer's X-Forwarded-For names the client. */
    bool forwarded;
    int threads; /* net threads; 0 = 2 */
    /* For all of these 0 = the default of base/limits.h. */
    int head_ms; /* the whole head within */
    int body_ms; /* grace before the least rate of a body or of taking an answer counts */
    int idle_ms; /* between two requests of a connection */
    int beat_ms; /* comment lines of silent event streams */
    size_t connections;
    size_t per_address; /* connections of one address; loopback is exempt */
    size_t held;
    size_t streams;
} NetOptions;

Net *net_open(Work *w, const NetOptions *options); /* listens when it returns; caller closes */
int net_port(const Net *net);
/* Takes no new connection, and answers new requests with 503; streams end at once, what is held may
 * be answered until `ms` have passed, then it gets 503. */
void net_stop(Net *net, int64_t ms);
/* Stops, if that was not done. Who still holds a call answers it even after this; it goes nowhere.
 */
void net_close(Net **net);

/* ---- the request ---- */
NetMethod net_method(const NetCall *call);
Str net_path(const NetCall *call); /* without the query, percent-decoded once, UTF-8, no NUL */
Str net_query(const NetCall *call, const char *name);  /* decoded; .p NULL = not there */
Str net_header(const NetCall *call, const char *name); /* .p NULL = not there */
Str net_cookie(const NetCall *call, const char *name);
Str net_form(const NetCall *call, const char *name); /* of an urlencoded body */
Str net_body(const NetCall *call);
Str net_address(const NetCall *call); /* of the client as text, without its port */
Arena *net_arena(NetCall *call);

/* ---- the answer ---- */
void net_head(NetCall *call, const char *name, Str value); /* one more header, before the answer */
/* `body` stays as it is until sent: in the call's arena, or for ever; `type` is a literal.
 * Compressed where the client takes it and it pays. Every answer carries nosniff, X-Frame-Options,
 * Referrer-Policy, a Content-Security-Policy of 'self' and Cache-Control: no-store, but for those
 * given by net_head(). */
void net_answer(NetCall *call, int status, const char *type, Str body);
/* A page that many get: `body` and `body_gzip` (.n 0 = none) live as long as the server. With an
 * etag (without quotes) If-None-Match gives 304, and Cache-Control is private, no-cache. */
void net_answer_shared(NetCall *call, int status, const char *type, Str body, Str body_gzip,
                       Str etag);
/* The call will be answered by net_answer from another thread; after `ms` the client gets 503 with
 * words and a late answer is dropped. Everything between net_hold and that answer belongs to the
 * other thread, which answers exactly once (or opens a stream). False: too many are held, or the
 * server stops; 503 was answered. */
bool net_hold(NetCall *call, int64_t ms);

/* ---- event streams: on threads of their own ---- */
/* Answers with text/event-stream. NULL: too many are open, and 503 was answered.
 * `gone` is called exactly once for each stream, on net's watch thread: when the client went, the
 * server stops, or after net_stream_close(). Once it has returned the stream is no more. It may
 * come before net_stream() has returned. So the caller opens, sends and closes under a lock of its
 * own, and `gone` takes that lock and forgets the stream. */
NetStream *net_stream(NetCall *call, void (*gone)(void *self), void *self);
/* Any thread; `event` is whole, with its blank line, and is copied. Never waits. A client that does
 * not read loses its oldest events, and gets one `event: lost` in their place. */
void net_stream_send(NetStream *stream, Str event);
void net_stream_close(NetStream *stream); /* once all is sent; nothing is sent after it */

typedef struct NetCounts { /* for /metrics */
    int64_t calls, refused, held, streams, connections, bytes_out;
} NetCounts;
NetCounts net_counts(Net *net);
