/* people: accounts from the command line, for installing and for the demo. The same commands as
 * over HTTP, asked by the system itself. */
#include <stdio.h>

#include "main/main.h"

enum { PASSWORD_FILE = 4096, LIST_BYTES = 4 << 20 };

static int say(Work *w, const Args *args, const char *what)
{
    Str text = word_text(w->arena, what, args->lang);
    return print(str_printf(w->arena, "%.*s\n", STR_ARG(text)));
}

static bool run(Work *w, Kernel *k, const Args *args, const char *name, const Cell *given, size_t n,
                CommandDone *done)
{
    const CommandAsk ask = { .row = command_find(str_of(name)), .given = given, .n = n };
    CHECK(ask.row);
    if (command_run(w, k, &ask, done))
        return true;
    if (done->faults.n)
        (void)faults_print(w, &done->faults, args->lang);
    return false;
}

/* The seat is made where it is not there yet. */
static bool hold_seat(Work *w, Kernel *k, const Args *args, Str name, Str login)
{
    Seat seat;
    CommandDone done;
    Str rest = name, role;
    if (!seat_find(w, k->core, name, &seat)) {
        work_clear(w);
        if (!str_next(&rest, '@', &role) || !rest.p)
            return fail(w, ERR_NOT_FOUND, "right.no_such_seat name=%.*s", STR_ARG(name));
        const Cell post[] = { { STR("role"), role }, { STR("unit"), rest } };
        TRY(run(w, k, args, "seat.create", post, 2, &done));
    }
    const Cell hold[] = { { STR("seat"), name }, { STR("login"), login } };
    return run(w, k, args, "seat.hold", hold, 2, &done);
}

static bool in_transaction(Work *w, Kernel *k, bool (*write)(Work *w, Kernel *k, void *what),
                           void *what)
{
    Db *db = k->core->store.db;
    TRY(db_begin(w, db));
    if (write(w, k, what) && db_commit(w, db)) {
        accounts_committed(k->accounts);
        return true;
    }
    db_rollback(db);
    accounts_rolled_back(k->accounts);
    return false;
}

typedef struct Secret { /* what a transaction writes, and what it gives back */
    int32_t person;
    Str token, hash, second;
} Secret;

static bool write_link(Work *w, Kernel *k, void *what)
{
    Secret *s = what;
    return link_put(w, k->accounts, k->core->store.db, s->person, &s->token);
}

static bool write_password(Work *w, Kernel *k, void *what)
{
    const Secret *s = what;
    return password_put(w, k->accounts, k->core->store.db, s->token, s->hash);
}

static bool write_second(Work *w, Kernel *k, void *what)
{
    const Secret *s = what;
    return second_put(w, k->accounts, k->core->store.db, s->person, s->second);
}

/* The first line of the file. */
static bool read_password(Work *w, Kernel *k, const Args *args, Secret *s)
{
    Str text, line;
    if (!w->env->read_file(w->env->self, args->password_from, PASSWORD_FILE, w->arena, &text))
        return fail(w, ERR_BAD_INPUT, "main.unreadable path=%s", args->password_from);
    (void)str_next(&text, '\n', &line);
    return password_hash(w, k->accounts, s->person, str_trim(line), &s->hash);
}

/* A one-time link is made and used up by it. */
static bool set_password(Work *w, Kernel *k, const Args *args, Secret *s)
{
    return read_password(w, k, args, s) && in_transaction(w, k, write_password, s);
}

/* Before anything is opened: an account whose password was refused would stand there half made. */
static bool judge_password(Work *w, Kernel *k, const Args *args)
{
    Secret nobody = { 0 };
    return read_password(w, k, args, &nobody);
}

static bool open_one(Work *w, Kernel *k, const Args *args, Secret *ret)
{
    Account account;
    CommandDone done;
    TRY(!args->password_from || judge_password(w, k, args));
    Str login = str_of(args->word[2]), seat;
    const Cell given[] = { { STR("login"), login }, { STR("name"), str_of(args->word[3]) } };
    TRY(run(w, k, args, "person.open", given, 2, &done));
    TRY(account_login(w, k->accounts, login, &account));
    Str rest = str_of(args->seats);
    while (rest.n && str_next(&rest, ',', &seat))
        TRY(hold_seat(w, k, args, str_trim(seat), login));
    *ret = (Secret){ .person = account.person };
    TRY(in_transaction(w, k, write_link, ret)); /* the one of person.open is told by no file */
    return !args->password_from || set_password(w, k, args, ret);
}

