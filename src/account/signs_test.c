#include "account/account_int.h"

#include "base/test.h"
#include "store/test_store.h"

static const int64_t began = INT64_C(1640995200000); /* a whole hour */

static bool keep_sign(Work *w, Accounts *a, Store *s, int32_t person, SignHow how,
                      const char *address)
{
    return sign_note(w, a, s->db, person, how, str_of(address));
}

static bool first_account(Work *w, Accounts *a, Store *s)
{
    TRY(db_begin(w, s->db) && account_put(w, a, s->db, STR("wang"), STR("王"), 7));
    TRY(db_commit(w, s->db));
    accounts_committed(a);
    return true;
}

static bool is_row(const SignRow *row, int32_t person, const char *how, int64_t at, int64_t times)
{
    return row->person == person && str_is(row->how, how) && row->at_ms == at &&
           row->times == times;
}

TEST(what_happens_at_the_door_is_kept)
{
    FOR_EACH_STORE(w, s)
    {
        Accounts *a;
        SignRow *rows;
        size_t n = 0;
        int64_t total = 0;
        CHECK(accounts_open(w, s->db, &a));
        w->now_ms = began + 61000;
        EXPECT(db_begin(w, s->db) && keep_sign(w, a, s, 0, HOW_WRONG, "192.0.2.1"));
        EXPECT(db_commit(w, s->db));
        EXPECT(first_account(w, a, s) && db_begin(w, s->db));
        for (int i = 0; i < 3; i++) {
            w->now_ms += 60000;
            EXPECT(keep_sign(w, a, s, 7, HOW_WRONG, "192.0.2.1"));
        }
        EXPECT(keep_sign(w, a, s, 7, HOW_OK, "192.0.2.1") &&
               keep_sign(w, a, s, 7, HOW_ENDED, "192.0.2.2"));
        EXPECT(db_commit(w, s->db));
        EXPECT(signs_list(w, s->db, 0, 10, &rows, &n, &total) && n == 4 && total == 4);
        EXPECT(is_row(&rows[1], 7, "ended", w->now_ms, 1) &&
               is_row(&rows[0], 7, "ok", w->now_ms, 1));
        EXPECT(is_row(&rows[3], 0, "wrong", began, 1) && is_row(&rows[2], 7, "wrong", began, 3));
        EXPECT(rows[2].last_ms == w->now_ms && rows[3].address.n == 0); /* no key yet */
        EXPECT(rows[0].address.n == 16 && str_eq(rows[0].address, rows[2].address));
        EXPECT(!str_eq(rows[0].address, rows[1].address));
        EXPECT(signs_list(w, s->db, 3, 10, &rows, &n, &total) && n == 1 && total == 4);
        EXPECT(db_begin(w, s->db) && keep_sign(w, a, s, 7, HOW_OK, "192.0.2.1"));
        db_rollback(s->db); /* what was taken back was not */
        EXPECT(signs_list(w, s->db, 0, 2, &rows, &n, &total) && n == 2 && total == 4);
        accounts_close(&a);
    }
}

TEST(guessing_from_everywhere_does_not_fill_the_store)
{
    FOR_EACH_STORE(w, s)
    {
        Accounts *a;
        SignRow *rows;
        size_t n = 0;
        int64_t total = 0;
        CHECK(accounts_open(w, s->db, &a));
        w->now_ms = began;
        EXPECT(first_account(w, a, s) && db_begin(w, s->db));
        for (int i = 0; i < 300; i++)
            EXPECT(keep_sign(w, a, s, 7, HOW_THROTTLED, arena_printf(w->arena, "198.51.%d.1", i)));
        EXPECT(signs_list(w, s->db, 200, 9, &rows, &n, &total) && total == 201);
        EXPECT(n == 1 && is_row(&rows[0], 7, "throttled", began, 100) && rows[0].address.n == 0);
        EXPECT(db_commit(w, s->db));
        accounts_close(&a);
    }
}

TEST(signs_are_kept_for_more_than_a_year_and_then_dropped)
{
    FOR_EACH_STORE(w, s)
    {
        Accounts *a;
        SignRow *rows;
        size_t n = 0;
        int64_t total = 0;
        CHECK(accounts_open(w, s->db, &a));
        w->now_ms = began;
        EXPECT(first_account(w, a, s) && db_begin(w, s->db) && keep_sign(w, a, s, 7, HOW_OK, "x"));
        w->now_ms += SIGN_LIFE_MS;
        EXPECT(keep_sign(w, a, s, 7, HOW_OK, "x") && signs_trim(w, s->db));
        EXPECT(signs_list(w, s->db, 0, 9, &rows, &n, &total) && n == 2);
        w->now_ms += 1;
        EXPECT(signs_trim(w, s->db) && signs_list(w, s->db, 0, 9, &rows, &n, &total) && n == 1);
        EXPECT(db_commit(w, s->db));
        accounts_close(&a);
    }
}
