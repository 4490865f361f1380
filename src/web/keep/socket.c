/* The command line beside a running server: DIR/tian.sock. `tian do` finds the store held and sends
 * its words here instead; they run in the writer like everybody's changes, as the system itself or
 * as the seat named. Whoever runs the server may come, and root; nobody else.
 *
 * A request is words that each end with NUL, then the end of writing. An answer is the exit code as
 * one letter ('0', '1', …), then the text to print. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/limits.h"
#include "web/web_int.h"

enum { REQUEST_BYTES = 1 << 20, WORDS_MAX = 512, WAIT_S = 5 };

struct Socket {
    Server *s;
    int fd;
    pthread_t thread;
    bool running;
    char path[sizeof((struct sockaddr_un *)0)->sun_path];
};

typedef struct Asked { /* one command, on its way through the writer */
    Socket *socket;
    Str words[WORDS_MAX];
    size_t n;
    Buf out;
    int code;
} Asked;

/* ---- the command ---- */

static Str option(const Asked *a, const char *name)
{
    for (size_t i = 0; i < a->n; i++)
        if (str_starts(a->words[i], str_of(name)))
            return str_sub(a->words[i], strlen(name), a->words[i].n);
    return STR("");
}

static size_t cells_of(const Asked *a, Cell *ret)
{
    size_t n = 0;
    for (size_t i = 2; i < a->n; i++) {
        Str value = a->words[i], key;
        if (!str_starts(value, STR("--")) && str_next(&value, '=', &key) && value.p)
            ret[n++] = (Cell){ key, value };
    }
    return n;
}

static void put_done(Work *w, const CommandDone *done, Buf *out)
{
    Str receipt = done->seq < 0
                      ? STR("")
                      : hex_print(w->arena, done->receipt.byte, sizeof done->receipt.byte);
    buf_printf(out,
               "{\"seq\":%lld,\"count\":%d,\"receipt\":\"%.*s\",\"again\":%s,\"answer\":{%.*s}}\n",
               (long long)done->seq, done->count, STR_ARG(receipt), done->again ? "true" : "false",
               STR_ARG(buf_str(&done->answer)));
}

static void put_faults(Work *w, const Faults *faults, Buf *out)
{
    for (size_t i = 0; i < faults->n; i++) {
        buf_put(out, fault_text(w->arena, &faults->at[i], LANG_ZH));
        buf_putc(out, '\n');
    }
}

static bool run_asked(Work *w, Log *log, void *self)
{
    Asked *a = self;
    Kernel *k = &a->socket->s->k;
    Cell cells[WORDS_MAX];
    ActId id;
    Seat seat = { 0 };
    Str as = option(a, "--as="), act = option(a, "--act=");
    CommandDone done = { .seq = -1 };
    (void)log;
    a->out.n = 0;
    CommandAsk ask = { .row = a->n > 1 ? command_find(a->words[1]) : NULL, .given = cells };
    if (!ask.row)
        return fail(w, ERR_BAD_INPUT, "web.not_found");
    if (act.n && !hex_parse(act, id.byte, sizeof id.byte))
        return fail(w, ERR_BAD_INPUT, "main.act given=%.*s", STR_ARG(act));
    if (as.n)
        TRY(seat_find(w, k->core, as, &seat));
    ask.act = act.n ? &id : NULL;
    ask.n = cells_of(a, cells);
    ask.seat = seat.seat;
    ask.person = seat.seat ? seat_person(k->core, seat.seat, work_today(w)) : 0;
    bool ok = command_run_in(w, k, &ask, &done);
    put_faults(w, &done.faults, &a->out);
    if (ok)
        put_done(w, &done, &a->out);
    return ok;
}

/* `tian tick`: what is due now, in the turns that the timer takes too. */
static bool run_tick(Work *w, Asked *a)
{
    size_t facts = 0;
    TRY(timer_run(w, a->socket->s->timer, &facts));
    buf_printf(&a->out, "%zu\n", facts);
    return true;
}

static void run_command(Work *w, Asked *a)
{
    Server *s = a->socket->s;
    Head head;
    bool refused = s->wrong || s->disk_low;
    bool ok = refused ? fail(w, ERR_STORE, s->wrong ? "web.wrong" : "web.disk")
              : str_is(a->words[0], "tick") ? run_tick(w, a)
                                            : writer_do(w, s->writer, run_asked, a, 4096, &head);
    a->code = ok ? 0 : w->err.code == ERR_STORE ? 3 : 1;
    if (!ok) {
        buf_put(&a->out, word_text(w->arena, w->err.what, LANG_ZH));
        buf_putc(&a->out, '\n');
    }
}

/* ---- the line ---- */

static bool may_come(int fd)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
           (peer.uid == getuid() || peer.uid == 0);
}

