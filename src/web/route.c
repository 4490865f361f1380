/* The routes: what there is, who may come, how many bytes are taken. A row without a rule does not
 * compile. What a person may see or do is not decided here but where it is read or written. */
#include "base/limits.h"
#include "web/web_int.h"

enum { NO_BODY = 0, FORM_BYTES = 16 << 10, JSON_BYTES = 1 << 20, SIGN_BYTES = 8 << 10 };

/* clang-format off */
#define ROUTES(R) \
    R(GET,  "/healthz",          open,   NO_BODY,            run_health) \
    R(GET,  "/metrics",          here,   NO_BODY,            run_metrics) \
    R(GET,  "/app",              open,   NO_BODY,            run_app_root) \
    R(GET,  "/app/*",            open,   NO_BODY,            run_app) \
    R(GET,  "/public.css",       open,   NO_BODY,            run_style) \
    R(GET,  "/login",            open,   NO_BODY,            run_login) \
    R(POST, "/login",            form,   FORM_BYTES,         run_login_form) \
    R(POST, "/sign-out",         form,   FORM_BYTES,         run_leave_form) \
    R(GET,  "/signed-out",       open,   NO_BODY,            run_login) \
    R(GET,  "/invite/*",         open,   NO_BODY,            run_invite) \
    R(POST, "/invite/*",         form,   FORM_BYTES,         run_invite_form) \
    R(GET,  "/cal/*",            signed, NO_BODY,            run_calendar) \
    R(GET,  "/api/openapi.json", open,   NO_BODY,            run_openapi) \
    R(POST, "/api/sign-in",      form,   SIGN_BYTES,         run_sign_in) \
    R(POST, "/api/sign-out",     change, SIGN_BYTES,          run_sign_out) \
    R(POST, "/api/password",     change, SIGN_BYTES,         run_password) \
    R(POST, "/api/second",       change, SIGN_BYTES,         run_second) \
    R(GET,  "/api/view/*",       signed, NO_BODY,            run_view) \
    R(POST, "/api/do/*",         change, JSON_BYTES,         run_do) \
    R(PUT,  "/api/blob/*",       change, LIMIT_BLOB_BYTES,   run_blob_put) \
    R(GET,  "/api/blob/*",       signed, NO_BODY,            run_blob_get) \
    R(GET,  "/api/template",     signed, NO_BODY,            run_template) \
    R(GET,  "/api/export",       signed, NO_BODY,            run_export) \
    R(POST, "/api/import",       change, LIMIT_UPLOAD_BYTES, run_import) \
    R(GET,  "/api/events",       signed, NO_BODY,            run_events) \
    R(GET,  "/",                 open,   NO_BODY,            run_public) \
    R(GET,  "/u/*",              open,   NO_BODY,            run_public) \
    R(GET,  "/f/*",              open,   NO_BODY,            run_public) \
    R(GET,  "/b/*",              open,   NO_BODY,            run_public) \
    R(GET,  "/public.js",        open,   NO_BODY,            run_script) \
    R(GET,  "/r/*",              open,   NO_BODY,            run_public) \
    R(POST, "/r/*",              form,   LIMIT_REPORT_BYTES, run_report) \
    R(GET,  "/c/*",              open,   NO_BODY,            run_public) \
    R(POST, "/c/*",              form,   FORM_BYTES,         run_join) \
    R(GET,  "/q",                open,   NO_BODY,            run_public) \
    R(GET,  "/q/*",              open,   NO_BODY,            run_public) \
    R(POST, "/q",                form,   LIMIT_REPORT_BYTES, run_follow) \
    R(GET,  "/w/*",              open,   NO_BODY,            run_public) \
    R(GET,  "/i/*",              open,   NO_BODY,            run_image) \
    R(GET,  "/open311/v2/*",     open,   NO_BODY,            run_open311) \
    R(POST, "/open311/v2/*",     open,   FORM_BYTES,         run_open311_post)
