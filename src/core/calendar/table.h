/* The working-day calendar as data; tools/calendar_table.py makes it from data/calendar. */
#pragma once
#include <stdint.h>

extern const int32_t calendar_first_day;
extern const int32_t calendar_day_count;
extern const int32_t calendar_worked_count;
extern const uint8_t calendar_working[]; /* 1 = working day */
extern const uint16_t calendar_before[]; /* working days of the table before day i; one more at the
                                            end: all of them */
extern const uint16_t calendar_nth[];    /* day of the n-th working day, both from 0 */
