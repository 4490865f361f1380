/* For the files of book only. */
#pragma once
#include "book/book.h"

const Item *item_named(const List *list, Str text); /* by name or title; NULL = absent */

/* ---- attachments ---- */
bool blob_known(Work *w, Core *core, Str name, bool *ret);
/* Binds the attachments that the record fact `seq` names, in the same act (fact blob.put). */
bool blobs_claim(Work *w, Core *core, const RecordEdit *edit, int64_t seq);
