// zlib: its initialisers are macros, which Swift cannot import.
#pragma once
#include <zlib.h>

// Window bits 31 = the largest window (15) in the gzip wrapper (16).
static inline int stowage_deflate_init(z_streamp stream, int level) {
  return deflateInit2(stream, level, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
}

static inline int stowage_inflate_init(z_streamp stream) {
  return inflateInit2(stream, 31);
}
