/* The head of a request, checked against what the library lets through.
 *
 * libmicrohttpd 0.9.75 reads a head in place: it puts a NUL over every colon and line end and hands
 * out pointers into its buffer. It takes the last of two Content-Length, lets Transfer-Encoding win
 * over Content-Length, ends a value at a NUL byte, takes a bare LF for a line end, and glues a
 * folded line to the wrong string. A proxy that reads such a head in another way sees another
 * request, so all of them are refused. The last three are found by walking the pointers: name,
 * colon, blanks, value, CR LF, next name must follow each other without a gap, up to the size of
 * the head that the library itself counted. Should another version of it copy its headers, every
 * request is refused and the tests say so at once. */
#include <arpa/inet.h>
#include <string.h>

#include "net/net_int.h"

typedef struct Walk {
    NetCall *call;
    const char *next; /* where the next name must begin */
    bool broken;
    int hosts;
    int lengths;
    int codings;
    bool length_zero;
} Walk;

static bool is_token(const char *name, size_t n)
{
    static const char signs[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < n; i++) {
        char c = name[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && !memchr(signs, c, sizeof signs - 1))
            return false;
    }
    return n > 0;
}

static bool is_clean(const char *value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (((unsigned char)value[i] < ' ' && value[i] != '\t') || value[i] == 0x7f)
            return false;
    return true;
}

static bool is_number(Str text, bool *ret_zero)
{
    bool zero = true;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
        zero = zero && text.p[i] == '0';
    }
    *ret_zero = zero;
    return text.n > 0 && text.n <= 18;
}

static bool only_blanks(const char *from, const char *to)
{
    for (; from < to; from++)
        if (*from != ' ' && *from != '\t')
            return false;
    return true;
}

static bool name_is(const Pair *pair, const char *name)
{
    return net_same(pair->name, str_of(name));
}

/* What decides where the request ends, and whom it is for. */
static void judge(Walk *walk, const Pair *pair)
{
    if (name_is(pair, "Host")) {
        walk->hosts++;
    } else if (name_is(pair, "Content-Length")) {
        walk->lengths++;
        walk->broken |= !is_number(pair->value, &walk->length_zero);
    } else if (name_is(pair, "Transfer-Encoding")) {
        walk->codings++;
        walk->broken |= !net_same(pair->value, STR("chunked"));
    }
}

static enum MHD_Result take(void *self, enum MHD_ValueKind kind, const char *name,
                            size_t name_length, const char *value, size_t value_length)
{
    (void)kind;
    Walk *walk = self;
    NetCall *call = walk->call;
    Pair pair = { { name, name_length }, { value, value_length } };
    walk->broken |= call->headers.n >= NET_HEADS || name != walk->next || !value ||
                    !is_token(name, name_length) || !is_clean(value, value_length) ||
                    value <= name + name_length || !only_blanks(name + name_length + 1, value);
    if (walk->broken)
        return MHD_NO;
    walk->next = value + value_length + 2;
    while (pair.value.n && (value[pair.value.n - 1] == ' ' || value[pair.value.n - 1] == '\t'))
        pair.value.n--;
    judge(walk, &pair);
    *list_push(call->arena, &call->headers) = pair;
    return MHD_YES;
}

static NetMethod method_of(const char *name)
{
    static const struct {
        const char *name;
        NetMethod method;
    } known[] = { { "GET", NET_GET },
                  { "HEAD", NET_HEAD },
                  { "POST", NET_POST },
                  { "PUT", NET_PUT },
                  { "DELETE", NET_DELETE } };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(name, known[i].name) == 0)
            return known[i].method;
    return NET_OTHER;
}

/* The request line: method, one blank, address, one blank, version. */
static bool check_line(NetCall *call, const char *method, const char *version)
{
    size_t n = strlen(method);
    call->method = method_of(method);
    call->old_version = strcmp(version, "HTTP/1.0") == 0;
    return is_token(method, n) && call->uri == method + n + 1 &&
           version == call->uri + call->uri_length + 1 &&
           (call->old_version || strcmp(version, "HTTP/1.1") == 0);
}

bool head_check(NetCall *call, const char *method, const char *version)
{
    if (!check_line(call, method, version))
        return false;
    Walk walk = { .call = call, .next = version + strlen(version) + 2 };
    MHD_get_connection_values_n(call->connection, MHD_HEADER_KIND, take, &walk);
    const union MHD_ConnectionInfo *size =
        MHD_get_connection_info(call->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    if (walk.broken || !size || walk.next + 2 != method + size->header_size)
        return false;
    if (walk.hosts > 1 || (walk.hosts == 0 && !call->old_version) || walk.lengths > 1 ||
        walk.codings > 1 || (walk.codings && (walk.lengths || call->old_version)))
        return false;
    call->has_body = walk.codings || (walk.lengths && !walk.length_zero);
    if (!net_parse_path(call->arena, call->path, &call->path))
        return false;
    return net_parse_pairs(call->arena, call->query_raw, &call->query);
}

/* A proxy on this machine names the client in X-Forwarded-For; what stands last is what the proxy
 * itself saw, everything before it the client may have written. */
Str net_forwarded(const NetCall *call)
{
    Str list = net_pair(&call->headers, "X-Forwarded-For", true), rest = list, part = { 0 };
    Str none = { 0 };
    while (list.n && str_next(&rest, ',', &part))
        continue;
    part = str_trim(part);
    char text[INET6_ADDRSTRLEN];
    unsigned char bytes[16];
    if (part.n == 0 || part.n >= sizeof text)
        return none;
    memcpy(text, part.p, part.n);
    text[part.n] = 0;
    bool known = inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1;
    return known ? part : none;
}
