// Compiles files in with `#embed` (C23, clang 19 and newer). Paths are relative to this file.
//
// To add a file NAME: a block
//
//   static const unsigned char NAME[] = {
//   #embed "path/from/here"
//       , 0};
//
// and a line `ASSET("path/from/the/root", NAME),` in the table. Pages stand in pages.c. The closing zero lets C and SQLite
// take text as it stands; an empty file cannot be embedded this way.
#include "stowage_assets.h"
#include "stowage_pages.h"

#include <string.h>

static const unsigned char schema_0001_initial[] = {
#embed "../../schema/0001_initial.sql"
    , 0};

static const unsigned char schema_0002_access[] = {
#embed "../../schema/0002_access.sql"
    , 0};

static const unsigned char schema_0003_flows[] = {
#embed "../../schema/0003_flows.sql"
    , 0};

static const unsigned char schema_0004_sync[] = {
#embed "../../schema/0004_sync.sql"
    , 0};

static const unsigned char schema_0005_open_tasks[] = {
#embed "../../schema/0005_open_tasks.sql"
    , 0};

static const unsigned char schema_0007_forecast_lags[] = {
#embed "../../schema/0007_forecast_lags.sql"
    , 0};

static const unsigned char schema_0010_forecast_fits[] = {
#embed "../../schema/0010_forecast_fits.sql"
    , 0};

static const unsigned char schema_0011_printers[] = {
#embed "../../schema/0011_printers.sql"
    , 0};

static const unsigned char schema_0012_slotting[] = {
#embed "../../schema/0012_slotting.sql"
    , 0};

static const unsigned char schema_0013_forecast_bursts[] = {
#embed "../../schema/0013_forecast_bursts.sql"
    , 0};

static const unsigned char schema_0014_hazard_distance[] = {
#embed "../../schema/0014_hazard_distance.sql"
    , 0};

static const unsigned char schema_0015_cores_and_busy_aisles[] = {
#embed "../../schema/0015_cores_and_busy_aisles.sql"
    , 0};

static const unsigned char schema_0016_forecast_basis[] = {
#embed "../../schema/0016_forecast_basis.sql"
    , 0};

static const unsigned char schema_0020_site_settings[] = {
#embed "../../schema/0020_site_settings.sql"
    , 0};

static const unsigned char schema_0021_supply_terms[] = {
#embed "../../schema/0021_supply_terms.sql"
    , 0};

static const unsigned char schema_0023_upkeep[] = {
#embed "../../schema/0023_upkeep.sql"
    , 0};

static const unsigned char schema_0024_explanations[] = {
#embed "../../schema/0024_explanations.sql"
    , 0};

static const unsigned char schema_0030_decided_suggestions[] = {
#embed "../../schema/0030_decided_suggestions.sql"
    , 0};

static const unsigned char schema_0031_reslotting_plans[] = {
#embed "../../schema/0031_reslotting_plans.sql"
    , 0};

static const unsigned char schema_0032_ledger_days[] = {
#embed "../../schema/0032_ledger_days.sql"
    , 0};

static const unsigned char schema_openapi[] = {
#embed "../../schema/openapi.json"
    , 0};

static const unsigned char config_stowage[] = {
#embed "../../firmware-config/stowage.yaml"
    , 0};

#define ASSET(path, symbol) {path, symbol, sizeof(symbol) - 1}

static const struct stowage_asset assets[] = {
    ASSET("schema/0001_initial.sql", schema_0001_initial),
    ASSET("schema/0002_access.sql", schema_0002_access),
    ASSET("schema/0003_flows.sql", schema_0003_flows),
    ASSET("schema/0004_sync.sql", schema_0004_sync),
    ASSET("schema/0005_open_tasks.sql", schema_0005_open_tasks),
    ASSET("schema/0007_forecast_lags.sql", schema_0007_forecast_lags),
    ASSET("schema/0010_forecast_fits.sql", schema_0010_forecast_fits),
    ASSET("schema/0011_printers.sql", schema_0011_printers),
    ASSET("schema/0012_slotting.sql", schema_0012_slotting),
    ASSET("schema/0013_forecast_bursts.sql", schema_0013_forecast_bursts),
    ASSET("schema/0014_hazard_distance.sql", schema_0014_hazard_distance),
    ASSET("schema/0015_cores_and_busy_aisles.sql", schema_0015_cores_and_busy_aisles),
    ASSET("schema/0016_forecast_basis.sql", schema_0016_forecast_basis),
    ASSET("schema/0020_site_settings.sql", schema_0020_site_settings),
    ASSET("schema/0021_supply_terms.sql", schema_0021_supply_terms),
    ASSET("schema/0023_upkeep.sql", schema_0023_upkeep),
    ASSET("schema/0024_explanations.sql", schema_0024_explanations),
    ASSET("schema/0030_decided_suggestions.sql", schema_0030_decided_suggestions),
    ASSET("schema/0031_reslotting_plans.sql", schema_0031_reslotting_plans),
    ASSET("schema/0032_ledger_days.sql", schema_0032_ledger_days),
    ASSET("schema/openapi.json", schema_openapi),
    ASSET("firmware-config/stowage.yaml", config_stowage),
};

static const size_t asset_count = sizeof assets / sizeof assets[0];

size_t stowage_asset_count(void) { return asset_count + stowage_page_count(); }

const struct stowage_asset *stowage_asset_at(size_t index) {
  if (index < asset_count) return &assets[index];
  return index < stowage_asset_count() ? stowage_page_at(index - asset_count) : NULL;
}

const struct stowage_asset *stowage_asset_find(const char *name) {
  for (size_t index = 0; index < stowage_asset_count(); index++) {
    const struct stowage_asset *asset = stowage_asset_at(index);
    if (strcmp(asset->name, name) == 0) return asset;
  }
  return NULL;
}
