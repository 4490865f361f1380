/* One open store and its memory. Facts come in through core_put and change views and memory
 * through core_apply alone; rebuild runs the same apply over the whole log. */
#include "core/core_int.h"

#include "base/hash.h"

static void tell_units(Core *core)
{
    for (size_t i = 0; i < core->listener_count; i++)
        if (core->listeners[i].unit)
            core->listeners[i].unit(core->listeners[i].self);
}

static void tell_packs(Core *core)
{
    for (size_t i = 0; i < core->listener_count; i++)
        if (core->listeners[i].pack)
            core->listeners[i].pack(core->listeners[i].self);
}

void core_tell_record(Core *core, const RecordChange *change)
{
    for (size_t i = 0; i < core->listener_count; i++)
        if (core->listeners[i].record)
            core->listeners[i].record(core->listeners[i].self, change);
}

void core_listen(Core *core, Listener listener)
{
    CHECK(core->listener_count < sizeof core->listeners / sizeof *core->listeners);
    core->listeners[core->listener_count++] = listener;
}

static Core *core_new(const Store *store)
{
    Core *core = heap_zeroed(1, sizeof *core);
    core->store = *store;
    core->units = units_open();
    core->packs = packs_open();
    core->records = records_open();
    core->rights = rights_open();
    return core;
}

/* Everything in memory again from the view tables. */
static bool reload(Work *w, Core *core)
{
    units_close(&core->units);
    core->units = units_open();
    records_forget(core->records);
    bool ok =
        units_load(w, core->units, core_db(core)) && packs_load(w, core) && rights_load(w, core);
    tell_units(core);
    tell_packs(core);
    return ok;
}

/* Views of an older program are made again from the log before anything reads them. */
static bool open_on(Work *w, const Store *store, DbMode mode, Core **ret)
{
    Core *core = core_new(store);
    bool ok;
    if (!store->views_old)
        ok = reload(w, core);
    else if (mode == DB_READ)
        ok = fail(w, ERR_STORE, "core.views_old");
    else
        ok = core_rebuild(w, core);
    if (!ok) {
        core_close(&core);
        return false;
    }
    *ret = core;
    return true;
}

bool core_open(Work *w, const char *dir, DbMode mode, Core **ret)
{
    Store store = { 0 };
    TRY(store_open(w, dir, mode, &store));
    if (mode == DB_READ && !db_snapshot(w, store.db)) {
        store_close(&store);
        return false;
    }
    return open_on(w, &store, mode, ret);
}

bool core_memory(Work *w, Core **ret)
{
    Store store = { 0 };
    TRY(store_memory(w, &store));
    return open_on(w, &store, DB_MEMORY, ret);
}

void core_close(Core **core)
{
    Core *c = *core;
    *core = NULL;
    if (!c)
        return;
    rights_close(&c->rights);
    records_close(&c->records);
    packs_close(&c->packs);
    units_close(&c->units);
    store_close(&c->store);
    heap_free(c);
}

int64_t core_known(const Core *core)
{
    return log_size(core->store.log);
}

/* ---- acts ---- */

bool core_act_begin(Work *w, Core *core, const ActId *act)
{
    CHECK(!core->changing);
    records_settle(core->records);
    core->changing = true;
    core->act = act ? *act : act_id_new(w);
    core->act_n = 0;
    core->act_first = core_known(core);
    core->act_hash = (Hash){ { 0 } };
    core->act_asked = false;
    core->act_fact = (Fact){ 0 };
    return true;
}

void core_act_asked(Core *core, Str request)
{
    CHECK(core->changing && !core->act_n);
    core->act_hash = hash_of(request.p, request.n);
    core->act_asked = true;
}

bool core_begin(Work *w, Core *core, const ActId *act)
{
    CHECK(!core->changing);
    return log_begin(w, core->store.log) && core_act_begin(w, core, act);
}

/* Without a request to go by, an act is known by what its facts say, in order. */
static void digest_fact(Core *core, const Fact *fact)
{
    const int64_t head[] = { fact->verb, fact->unit, fact->book, fact->subject };
    const Str pieces[] = {
        { (const char *)core->act_hash.byte, sizeof core->act_hash.byte },
        { (const char *)head, sizeof head },
        fact->open,
    };
    core->act_hash = hash_pieces(pieces, 3);
}

bool core_put(Work *w, Core *core, Fact *fact)
{
    CHECK(core->changing);
    CHECK(fact->verb > 0);
    fact->act = core->act;
    fact->act_n = core->act_n++;
    fact->seat = core->seat;
    fact->person = core->person;
    fact->made_ms = core->made_ms ? core->made_ms : w->now_ms;
    if (!core->act_asked)
        digest_fact(core, fact);
    TRY(log_append(w, core->store.log, fact));
    if (fact->act_n == 0) {
        core->act_fact = *fact;
        core->receipt = log_last_leaf(core->store.log);
    }
    core->last_day = day_of_ms(fact->at_ms);
    core->last_seq = fact->seq;
    return core_apply(w, core, fact);
}

/* S(K): the last fact of each day. `at` never decreases, so the newest day alone moves. */
static bool save_day(Work *w, Core *core, int32_t day, int64_t seq)
{
    Stmt *s = db_stmt(w, core_db(core), SQL_DAY_SEQ_PUT);
    TRY(s);
    stmt_int(s, 1, day);
    stmt_int(s, 2, seq);
    return stmt_run(w, s);
}

