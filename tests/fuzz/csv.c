/* Csv reading: no bytes may crash it, loop or give a field outside the text; what was read and is
 * written again reads the same. */
#include "base/csv.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every field guarded, written, read and unguarded is itself. */
static void check_round_trip(Work *w, const Csv *csv)
{
    Buf out = buf_open(w->arena, 64u << 20);
    CsvOut o = { .out = &out };
    for (size_t i = 0; i < csv->n; i++)
        csv_put(&o, csv->fields[i]);
    csv_end(&o);
    Csv again;
    bool more;
    CHECK(csv_open(w, w->arena, buf_str(&out), &again));
    CHECK(csv_next(w, &again, &more) && more);
    CHECK(again.n == csv->n);
    for (size_t i = 0; i < csv->n; i++)
        CHECK(str_eq(csv_unguard(again.fields[i]), csv->fields[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Work *w CLEANUP(work_close) = work_open(env_real(), 256u << 20);
    Csv csv;
    if (!csv_open(w, w->arena, (Str){ (const char *)data, size }, &csv))
        return 0;
    bool more = true;
    int64_t before = 0;
    while (csv_next(w, &csv, &more) && more) {
        CHECK(csv.line > before);
        CHECK(csv.n > 0);
        before = csv.line;
        ARENA_SCOPE(w->arena);
        /* A mark at the start of a field may be taken for the mark of the file when it comes first.
         */
        if (csv.rows <= 64 && utf8_valid(csv.fields[0]) &&
            !str_starts(csv.fields[0], STR("\xEF\xBB\xBF")))
            check_round_trip(w, &csv);
    }
    return 0;
}
