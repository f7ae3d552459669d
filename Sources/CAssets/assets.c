// Compiles files in with `#embed` (C23, clang 19 and newer). Paths are relative to this file.
//
// To add a file NAME: a block
//
//   static const unsigned char NAME[] = {
//   #embed "path/from/here"
//       , 0};
//
// and a line `ASSET("path/from/the/root", NAME),` in the table. The closing zero lets C and SQLite
// take text as it stands; an empty file cannot be embedded this way.
#include "stowage_assets.h"

#include <string.h>

static const unsigned char schema_0001_initial[] = {
#embed "../../schema/0001_initial.sql"
    , 0};

static const unsigned char schema_0005_open_tasks[] = {
#embed "../../schema/0005_open_tasks.sql"
    , 0};

static const unsigned char schema_openapi[] = {
#embed "../../schema/openapi.json"
    , 0};

static const unsigned char config_stowage[] = {
#embed "../../firmware-config/stowage.yaml"
    , 0};

static const unsigned char pages_overview_html[] = {
#embed "pages/overview.html"
    , 0};

static const unsigned char pages_overview_js[] = {
#embed "pages/overview.js"
    , 0};

static const unsigned char pages_docs_html[] = {
#embed "pages/docs.html"
    , 0};

static const unsigned char pages_docs_js[] = {
#embed "pages/docs.js"
    , 0};

static const unsigned char pages_stowage_css[] = {
#embed "pages/stowage.css"
    , 0};

static const unsigned char pages_stowage_svg[] = {
#embed "pages/stowage.svg"
    , 0};

#define ASSET(path, symbol) {path, symbol, sizeof(symbol) - 1}

static const struct stowage_asset assets[] = {
    ASSET("schema/0001_initial.sql", schema_0001_initial),
    ASSET("schema/0005_open_tasks.sql", schema_0005_open_tasks),
    ASSET("schema/openapi.json", schema_openapi),
    ASSET("firmware-config/stowage.yaml", config_stowage),
    ASSET("pages/overview.html", pages_overview_html),
    ASSET("pages/overview.js", pages_overview_js),
    ASSET("pages/docs.html", pages_docs_html),
    ASSET("pages/docs.js", pages_docs_js),
    ASSET("pages/stowage.css", pages_stowage_css),
    ASSET("pages/stowage.svg", pages_stowage_svg),
};

size_t stowage_asset_count(void) { return sizeof assets / sizeof assets[0]; }

const struct stowage_asset *stowage_asset_at(size_t index) {
  return index < stowage_asset_count() ? &assets[index] : NULL;
}

const struct stowage_asset *stowage_asset_find(const char *name) {
  for (size_t index = 0; index < stowage_asset_count(); index++) {
    if (strcmp(assets[index].name, name) == 0) return &assets[index];
  }
  return NULL;
}
