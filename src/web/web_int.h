/* Inside web: one server, its calls and its threads.
 *
 * Locks, outermost first: live (kernel memory and the store's connection), events, and those of
 * account and net, which call nobody. The writer holds live for a whole batch; a reader holds it
 * while it reads and renders, and never while it waits for anything else. */
#pragma once
#include <pthread.h>
#include <stdatomic.h>

#include "net/net.h"
#include "page/page.h"
#include "view/view.h"
#include "web/web.h"

typedef struct Server Server;
typedef struct Route Route;
typedef struct Heavy Heavy;
typedef struct Events Events;
typedef struct Pages Pages;
typedef struct Metrics Metrics;
typedef struct Socket Socket;
typedef struct Timer Timer;
typedef struct Limits Limits;
typedef struct Images Images;

/* One lock for all of memory, handed on in turns: whoever asks while it is held comes before its
 * holder may have it again, so that neither a busy writer nor busy readers shut the others out. */
typedef struct Live {
    pthread_mutex_t turn, lock;
} Live;
void live_open(Live *live);
void live_enter(Live *live);
void live_leave(Live *live);

struct Server {
    const ServeOptions *options;
    const Env *env;
    Kernel k;
    Live live;
    Writer *writer;
    Net *net;
    Heavy *heavy;
    Events *events;
    Pages *pages;
    Limits *limits;
    Images *images;
    Metrics *metrics;
    Socket *socket;
    Timer *timer;
    Str origin;          /* what changes must come from; empty = from the host they were sent to */
    bool exposed;        /* others than this machine may come */
    bool secure;         /* by TLS, of a proxy */
    uint8_t log_key[32]; /* of addresses in the log, new at each start */
    _Atomic int64_t known, disk_left;
    Health health;                          /* under live */
    int64_t batch_commands;                 /* writer's thread */
    int64_t next_proof_ms, next_notes_ms;   /* main thread */
    _Atomic bool stopping, disk_low, wrong; /* wrong: a proof failed, nothing more is written */
};

/* ---- one request ---- */
typedef enum Rule { /* who may come at all; what they may see or do is judged from facts */
                    RULE_none,
                    RULE_open,   /* everybody */
                    RULE_form,   /* a form of this site: its Origin */
                    RULE_signed, /* a session */
                    RULE_change, /* a session, this site's Origin, and the session's token */
                    RULE_here,   /* this machine alone */
} Rule;

typedef struct Call Call;
struct Call {
    Server *s;
    NetCall *net;
    Work *w; /* in the call's arena; one thread at a time has the call */
    const Route *route;
    Str rest; /* of the path, where the pattern ends in a star */
    bool signed_in;
    Session session;
    Lang lang;
    int64_t began_ms;
    void (*later)(Call *call); /* on the heavy thread */
};

struct Route {
    NetMethod method;
    const char *pattern;
    Rule rule;
    size_t body; /* bytes taken at most */
    void (*run)(Call *call);
};
const Route *route_table(size_t *ret_n);
size_t route_head(void *self, NetCall *net);
void route_call(void *self, NetCall *net);
bool route_is_here(const NetCall *net); /* from this machine, and through no proxy on it */

/* ---- answers: each writes the line of the log and counts ---- */
void answer(Call *call, int status, const char *type, Str body);
void answer_json(Call *call, int status, Str body);
void answer_see(Call *call, const char *where); /* 303 */
/* A code of docs/api.md with its words; a page for a browser outside /api/. */
void answer_code(Call *call, int status, const char *code, const char *what);
void answer_wait(Call *call, int status, const char *code, const char *what, int64_t seconds);
/* What went wrong in call->w: not there and not yours are one answer. */
void answer_err(Call *call, const Err *err, const Faults *faults);
/* The bytes of such an error, for what is answered later; status is returned. */
int err_body(Work *w, const Err *err, const Faults *faults, Str *ret);
void answer_shared(Call *call, int status, const char *type, Str body, Str gzip, Str etag);
bool answer_hold(Call *call, int64_t ms); /* false = answered already */
/* Holds the call and runs the rest on a heavy thread; 503 with words when too much waits there. */
void call_heavy(Call *call, void (*run)(Call *call));

/* ---- who asks ---- */
/* Fills session and signed_in from the cookie. */
void who_find(Call *call);
bool who_origin(const Call *call);
bool who_token(const Call *call);
/* Under live: the seat named, held today; the first one when `name` is empty. NOT_FOUND. */
bool who_seat(Work *w, const Server *s, int32_t person, Str name, int32_t *ret);
/* Under live: must this person show a second factor? */
bool who_demands_second(Work *w, const Server *s, int32_t person);
/* Under live: the reader of ?seat=. */
bool who_reader(Call *call, Reader *ret);
void who_cookie(Call *call, Str secret);  /* empty = forget it */
Str second_text(Arena *arena, Hash hash); /* a secret of a second factor, made of a hash */

