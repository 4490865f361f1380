/* A file that comes in over the network: one act inside a batch of the writer. Sent again with the
 * same act it is answered again from its facts and nothing is done, as for any command. */
#include "base/limits.h"
#include "command/case.h"
#include "view/view_int.h"

enum { REPORT_MAX = 16 << 20, MAP_MAX = 1024 };

/* ---- the request ---- */

static void put_piece(Buf *out, Str piece)
{
    uint64_t n = piece.n;
    buf_put(out, (Str){ (const char *)&n, sizeof n });
    buf_put(out, piece);
}

/* All that was asked for, the file by its hash: no two requests give the same bytes. */
static Str request_bytes(Work *w, const ImportFile *file)
{
    Hash content = hash_of(file->bytes.p, file->bytes.n);
    Buf out = buf_open(w->arena, file->book.n + file->period.n + file->name.n + file->map.n + 1024);
    put_piece(&out, STR("import"));
    put_piece(&out, file->book);
    put_piece(&out, file->period);
    put_piece(&out, file->name);
    put_piece(&out, file->map);
    put_piece(&out, (Str){ (const char *)content.byte, sizeof content.byte });
    CHECK(buf_ok(&out));
    return buf_str(&out);
}

typedef struct Done { /* what is known of the act */
    bool again;
    int64_t seq;
    int32_t count;
    Hash receipt;
} Done;

static bool find_act(Work *w, Kernel *k, const ImportFile *file, Str request, Done *ret)
{
    Log *log = k->core->store.log;
    Hash said = hash_of(request.p, request.n);
    Hash digest = act_digest(log, file->seat, file->person,
                             (Str){ (const char *)said.byte, sizeof said.byte });
    TRY(act_find(w, log, *file->act, digest, &ret->again, &ret->seq, &ret->count));
    return !ret->again || log_leaf(w, log, ret->seq, &ret->receipt);
}

/* A field's identifier holds no "=", a title may: the last one parts them. */
static bool read_map(Work *w, Str map, ImportAsk *ask)
{
    Cell *cells = arena_array(w->arena, Cell, MAP_MAX);
    Str line;
    while (map.n && str_next(&map, '\n', &line)) {
        size_t at = line.n;
        while (at && line.p[at - 1] != '=')
            at--;
        if (!str_trim(line).n)
            continue;
        if (!at || ask->mapping_n == MAP_MAX)
            return fail(w, ERR_BAD_INPUT, "import.map given=%.*s", STR_ARG(line));
        cells[ask->mapping_n++] =
            (Cell){ str_trim(str_sub(line, 0, at - 1)), str_trim(str_sub(line, at, line.n)) };
    }
    ask->mapping = cells;
    return true;
}

static bool read_ask(Work *w, Kernel *k, const ImportFile *file, ImportAsk *ret)
{
    const Reader reader = {
        .k = k, .person = file->person, .seat = file->seat, .lang = file->lang
    };
    const Cell given[] = { { STR("book"), file->book }, { STR("period"), file->period } };
    Asking a;
    TRY(asking_open(w, &reader, given, 2, &a));
    *ret = (ImportAsk){
        .bytes = file->bytes, .seat = file->seat, .dry_run = file->dry_run, .within = true
    };
    TRY(asking_book(w, &a, &ret->book));
    TRY(asking_period(w, &a, ret->book, &ret->period));
    if (!file->bytes.n)
        return fail(w, ERR_BAD_INPUT, "import.empty");
    return read_map(w, file->map, ret);
}

/* ---- the report ---- */

static void say_columns(const ImportReport *r, Buf *out)
{
    json_array(out, "columns");
    for (size_t i = 0; i < r->column_n; i++) {
        const ImportColumn *c = &r->columns[i];
        json_object(out, NULL);
        json_text(out, "head", c->head);
        json_z(out, "role", c->role);
        json_text(out, "field", c->field);
        json_text(out, "title", c->title);
        json_text(out, "near", c->near);
        json_object_end(out);
    }
    json_array_end(out);
}

