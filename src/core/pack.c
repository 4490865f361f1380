/* Packs: texts in the log, compiled snapshots in memory, and the parameters they leave open.
 *
 * A pack.load fact holds the joined text and the registry of numbers as it was after the load, so
 * that the same snapshot comes out of the log alone. A snapshot is made when it is first asked
 * for and kept until the core is closed: rows, blocks and columns point into it. */
#include "core/core_int.h"

typedef struct PackEntry {
    Str name, title, text, registry;
    int32_t version, first_day, last_day;
    int64_t seq, gone;
    PackSet *set; /* all packs known at seq; NULL until asked for */
} PackEntry;

typedef struct ParamRow {
    Str name;
    int32_t unit, from_day;
    int64_t seq, value;
} ParamRow;

struct Packs {
    Arena *arena;
    list_of(PackEntry) entries; /* by seq */
    list_of(ParamRow) params;   /* by seq */
    list_of(PackSet *) retired; /* read again since, but pointers into them may still be held */
};

static const PackSet nothing_loaded;

Packs *packs_open(void)
{
    Packs *p = heap_zeroed(1, sizeof *p);
    p->arena = arena_open(CORE_SOFT_BYTES, CORE_SOFT_BYTES);
    return p;
}

static void set_close(PackSet *set)
{
    if (set)
        arena_close(set->arena);
}

void packs_close(Packs **p)
{
    if (!*p)
        return;
    for (size_t i = 0; i < (*p)->entries.n; i++)
        set_close((*p)->entries.at[i].set);
    for (size_t i = 0; i < (*p)->retired.n; i++)
        set_close((*p)->retired.at[i]);
    arena_close((*p)->arena);
    heap_free(*p);
    *p = NULL;
}

/* ---- memory from a fact ---- */

static bool read_load(Work *w, const Packs *p, const Fact *fact, PackEntry *ret)
{
    const CanonView *v = canon_read(w, fact->open);
    TRY(v);
    int64_t version = 0, first = 0, last = 0;
    PackEntry e = { .seq = fact->seq, .gone = KNOWN_NOW };
    bool ok = canon_get_text(v, "name", &e.name) && canon_get_text(v, "title", &e.title) &&
              canon_get_text(v, "text", &e.text) && canon_get_text(v, "registry", &e.registry) &&
              canon_get_int(v, "version", &version) && canon_get_int(v, "first", &first) &&
              canon_get_int(v, "last", &last);
    if (!ok)
        return fail(w, ERR_STORE, "core.fact_unreadable seq=%lld", (long long)fact->seq);
    e.name = str_copy(p->arena, e.name);
    e.title = str_copy(p->arena, e.title);
    e.text = str_copy(p->arena, e.text);
    e.registry = str_copy(p->arena, e.registry);
    e.version = (int32_t)version;
    e.first_day = (int32_t)first;
    e.last_day = (int32_t)last;
    *ret = e;
    return true;
}

static PackEntry *entry_in_force(Packs *p, Str name)
{
    for (size_t i = p->entries.n; i-- > 0;)
        if (str_eq(p->entries.at[i].name, name))
            return &p->entries.at[i];
    return NULL;
}

static void entry_add(Packs *p, PackEntry entry)
{
    PackEntry *old = entry_in_force(p, entry.name);
    if (old)
        old->gone = entry.seq;
    *list_push(p->arena, &p->entries) = entry;
}

bool pack_apply(Work *w, Core *core, const Fact *fact)
{
    PackEntry entry;
    TRY(read_load(w, core->packs, fact, &entry));
    Stmt *end = db_stmt(w, core_db(core), SQL_PACK_END);
    TRY(end);
    stmt_text(end, 1, entry.name);
    stmt_int(end, 2, fact->seq);
    TRY(stmt_run(w, end));
    Stmt *put = db_stmt(w, core_db(core), SQL_PACK_PUT);
    TRY(put);
    stmt_text(put, 1, entry.name);
    stmt_int(put, 2, fact->seq);
    stmt_int(put, 3, entry.version);
    stmt_int(put, 4, entry.first_day);
    stmt_int(put, 5, entry.last_day);
    TRY(stmt_run(w, put));
    entry_add(core->packs, entry);
    return true;
}

/* ---- memory from the tables ---- */

