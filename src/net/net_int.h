/* Net inside: what its files share. Nothing outside src/net includes this, but for its fuzz target.
 *
 * Threads: the net threads are the library's (`threads` of them, each with its own epoll); they
 * parse, call the handler, and send answers. One watch thread accepts, keeps the clock, cuts
 * connections whose time is over, ends held calls that nobody answered, and writes the event
 * streams.
 *
 * A connection's whole time keeping is one number, Peer.due: the tick by which its next step must
 * have happened (head complete, next bytes of the body, answer sent). The library's own timeout
 * counts from the last byte, so a byte a second would hold a place for ever; it is switched off. */
#pragma once
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <zlib.h>

#include "base/list.h"
#include "net/net.h"

enum {
    NET_TICK_MS = 100,
    NET_BUCKETS = 8192, /* counts of connections by hash of their address */
    NET_HEADS = 100,    /* headers of one request; browsers send about 15 */
    NET_PAIRS = 256,    /* pairs of one query, form or cookie header */
};
#define NET_NEVER INT64_MAX

typedef struct Pair {
    Str name;
    Str value;
} Pair;
typedef list_of(Pair) Pairs;

typedef enum Refusal {
    REFUSE_BAD,
    REFUSE_TOO_LARGE,
    REFUSE_BUSY,
    REFUSE_STOPPING,
    REFUSE_LATE,
    REFUSALS,
} Refusal;

/* One connection. */
typedef struct Peer Peer;
struct Peer {
    Peer *prev;
    Peer *next;
    int fd;
    uint32_t bucket;
    _Atomic int64_t due;
    char address[48];
};

typedef enum CallState {
    CALL_READING,  /* its head or body is on the way */
    CALL_HANDLED,  /* the handler runs on a net thread */
    CALL_ANSWERED, /* `answer` is there and will be sent */
    CALL_HELD,     /* suspended; belongs to another thread until it answers */
    CALL_REFUSED,  /* `refusal` is sent; if it was held, the late answer is dropped */
    CALL_STREAM,   /* suspended for as long as its stream is open */
    CALL_GONE,     /* the stream has ended: the connection is closed */
} CallState;

typedef struct Answer {
    int status;
    const char *type;
    Str body;
    Str gzip;
    Str etag;
    bool shared;
} Answer;

struct NetCall {
    Net *net;
    Peer *peer; /* only touched by net threads */
    struct MHD_Connection *connection;
    Arena *arena;
    ArenaMark empty;
    _Atomic int refs; /* one for the library's request, one for whoever holds the call */
    CallState state;
    Refusal refusal;
    const char *uri; /* in the library's memory, until the head was looked at */
    size_t uri_length;
    Str query_raw;
    NetMethod method;
    bool old_version; /* HTTP/1.0 */
    bool looked;      /* the head was checked */
    bool has_body;
    bool early;     /* answered before the body was read: the connection closes, after lingering */
    bool closing;   /* Connection: close */
    bool suspended; /* net thread only: the library will call again after a resume */
    bool held;      /* net_hold() was called: from then on `state` is under net->lock */
    bool page;      /* refusals as a page instead of JSON */
    bool cookies_read;
    Str path;
    Str address;
    Pairs headers;
    Pairs query;
    Pairs cookies;
    Pairs form;
    char *body;
    size_t body_n;
    size_t body_room;
    size_t body_said; /* Content-Length; 0 = none, the body comes in chunks */
    size_t body_limit;
    int64_t body_start; /* tick at which the head was there */
    Pairs heads;        /* of the answer */
    Answer answer;
    int64_t hold_until;
    NetCall *prev; /* held calls, under net->lock */
    NetCall *next;
};

typedef struct Event Event;
struct Event {
    Event *next;
    size_t n;
    size_t sent;
    bool keep; /* the head of the answer: never dropped */
    char bytes[];
};

struct NetStream {
    Net *net;
    NetCall *call;
    int fd; /* a second name of the connection's socket, ours to write to */
    void (*gone)(void *self);
    void *self;
    Event *first; /* under net->stream_lock, as all below */
    Event **last;
    size_t bytes;
    int64_t beat;  /* tick of the next comment line */
    int64_t stuck; /* tick since which nothing could be sent; NET_NEVER = it flows */
    Event *mark;   /* the `event: lost` that waits in the queue */
    bool lost;     /* events were dropped before `first` */
    bool waits;    /* for the socket to take more */
    bool dirty;    /* in net->dirty */
    bool listened; /* in the epoll set */
    bool closing;  /* by the caller: once all is sent */
    bool over;     /* the client went */
    NetStream *next_dirty;
    NetStream *prev;
    NetStream *next;
};

typedef struct Linger {
    int fd; /* 0 = a free place */
    int64_t until;
    size_t left; /* bytes that are still swallowed */
} Linger;
enum { LINGERS = 256 };

typedef enum Count {
    COUNT_BUSY, /* calls from their request line to their end */
    COUNT_CALLS,
    COUNT_REFUSED,
    COUNT_BYTES,
    COUNTS,
} Count;

