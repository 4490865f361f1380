/* Views over a small world in memory. */
#include <stdio.h>

#include "figure/test_figure.h"
#include "view/view_int.h"