static bool read_words(int fd, Arena *arena, Asked *ret)
{
    char *bytes = arena_array(arena, char, REQUEST_BYTES);
    size_t n = 0;
    for (ssize_t got = 1; got > 0 && n<REQUEST_BYTES; n += got> 0 ? (size_t)got : 0) {
        got = read(fd, bytes + n, REQUEST_BYTES - n);
        if (got < 0)
            return false;
    }
    Str rest = { bytes, n }, word;
    while (rest.n && ret->n < WORDS_MAX && str_next(&rest, 0, &word))
        ret->words[ret->n++] = word;
    return ret->n > 0 && n < REQUEST_BYTES;
}

static void write_all(int fd, Str text)
{
    while (text.n) {
        ssize_t put = send(fd, text.p, text.n, MSG_NOSIGNAL);
        if (put <= 0)
            return;
        text = str_sub(text, (size_t)put, text.n);
    }
}

static void serve_one(Socket *socket, int fd)
{
    const struct timeval wait = { .tv_sec = WAIT_S };
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    Work *w = work_open(socket->s->env, (size_t)64 << 20);
    Asked *a = arena_new(w->arena, Asked);
    a->socket = socket;
    a->out = buf_open(w->arena, LIMIT_ANSWER_BYTES);
    if (may_come(fd) && read_words(fd, w->arena, a)) {
        run_command(w, a);
        const char code = (char)('0' + a->code);
        write_all(fd, (Str){ &code, 1 });
        write_all(fd, buf_str(&a->out));
    }
    work_close(&w);
}

static void *run(void *self)
{
    Socket *socket = self;
    for (;;) {
        int fd = accept4(socket->fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
            continue;
        if (fd < 0)
            return NULL; /* shut down */
        serve_one(socket, fd);
        close(fd);
    }
}

/* ---- open and close ---- */

static bool refuse(Work *w, Socket *socket)
{
    const char *why = strerror(errno);
    (void)fail(w, ERR_STORE, "web.socket path=%s why=%s", socket->path, why);
    return false;
}

static bool listen_at(Work *w, Socket *s)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    memcpy(address.sun_path, s->path, sizeof s->path);
    s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s->fd < 0)
        return refuse(w, s);
    (void)unlink(s->path); /* the store's lock is ours: whoever left it is gone */
    mode_t before = umask(077);
    bool bound = bind(s->fd, (struct sockaddr *)&address, sizeof address) == 0;
    (void)umask(before);
    if (!bound || listen(s->fd, 8) != 0)
        return refuse(w, s);
    s->running = pthread_create(&s->thread, NULL, run, s) == 0;
    return s->running || fail(w, ERR_LIMIT, "web.no_thread");
}

Socket *socket_open(Work *w, Server *s)
{
    Socket *socket = heap_zeroed(1, sizeof *socket);
    socket->s = s;
    socket->fd = -1;
    int n = snprintf(socket->path, sizeof socket->path, "%s/tian.sock", s->options->dir);
    if (n >= (int)sizeof socket->path) {
        socket->path[0] = 0; /* a deep folder has no room for it: the server does without */
        return socket;
    }
    if (!listen_at(w, socket))
        socket_close(&socket);
    return socket;
}

void socket_close(Socket **ref)
{
    Socket *socket = *ref;
    *ref = NULL;
    if (!socket)
        return;
    if (socket->fd >= 0)
        (void)shutdown(socket->fd, SHUT_RDWR);
    if (socket->running)
        pthread_join(socket->thread, NULL);
    if (socket->fd >= 0)
        close(socket->fd);
    if (socket->path[0])
        (void)unlink(socket->path);
    heap_free(socket);
}

/* ---- the other end ---- */

static bool write_words(int fd, const Str *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        write_all(fd, words[i]);
        write_all(fd, (Str){ "", 1 });
    }
    return shutdown(fd, SHUT_WR) == 0;
}

static Str read_all(int fd, Arena *arena)
{
    Buf out = buf_open(arena, LIMIT_ANSWER_BYTES);
    char piece[4096];
    for (ssize_t got = 1; got > 0;) {
        got = read(fd, piece, sizeof piece);
        if (got > 0)
            buf_put(&out, (Str){ piece, (size_t)got });
    }
    return buf_str(&out);
}

bool web_ask_server(Work *w, const char *dir, const Str *words, size_t n, bool *ret_there,
                    int *ret_code, Str *ret_said)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int length = snprintf(address.sun_path, sizeof address.sun_path, "%s/tian.sock", dir);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    *ret_there = fd >= 0 && length < (int)sizeof address.sun_path &&
                 connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    Str said = STR("");
    if (*ret_there && write_words(fd, words, n))
        said = read_all(fd, w->arena);
    if (fd >= 0)
        close(fd);
    if (!*ret_there)
        return true;
    if (!said.n)
        return fail(w, ERR_STORE, "web.held");
    *ret_code = said.p[0] - '0';
    *ret_said = str_sub(said, 1, said.n);
    return true;
}
