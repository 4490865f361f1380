/* The roll-up in SQLite's best form: rows clustered by township, no journal, no sync, each level
 * computed from the one below. Prints the milliseconds and the check of all levels. */
#include <sqlite3.h>
#include <stdio.h>

#include "peer.h"

static void run(sqlite3 *db, const char *sql)
{
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) {
        fprintf(stderr, "%s\n", message);
        CHECK(message == NULL);
    }
}

static void load(Arena *arena, sqlite3 *db, const World *world)
{
    Buf sql = buf_open(arena, 1 << 16);
    buf_putz(&sql, "create table l4(p integer, u integer");
    for (int k = 0; k < WORLD_COLUMNS; k++)
        buf_printf(&sql, ", s%d integer", k);
    buf_putz(&sql, ", primary key(p, u)) without rowid, strict");
    run(db, str_z(arena, buf_str(&sql)));
    sql = buf_open(arena, 1 << 16);
    buf_putz(&sql, "insert into l4 values(?,?");
    for (int k = 0; k < WORLD_COLUMNS; k++)
        buf_putz(&sql, ",?");
    buf_putz(&sql, ")");
    sqlite3_stmt *insert = NULL;
    CHECK(sqlite3_prepare_v2(db, str_z(arena, buf_str(&sql)), -1, &insert, NULL) == SQLITE_OK);
    run(db, "begin");
    for (int32_t u = 0; u < world->count[4]; u++) {
        const int32_t *row = world->rows + (size_t)u * WORLD_COLUMNS;
        sqlite3_bind_int(insert, 1, world->parent[4][u]);
        sqlite3_bind_int(insert, 2, u);
        for (int k = 0; k < WORLD_COLUMNS; k++)
            (void)(row[k] == WORLD_MISSING ? sqlite3_bind_null(insert, k + 3)
                                           : sqlite3_bind_int(insert, k + 3, row[k]));
        CHECK(sqlite3_step(insert) == SQLITE_DONE);
        sqlite3_reset(insert);
    }
    run(db, "commit");
    sqlite3_finalize(insert);
}

static void parents(sqlite3 *db, const World *world)
{
    for (int level = 1; level < 4; level++) {
        char sql[128];
        snprintf(sql, sizeof sql, "create table p%d(u integer primary key, p integer)", level);
        run(db, sql);
        run(db, "begin");
        for (int32_t u = 0; u < world->count[level]; u++) {
            snprintf(sql, sizeof sql, "insert into p%d values(%d,%d)", level, u,
                     world->parent[level][u]);
            run(db, sql);
        }
        run(db, "commit");
    }
}

/* level 3 reads the villages, level 2..0 the sums of the level below. */
static char *level_sql(Arena *arena, int level)
{
    Buf sql = buf_open(arena, 1 << 16);
    buf_printf(&sql, "create table l%d as select ", level);
    buf_putz(&sql, level == 3 ? "p as u" : "q.p as u");
    for (int k = 0; k < WORLD_COLUMNS; k++) {
        buf_printf(&sql, ", sum(s%d) as s%d", k, k);
        if (level == 3)
            buf_printf(&sql, ", count(s%d) as n%d", k, k);
        else
            buf_printf(&sql, ", sum(n%d) as n%d", k, k);
    }
    if (level == 3)
        buf_putz(&sql, " from l4 group by p");
    else
        buf_printf(&sql, " from l%d l join p%d q on q.u = l.u group by q.p", level + 1, level + 1);
    return str_z(arena, buf_str(&sql));
}

static __int128 check_level(sqlite3 *db, int level)
{
    char sql[64];
    __int128 check = 0;
    sqlite3_stmt *walk = NULL;
    snprintf(sql, sizeof sql, "select * from l%d", level);
    CHECK(sqlite3_prepare_v2(db, sql, -1, &walk, NULL) == SQLITE_OK);
    while (sqlite3_step(walk) == SQLITE_ROW)
        for (int k = 0; k < WORLD_COLUMNS; k++)
            check +=
                world_check(sqlite3_column_int64(walk, 1 + 2 * k),
                            sqlite3_column_int64(walk, 2 + 2 * k), sqlite3_column_int(walk, 0), k);
    sqlite3_finalize(walk);
    return check;
}

double peer_sqlite(Arena *arena, const World *world, __int128 *ret_check)
{
    sqlite3 *db = NULL;
    CHECK(sqlite3_open(":memory:", &db) == SQLITE_OK);
    run(db, "pragma journal_mode=off; pragma synchronous=off; pragma cache_size=-2000000");
    load(arena, db, world);
    parents(db, world);
    double from = clock_ms();
    for (int level = 3; level >= 0; level--)
        run(db, level_sql(arena, level));
    double took = clock_ms() - from;
    *ret_check = 0;
    for (int level = 3; level >= 0; level--)
        *ret_check += check_level(db, level);
    sqlite3_close(db);
    return took;
}
