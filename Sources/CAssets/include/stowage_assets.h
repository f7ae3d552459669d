// The files that are compiled into the binary: schema, API description, default configuration and
// web pages. Swift imports `stowage_asset_find` and reads bytes that live as long as the process.
//
// To add a file: one `#embed` block and one line of the table in assets.c (pages: pages.c); nothing here changes.
#ifndef STOWAGE_ASSETS_H
#define STOWAGE_ASSETS_H

#include <stddef.h>

#pragma clang assume_nonnull begin

/// One compiled-in file. The bytes are followed by a zero that `length` does not count.
struct stowage_asset {
  /// Its path from the root of the project (pages: below Sources/CAssets), for example
  /// `schema/0001_initial.sql` or `pages/index.html`.
  const char *name;
  /// Its bytes.
  const unsigned char *bytes;
  /// How many there are.
  size_t length;
};

/// The file of that name, or NULL where there is none.
const struct stowage_asset *_Nullable stowage_asset_find(const char *name);

/// How many files there are.
size_t stowage_asset_count(void);

/// The file at that place, from 0; NULL beyond the last.
const struct stowage_asset *_Nullable stowage_asset_at(size_t index);

#pragma clang assume_nonnull end

#endif
