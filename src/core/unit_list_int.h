/* For the import of a yearly list only: the list read, and what it says against what stands. */
#pragma once
#include "core/core.h"
#include "core/unit_int.h"

typedef enum RowFate { ROW_SAME, ROW_MOVED, ROW_NEW } RowFate;

typedef struct ListRow { /* one unit of the list */
    int64_t line;
    Str code, name, parent_code;
    const Kind *kind;
    int32_t parent; /* row, or -1 */
    int32_t depth;  /* 0 = a root of the list */
    int32_t top;    /* its row at depth 1, -1 at depth 0 */
    RowFate fate;   /* same code; found by name; new */
    int32_t unit;   /* UNIT_NONE until it is created */
} ListRow;

typedef struct ListUnit { /* one unit that stands on the day */
    int32_t unit;
    Str code, name;
    Str plain; /* the name in the style of the list */
    int32_t kind;
    int32_t depth;
    int32_t top; /* its unit at depth 1, UNIT_NONE at depth 0 */
    int32_t row; /* -1 = gone */
} ListUnit;

typedef struct ListStyle { /* a suffix that the whole list drops from one kind */
    Str suffix;
    bool bracket; /* (…) at the end, dropped whole */
    int32_t kind;
    int32_t count; /* names that lost it */
} ListStyle;

typedef list_of(Str) Doubts;

typedef struct UnitList {
    Work *w;
    Core *core;
    const PackSet *set;
    Str source;
    int32_t day;
    ListRow *rows;
    int32_t row_count;
    ListUnit *units;
    int32_t unit_count;
    Map row_of;  /* code -> ListRow */
    Map unit_at; /* unit number -> ListUnit */
    list_of(ListStyle) styles;
    Doubts doubts;
} UnitList;

/* unit_list.c: reads and judges the whole list; every problem goes into `report`. */
bool list_read(UnitList *list, Str csv, Buf *report);
/* unit_compare.c: finds each unit's row and each row's unit. */
void list_compare(UnitList *list);
Str list_plain(const UnitList *list, int32_t kind, Str name);
