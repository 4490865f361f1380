#include "flow/flow_int.h"
