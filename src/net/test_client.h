/* A client of plain sockets for the tests of net: it sends exactly the bytes that it is given. */
#pragma once
#include "base/str.h"

typedef struct Reply {
    int status;  /* 0 = the connection was closed without an answer */
    bool closed; /* the server closed after it */
    Str head;    /* status line and headers */
    Str body;
} Reply;

int client_open(int port);
void client_close(int fd);
void client_send(int fd, Str bytes);
/* One answer: its head, and as many bytes as Content-Length says (all to the end without one).
 * Waits at most ms. */
Reply client_read(Arena *arena, int fd, int ms, bool no_body);
Reply client_ask(Arena *arena, int port, const char *bytes); /* opens, sends, reads, closes */
Reply client_get(Arena *arena, int port, const char *path);
Str client_head(const Reply *reply, const char *name); /* .p NULL = not there */
bool client_is_closed(int fd, int ms);                 /* the server closed within ms */
/* What comes within ms, until `until` stands in it or the server closes. */
Str client_read_until(Arena *arena, int fd, int ms, const char *until);
int64_t client_now(void);
void client_sleep(int ms);
