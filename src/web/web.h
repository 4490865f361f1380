/* Web: the server. One process holds the store: net threads parse and answer reads from memory, one
 * writer makes every change durable before it is acknowledged, one heavy thread does what is slow
 * (passwords, Excel, bulletins), event streams tell what has changed (docs/operate.md). */
#pragma once
#include "command/command.h"

typedef struct ServeOptions {
    const char *dir;
    const char *listen; /* NULL = 127.0.0.1:8470 */
    const char
        *origin; /* "https://tian.example.cn" where a proxy stands before it; NULL = as asked */
    const char *clock; /* as given: demo and tests only, loopback only */
    int reserve_mb;    /* disk room below which nothing is written; 0 = the limit's default */
    void (*ready)(void *self, int port); /* once it listens */
    void *self;
} ServeOptions;
/* Serves until SIGTERM or SIGINT; false = could not start, or a store error. */
bool web_serve(Work *w, const ServeOptions *options);
/* Notes in DIR/health that a backup or verification was made; a running server tells of it. */
bool web_health_note(Work *w, const char *dir, const char *what, bool ok);

/* Keys of Open311 clients (DIR/open311-keys): a new one, told once; the names; one less. */
bool web_key_add(Work *w, const char *dir, Str name, Str *ret_key);
Str web_key_names(Work *w, const char *dir);
bool web_key_drop(Work *w, const char *dir, Str name, bool *ret_there);

/* Sends words (a command, then KEY=VALUE… and --as=SEAT) to the server that holds the store, by
 * DIR/tian.sock; *ret_there = one was there. What it says is to be printed, *ret_code to be given
 * back to the shell. */
bool web_ask_server(Work *w, const char *dir, const Str *words, size_t n, bool *ret_there,
                    int *ret_code, Str *ret_said);
