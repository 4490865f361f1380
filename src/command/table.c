/* The command table: every change that a person can make, one row each. The rows stand in rows_*.c,
 * by what they change. */
#include <pthread.h>

#include "command/command_int.h"

enum { ROWS_MAX = 64 };

static CommandRow table[ROWS_MAX];
static size_t table_n;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void join_rows(void)
{
    const CommandRows all[] = { rows_record(), rows_private(), rows_people(), rows_unit(),
                                rows_param() };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        for (size_t j = 0; j < all[i].n; j++) {
            CHECK(table_n < ROWS_MAX);
            table[table_n++] = all[i].at[j];
        }
}

const CommandRow *command_table(size_t *ret_n)
{
    CHECK(pthread_once(&once, join_rows) == 0);
    *ret_n = table_n;
    return table;
}

const CommandRow *command_find(Str name)
{
    size_t n;
    const CommandRow *rows = command_table(&n);
    for (size_t i = 0; i < n; i++)
        if (str_is(name, rows[i].name))
            return &rows[i];
    return NULL;
}
