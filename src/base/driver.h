/* For the few files that speak to libc's memory or to a library that hands out malloc'd pieces
 * (arena, environment, store drivers, readers of foreign formats): lifts the ban on malloc & co. */
#pragma once
#undef malloc
#undef calloc
#undef realloc
#undef free
