/* Inside store: versions of the schema. */
#pragma once
#include "store/log_int.h"

typedef struct SchemaStep {
    const enum SqlId *run;
    size_t n;
} SchemaStep;

bool schema_there(Work *w, Db *db, bool *ret); /* is there a store in this database? */
bool schema_make(Work *w, Db *db);             /* all tables, in the running transaction */
bool schema_check(Work *w, Db *db,
                  bool *ret_views_old); /* refuses newer ones, carries older ones on */
/* Step i carries the part from version first + i to the one after it, in one transaction each. */
bool schema_carry(Work *w, Db *db, Str part, int64_t first, const SchemaStep *list, size_t n);
bool schema_known(Work *w, int64_t version); /* refuses what only a newer program understands */
/* While a store is being loaded its version is 0; then its own. The views are old after it. */
bool schema_mark(Work *w, Db *db, int64_t version);
/* store.c: a new folder or database, locked; and an empty log in it. */
bool store_prepare(Work *w, const char *dir, const char *url, int *ret_lock, Db **ret);
bool store_make_new(Work *w, Db *db); /* a new log in an open, empty database */
bool store_make(Work *w, Db *db, LogId id, Hash act_key);
bool store_first_head(Work *w, const char *dir); /* opens a restored store and keeps its head */
bool version_read(Work *w, Db *db, Str part, int64_t *ret);