static bool keep_act(Work *w, Core *core)
{
    CHECK(core->changing);
    if (!core->act_n)
        return true;
    const Str said = { (const char *)core->act_hash.byte, sizeof core->act_hash.byte };
    Hash digest = act_digest(core->store.log, core->seat, core->person, said);
    return act_add(w, core->store.log, core->act, core->seat, core->person, core->act_first,
                   core->act_n, digest) &&
           save_day(w, core, core->last_day, core->last_seq);
}

bool core_act_end(Work *w, Core *core)
{
    TRY(keep_act(w, core));
    core->changing = false;
    return true;
}

void core_act_leave(Core *core)
{
    core->changing = false;
}

bool core_commit(Work *w, Core *core)
{
    TRY(keep_act(w, core));
    TRY(log_commit(w, core->store.log));
    core->changing = false;
    return true;
}

bool core_reload(Work *w, Core *core)
{
    core->changing = false;
    return reload(w, core);
}

bool core_rollback(Work *w, Core *core)
{
    if (!core->changing)
        return true;
    core->changing = false;
    log_rollback(core->store.log);
    if (!core->act_n)
        return true; /* nothing was put: memory is as it was */
    Err err = w->err;
    work_clear(w);
    bool ok = reload(w, core);
    if (ok)
        w->err = err;
    return ok;
}

/* ---- apply and rebuild ---- */

bool core_apply(Work *w, Core *core, const Fact *fact)
{
    switch ((Verb)fact->verb) {
    case VERB_UNIT_CREATE:
    case VERB_UNIT_RENAME:
    case VERB_UNIT_RECODE:
    case VERB_UNIT_MOVE:
    case VERB_UNIT_REKIND:
    case VERB_UNIT_MERGE:
    case VERB_UNIT_SPLIT:
    case VERB_UNIT_CLOSE:
    case VERB_UNIT_CALENDAR:
        TRY(unit_apply(w, core->units, core_db(core), fact));
        tell_units(core);
        return true;
    case VERB_PACK_LOAD:
        TRY(pack_apply(w, core, fact));
        records_forget(core->records); /* rows in memory point at the old declarations */
        tell_packs(core);
        return true;
    case VERB_PARAM_SET:
        TRY(param_apply(w, core, fact));
        tell_packs(core);
        return true;
    case VERB_RECORD_FILE:
    case VERB_RECORD_CORRECT:
    case VERB_RECORD_RETURN:
    case VERB_RECORD_CONFIRM:
    case VERB_RECORD_VOID:
    case VERB_RECORD_MOVE:
    case VERB_RECORD_LATE:
    case VERB_RECORD_JOIN:
    case VERB_RECORD_RELEASE: return record_apply(w, core, fact);
    case VERB_SEAT_CREATE:
    case VERB_PERSON_HOLD:
    case VERB_GRANT_GIVE:
    case VERB_PERSON_LEAVE:
    case VERB_GRANT_END:
    case VERB_GRANT_READ:
    case VERB_SEAT_CLOSE: return right_apply(w, core, fact);
    case VERB_BLOB_PUT:    /* the bytes stand in `blob`; no view tells of them */
    case VERB_PERSON_OPEN: /* accounts stand beside the log */
    case VERB_PERSON_LINK:
    case VERB_PERSON_CLOSE:
    case VERB_PRIVATE_SHOW: /* somebody saw something: the log alone tells */ return true;
    case VERB_PART_ERASE: return part_erase_apply(w, core, fact);
    }
    return fail(w, ERR_STORE, "core.verb_unknown verb=%d seq=%lld", fact->verb,
                (long long)fact->seq);
}

static bool apply_all(Work *w, Core *core)
{
    FactWalk *walk = fact_walk(w, core_db(core), 0, core_known(core));
    TRY(walk);
    int32_t day = 0;
    int64_t last = -1;
    for (;;) {
        ARENA_SCOPE(w->arena);
        Fact fact = { 0 };
        bool more = false;
        TRY(fact_next(w, walk, &fact, &more));
        if (!more)
            break;
        int32_t its_day = day_of_ms(fact.at_ms);
        if (last >= 0 && its_day != day)
            TRY(save_day(w, core, day, last));
        day = its_day;
        last = fact.seq;
        records_settle(core->records);
        TRY(core_apply(w, core, &fact));
    }
    return last < 0 || save_day(w, core, day, last);
}

bool core_rebuild(Work *w, Core *core)
{
    CHECK(!core->changing);
    TRY(db_begin(w, core_db(core)));
    bool ok = store_clear_views(w, core_db(core)) && reload(w, core) && apply_all(w, core) &&
              db_commit(w, core_db(core));
    if (ok)
        return true;
    db_rollback(core_db(core));
    Err err = w->err;
    work_clear(w);
    if (reload(w, core))
        w->err = err;
    return false;
}

bool core_known_on(Work *w, Core *core, int32_t day, int64_t *ret_seq)
{
    if (day >= work_today(w)) {
        *ret_seq = KNOWN_NOW;
        return true;
    }
    Stmt *s = db_stmt(w, core_db(core), SQL_DAY_SEQ_AT);
    TRY(s);
    stmt_int(s, 1, day);
    bool row = false;
    TRY(stmt_next(w, s, &row));
    *ret_seq = row ? col_int(s, 0) : -1;
    if (row)
        stmt_reset(s);
    return true;
}

Str verb_name(int32_t verb)
{
    switch (verb) {
#define VERB(id, number, name)                                                                     \
    case number:                                                                                   \
        return STR(name);
#include "core/verbs.def"
#undef VERB
    }
    return STR("");
}
