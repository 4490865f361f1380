/* Answers. Every one passes here: the line of the log and the counts are made here,
 * the headers of safety by net. */
#include "web/web_int.h"

enum { ERROR_BYTES = 1 << 20 };

void answer(Call *call, int status, const char *type, Str body)
{
    metrics_request(call->s->metrics, call, status, body.n);
    net_answer(call->net, status, type, body);
}

void answer_shared(Call *call, int status, const char *type, Str body, Str gzip, Str etag)
{
    metrics_request(call->s->metrics, call, status, gzip.n ? gzip.n : body.n);
    net_answer_shared(call->net, status, type, body, gzip, etag);
}

void answer_json(Call *call, int status, Str body)
{
    answer(call, status, "application/json; charset=utf-8", body);
}

void answer_see(Call *call, const char *where)
{
    net_head(call->net, "Location", str_of(where));
    answer(call, 303, "text/plain; charset=utf-8", STR(""));
}

bool answer_hold(Call *call, int64_t ms)
{
    if (net_hold(call->net, ms))
        return true;
    metrics_request(call->s->metrics, call, 503, 0);
    return false;
}

static void put_words(Work *w, Buf *out, const char *code, const char *what)
{
    buf_printf(out, "{\"error\":{\"code\":\"%s\",\"zh\":", code);
    buf_json(out, word_text(w->arena, what, LANG_ZH));
    buf_putz(out, ",\"en\":");
    buf_json(out, word_text(w->arena, what, LANG_EN));
    buf_putz(out, ",\"fields\":[]");
}

static void put_page(Call *call, int status, const char *what)
{
    Work *w = call->w;
    Buf out = buf_open(w->arena, ERROR_BYTES);
    work_clear(w);
    Str text = page_error(w, call->lang, status, str_of(what), &out) ? buf_str(&out) : STR("");
    answer(call, status, "text/html; charset=utf-8", text);
}

/* The staff app and programs read JSON, people read a page. */
static bool wants_json(const Call *call)
{
    return str_starts(net_path(call->net), STR("/api/"));
}

void answer_code(Call *call, int status, const char *code, const char *what)
{
    answer_wait(call, status, code, what, status == 503 ? 2 : 0);
}

void answer_wait(Call *call, int status, const char *code, const char *what, int64_t seconds)
{
    Work *w = call->w;
    if (seconds)
        net_head(call->net, "Retry-After", str_printf(w->arena, "%lld", (long long)seconds));
    if (!wants_json(call)) {
        put_page(call, status, what);
        return;
    }
    Buf out = buf_open(w->arena, ERROR_BYTES);
    put_words(w, &out, code, what);
    if (seconds)
        buf_printf(&out, ",\"seconds\":%lld", (long long)seconds);
    buf_putz(&out, "}}");
    answer_json(call, status, buf_str(&out));
}

/* ---- errors of the kernel ---- */

static bool is_busy(const Err *err)
{
    return err->code == ERR_STORE || str_is(str_of(err->what), "store.queue_full");
}

int err_body(Work *w, const Err *err, const Faults *faults, Str *ret)
{
    Buf out = buf_open(w->arena, ERROR_BYTES);
    int status = is_busy(err) ? 503 : error_status(err, faults);
    if (is_busy(err)) {
        put_words(w, &out, "busy", "web.busy");
        buf_putz(&out, "}}");
    } else {
        error_json(w, err, faults, &out);
    }
    *ret = buf_str(&out);
    return status;
}

void answer_err(Call *call, const Err *err, const Faults *faults)
{
    Str body;
    int status = err_body(call->w, err, faults, &body);
    if (status == 503)
        net_head(call->net, "Retry-After", STR("2"));
    if (wants_json(call))
        answer_json(call, status, body);
    else
        put_page(call, status,
                 status == 404 ? "web.not_found" : arena_printf(call->w->arena, "%s", err->what));
}
