/* For flow's own tests: a town with farms, shops and a book of cases. */
#pragma once
#include "base/test.h"
#include "flow/flow_int.h"

enum { DESK_CITY, DESK_COUNTY, CHECK_COUNTY, DESK_FARM, DESK_FARM2, DESK_SHOP, SEATS };
typedef struct Town {
    Work *w;
    Core *core;
    Cases *cases;
    Judge judge;
    const Book *book, *part;
    int32_t city, county, farm[2], shop[2];
    int32_t shop_elsewhere; /* in another county */
    int32_t seat[SEATS], person[SEATS];
    Str words; /* of the last refusal */
} Town;

Town town_open(void);
void town_close(Town *t);
void town_at(Town *t, const char *moment); /* "2021-06-07T09:00" */
int64_t town_ms(const char *moment);
CaseActor town_actor(const Town *t, int seat); /* -1 = a resident */
/* A new case at the unit, its item and its rough limit; its ord, 0 = refused. */
int64_t town_add(Town *t, int seat, int32_t unit, const char *kind);
/* Makes the move; `field` and its number are filled in when named. false = refused. */
bool town_move(Town *t, int seat, int64_t ord, const char *move, const char *field, int64_t value);
const RecordRow *town_row(Town *t, int64_t ord);
const char *town_state(Town *t, int64_t ord);
const ClockRow *town_clock(Town *t, int64_t ord, const char *clock);
size_t town_tick(Town *t);       /* all that is due by now; facts */
bool town_act(Town *t, bool ok); /* commits, or rolls back and forgets the error */