/* clang-format on */

#define ROW(method, pattern, rule, body, run) { NET_##method, pattern, RULE_##rule, body, run },
static const Route routes[] = { ROUTES(ROW) };
#define JUDGED(method, pattern, rule, body, run)                                                   \
    _Static_assert(RULE_##rule != RULE_none, "a route needs a rule");
ROUTES(JUDGED)

const Route *route_table(size_t *ret_n)
{
    *ret_n = sizeof routes / sizeof *routes;
    return routes;
}

static bool fits(const char *pattern, Str path, Str *ret_rest)
{
    Str whole = str_of(pattern);
    if (!str_ends(whole, STR("*")))
        return str_eq(whole, path);
    Str head = str_sub(whole, 0, whole.n - 1);
    *ret_rest = str_sub(path, head.n, path.n);
    return str_starts(path, head);
}

static const Route *find(NetMethod method, Str path, Str *ret_rest)
{
    NetMethod wanted = method == NET_HEAD ? NET_GET : method;
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++)
        if (routes[i].method == wanted && fits(routes[i].pattern, path, ret_rest))
            return &routes[i];
    return NULL;
}

static Call *call_new(Server *s, NetCall *net)
{
    Call *call = arena_new(net_arena(net), Call);
    Work *w = arena_new(net_arena(net), Work);
    *w = (Work){ .arena = net_arena(net), .env = s->env, .now_ms = s->env->now_ms(s->env->self) };
    *call = (Call){ .s = s, .net = net, .w = w, .rest = STR(""), .began_ms = w->now_ms };
    Str lang = net_query(net, "lang");
    /* Pages are Chinese unless asked otherwise in their address; a program says its language. */
    Str spoken = net_header(net, "Accept-Language");
    if (!lang.p && spoken.p && str_starts(net_path(net), STR("/api/")))
        lang = str_sub(spoken, 0, 2);
    call->lang = str_is(lang, "en") ? LANG_EN : LANG_ZH;
    call->route = find(net_method(net), net_path(net), &call->rest);
    return call;
}

bool route_is_here(const NetCall *net)
{
    Str address = net_address(net);
    bool local = str_is(address, "127.0.0.1") || str_is(address, "::1") ||
                 str_is(address, "::ffff:127.0.0.1");
    return local && !net_header(net, "X-Forwarded-For").p && !net_header(net, "Forwarded").p &&
           !net_header(net, "Via").p;
}

/* Refused requests are answered here; true = come in. */
static bool judge(Call *call)
{
    switch (call->route->rule) {
    case RULE_none: break;
    case RULE_open: return true;
    case RULE_here:
        if (route_is_here(call->net))
            return true;
        break;
    case RULE_form:
        if (who_origin(call))
            return true;
        answer_code(call, 403, "forged", "web.forged");
        return false;
    case RULE_signed:
    case RULE_change:
        who_find(call);
        if (!call->signed_in)
            answer_code(call, 401, "signed_out", "web.signed_out");
        else if (call->route->rule == RULE_change && !(who_origin(call) && who_token(call)))
            answer_code(call, 403, "forged", "web.forged");
        else
            return true;
        return false;
    }
    answer_code(call, 404, "not_found", "web.not_found");
    return false;
}

/* With a body to come: whoever may not send it is told before it is read. */
size_t route_head(void *self, NetCall *net)
{
    NetMethod method = net_method(net);
    if (method == NET_GET || method == NET_HEAD)
        return 0;
    Call *call = call_new(self, net);
    if (!call->route)
        answer_code(call, 404, "not_found", "web.not_found");
    else if (judge(call))
        return call->route->body;
    return 0;
}

void route_call(void *self, NetCall *net)
{
    Call *call = call_new(self, net);
    if (!call->route)
        answer_code(call, 404, "not_found", "web.not_found");
    else if (judge(call))
        call->route->run(call);
}