static bool load_entry(Work *w, Core *core, int64_t seq)
{
    FactWalk *walk = fact_walk(w, core_db(core), seq, seq + 1);
    TRY(walk);
    Fact fact = { 0 };
    bool more = false;
    TRY(fact_next(w, walk, &fact, &more));
    if (!more)
        return fail(w, ERR_STORE, "core.fact_unreadable seq=%lld", (long long)seq);
    PackEntry entry;
    TRY(read_load(w, core->packs, &fact, &entry));
    entry_add(core->packs, entry);
    Fact end = { 0 };
    return fact_next(w, walk, &end, &more);
}

static bool load_params(Work *w, Core *core)
{
    Packs *p = core->packs;
    Stmt *s = db_stmt(w, core_db(core), SQL_PARAM_ALL);
    TRY(s);
    for (bool row = false; stmt_next(w, s, &row) && row;)
        *list_push(p->arena, &p->params) =
            (ParamRow){ str_copy(p->arena, col_text(s, 0)), (int32_t)col_int(s, 1),
                        (int32_t)col_int(s, 2), col_int(s, 3), col_int(s, 4) };
    return w->err.code == ERR_NONE;
}

bool packs_load(Work *w, Core *core)
{
    Packs *p = core->packs;
    for (size_t i = 0; i < p->entries.n; i++)
        if (p->entries.at[i].set)
            *list_push(p->arena, &p->retired) = p->entries.at[i].set;
    p->entries.n = 0;
    p->params.n = 0;
    list_of(int64_t) seqs = { 0 };
    Stmt *s = db_stmt(w, core_db(core), SQL_PACK_ALL);
    TRY(s);
    for (bool row = false; stmt_next(w, s, &row) && row;)
        *list_push(w->arena, &seqs) = col_int(s, 0);
    if (w->err.code != ERR_NONE)
        return false;
    for (size_t i = 0; i < seqs.n; i++)
        TRY(load_entry(w, core, seqs.at[i]));
    return load_params(w, core);
}

/* ---- snapshots ---- */

/* Entries known at the seq: a prefix. */
static size_t entries_known(const Packs *p, int64_t known_seq)
{
    size_t n = p->entries.n;
    while (n > 0 && p->entries.at[n - 1].seq > known_seq)
        n--;
    return n;
}

/* The packs in force after the n-th load, in order of first loading, as far as a compilation looks
 * at them: their names and texts. NULL = there is only the one. */
static PackSet *packs_in_force(Arena *arena, const Packs *p, size_t n)
{
    PackSet *base = arena_new(arena, PackSet);
    const Pack **packs = arena_array(arena, const Pack *, n);
    for (size_t i = 0; i < n; i++) {
        const PackEntry *e = &p->entries.at[i];
        size_t at = 0;
        while (at < base->pack_count && !str_eq(packs[at]->name, e->name))
            at++;
        Pack *pack = arena_new(arena, Pack);
        pack->name = e->name;
        pack->version = e->version;
        pack->text = e->text;
        packs[at] = pack; /* a new version takes the place of the old one */
        if (at == base->pack_count)
            base->pack_count++;
    }
    base->packs = packs;
    return base->pack_count > 1 ? base : NULL;
}

/* All packs known after the n-th load, from their texts and the numbers that the log keeps. */
static PackSet *compile(Work *w, const Packs *p, size_t n)
{
    const PackEntry *entry = &p->entries.at[n - 1];
    Source source = { 0 };
    Registry *registry = registry_open(w->arena);
    if (!source_split(w, entry->text, &source) || !registry_load(w, registry, entry->registry))
        return NULL;
    Problems problems = { 0 };
    PackSet *set = pack_compile(w, packs_in_force(w->arena, p, n), &source, registry, &problems);
    if (!set)
        fail(w, ERR_STORE, "pack.text_in_log name=%.*s version=%d why=%s", STR_ARG(entry->name),
             entry->version, problems.n ? problems.at[0].what : "?");
    return set;
}

const PackSet *packs_set(Work *w, Core *core, int64_t known_seq)
{
    Packs *p = core->packs;
    size_t n = entries_known(p, known_seq);
    if (!n)
        return &nothing_loaded;
    PackEntry *entry = &p->entries.at[n - 1];
    if (!entry->set) {
        ARENA_SCOPE(w->arena);
        entry->set = compile(w, p, n);
    }
    return entry->set;
}

