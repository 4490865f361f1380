/* Views `sessions`, `commands`, `health`: one's own sessions, what a seat could do, how the store
 * is. */
#include "view/view_int.h"

bool view_sessions(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Session *all = NULL;
    size_t count = 0;
    (void)given, (void)n;
    if (reader->accounts && reader->person)
        TRY(sessions_of(w, reader->accounts, reader->person, &all, &count));
    json_object(out, NULL);
    json_array(out, "sessions");
    for (size_t i = 0; i < count; i++) {
        json_object(out, NULL);
        json_z(out, "id", all[i].id);
        json_int(out, "made_ms", all[i].made_ms);
        json_int(out, "seen_ms", all[i].seen_ms);
        json_text(out, "agent", all[i].agent.p ? all[i].agent : STR(""));
        json_bool(out, "current", str_is(reader->session, all[i].id));
        json_object_end(out);
    }
    json_array_end(out);
    json_object_end(out);
    return true;
}

/* ---- commands ---- */

static const char *form_word(FieldForm form)
{
    switch (form) {
    case FORM_TEXT: return "text";
    case FORM_UNIT: return "unit";
    case FORM_BOOK: return "book";
    case FORM_PERIOD: return "period";
    case FORM_DAY: return "day";
    case FORM_INT: return "int";
    case FORM_SEAT: return "seat";
    case FORM_ROLE: return "role";
    case FORM_KIND: return "kind";
    case FORM_PERSON: return "person";
    case FORM_PACK: return "pack";
    }
    return "text";
}

const char *duty_word(Duty duty)
{
    switch (duty) {
    case DUTY_NONE: return "none";
    case DUTY_SYSTEM: return "system";
    case DUTY_PEOPLE: return "people";
    case DUTY_AUDIT: return "audit";
    }
    return "none";
}

static void put_command(const Asking *a, Buf *out, const CommandRow *row)
{
    json_object(out, NULL);
    json_z(out, "name", row->name);
    json_text(out, "title", zh_en(a, row->zh, row->en));
    json_array(out, "fields");
    for (size_t i = 0; i < sizeof row->fields / sizeof *row->fields && row->fields[i].name; i++) {
        const CommandField *f = &row->fields[i];
        json_object(out, NULL);
        json_z(out, "name", f->name);
        json_text(out, "title", zh_en(a, f->zh, f->en));
        json_bool(out, "optional", f->optional);
        json_z(out, "form", form_word(f->form));
        json_object_end(out);
    }
    json_array_end(out);
    json_bool(out, "open", row->open);
    json_z(out, "duty", duty_word(row->duty));
    json_object_end(out);
}

/* Those of its duty; a seat without one, those that no duty keeps for itself. */
bool view_commands(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asking a;
    const CommandRow *row;
    TRY(asking_open(w, reader, given, n, &a));
    Duty duty = reader->seat ? seat_duty(w, a.core, reader->seat) : DUTY_NONE;
    json_object(out, NULL);
    json_array(out, "commands");
    for (size_t i = 0; (row = command_nth(i)); i++)
        if (!reader->seat || row->duty == duty)
            put_command(&a, out, row);
    json_array_end(out);
    json_object_end(out);
    return true;
}

/* ---- health ---- */

static void put_packs(Work *w, const Asking *a, Buf *out)
{
    json_array(out, "packs");
    for (size_t i = 0; i < a->set->pack_count; i++)
        json_pack(w, a, out, NULL, a->set->packs[i]);
    json_array_end(out);
}

bool view_health(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    static const Health unknown = { .version = "" };
    Asking a;
    TRY(asking_open(w, reader, given, n, &a));
    if (reader->seat && seat_duty(w, a.core, reader->seat) != DUTY_SYSTEM)
        return view_not_found(w);
    const Health *h = reader->health ? reader->health : &unknown;
    json_object(out, NULL);
    json_int(out, "facts", core_known(a.core));
    json_bool(out, "views_ok", !a.core->store.views_old);
    json_z(out, "store", db_kind(a.core->store.db) == DB_SQLITE ? "sqlite" : "postgresql");
    json_int(out, "store_bytes", h->store_bytes);
    json_int(out, "disk_left_bytes", h->disk_left_bytes);
    json_bool(out, "disk_low", h->disk_low);
    json_int(out, "backup_ms", h->backup_ms);
    json_bool(out, "backup_ok", h->backup_ok);
    json_int(out, "verify_ms", h->verify_ms);
    json_bool(out, "verify_ok", h->verify_ok);
    json_int(out, "queue", h->queue);
    json_int(out, "queue_limit", LIMIT_QUEUE);
    json_int(out, "streams", h->streams);
    json_int(out, "sessions", h->sessions);
    json_int(out, "up_ms", h->started_ms ? w->now_ms - h->started_ms : 0);
    json_z(out, "version", h->version ? h->version : "");
    json_int(out, "units", units_count(a.core->units));
    put_packs(w, &a, out);
    json_object_end(out);
    return true;
}
