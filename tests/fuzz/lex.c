/* Lexer: no bytes crash or stop it; tokens stand in order inside the text, and the last is the end.
 */
#include "lang/lang_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Work *w CLEANUP(work_close) = work_open(env_real(), 256u << 20);
    Problems problems = { 0 };
    Complaints c = { w, &problems };
    File file = { .name = STR("fuzz.tian"), .text = { (const char *)data, size } };
    lex_file(&c, w->arena, &file);
    CHECK(file.token_count > 0 && file.tokens[file.token_count - 1].kind == TOKEN_END);
    const char *at = (const char *)data;
    for (size_t i = 0; i < file.token_count; i++) {
        const Token *t = &file.tokens[i];
        CHECK(t->raw.p >= at && t->raw.p + t->raw.n <= (const char *)data + size);
        CHECK(t->place.line >= 1 && t->place.column >= 1 && t->place.length >= 1);
        at = t->raw.p;
    }
    for (size_t i = 0; i < file.comment_count; i++)
        CHECK(file.comments[i].before < file.token_count);
    return 0;
}