/* What a thread keeps for its next call. Counts are its own as well: two threads that count in one
 * place would pass its cache line to and fro at every request. */
typedef struct Tool Tool;
struct Tool {
    _Atomic int64_t counts[COUNTS];
    Tool *next;
    ArenaMark spare; /* an arena with its first block, empty; .arena NULL = lent */
    bool zips;       /* `stream` is open */
    z_stream stream;
};

struct Net {
    Arena *arena;
    const Env *env;
    NetHandler handler;
    NetOptions options; /* with defaults filled in */
    struct MHD_Daemon *daemon;
    int listen_fd;
    int epoll_fd;
    int timer_fd;
    int wake_fd;
    int port;
    uint32_t seed;
    pthread_t watch;
    _Atomic int refs; /* the owner, and each call that another thread still holds */
    _Atomic int64_t now;
    _Atomic bool stopping; /* no new connection, no new held call, no new stream */
    _Atomic bool ending;   /* the watch thread goes home */
    pthread_mutex_t lock;  /* peers, held calls, lingers to come, tools */
    Peer *peers;
    NetCall *held;
    Linger incoming[LINGERS];
    int incoming_count;
    Tool *tools;
    pthread_key_t tool_key;
    pthread_mutex_t stream_lock;
    NetStream *streams;
    NetStream *dirty;
    bool woken;         /* under stream_lock: wake_fd was written for `dirty` */
    bool listen_paused; /* watch thread only, as the two below */
    bool listen_closed;
    Linger lingers[LINGERS];
    _Atomic uint32_t buckets[NET_BUCKETS];
    _Atomic int64_t open;      /* connections */
    _Atomic int64_t held_open; /* held by another thread, answered or not */
    _Atomic int64_t stream_open;
    Str texts[REFUSALS][2]; /* [1] for browsers that ask for a page */
};

/* parse.c: bytes that strangers send. False: broken escapes, bytes that are no UTF-8, NUL or other
 * control bytes in a path, too many pairs. */
bool net_unescape(Arena *arena, Str raw, bool plus, Str *ret);
bool net_parse_path(Arena *arena, Str raw, Str *ret);
bool net_parse_pairs(Arena *arena, Str raw, Pairs *ret);
void net_parse_cookies(Arena *arena, Str raw, Pairs *ret); /* leaves out what is broken */
bool net_accepts(Str header, Str coding);                  /* Accept-Encoding: gzip;q=0 … */
bool net_same(Str a, Str b);                               /* but for ASCII case */
Str net_pair(const Pairs *pairs, const char *name, bool any_case);

/* head.c */
bool head_check(NetCall *call, const char *method, const char *version);
Str net_forwarded(const NetCall *call); /* as a proxy on this machine says; .p NULL = it does not */

/* call.c */
NetCall *call_open(Net *net, struct MHD_Connection *connection, const char *uri);
enum MHD_Result call_step(NetCall *call, const char *method, const char *version, const char *bytes,
                          size_t *count);
void call_over(NetCall *call); /* the library is done with it */
void call_release(NetCall *call);

/* answer.c */
enum MHD_Result answer_send(NetCall *call);
void answer_heads(const Pairs *given,
                  Buf *out); /* the default headers that were not given, as text */

/* refuse.c */
void refusals_make(Net *net);
enum MHD_Result refusal_send(NetCall *call);
void refuse_too_large(NetCall *call);               /* makes the answer */
void refuse_raw(Net *net, int fd, Refusal refusal); /* past the library */
void answer_raw(NetCall *call);                     /* as well: while a body is on its way */

/* tool.c */
Tool *tool_of(Net *net);
ArenaMark tool_arena(Net *net); /* an empty arena, and the mark that empties it again */
void tool_arena_back(Net *net, ArenaMark empty);
void tools_close(Net *net);
void count_up(Net *net, Count count, int64_t by);
int64_t count_sum(Net *net, Count count);
static inline int64_t net_now(const Net *net)
{
    return atomic_load_explicit(&net->now, memory_order_relaxed);
}
static inline void peer_due(Peer *peer, int64_t due)
{
    atomic_store_explicit(&peer->due, due, memory_order_relaxed);
}

/* zip.c */
bool zip_pays(const char *type, size_t bytes);
Str zip_text(NetCall *call, Str text); /* .p NULL: it does not get smaller */

/* hold.c */
void hold_answer(NetCall *call, const Answer *answer);
bool hold_take(NetCall *call); /* from held to stream; false = it was refused meanwhile */
void hold_tick(Net *net, int64_t now);
void hold_refuse_all(Net *net, Refusal refusal);

/* watch.c */
bool watch_open(Net *net);
void watch_wake(Net *net);
void watch_linger(Net *net, int fd); /* a second name of a socket whose client still sends */
void *watch_run(void *net);
void net_release(Net *net);
uint32_t address_bucket(const Net *net, const struct sockaddr *address);

/* stream.c: on the watch thread */
void stream_flush_dirty(Net *net);
void stream_event(NetStream *stream, uint32_t events);
void stream_tick(Net *net, int64_t now);
void stream_end_all(Net *net);
