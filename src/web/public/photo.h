/* Photo: a picture that a resident sends is never kept as it came. It is decoded and drawn again as
 * a plain JPEG of at most 1280 pixels: what else stood in the file (where and when and with what it
 * was taken, other pictures, programs) stays behind. Its head is judged before anything is decoded.
 * Slow on purpose: for the heavy threads. */
#pragma once
#include "base/work.h"

enum { PHOTO_EDGE = 1280 };

/* JPEG or PNG in, JPEG out, upright, in w->arena. BAD_INPUT: no picture, or one that ends early;
 * LIMIT: larger than may be decoded. */
bool photo_redraw(Work *w, Str bytes, Str *ret);