bool packs_list(Work *w, Core *core, const PackRow **ret, size_t *ret_n)
{
    const Packs *p = core->packs;
    PackRow *rows = arena_array(w->arena, PackRow, p->entries.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < p->entries.n; i++) {
        const PackEntry *e = &p->entries.at[i];
        if (e->gone == KNOWN_NOW)
            rows[n++] =
                (PackRow){ e->name, e->title, e->version, e->first_day, e->last_day, e->seq };
    }
    *ret = rows;
    *ret_n = n;
    return true;
}

/* ---- loading and comparing ---- */

static const Pack *pack_named(const PackSet *set, Str name)
{
    for (size_t i = 0; set && i < set->pack_count; i++)
        if (str_eq(set->packs[i]->name, name))
            return set->packs[i];
    return NULL;
}

static const Pack *pack_of_text(const PackSet *set, Str text)
{
    for (size_t i = 0; i < set->pack_count; i++)
        if (str_eq(set->packs[i]->text, text))
            return set->packs[i];
    return NULL;
}

typedef struct Trial { /* a source compiled on top of what is in force */
    const PackSet *base;
    PackSet *set;
    const Pack *pack;
    const Pack *old; /* NULL = new */
    const Source *source;
    Registry *registry;
    Str text;
} Trial;

/* false without fail() when the text has problems. */
static bool try_source(Work *w, Core *core, const Source *source, Problems *problems, Trial *ret)
{
    Packs *p = core->packs;
    Trial t = { .base = packs_set(w, core, KNOWN_NOW),
                .source = source,
                .registry = registry_open(w->arena) };
    TRY(t.base);
    size_t n = p->entries.n;
    TRY(!n || registry_load(w, t.registry, p->entries.at[n - 1].registry));
    t.set = pack_compile(w, n ? t.base : NULL, source, t.registry, problems);
    TRY(t.set);
    t.text = source_join(w->arena, source);
    t.pack = pack_of_text(t.set, t.text);
    CHECK(t.pack);
    t.old = pack_named(t.base, t.pack->name);
    *ret = t;
    return true;
}

enum { DIFF_BYTES = 1 << 20 };

static bool compare(Arena *arena, const Trial *t, Lang lang, Problems *problems, Buf *text)
{
    Compare c = { .arena = arena,
                  .old_set = t->base,
                  .new_set = t->set,
                  .old = t->old,
                  .new = t->pack,
                  .source = t->source,
                  .lang = lang,
                  .problems = problems,
                  .text = text };
    return pack_compare(&c);
}

static bool put_load(Work *w, Core *core, const Trial *t)
{
    const PackEntry *old = entry_in_force(core->packs, t->pack->name);
    Canon *c = canon_open(w->arena);
    canon_int(c, "first", t->pack->first_day);
    canon_int(c, "last", t->pack->last_day);
    canon_text(c, "name", t->pack->name);
    canon_text(c, "registry", registry_save(w->arena, t->registry));
    canon_text(c, "text", t->text);
    canon_text(c, "title", t->pack->title);
    canon_int(c, "version", t->pack->version);
    Fact fact = { .verb = VERB_PACK_LOAD,
                  .unit = UNIT_NONE,
                  .pack = t->pack->version,
                  .prev = old ? old->seq : PREV_NONE,
                  .open = canon_bytes(w, c) };
    TRY(fact.open.n);
    return core_put(w, core, &fact);
}

bool pack_load(Work *w, Core *core, const Source *source, Problems *problems)
{
    Trial t = { 0 };
    if (!try_source(w, core, source, problems, &t))
        return fail(w, ERR_BAD_INPUT, "pack.problems n=%zu", problems->errors);
    Buf text = buf_open(w->arena, DIFF_BYTES);
    bool ok = !t.old || compare(w->arena, &t, LANG_ZH, problems, &text);
    if (!ok || !put_load(w, core, &t)) {
        set_close(t.set);
        return ok ? false : fail(w, ERR_BAD_INPUT, "pack.refused n=%zu", problems->errors);
    }
    /* What was just compiled is what the fact says: no need to do it again. */
    PackEntry *entry = entry_in_force(core->packs, t.pack->name);
    if (entry->set)
        set_close(t.set);
    else
        entry->set = t.set;
    return true;
}

