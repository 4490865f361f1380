/* For store's own tests: the same test on SQLite and, where TIAN_TEST_PG names one, on PostgreSQL.
 */
#pragma once
#include "store/store_int.h"

typedef struct TestStore {
    Work *w;
    Store store;
    int turn;
    char dir[64];
} TestStore;

/* Turn 0 SQLite in a new folder, turn 1 PostgreSQL in a new schema; false when there is no more. */
bool test_store_next(TestStore *t);
const char *test_url(Work *w, int turn,
                     const char *name); /* NULL = SQLite; "" = no such store here */
bool test_reopen(TestStore *t, DbMode mode);
void test_drop_folder(const char *dir);
const char *test_new_folder(Work *w);
bool test_fact(Work *w, Log *log,
               int number); /* appends a small fact, with a private part now and then */
bool test_facts(Work *w, Log *log, int from, int to, int batch);
bool sqlite_plan(Db *db, enum SqlId id, char *ret, size_t room);
bool test_sql(Db *db, const char *text); /* any SQL: to do harm */

#define FOR_EACH_STORE(work, s)                                                                    \
    TestStore test_store_it = { .turn = -1 };                                                      \
    Work *work;                                                                                    \
    Store *s;                                                                                      \
    while (test_store_next(&test_store_it) && (work = test_store_it.w) != NULL &&                  \
           (s = &test_store_it.store) != NULL)
