/* Asking for private values. */
#include "command/command_int.h"

CommandRows rows_private(void)
{
    return (CommandRows){ NULL, 0 };
}
