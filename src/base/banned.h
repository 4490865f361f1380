/* Forced into every file: the dangerous or untyped functions of libc become compile errors that
 * name their substitute. The few drivers that need malloc and free include base/driver.h. */
#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BANNED(name, use) name##_is_banned_use_##use
#undef strcpy
#undef strcat
#undef strtok
#undef strncpy
#define strcpy(...)    BANNED(strcpy, buf_put)
#define strcat(...)    BANNED(strcat, buf_put)
#define strncpy(...)   BANNED(strncpy, buf_put)
#define strtok(...)    BANNED(strtok, str_split)
#define sprintf(...)   BANNED(sprintf, arena_printf)
#define atoi(...)      BANNED(atoi, num_parse_int)
#define atol(...)      BANNED(atol, num_parse_int)
#define strtol(...)    BANNED(strtol, num_parse_int)
#define strtoll(...)   BANNED(strtoll, num_parse_int)
#define strtod(...)    BANNED(strtod, num_parse)
#define gmtime(...)    BANNED(gmtime, day_split)
#define localtime(...) BANNED(localtime, day_split)
#define system(...)    BANNED(system, nothing)
#define popen(...)     BANNED(popen, nothing)
#define rand(...)      BANNED(rand, env_random)
#define time(...)      BANNED(time, work_now)
#define malloc(...)    BANNED(malloc, arena_new)
#define calloc(...)    BANNED(calloc, arena_array)
#define realloc(...)   BANNED(realloc, list_push)
#define free(...)      BANNED(free, arena_close)
