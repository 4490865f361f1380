/* The table that tools/gen_sql.py fills: text of each named statement for both stores. */
#pragma once
#include <stddef.h>

#include "store/sql_ids.h"

typedef struct SqlText {
    const char *name;
    int params;
    const char *text[2]; /* by DbKind */
} SqlText;

typedef enum TableGroup { TABLE_LOG, TABLE_VIEW, TABLE_CACHE, TABLE_ACCOUNT } TableGroup;

typedef struct SqlTable {
    const char *name;
    TableGroup group;
    int columns;
    const char *numbers;         /* a letter a column: i number, b bytes or text */
    enum SqlId make, drop, dump; /* dump: all columns in key order */
} SqlTable;

typedef struct SqlMake {
    enum SqlId id;
    TableGroup group;
} SqlMake;

extern const SqlText sql_text[SQL_COUNT];
extern const SqlTable sql_tables[];
extern const size_t sql_table_count;
extern const SqlMake sql_makes[]; /* tables and indexes in the order to make them */
extern const size_t sql_make_count;
