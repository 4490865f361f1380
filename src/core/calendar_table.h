/* The working-day calendar as data; tools/calendar_table.py makes it from data/calendar. */
#pragma once
#include <stdint.h>

extern const int32_t calendar_first_day;
extern const int32_t calendar_day_count;
extern const uint8_t calendar_working[]; /* 1 = working day */
