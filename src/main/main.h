/* The command line: one row a command, options parsed once, exit codes 0 done, 1 refused by
 * content, 2 usage, 3 store. */
#pragma once
#include "base/words.h"
#include "command/command.h"

enum {
    EXIT_DONE = 0,
    EXIT_REFUSED = 1,
    EXIT_USAGE = 2,
    EXIT_STORE = 3,
    ARGS_MAX = 512,
    WITH_MAX = 32
};

typedef struct Args {
    const char *word[ARGS_MAX]; /* what is no option */
    int count;
    const char *unit, *period, *known, *each, *as, *out, *store, *day, *to, *act, *seats,
        *password_from, *listen, *origin, *clock, *reserve, *acts, *from, *limit;
    const char *with[WITH_MAX]; /* --with, as often as it is given */
    size_t with_count;
    bool json, dry_run, en, lines;
    Lang lang;
} Args;

typedef struct Door {
    const char *name, *usage, *zh, *en;
    int least; /* words needed behind the name */
    int (*run)(Work *w, const Args *args);
} Door;

/* Prints the work's error in the language of the process; returns the exit code. */
int report(const Work *w, Lang lang);
int print(Str text); /* to standard output; EXIT_DONE */
/* The seat of --as, 0 (the system) without it. */
bool seat_of(Work *w, Kernel *k, const Args *args, int32_t *ret);
bool period_of(Work *w, const Args *args, Period *ret); /* kind NONE without --period */
/* The unit of --unit on the day, or the root of the area tree. */
bool unit_of(Work *w, Kernel *k, const Args *args, int32_t day, int32_t *ret);
int faults_print(Work *w, const Faults *faults, Lang lang);

int door_init(Work *w, const Args *args);
int door_verify(Work *w, const Args *args);
int door_rebuild(Work *w, const Args *args);
int door_digest(Work *w, const Args *args);
int door_backup(Work *w, const Args *args);
int door_restore(Work *w, const Args *args);
int door_check(Work *w, const Args *args);
int door_fmt(Work *w, const Args *args);
int door_manual(Work *w, const Args *args);
int door_pack(Work *w, const Args *args);
int door_units(Work *w, const Args *args);
int door_import(Work *w, const Args *args);
int door_template(Work *w, const Args *args);
int door_do(Work *w, const Args *args);
int door_run(Work *w, const Args *args);
int door_people(Work *w, const Args *args);
int door_view(Work *w, const Args *args);
int door_api(Work *w, const Args *args);
int door_serve(Work *w, const Args *args);
int door_open311(Work *w, const Args *args);
int door_due(Work *w, const Args *args);
int door_tick(Work *w, const Args *args);
int door_replay(Work *w, const Args *args);
int door_figure(Work *w, const Args *args);
int door_trace(Work *w, const Args *args);
int door_bulletin(Work *w, const Args *args);
int door_page(Work *w, const Args *args);
