/* For the files of view only: JSON written member by member. The comma before a member is put where
 * one is due, told by the last character written. A key of NULL = an item of an array. */
#pragma once
#include "view/view.h"

void json_object(Buf *out, const char *key);
void json_object_end(Buf *out);
void json_array(Buf *out, const char *key);
void json_array_end(Buf *out);
void json_key(Buf *out, Str key);                     /* then a value with the key NULL */
void json_text(Buf *out, const char *key, Str value); /* .p NULL = null */
void json_z(Buf *out, const char *key, const char *value);
void json_int(Buf *out, const char *key, int64_t value);
void json_bool(Buf *out, const char *key, bool value);
void json_null(Buf *out, const char *key);
void json_raw(Buf *out, const char *key, Str json); /* written elsewhere, whole */
