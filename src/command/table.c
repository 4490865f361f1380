/* The command table: every change that a person can make, one row each. The rows stand in rows_*.c,
 * by what they change. */
#include "command/command_int.h"

const CommandRow *command_nth(size_t i)
{
    const CommandRows all[] = { rows_record(), rows_case(), rows_private(),
                                rows_people(), rows_unit(), rows_param() };
    for (size_t group = 0; group < sizeof all / sizeof *all; group++) {
        if (i < all[group].n)
            return &all[group].at[i];
        i -= all[group].n;
    }
    return NULL;
}

const CommandRow *command_find(Str name)
{
    const CommandRow *row;
    for (size_t i = 0; (row = command_nth(i)); i++)
        if (str_is(name, row->name))
            break;
    return row;
}
