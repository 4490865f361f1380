/* Refusals as JSON: one answer for "not there" and "not yours", faults by field. */
#include "view/json_int.h"

static const struct {
    ErrCode code;
    const char *name;
    int status;
} kinds[] = {
    { ERR_FORBIDDEN, "not_found", 404 }, { ERR_NOT_FOUND, "not_found", 404 },
    { ERR_CONFLICT, "conflict", 409 },   { ERR_LIMIT, "too_large", 413 },
    { ERR_STORE, "busy", 503 },
};

static size_t kind_of(const Err *err)
{
    size_t i = 0;
    while (i < sizeof kinds / sizeof *kinds && kinds[i].code != err->code)
        i++;
    return i;
}

int error_status(const Err *err, const Faults *faults)
{
    size_t i = kind_of(err);
    if (i < sizeof kinds / sizeof *kinds)
        return kinds[i].status;
    return faults ? 422 : 400;
}

static Str bare(Str text)
{
    return text.p ? text : STR("");
}

void faults_json(Work *w, const Faults *faults, FaultChoice which, Buf *out)
{
    json_array(out, NULL);
    for (size_t i = 0; faults && i < faults->n; i++) {
        const Fault *f = &faults->at[i];
        if (which != FAULTS_ALL && f->warning != (which == FAULTS_WARNINGS))
            continue;
        json_object(out, NULL);
        json_text(out, "field", bare(f->field.p ? f->field : f->column));
        json_text(out, "reason", bare(fault_reason(f->what)));
        json_text(out, "zh", fault_text(w->arena, f, LANG_ZH));
        json_text(out, "en", fault_text(w->arena, f, LANG_EN));
        json_bool(out, "warning", f->warning);
        json_object_end(out);
    }
    json_array_end(out);
}

void error_json(Work *w, const Err *err, const Faults *faults, Buf *out)
{
    size_t i = kind_of(err);
    bool named = i < sizeof kinds / sizeof *kinds;
    const char *what = err->what;
    if (named && (err->code == ERR_NOT_FOUND || err->code == ERR_FORBIDDEN))
        what = "view.not_found"; /* whichever it was */
    if (err->code == ERR_STORE)
        what = "view.store"; /* paths and SQL are for the log */
    json_object(out, NULL);
    json_object(out, "error");
    json_z(out, "code", named ? kinds[i].name : faults ? "refused" : "bad_request");
    json_text(out, "zh", word_text(w->arena, what, LANG_ZH));
    json_text(out, "en", word_text(w->arena, what, LANG_EN));
    json_key(out, STR("fields"));
    faults_json(w, faults, FAULTS_ALL, out);
    json_object_end(out);
    json_object_end(out);
}
