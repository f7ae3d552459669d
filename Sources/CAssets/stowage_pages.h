// What pages.c tells assets.c: the files of the web pages. Not for anybody else.
#ifndef STOWAGE_PAGES_H
#define STOWAGE_PAGES_H

#include "stowage_assets.h"

#pragma clang assume_nonnull begin

/// How many files the pages have.
size_t stowage_page_count(void);

/// The file at that place, below `stowage_page_count()`.
const struct stowage_asset *stowage_page_at(size_t index);

#pragma clang assume_nonnull end

#endif