static int tell_link(Work *w, const Args *args, const Secret *s, const char *login)
{
    if (args->json)
        return print(str_printf(w->arena, "{\"login\":\"%s\",\"person\":%d,\"link\":\"%.*s\"}\n",
                                login, s->person, STR_ARG(s->token)));
    return say(w, args, arena_printf(w->arena, "main.link token=%.*s", STR_ARG(s->token)));
}

static int people_open(Work *w, Kernel *k, const Args *args)
{
    Secret s;
    if (!open_one(w, k, args, &s))
        return EXIT_REFUSED;
    if (args->password_from)
        return say(w, args, arena_printf(w->arena, "main.account login=%s", args->word[2]));
    return tell_link(w, args, &s, args->word[2]);
}

static int people_link(Work *w, Kernel *k, const Args *args)
{
    CommandDone done;
    Account account;
    const Cell given[] = { { STR("login"), str_of(args->word[2]) } };
    if (!account_login(w, k->accounts, given[0].text, &account) ||
        !run(w, k, args, "person.link", given, 1, &done))
        return EXIT_REFUSED;
    Secret s = { .person = account.person };
    if (!in_transaction(w, k, write_link, &s))
        return EXIT_REFUSED;
    return tell_link(w, args, &s, args->word[2]);
}

/* Sets up the second factor and prints it once, for the app that shows the codes. */
static int people_second(Work *w, Kernel *k, const Args *args)
{
    Account account;
    if (!account_login(w, k->accounts, str_of(args->word[2]), &account))
        return EXIT_REFUSED;
    Secret s = { .person = account.person, .second = totp_secret_new(w) };
    if (!in_transaction(w, k, write_second, &s))
        return EXIT_REFUSED;
    return print(str_printf(w->arena, "%.*s\n",
                            STR_ARG(totp_uri(w->arena, s.second, account.login, STR("田")))));
}

static bool put_seats(Work *w, Kernel *k, int32_t person, Buf *out)
{
    int32_t *seats;
    size_t n;
    int32_t today = work_today(w);
    TRY(seats_of(w, k->core, person, today, &seats, &n));
    for (size_t i = 0; i < n; i++)
        buf_printf(out, "%s%.*s", i ? " " : "", STR_ARG(seat_name(w, k->core, seats[i], today)));
    return true;
}

/* Login, name, what lets in (密 password, 码 second factor), seats held today. */
static int people_list(Work *w, Kernel *k)
{
    Account *list;
    size_t n;
    Buf out = buf_open(w->arena, LIST_BYTES);
    if (!accounts_list(w, k->accounts, &list, &n))
        return EXIT_STORE;
    for (size_t i = 0; i < n; i++) {
        const char *state = list[i].closed ? "×" : "";
        buf_printf(&out, "%.*s\t%.*s\t%s%s%s\t", STR_ARG(list[i].login), STR_ARG(list[i].name),
                   list[i].has_password ? "密" : "", list[i].has_second ? "码" : "", state);
        if (!put_seats(w, k, list[i].person, &out))
            return EXIT_REFUSED;
        buf_putc(&out, '\n');
    }
    return print(buf_str(&out));
}

int door_people(Work *w, const Args *args)
{
    static const struct {
        const char *name;
        int words;
        int (*run)(Work *w, Kernel *k, const Args *args);
    } verbs[] = { { "open", 4, people_open },
                  { "link", 3, people_link },
                  { "second", 3, people_second } };
    bool list = !strcmp(args->word[1], "list");
    CLEANUP(kernel_close) Kernel k = { 0 };
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (!strcmp(args->word[1], verbs[i].name) && args->count >= verbs[i].words)
            return kernel_open(w, args->word[0], DB_WRITE, &k) ? verbs[i].run(w, &k, args)
                                                               : EXIT_STORE;
    if (!list)
        return -1;
    return kernel_open(w, args->word[0], DB_READ, &k) ? people_list(w, &k) : EXIT_STORE;
}