static void say_faults(Work *w, const ImportReport *r, Buf *out)
{
    json_array(out, "faults");
    for (size_t i = 0; i < r->faults.n; i++) {
        const Fault *f = &r->faults.at[i];
        json_object(out, NULL);
        json_int(out, "row", f->row);
        json_text(out, "column", f->column);
        json_text(out, "given", f->given);
        json_text(out, "reason", fault_reason(f->what));
        json_bool(out, "warning", f->warning);
        json_text(out, "zh", fault_text(w->arena, f, LANG_ZH));
        json_text(out, "en", fault_text(w->arena, f, LANG_EN));
        json_object_end(out);
    }
    json_array_end(out);
}

static void say_report(Work *w, const ImportReport *r, const Done *done, Buf *out)
{
    Str rest = r->errors ? STR("") : r->difference;
    Str line;
    json_object(out, NULL);
    json_int(out, "rows", r->rows);
    json_int(out, "added", r->added);
    json_int(out, "changed", r->changed);
    json_int(out, "same", r->same);
    json_int(out, "blank", r->blank);
    json_int(out, "refused", r->refused);
    json_int(out, "errors", r->errors);
    json_bool(out, "dry_run", r->dry_run);
    json_bool(out, "written", r->written);
    json_bool(out, "converted", r->converted);
    json_bool(out, "again", done->again);
    json_int(out, "seq", done->seq);
    json_int(out, "count", done->count);
    json_text(out, "receipt",
              done->count ? hex_print(w->arena, done->receipt.byte, sizeof done->receipt.byte)
                          : (Str){ 0 });
    say_columns(r, out);
    say_faults(w, r, out);
    json_array(out, "difference");
    while (rest.n && str_next(&rest, '\n', &line))
        if (line.n)
            json_text(out, NULL, line);
    json_array_end(out);
    json_object_end(out);
}

/* ---- the run ---- */

static bool run_act(Work *w, Kernel *k, const ImportFile *file, const ImportAsk *ask, Str request,
                    ImportReport *report, Done *done)
{
    Core *core = k->core;
    Judge judge = judge_of(k->figures);
    TRY(core_act_begin(w, core, file->act));
    core->seat = file->seat;
    core->person = file->person;
    core->made_ms = file->made_ms;
    core_act_asked(core, request);
    TRY(book_import(w, core, &judge, ask, report));
    if (!report->written)
        return core->act_n == 0 || fail(w, ERR_BAD_INPUT, "import.taken_back");
    done->seq = core->act_first;
    done->count = core->act_n;
    done->receipt = core->receipt;
    return core_act_end(w, core);
}

bool import_run_in(Work *w, Kernel *k, const ImportFile *file, Buf *out, bool *ret_told)
{
    ImportAsk ask;
    ImportReport report = { .dry_run = file->dry_run };
    Done done = { .seq = -1 };
    *ret_told = false;
    out->n = 0;
    CHECK(file->dry_run || file->act);
    Str request = request_bytes(w, file);
    TRY(read_ask(w, k, file, &ask));
    ask.begin = case_import_begin;
    ask.self = k;
    if (!file->dry_run)
        TRY(find_act(w, k, file, request, &done));
    if (done.again) {
        report.written = true;
        report.rows = report.same = done.count;
    }
    bool ok = done.again || run_act(w, k, file, &ask, request, &report, &done);
    core_act_leave(k->core);
    bool taken_back = !ok && w->err.what && !strcmp(w->err.what, "import.taken_back");
    if (ok || taken_back)
        say_report(w, &report, &done, out);
    if (!buf_ok(out))
        return fail(w, ERR_LIMIT, "work.too_much_memory bytes=%zu", out->max);
    *ret_told = ok || taken_back;
    return ok;
}

bool import_run(Work *w, Kernel *k, const ImportFile *file, Buf *out)
{
    Log *log = k->core->store.log;
    int64_t writes = db_writes(k->core->store.db);
    bool told = false;
    TRY(log_begin(w, log));
    if (import_run_in(w, k, file, out, &told) && log_commit(w, log))
        return true;
    Err err = w->err;
    bool wrote = db_writes(k->core->store.db) != writes;
    work_clear(w);
    log_rollback(log);
    TRY(!wrote || kernel_reload(w, k));
    if (told)
        return true;
    w->err = err;
    return false;
}
