/* Xlsx: what the parts of the reader share. An .xlsx file is a zip of XML parts, written by many
 * programs in many ways; nothing in it is trusted: sizes, ratios, depth and counts are limited
 * before memory is taken, a DOCTYPE is refused, a cut file is named as one. */
#pragma once
#include <expat.h>
#include <zip.h>

#include "book/table/sheet_int.h"

enum { XLSX_DEPTH = 64, XLSX_STEP = 64 << 10, XLSX_STYLES = 65536, XLSX_SHEETS = 1024 };

typedef enum CellStyle {
    STYLE_PLAIN,
    STYLE_DATE,
    STYLE_TIME,
    STYLE_DATETIME,
    STYLE_PERCENT,
} CellStyle;

/* One XML part being read: elements by their local names, any prefix. */
typedef struct Xml Xml;
struct Xml {
    Work *w;
    XML_Parser parser;
    void *self;
    int depth;
    void (*open)(Xml *x, Str name, const char **attrs);
    void (*close)(Xml *x, Str name);
    void (*text)(Xml *x, Str text);
};
void xml_open(Xml *x); /* with the callbacks filled in */
void xml_close(Xml *x);
bool xml_feed(Xml *x, Str bytes, bool last);
Str xml_attr(const char **attrs, const char *local_name); /* .p NULL = absent */

typedef struct Member {
    zip_file_t *file;
    uint64_t left; /* bytes still announced */
} Member;

typedef struct Xlsx {
    Arena *arena;
    zip_t *zip;
    uint64_t inflated; /* all parts so far */
    Str workbook, strings_part, styles_part, sheet_part;
    bool epoch_1904;
    Str *strings;
    size_t string_count;
    uint8_t *styles; /* CellStyle by cell format */
    size_t style_count;
} Xlsx;

bool member_open(Work *w, Xlsx *x, Str name, Member *ret, bool *ret_found);
bool member_read(Work *w, Xlsx *x, Member *m, char *bytes, size_t room, size_t *ret_n);
void member_close(Member *m);
/* A whole part through the callbacks; absent parts are read as empty. */
bool part_read(Work *w, Xlsx *x, Str name, Xml *xml, bool *ret_found);

/* xlsx_parts.c: relations, workbook, styles, shared strings. */
bool xlsx_parts(Work *w, Xlsx *x, Str wanted);
/* xlsx_value.c */
CellStyle style_of_format(int64_t id, Str code);
/* The number as Excel shows it: at most 15 digits, point moved right by `shift`. */
bool xlsx_decimal(Arena *arena, Str raw, int shift, Str *ret);
Str xlsx_value(Arena *arena, Str raw, CellStyle style, bool epoch_1904);
/* "_x000D_" and the like are characters. */
Str xlsx_unescape(Arena *arena, Str text);
/* Column of "AB12", from 0; SIZE_MAX when it is none. */
size_t xlsx_column(Str reference);
