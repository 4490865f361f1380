/* For the files of book only. */
#pragma once
#include "book/book.h"

const Item *item_named(const List *list, Str text); /* by name or title; NULL = absent */
