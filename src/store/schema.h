/* Inside store: versions of the schema. */
#pragma once
#include "store/store_int.h"

typedef struct SchemaStep {
    const enum SqlId *run;
    size_t n;
} SchemaStep;

bool schema_there(Work *w, Db *db, bool *ret); /* is there a store in this database? */
bool schema_make(Work *w, Db *db);             /* all tables, in the running transaction */
bool schema_check(Work *w, Db *db, bool *ret_views_old); /* refuses newer ones, carries older ones on */
bool schema_carry(Work *w, Db *db, const SchemaStep *list, size_t n);
bool schema_age_views(Work *w, Db *db);
/* store.c: a new folder or database, locked; and an empty log in it. */
bool store_prepare(Work *w, const char *dir, const char *url, int *ret_lock, Db **ret);
bool store_make(Work *w, Db *db, int64_t log, Hash act_key);
bool version_read(Work *w, Db *db, Str part, int64_t *ret);