bool pack_diff(Work *w, Core *core, const Source *source, Lang lang, Problems *problems,
               Str *ret_text, bool *ret_ok)
{
    Trial t = { 0 };
    Buf text = buf_open(w->arena, DIFF_BYTES);
    if (!try_source(w, core, source, problems, &t)) {
        if (w->err.code != ERR_NONE)
            return false;
        *ret_ok = false;
        *ret_text = buf_str(&text);
        return true;
    }
    *ret_ok = true;
    if (t.old) {
        *ret_ok = compare(w->arena, &t, lang, problems, &text);
    } else {
        char *what = arena_printf(w->arena, "diff.new_pack name=%.*s version=%d",
                                  STR_ARG(t.pack->name), t.pack->version);
        buf_put(&text, word_text(w->arena, what, lang));
        buf_putc(&text, '\n');
    }
    *ret_text = buf_str(&text);
    set_close(t.set);
    return true;
}

/* ---- parameters ---- */

bool param_apply(Work *w, Core *core, const Fact *fact)
{
    Packs *p = core->packs;
    const CanonView *v = canon_read(w, fact->open);
    TRY(v);
    int64_t day = 0, value = 0;
    Str name = { 0 };
    if (!canon_get_int(v, "day", &day) || !canon_get_text(v, "name", &name) ||
        !canon_get_int(v, "value", &value))
        return fail(w, ERR_STORE, "core.fact_unreadable seq=%lld", (long long)fact->seq);
    Stmt *s = db_stmt(w, core_db(core), SQL_PARAM_PUT);
    TRY(s);
    stmt_text(s, 1, name);
    stmt_int(s, 2, fact->unit);
    stmt_int(s, 3, day);
    stmt_int(s, 4, fact->seq);
    stmt_int(s, 5, value);
    TRY(stmt_run(w, s));
    *list_push(p->arena, &p->params) =
        (ParamRow){ str_copy(p->arena, name), fact->unit, (int32_t)day, fact->seq, value };
    return true;
}

static Str param_path(Arena *arena, const Param *param)
{
    return str_printf(arena, "%.*s::%.*s", STR_ARG(param->pack->name), STR_ARG(param->name));
}

/* The value set for exactly this unit: latest day, then latest fact. */
static const ParamRow *param_row(const Packs *p, Str path, int32_t unit, int32_t day,
                                 int64_t known_seq)
{
    const ParamRow *best = NULL;
    for (size_t i = 0; i < p->params.n; i++) {
        const ParamRow *r = &p->params.at[i];
        if (r->unit == unit && r->from_day <= day && r->seq <= known_seq && str_eq(r->name, path) &&
            (!best || r->from_day >= best->from_day))
            best = r;
    }
    return best;
}

bool param_value(Work *w, Core *core, const Param *param, int32_t unit, int32_t day,
                 int64_t known_seq, int64_t *ret)
{
    *ret = param->value;
    if (!core->packs->params.n)
        return true;
    Str path = param_path(w->arena, param);
    for (int depth = 0; unit != UNIT_NONE && param->open && depth < LIMIT_TREE_DEPTH; depth++) {
        const ParamRow *row = param_row(core->packs, path, unit, day, known_seq);
        if (row) {
            *ret = row->value;
            return true;
        }
        unit = unit_parent(core->units, unit, 0, day, known_seq);
    }
    const ParamRow *all = param_row(core->packs, path, UNIT_NONE, day, known_seq);
    if (all)
        *ret = all->value;
    return true;
}

bool param_set(Work *w, Core *core, const Param *param, int32_t unit, int64_t value, int32_t day)
{
    if (param->low <= param->high && (value < param->low || value > param->high))
        return fail(w, ERR_BAD_INPUT, "param.range title=%.*s", STR_ARG(param->title));
    if (unit != UNIT_NONE &&
        (!param->open || unit_kind(core->units, unit, day, KNOWN_NOW) != param->open->number))
        return fail(w, ERR_BAD_INPUT, "param.closed title=%.*s", STR_ARG(param->title));
    Canon *c = canon_open(w->arena);
    canon_int(c, "day", day);
    canon_text(c, "name", param_path(w->arena, param));
    canon_int(c, "value", value);
    Fact fact = { .verb = VERB_PARAM_SET,
                  .unit = unit,
                  .pack = param->pack->version,
                  .prev = PREV_NONE,
                  .open = canon_bytes(w, c) };
    TRY(fact.open.n);
    return core_put(w, core, &fact);
}