/* ---- what routes run ---- */
void run_health(Call *call);
void run_metrics(Call *call);
void run_app(Call *call);
void run_app_root(Call *call);
void run_style(Call *call);
void run_view(Call *call);
void run_openapi(Call *call);
void run_do(Call *call);
void run_sign_in(Call *call);
void run_sign_out(Call *call);
void run_password(Call *call);
void run_second(Call *call);
void run_login(Call *call);
void run_login_form(Call *call);
void run_leave_form(Call *call);
void run_invite(Call *call);
void run_invite_form(Call *call);
void run_blob_put(Call *call);
void run_blob_get(Call *call);
void run_template(Call *call);
void run_export(Call *call);
void run_import(Call *call);
void run_calendar(Call *call);
void run_events(Call *call);
void run_public(Call *call);
void run_script(Call *call);
void run_report(Call *call);
void run_join(Call *call);
void run_follow(Call *call);
void run_image(Call *call);
void run_open311(Call *call);
void run_open311_post(Call *call);

/* ---- the writer ---- */
/* Sends work to the writer for a call that is held; run() answers by filling status and body (in
 * the call's arena), which are sent after the commit. */
typedef struct Change {
    Call *call;
    bool (*run)(Work *w, struct Change *change);
    void (*done)(struct Change *change); /* NULL = status and body as JSON */
    void *self;
    int status;
    Str body;
    const char *type; /* of the body; NULL = JSON */
} Change;
void change_send(Change *change, size_t bytes);
bool change_refused(Call *call); /* disk, proof, stop: answered */

/* ---- strict JSON ---- */
typedef enum JsonKind {
    JSON_IS_NULL,
    JSON_IS_TRUTH,
    JSON_IS_INT,
    JSON_IS_TEXT,
    JSON_IS_OBJECT,
} JsonKind;
typedef struct Json { /* a value of a parsed text, in the arena */
    JsonKind kind;
    int64_t number; /* a truth is 0 or 1 */
    Str text;
    struct JsonItem *items;
    size_t n;
} Json;
typedef struct JsonItem {
    Str key;
    Json value;
} JsonItem;
/* An object of texts, whole numbers, truths and one level of objects more; no key twice. */
bool json_parse(Work *w, Str bytes, Json *ret);
const Json *json_member(const Json *object, const char *name);
/* The text of a member; empty when it is not there, false when it is no text. */
bool json_text_of(const Json *object, const char *name, Str *ret);
/* Has it members of other names than these? `names` ends with NULL. */
bool json_only(const Json *object, const char *const *names);

/* ---- the heavy thread ---- */
Heavy *heavy_open(Work *w);
bool heavy_send(Heavy *heavy, void (*run)(void *self), void *self); /* false = full */
void heavy_close(Heavy **heavy); /* what is queued is done first */
size_t heavy_waiting(Heavy *heavy);

/* ---- event streams ---- */
Events *events_open(Work *w, Server *s);
void events_committed(Events *events); /* the batch is durable */
void events_close(Events **events);
void events_tick(Events *events); /* seconds: ends streams of ended sessions, keeps lines open */
size_t events_count(Events *events);

/* ---- pages of residents, as made at one seq ---- */
Pages *pages_open(void);
void pages_close(Pages **pages);
PageAsk page_ask_of(Call *call);
Str page_once(const Call *call); /* 64 new hex digits */
/* Where this server is reached: its origin, or where it listens. */
Str server_site(const Server *s, Arena *arena);
Images *images_open(void);
void images_close(Images **images);

/* ---- counting and the log ---- */
Metrics *metrics_open(Server *s);
void metrics_close(Metrics **metrics);
void metrics_request(Metrics *m, const Call *call, int status, size_t bytes);
void metrics_batch(Metrics *m, int64_t commands);
void metrics_flush(Metrics *m);
void log_line(Metrics *m, Str line); /* with its end */

/* ---- the state of health ---- */
void health_open(Work *w, Server *s);
void health_tick(Server *s); /* disk every few seconds, proofs every hour */

/* ---- what is due to cases ---- */
Timer *timer_open(Server *s);
bool timer_start(Work *w, Timer *timer); /* once the writer is there */
void timer_stop(Timer *timer);           /* before the writer closes … */
void timer_close(Timer **timer);         /* … and after it, since the writer looks at it */
void timer_look(Work *w, Timer *timer);  /* under live: what comes next may have changed */
bool timer_run(Work *w, Timer *timer, size_t *ret); /* all that is due now; *ret: facts */
typedef struct TimerCounts {
    int64_t waiting, done, failed, lag_ms;
} TimerCounts;
TimerCounts timer_counts(const Timer *timer);

/* ---- the command line beside a running server ---- */
Socket *socket_open(Work *w, Server *s);
void socket_close(Socket **socket);
