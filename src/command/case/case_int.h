/* For the files of command/case only. */
#pragma once
#include "command/case.h"
#include "command/command_int.h"

/* Who asks, as flows judge it: a seat, or (in case.h's three acts) a resident. */
static inline CaseActor actor_of(const CommandAsk *ask)
{
    return (CaseActor){ ask->actor, ask->seat, ask->person };
}

/* Fills the made numbers of a row about to be filed that have none yet. */
bool case_make_numbers(Work *w, Kernel *k, RecordEdit *edit);

typedef struct CaseSpot { /* the case that is asked about; it stands, and has a state */
    const Book *book;
    const RecordRow *row;
} CaseSpot;
/* By book, unit and number; NOT_FOUND also for what the seat may not read. */
bool given_case(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done, CaseSpot *ret);
/* One move of it, whoever asks: rights, the expected version, what it asks, the guards, one fact.
 */
bool case_move_in(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done,
                  const CaseSpot *spot);
/* Did the same person join in before? */
bool case_joined(Work *w, Kernel *k, const CommandAsk *ask, const CaseSpot *spot, bool *ret);
bool case_join_in(Work *w, Kernel *k, const CaseSpot *spot, Actor actor);
bool told_case(Work *w, Kernel *k, const Fact *fact, CaseTold *ret);
bool case_fact_at(Work *w, Kernel *k, int64_t seq, Fact *ret, bool *ret_found);
bool case_release_in(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done,
                     const CaseSpot *spot, int64_t seq);
/* Refuses by the flow's own words, or by a reason of the kernel's. Always false. */
bool case_refused(Work *w, CommandDone *done, const char *field, Str words);
