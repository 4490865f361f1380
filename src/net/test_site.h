/* A small site for the tests of net: one page for each thing that a handler can do. */
#pragma once
#include "net/net.h"
#include "net/test_client.h"

enum { SITE_HOLDERS = 512, SITE_STREAMS = 1024 };

typedef struct Site Site;
Site *site_open(const NetOptions *options); /* its handler and address are filled in */
void site_close(Site *site);
int site_port(const Site *site);
Net *site_net(Site *site);
Arena *site_arena(Site *site);         /* for the client's side of a test */
void site_tell(Site *site, Str event); /* to all open streams */
int site_gone(Site *site);             /* how many streams have ended */
int site_open_streams(Site *site);
/* Answers, from this thread, every call that /keep holds; returns how many. */
int site_answer_kept(Site *site);
