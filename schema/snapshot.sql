-- The whole schema at version 32, as the migrations make it. A golden: see SchemaTests.

CREATE TABLE alerts (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('INFO', 'WARNING', 'CRITICAL')),
  subject TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL CHECK (state IN ('PENDING', 'FIRING', 'RESOLVED')),
  message TEXT NOT NULL,
  value REAL,
  pending_since INTEGER NOT NULL,
  fired_at INTEGER,
  resolved_at INTEGER,
  acknowledged_at INTEGER,
  acknowledged_by TEXT,
  escalation INTEGER NOT NULL DEFAULT 0 CHECK (escalation >= 0),
  CHECK ((state = 'RESOLVED') = (resolved_at IS NOT NULL))
) STRICT;

CREATE UNIQUE INDEX alerts_open ON alerts (name, subject) WHERE state <> 'RESOLVED';

CREATE TABLE api_tokens (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE CHECK (length(public_id) = 36),
  token_hash BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  visible_json TEXT NOT NULL DEFAULT '[]' CHECK (visible_json GLOB '[[]*]'),
  device_id INTEGER REFERENCES devices (id),
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
  scopes_json TEXT NOT NULL CHECK (scopes_json GLOB '[[]*]'),
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  last_used_at INTEGER,
  revoked_at INTEGER
) STRICT;

CREATE INDEX api_tokens_device ON api_tokens (device_id) WHERE device_id IS NOT NULL;

CREATE TABLE audit_log (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id INTEGER REFERENCES tenants (id),
  at INTEGER NOT NULL,
  actor TEXT NOT NULL CHECK (length(actor) > 0),
  action TEXT NOT NULL CHECK (length(action) > 0),
  subject TEXT NOT NULL,
  detail_json TEXT NOT NULL DEFAULT '{}' CHECK (detail_json GLOB '{*}'),
  previous BLOB NOT NULL CHECK (length(previous) = 32),
  digest BLOB NOT NULL CHECK (length(digest) = 32)
) STRICT;

CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
BEGIN SELECT raise(ABORT, 'the audit log is append-only'); END;

CREATE TABLE bin_optimization_ab_test_results (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE CHECK (length(public_id) = 36),
  name TEXT NOT NULL,
  control_arm TEXT NOT NULL,
  treatment_arm TEXT NOT NULL,
  metric TEXT NOT NULL,
  required_n INTEGER NOT NULL CHECK (required_n >= 1),
  state TEXT NOT NULL CHECK (state IN ('RUNNING', 'DECIDED', 'STOPPED')),
  control_n INTEGER NOT NULL DEFAULT 0 CHECK (control_n >= 0),
  treatment_n INTEGER NOT NULL DEFAULT 0 CHECK (treatment_n >= 0),
  effect REAL,
  interval_low REAL,
  interval_high REAL,
  p_value REAL CHECK (p_value BETWEEN 0 AND 1),
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  CHECK (control_arm <> treatment_arm),
  CHECK ((state = 'RUNNING') = (ended_at IS NULL))
) STRICT;

CREATE TABLE bin_optimization_correlation_analysis (
  id INTEGER PRIMARY KEY,
  x TEXT NOT NULL,
  y TEXT NOT NULL,
  method TEXT NOT NULL CHECK (method IN ('PEARSON', 'SPEARMAN', 'REGRESSION')),
  n INTEGER NOT NULL CHECK (n >= 0),
  coefficient REAL,
  r_squared REAL,
  slope REAL,
  p_value REAL CHECK (p_value BETWEEN 0 AND 1),
  strength TEXT CHECK (strength IN ('NONE', 'WEAK', 'MODERATE', 'STRONG', 'VERY_STRONG')),
  at INTEGER NOT NULL
) STRICT;

CREATE VIEW bin_optimization_data_quality (check_name, tenant_id, table_name, row_id, subject) AS
  SELECT 'materials_without_dimensions', tenant_id, 'materials', id, code
    FROM materials WHERE hu_x_mm IS NULL
  UNION ALL
  SELECT 'materials_without_class', tenant_id, 'materials', id, code
    FROM materials WHERE pick_class IS NULL OR value_class IS NULL
  UNION ALL
  SELECT 'locations_without_capacity', NULL, 'locations', id, code
    FROM locations WHERE kind = 'STORAGE' AND (coalesce(capacity_mm3, 0) <= 0
      OR max_weight_g <= 0 OR max_handling_units <= 0)
  UNION ALL
  SELECT 'negative_stock', s.tenant_id, 'lots', s.lot_id, l.number
    FROM stock s JOIN lots l ON l.id = s.lot_id WHERE s.quantity_milli < 0
  UNION ALL
  SELECT 'lots_without_location', tenant_id, 'lots', id, number
    FROM lots WHERE NOT EXISTS (
      SELECT 1 FROM inventory_transactions t WHERE t.lot_id = lots.id)
  UNION ALL
  SELECT 'duplicate_barcodes', m.tenant_id, 'materials', m.id, m.gtin
    FROM materials m WHERE m.gtin IS NOT NULL AND EXISTS (
      SELECT 1 FROM materials o WHERE o.gtin = m.gtin AND o.tenant_id = m.tenant_id
        AND o.id <> m.id)
  UNION ALL
  SELECT 'stale_utilization', NULL, 'locations', l.id, l.code
    FROM locations l JOIN bin_utilization_cache c ON c.location_id = l.id
    WHERE c.used_handling_units <> (
        SELECT coalesce(sum(handling_units), 0) FROM stock WHERE location_id = l.id)
      OR c.used_volume_mm3 <> (
        SELECT coalesce(sum(volume_mm3), 0) FROM stock WHERE location_id = l.id)
      OR c.used_weight_g <> (
        SELECT coalesce(sum(weight_g), 0) FROM stock WHERE location_id = l.id)
      OR c.reserved_handling_units <> (
        SELECT coalesce(sum(handling_units), 0) FROM reservations WHERE location_id = l.id)
      OR c.reserved_volume_mm3 <> (
        SELECT coalesce(sum(volume_mm3), 0) FROM reservations WHERE location_id = l.id)
      OR c.reserved_weight_g <> (
        SELECT coalesce(sum(weight_g), 0) FROM reservations WHERE location_id = l.id);

CREATE TABLE bin_optimization_outliers (
  id INTEGER PRIMARY KEY,
  metric TEXT NOT NULL,
  subject TEXT NOT NULL,
  value REAL NOT NULL,
  modified_z REAL,
  method TEXT NOT NULL CHECK (method IN ('IQR', 'Z', 'MODIFIED_Z')),
  severity TEXT NOT NULL CHECK (severity IN ('MILD', 'MODERATE', 'SEVERE', 'EXTREME')),
  state TEXT NOT NULL DEFAULT 'PENDING'
    CHECK (state IN ('PENDING', 'IN_PROGRESS', 'RESOLVED', 'DISMISSED')),
  found_at INTEGER NOT NULL,
  decided_at INTEGER,
  decided_by TEXT,
  note TEXT,
  CHECK ((state IN ('RESOLVED', 'DISMISSED')) = (decided_at IS NOT NULL))
) STRICT;

CREATE INDEX bin_optimization_outliers_open ON bin_optimization_outliers (severity)
  WHERE state IN ('PENDING', 'IN_PROGRESS');

CREATE TABLE bin_optimization_remediation_log (
  id INTEGER PRIMARY KEY,
  tenant_id INTEGER REFERENCES tenants (id),
  check_name TEXT NOT NULL,
  table_name TEXT NOT NULL,
  row_id INTEGER NOT NULL,
  before_json TEXT NOT NULL CHECK (before_json GLOB '{*}'),
  after_json TEXT NOT NULL CHECK (after_json GLOB '{*}'),
  actor TEXT NOT NULL,
  at INTEGER NOT NULL,
  undone_at INTEGER
) STRICT;

CREATE TABLE bin_optimization_statistical_metrics (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  n INTEGER NOT NULL CHECK (n >= 0),
  mean REAL,
  median REAL,
  sd REAL,
  minimum REAL,
  maximum REAL,
  p25 REAL,
  p75 REAL,
  p95 REAL,
  trend TEXT CHECK (trend IN ('IMPROVING', 'DECLINING', 'STABLE')),
  slope REAL,
  slope_p_value REAL CHECK (slope_p_value BETWEEN 0 AND 1)
) STRICT;

CREATE INDEX bin_optimization_statistical_metrics_name
  ON bin_optimization_statistical_metrics (name, at);

CREATE TABLE bin_optimization_statistical_summary (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL UNIQUE,
  summary_json TEXT NOT NULL CHECK (summary_json GLOB '{*}')
) STRICT;

CREATE TABLE bin_optimization_statistical_validations (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  test TEXT NOT NULL,
  n INTEGER NOT NULL CHECK (n >= 0),
  statistic REAL,
  p_value REAL CHECK (p_value BETWEEN 0 AND 1),
  effect_size REAL,
  interval_low REAL,
  interval_high REAL,
  is_significant INTEGER CHECK (is_significant IN (0, 1)),
  detail_json TEXT NOT NULL DEFAULT '{}' CHECK (detail_json GLOB '{*}'),
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE bin_utilization_cache (
  location_id INTEGER PRIMARY KEY REFERENCES locations (id) ON DELETE CASCADE,
  used_volume_mm3 INTEGER NOT NULL DEFAULT 0 CHECK (used_volume_mm3 >= 0),
  used_weight_g INTEGER NOT NULL DEFAULT 0 CHECK (used_weight_g >= 0),
  used_handling_units INTEGER NOT NULL DEFAULT 0 CHECK (used_handling_units >= 0),
  reserved_volume_mm3 INTEGER NOT NULL DEFAULT 0 CHECK (reserved_volume_mm3 >= 0),
  reserved_weight_g INTEGER NOT NULL DEFAULT 0 CHECK (reserved_weight_g >= 0),
  reserved_handling_units INTEGER NOT NULL DEFAULT 0 CHECK (reserved_handling_units >= 0)
) STRICT;

CREATE TABLE browser_sessions (
  id INTEGER PRIMARY KEY,
  session_hash BLOB NOT NULL UNIQUE CHECK (length(session_hash) = 32),
  device_id INTEGER NOT NULL REFERENCES devices (id),
  operator_id INTEGER NOT NULL REFERENCES operators (id),
  started_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ended_at INTEGER,
  CHECK (expires_at > started_at)
) STRICT;

CREATE INDEX browser_sessions_device ON browser_sessions (device_id) WHERE ended_at IS NULL;

CREATE INDEX browser_sessions_operator ON browser_sessions (operator_id) WHERE ended_at IS NULL;

CREATE TABLE cache_refresh_status (
  name TEXT PRIMARY KEY,
  started_at INTEGER,
  finished_at INTEGER,
  rows INTEGER NOT NULL DEFAULT 0 CHECK (rows >= 0),
  corrected INTEGER NOT NULL DEFAULT 0 CHECK (corrected >= 0),
  last_error TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE capacity_validation_failures (
  id INTEGER PRIMARY KEY,
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  location_id INTEGER NOT NULL REFERENCES locations (id),
  lot_id INTEGER NOT NULL REFERENCES lots (id),
  rule TEXT NOT NULL,
  detail TEXT NOT NULL,
  at INTEGER NOT NULL,
  resolved_at INTEGER,
  resolved_by TEXT
) STRICT;

CREATE INDEX capacity_validation_failures_open ON capacity_validation_failures (at)
  WHERE resolved_at IS NULL;

CREATE TABLE cross_dock_cancellations (
  id INTEGER PRIMARY KEY,
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  recommendation_id INTEGER NOT NULL REFERENCES putaway_recommendations (id),
  order_line_id INTEGER REFERENCES outbound_order_lines (id),
  reason TEXT NOT NULL,
  replacement_id INTEGER REFERENCES putaway_recommendations (id),
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE database_mark (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  mark TEXT NOT NULL CHECK (length(mark) = 36),
  set_at INTEGER NOT NULL
) STRICT;

CREATE TABLE demand_changes (
  day INTEGER PRIMARY KEY,
  changes INTEGER NOT NULL DEFAULT 1 CHECK (changes >= 1)
) STRICT;

CREATE TABLE demand_history (
  material_id INTEGER NOT NULL REFERENCES materials (id),
  day INTEGER NOT NULL,
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  ledger_milli INTEGER NOT NULL DEFAULT 0,
  imported_milli INTEGER,
  is_stock_out INTEGER NOT NULL DEFAULT 0 CHECK (is_stock_out IN (0, 1)),
  quantity_milli INTEGER AS (coalesce(imported_milli, ledger_milli)) VIRTUAL,
  import_id INTEGER REFERENCES imports (id),
  PRIMARY KEY (material_id, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE device_sequences (
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  device TEXT NOT NULL CHECK (length(device) BETWEEN 1 AND 256),
  last_sequence INTEGER NOT NULL CHECK (last_sequence >= 0),
  clock_offset_ms INTEGER NOT NULL DEFAULT 0,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, device)
) STRICT, WITHOUT ROWID;

CREATE TABLE devices (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE CHECK (length(public_id) = 36),
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  visible_json TEXT NOT NULL DEFAULT '[]' CHECK (visible_json GLOB '[[]*]'),
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
  kind TEXT NOT NULL CHECK (kind IN ('HANDHELD', 'STATION', 'BROWSER', 'SCRIPT')),
  failures INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0),
  locked_until INTEGER,
  paired_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT;

CREATE UNIQUE INDEX devices_name ON devices (tenant_id, name) WHERE revoked_at IS NULL;

CREATE TABLE directed_settings (
  version INTEGER PRIMARY KEY CHECK (version >= 1),
  document_json TEXT NOT NULL CHECK (document_json GLOB '{*}'),
  signature BLOB NOT NULL CHECK (length(signature) = 64),
  state TEXT NOT NULL CHECK (state IN ('ACTIVE', 'SUPERSEDED', 'REFUSED', 'ROLLED_BACK')),
  reason TEXT,
  received_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX directed_settings_active ON directed_settings (state) WHERE state = 'ACTIVE';

CREATE TABLE events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id INTEGER REFERENCES tenants (id),
  kind TEXT NOT NULL CHECK (length(kind) > 0),
  subject TEXT NOT NULL,
  at INTEGER NOT NULL,
  data_json TEXT NOT NULL CHECK (data_json GLOB '{*}')
) STRICT;

CREATE INDEX events_at ON events (at);

CREATE TABLE facility (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  code TEXT NOT NULL CHECK (length(code) BETWEEN 1 AND 256),
  name TEXT NOT NULL,
  time_zone TEXT NOT NULL CHECK (length(time_zone) > 0),
  currency TEXT NOT NULL CHECK (currency GLOB '[A-Z][A-Z][A-Z]'),
  gln TEXT CHECK (gln IS NULL OR (length(gln) = 13 AND gln NOT GLOB '*[^0-9]*')),
  epoch TEXT NOT NULL CHECK (length(epoch) = 36),
  home_tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE facility_calendar (
  day INTEGER PRIMARY KEY,
  is_closed INTEGER NOT NULL DEFAULT 0 CHECK (is_closed IN (0, 1)),
  shifts_json TEXT CHECK (shifts_json GLOB '[[]*]'),
  note TEXT
) STRICT;

CREATE TABLE feature_flags (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  target_kind TEXT NOT NULL CHECK (target_kind IN ('FACILITY', 'ZONE', 'MATERIAL', 'CLASS')),
  target TEXT NOT NULL DEFAULT '',
  value TEXT NOT NULL,
  changed_at INTEGER NOT NULL, changed_by TEXT NOT NULL DEFAULT 'box'
  CHECK (length(changed_by) > 0),
  UNIQUE (name, target_kind, target),
  CHECK ((target_kind = 'FACILITY') = (target = ''))
) STRICT;

CREATE TABLE forecast_accuracy_metrics (
  id INTEGER PRIMARY KEY,
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  material_id INTEGER NOT NULL REFERENCES materials (id),
  method TEXT NOT NULL,
  lag_days INTEGER NOT NULL CHECK (lag_days >= 1),
  from_day INTEGER NOT NULL,
  through_day INTEGER NOT NULL CHECK (through_day >= from_day),
  days INTEGER NOT NULL CHECK (days >= 0),
  nonzero_days INTEGER NOT NULL CHECK (nonzero_days BETWEEN 0 AND days),
  mape REAL,
  wape REAL,
  smape REAL,
  mase REAL,
  rmsse REAL,
  rmse REAL,
  bias REAL,
  tracking_signal REAL,
  pinball_loss REAL,
  coverage REAL,
  computed_at INTEGER NOT NULL,
  UNIQUE (material_id, method, lag_days, through_day)
) STRICT;

CREATE TABLE forecast_lags (
  material_id INTEGER NOT NULL REFERENCES materials (id),
  day INTEGER NOT NULL,
  lag_days INTEGER NOT NULL CHECK (lag_days BETWEEN 1 AND 365),
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  method TEXT NOT NULL,
  mean REAL NOT NULL CHECK (mean >= 0),
  low REAL NOT NULL CHECK (low >= 0),
  high REAL NOT NULL CHECK (high >= low),
  PRIMARY KEY (material_id, day, lag_days)
) STRICT, WITHOUT ROWID;

CREATE INDEX forecast_lags_day ON forecast_lags (day);

CREATE TABLE forecast_models (
  material_id INTEGER NOT NULL REFERENCES materials (id),
  method TEXT NOT NULL,
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  run_id INTEGER REFERENCES forecast_runs (id) ON DELETE SET NULL,
  parameters BLOB NOT NULL CHECK (length(parameters) % 8 = 0),
  score REAL,
  fitted_at INTEGER NOT NULL,
  PRIMARY KEY (material_id, method)
) STRICT, WITHOUT ROWID;

CREATE TABLE forecast_runs (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE CHECK (length(public_id) = 36),
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  status TEXT NOT NULL CHECK (status IN ('RUNNING', 'ACTIVE', 'SUPERSEDED', 'FAILED')),
  method TEXT NOT NULL,
  origin_day INTEGER NOT NULL,
  horizon_days INTEGER NOT NULL CHECK (horizon_days BETWEEN 1 AND 365),
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  materials INTEGER NOT NULL DEFAULT 0 CHECK (materials >= 0),
  failures INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0),
  CHECK ((status = 'RUNNING') = (ended_at IS NULL))
) STRICT;

CREATE UNIQUE INDEX forecast_runs_active ON forecast_runs (tenant_id) WHERE status = 'ACTIVE';

CREATE TABLE handling_unit_positions (
  id INTEGER PRIMARY KEY,
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  location_id INTEGER NOT NULL REFERENCES locations (id),
  lot_id INTEGER NOT NULL REFERENCES lots (id),
  recommendation_id INTEGER REFERENCES putaway_recommendations (id),
  is_reserved INTEGER NOT NULL CHECK (is_reserved IN (0, 1)),
  x_mm INTEGER NOT NULL CHECK (x_mm >= 0),
  y_mm INTEGER NOT NULL CHECK (y_mm >= 0),
  z_mm INTEGER NOT NULL CHECK (z_mm >= 0),
  size_x_mm INTEGER NOT NULL CHECK (size_x_mm >= 1),
  size_y_mm INTEGER NOT NULL CHECK (size_y_mm >= 1),
  size_z_mm INTEGER NOT NULL CHECK (size_z_mm >= 1),
  weight_g INTEGER CHECK (weight_g >= 0),
  CHECK (is_reserved = 0 OR recommendation_id IS NOT NULL)
) STRICT;

CREATE INDEX handling_unit_positions_location ON handling_unit_positions (location_id, lot_id);

CREATE INDEX handling_unit_positions_task ON handling_unit_positions (recommendation_id)
  WHERE recommendation_id IS NOT NULL;

CREATE TABLE hazard_segregation (
  first_class TEXT NOT NULL,
  second_class TEXT NOT NULL,
  may_mix INTEGER NOT NULL CHECK (may_mix IN (0, 1)),
  note TEXT, distance TEXT NOT NULL DEFAULT 'LOCATION'
  CHECK (distance IN ('LOCATION', 'BAY', 'ADJACENT', 'AISLE')
    AND (may_mix = 0 OR distance = 'LOCATION')),
  PRIMARY KEY (first_class, second_class),
  CHECK (first_class <= second_class)
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency_keys (
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 512),
  fingerprint BLOB NOT NULL,
  status INTEGER NOT NULL CHECK (status BETWEEN 100 AND 599),
  body BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, key)
) STRICT;

CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);

CREATE TABLE import_faults (
  import_id INTEGER NOT NULL REFERENCES imports (id),
  row INTEGER NOT NULL CHECK (row >= 1),
  message TEXT NOT NULL,
  PRIMARY KEY (import_id, row)
) STRICT, WITHOUT ROWID;

CREATE TABLE imports (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE CHECK (length(public_id) = 36),
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  visible_json TEXT CHECK (visible_json GLOB '[[]*]'),
  kind TEXT NOT NULL,
  source TEXT NOT NULL,
  staging_file TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('APPLYING', 'FINISHED')),
  total_rows INTEGER NOT NULL CHECK (total_rows >= 0),
  applied_rows INTEGER NOT NULL DEFAULT 0 CHECK (applied_rows BETWEEN 0 AND total_rows),
  applied_bytes INTEGER NOT NULL DEFAULT 0 CHECK (applied_bytes >= 0),
  created_rows INTEGER NOT NULL DEFAULT 0 CHECK (created_rows >= 0),
  failed_rows INTEGER NOT NULL DEFAULT 0 CHECK (failed_rows >= 0),
  slices INTEGER NOT NULL DEFAULT 0 CHECK (slices >= 0),
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  CHECK ((status = 'FINISHED') = (finished_at IS NOT NULL)),
  CHECK (status <> 'FINISHED' OR applied_rows = total_rows)
) STRICT;

CREATE INDEX imports_applying ON imports (id) WHERE status = 'APPLYING';

CREATE TABLE inventory_transactions (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE CHECK (length(public_id) = 36),
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  kind TEXT NOT NULL CHECK (kind IN (
    'RECEIPT', 'PUTAWAY', 'MOVE', 'PICK', 'ADJUST', 'COUNT', 'HOLD', 'RELEASE', 'SCRAP', 'RETURN',
    'CROSS_DOCK')),
  lot_id INTEGER NOT NULL REFERENCES lots (id),
  material_id INTEGER NOT NULL REFERENCES materials (id),
  from_location_id INTEGER REFERENCES locations (id),
  to_location_id INTEGER REFERENCES locations (id),
  quantity_milli INTEGER NOT NULL CHECK (quantity_milli BETWEEN 0 AND 1000000000000000),
  counted_milli INTEGER CHECK (counted_milli BETWEEN 0 AND 1000000000000000),
  return_source TEXT CHECK (return_source IN ('CUSTOMER', 'PRESS')),
  reason TEXT,
  occurred_at INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  local_day INTEGER NOT NULL,
  recommendation_id INTEGER REFERENCES putaway_recommendations (id),
  receipt_line_id INTEGER REFERENCES receipt_lines (id),
  order_line_id INTEGER REFERENCES outbound_order_lines (id),
  corrects_id INTEGER REFERENCES inventory_transactions (id),
  device TEXT,
  import_id INTEGER REFERENCES imports (id), entry TEXT CHECK (entry IN ('SCAN', 'HAND')), client_at INTEGER, client_sequence INTEGER
  CHECK (client_sequence >= 0),
  CHECK ((counted_milli IS NOT NULL) = (kind = 'COUNT')),
  CHECK ((return_source IS NOT NULL) = (kind = 'RETURN')),
  CHECK (corrects_id < id),
  CHECK (CASE kind
    WHEN 'RECEIPT' THEN from_location_id IS NULL AND to_location_id IS NOT NULL
    WHEN 'RETURN' THEN from_location_id IS NULL AND to_location_id IS NOT NULL
    WHEN 'PUTAWAY' THEN from_location_id <> to_location_id AND from_location_id IS NOT NULL
      AND to_location_id IS NOT NULL
    WHEN 'MOVE' THEN from_location_id <> to_location_id AND from_location_id IS NOT NULL
      AND to_location_id IS NOT NULL
    WHEN 'PICK' THEN from_location_id IS NOT NULL AND from_location_id IS NOT to_location_id
    WHEN 'SCRAP' THEN from_location_id IS NOT NULL AND to_location_id IS NULL
    WHEN 'CROSS_DOCK' THEN from_location_id IS NOT NULL AND to_location_id IS NULL
    WHEN 'ADJUST' THEN (from_location_id IS NULL) <> (to_location_id IS NULL)
    WHEN 'COUNT' THEN (from_location_id IS NULL) <> (to_location_id IS NULL)
    ELSE from_location_id IS to_location_id END)
) STRICT;

CREATE INDEX inventory_transactions_day ON inventory_transactions (local_day);

CREATE INDEX inventory_transactions_device ON inventory_transactions (device, id)
  WHERE device IS NOT NULL;

CREATE INDEX inventory_transactions_from ON inventory_transactions (from_location_id)
  WHERE from_location_id IS NOT NULL;

CREATE INDEX inventory_transactions_lot ON inventory_transactions (lot_id);

CREATE INDEX inventory_transactions_material ON inventory_transactions (material_id);

CREATE INDEX inventory_transactions_to ON inventory_transactions (to_location_id)
  WHERE to_location_id IS NOT NULL;

CREATE TRIGGER inventory_transactions_no_delete BEFORE DELETE ON inventory_transactions
BEGIN SELECT raise(ABORT, 'the ledger is append-only: book a correction'); END;

CREATE TRIGGER inventory_transactions_no_gap AFTER INSERT ON inventory_transactions
WHEN NEW.id <> 1 + coalesce(
  (SELECT id FROM inventory_transactions WHERE id < NEW.id ORDER BY id DESC LIMIT 1), 0)
BEGIN SELECT raise(ABORT, 'the ledger is numbered without gaps'); END;

CREATE TRIGGER inventory_transactions_no_update BEFORE UPDATE ON inventory_transactions
BEGIN SELECT raise(ABORT, 'the ledger is append-only: book a correction'); END;

CREATE TABLE job_runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  job TEXT NOT NULL REFERENCES jobs (name),
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  succeeded INTEGER CHECK (succeeded IN (0, 1)),
  detail TEXT NOT NULL DEFAULT '',
  CHECK ((ended_at IS NULL) = (succeeded IS NULL))
) STRICT;

CREATE INDEX job_runs_job ON job_runs (job, id);

CREATE TABLE jobs (
  name TEXT PRIMARY KEY,
  schedule TEXT,
  is_enabled INTEGER NOT NULL DEFAULT 1 CHECK (is_enabled IN (0, 1)),
  next_due_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE locations (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE CHECK (length(code) BETWEEN 1 AND 256),
  kind TEXT NOT NULL CHECK (kind IN ('STORAGE', 'DOCK', 'STAGING')),
  zone TEXT NOT NULL,
  aisle TEXT NOT NULL,
  bay INTEGER NOT NULL,
  level INTEGER NOT NULL,
  position INTEGER NOT NULL,
  inner_x_mm INTEGER CHECK (inner_x_mm BETWEEN 1 AND 1000000),
  inner_y_mm INTEGER CHECK (inner_y_mm BETWEEN 1 AND 1000000),
  inner_z_mm INTEGER CHECK (inner_z_mm BETWEEN 1 AND 1000000),
  volume_mm3 INTEGER CHECK (volume_mm3 >= 0),
  max_weight_g INTEGER CHECK (max_weight_g >= 0),
  beam_max_weight_g INTEGER CHECK (beam_max_weight_g >= 0),
  bay_max_weight_g INTEGER CHECK (bay_max_weight_g >= 0),
  max_handling_units INTEGER CHECK (max_handling_units >= 0),
  max_stack INTEGER CHECK (max_stack >= 1),
  reach_mm INTEGER NOT NULL DEFAULT 0 CHECK (reach_mm >= 0),
  storage_types_json TEXT NOT NULL DEFAULT '[]' CHECK (storage_types_json GLOB '[[]*]'),
  temperature_zone TEXT NOT NULL CHECK (length(temperature_zone) > 0),
  hazard_classes_json TEXT NOT NULL DEFAULT '[]' CHECK (hazard_classes_json GLOB '[[]*]'),
  is_secure INTEGER NOT NULL DEFAULT 0 CHECK (is_secure IN (0, 1)),
  dedicated_to INTEGER REFERENCES tenants (id),
  mixing TEXT NOT NULL CHECK (mixing IN ('SINGLE_LOT', 'SINGLE_MATERIAL', 'MIXED')),
  max_materials INTEGER CHECK (max_materials >= 1),
  hold TEXT,
  check_code TEXT,
  is_lifo INTEGER NOT NULL DEFAULT 0 CHECK (is_lifo IN (0, 1)),
  travel_mm INTEGER CHECK (travel_mm >= 0),
  map_x_mm INTEGER,
  map_y_mm INTEGER,
  -- What counts as its capacity: the volume as given, or from the dimensions.
  capacity_mm3 INTEGER AS (coalesce(volume_mm3, inner_x_mm * inner_y_mm * inner_z_mm)) VIRTUAL,
  version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
  import_id INTEGER REFERENCES imports (id),
  CHECK ((inner_x_mm IS NULL) = (inner_y_mm IS NULL)
    AND (inner_x_mm IS NULL) = (inner_z_mm IS NULL))
) STRICT;

CREATE INDEX locations_bay ON locations (zone, aisle, bay, level);

CREATE INDEX locations_import ON locations (import_id) WHERE import_id IS NOT NULL;

CREATE INDEX locations_zone ON locations (zone, code);

CREATE TRIGGER locations_cached AFTER INSERT ON locations
BEGIN INSERT INTO bin_utilization_cache (location_id) VALUES (NEW.id); END;

CREATE TABLE lots (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE CHECK (length(public_id) = 36),
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  material_id INTEGER NOT NULL REFERENCES materials (id),
  number TEXT NOT NULL CHECK (length(number) BETWEEN 1 AND 256),
  license_plate TEXT UNIQUE
    CHECK (license_plate IS NULL OR length(license_plate) BETWEEN 1 AND 256),
  received_at INTEGER NOT NULL,
  received_day INTEGER NOT NULL,
  expiry_day INTEGER,
  usable_from_day INTEGER,
  fsc_claim TEXT,
  hu_milli INTEGER NOT NULL CHECK (hu_milli > 0),
  hu_x_mm INTEGER CHECK (hu_x_mm BETWEEN 1 AND 1000000),
  hu_y_mm INTEGER CHECK (hu_y_mm BETWEEN 1 AND 1000000),
  hu_z_mm INTEGER CHECK (hu_z_mm BETWEEN 1 AND 1000000),
  hu_weight_g INTEGER CHECK (hu_weight_g >= 0),
  hold TEXT,
  import_id INTEGER REFERENCES imports (id), parent_id INTEGER REFERENCES lots (id),
  UNIQUE (material_id, number),
  CHECK ((hu_x_mm IS NULL) = (hu_y_mm IS NULL) AND (hu_x_mm IS NULL) = (hu_z_mm IS NULL))
) STRICT;

CREATE INDEX lots_import ON lots (import_id) WHERE import_id IS NOT NULL;

CREATE INDEX lots_number ON lots (number);

CREATE TRIGGER lots_owner BEFORE INSERT ON lots
WHEN NEW.tenant_id <> (SELECT tenant_id FROM materials WHERE id = NEW.material_id)
BEGIN SELECT raise(ABORT, 'a lot belongs to the owner of its material'); END;

CREATE TABLE material_dimension_verifications (
  id INTEGER PRIMARY KEY,
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  material_id INTEGER NOT NULL REFERENCES materials (id),
  measured_x_mm INTEGER NOT NULL CHECK (measured_x_mm >= 1),
  measured_y_mm INTEGER NOT NULL CHECK (measured_y_mm >= 1),
  measured_z_mm INTEGER NOT NULL CHECK (measured_z_mm >= 1),
  measured_weight_g INTEGER CHECK (measured_weight_g >= 0),
  master_x_mm INTEGER,
  master_y_mm INTEGER,
  master_z_mm INTEGER,
  -- Largest difference of an edge, in hundredths of a per cent of master data.
  variance_bp INTEGER CHECK (variance_bp >= 0),
  status TEXT NOT NULL CHECK (status IN ('CORRECTED', 'PENDING', 'APPROVED', 'DISMISSED')),
  measured_at INTEGER NOT NULL,
  decided_at INTEGER,
  decided_by TEXT,
  CHECK ((status IN ('APPROVED', 'DISMISSED')) = (decided_at IS NOT NULL))
) STRICT;

CREATE INDEX material_dimension_verifications_pending
  ON material_dimension_verifications (material_id) WHERE status = 'PENDING';

CREATE TABLE material_forecasts (
  run_id INTEGER NOT NULL REFERENCES forecast_runs (id) ON DELETE CASCADE,
  material_id INTEGER NOT NULL REFERENCES materials (id),
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  first_day INTEGER NOT NULL,
  method TEXT NOT NULL,
  reason TEXT NOT NULL,
  demand_class TEXT NOT NULL,
  mean BLOB NOT NULL CHECK (length(mean) % 8 = 0),
  levels BLOB NOT NULL CHECK (length(levels) % 8 = 0),
  -- One path after the other, in the order of the levels.
  quantiles BLOB NOT NULL CHECK (length(quantiles) * 8 = length(mean) * length(levels)),
  -- Steps, mean and quantiles of each sum, one after the other.
  cumulative BLOB NOT NULL CHECK (length(cumulative) % (length(levels) + 16) = 0), fitted_through INTEGER, fitted_to INTEGER
  CHECK ((fitted_to IS NULL) = (fitted_through IS NULL)), bursts BLOB NOT NULL DEFAULT x''
  CHECK (length(bursts) % (length(levels) + 8) = 0), basis TEXT
  CHECK (basis IS NULL OR basis GLOB '{*}'),
  PRIMARY KEY (run_id, material_id)
) STRICT;

CREATE TABLE material_packagings (
  id INTEGER PRIMARY KEY,
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  material_id INTEGER NOT NULL REFERENCES materials (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  quantity_milli INTEGER NOT NULL CHECK (quantity_milli > 0),
  gtin TEXT CHECK (gtin IS NULL OR (length(gtin) = 14 AND gtin NOT GLOB '*[^0-9]*')),
  x_mm INTEGER CHECK (x_mm BETWEEN 1 AND 1000000),
  y_mm INTEGER CHECK (y_mm BETWEEN 1 AND 1000000),
  z_mm INTEGER CHECK (z_mm BETWEEN 1 AND 1000000),
  weight_g INTEGER CHECK (weight_g >= 0),
  UNIQUE (material_id, name)
) STRICT;

CREATE INDEX material_packagings_gtin ON material_packagings (gtin) WHERE gtin IS NOT NULL;

CREATE TABLE material_suppliers (
  material_id INTEGER NOT NULL REFERENCES materials (id),
  supplier_id INTEGER NOT NULL REFERENCES suppliers (id),
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  rank INTEGER NOT NULL CHECK (rank >= 1),
  lead_time_days REAL NOT NULL CHECK (lead_time_days >= 0),
  lead_time_deviation_days REAL NOT NULL CHECK (lead_time_deviation_days >= 0),
  minimum_order_milli INTEGER NOT NULL CHECK (minimum_order_milli >= 0),
  multiple_milli INTEGER NOT NULL CHECK (multiple_milli >= 1),
  unit_cost_minor INTEGER NOT NULL CHECK (unit_cost_minor >= 0),
  ordering_cost INTEGER NOT NULL CHECK (ordering_cost >= 0),
  holding_cost_pct REAL NOT NULL CHECK (holding_cost_pct >= 0),
  is_working_days INTEGER NOT NULL DEFAULT 0 CHECK (is_working_days IN (0, 1)),
  import_id INTEGER REFERENCES imports (id), version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
  PRIMARY KEY (material_id, supplier_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE materials (
  id INTEGER PRIMARY KEY,
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  code TEXT NOT NULL CHECK (length(code) BETWEEN 1 AND 256),
  name TEXT NOT NULL,
  base_unit TEXT NOT NULL CHECK (
    base_unit IN ('EACH', 'PACK', 'CARTON', 'PALLET', 'ROLL', 'SHEET', 'M', 'KG', 'L')),
  gtin TEXT CHECK (gtin IS NULL OR (length(gtin) = 14 AND gtin NOT GLOB '*[^0-9]*')),
  category TEXT,
  storage_type TEXT NOT NULL CHECK (length(storage_type) > 0),
  temperature_zone TEXT NOT NULL CHECK (length(temperature_zone) > 0),
  hazard_class TEXT,
  needs_security INTEGER NOT NULL DEFAULT 0 CHECK (needs_security IN (0, 1)),
  shelf_life_days INTEGER CHECK (shelf_life_days >= 0),
  minimum_remaining_days INTEGER CHECK (minimum_remaining_days >= 0),
  -- Which edges may stand vertical: 1 = x, 2 = y, 4 = z.
  uprights INTEGER NOT NULL CHECK (uprights BETWEEN 1 AND 7),
  load_on_top_g INTEGER CHECK (load_on_top_g >= 0),
  pick_class TEXT CHECK (pick_class IN ('A', 'B', 'C')),
  value_class TEXT CHECK (value_class IN ('A', 'B', 'C')),
  is_critical INTEGER NOT NULL DEFAULT 0 CHECK (is_critical IN (0, 1)),
  unit_cost_minor INTEGER CHECK (unit_cost_minor >= 0),
  hu_milli INTEGER NOT NULL CHECK (hu_milli > 0),
  hu_x_mm INTEGER CHECK (hu_x_mm BETWEEN 1 AND 1000000),
  hu_y_mm INTEGER CHECK (hu_y_mm BETWEEN 1 AND 1000000),
  hu_z_mm INTEGER CHECK (hu_z_mm BETWEEN 1 AND 1000000),
  hu_weight_g INTEGER CHECK (hu_weight_g >= 0),
  version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
  import_id INTEGER REFERENCES imports (id), core_mm INTEGER CHECK (core_mm BETWEEN 0 AND 1000000),
  UNIQUE (tenant_id, code),
  CHECK ((hu_x_mm IS NULL) = (hu_y_mm IS NULL) AND (hu_x_mm IS NULL) = (hu_z_mm IS NULL))
) STRICT;

CREATE INDEX materials_code ON materials (code);

CREATE INDEX materials_gtin ON materials (gtin) WHERE gtin IS NOT NULL;

CREATE INDEX materials_import ON materials (import_id) WHERE import_id IS NOT NULL;

CREATE TABLE ml_feedback_training_data (
  id INTEGER PRIMARY KEY,
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  recommendation_id INTEGER NOT NULL UNIQUE REFERENCES putaway_recommendations (id),
  features BLOB NOT NULL CHECK (length(features) % 8 = 0),
  confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
  accepted INTEGER NOT NULL CHECK (accepted IN (0, 1)),
  at INTEGER NOT NULL
) STRICT;

CREATE INDEX ml_feedback_training_data_at ON ml_feedback_training_data (at);

CREATE TABLE ml_models (
  name TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version >= 1),
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  state BLOB NOT NULL CHECK (length(state) % 8 = 0),
  outcomes INTEGER NOT NULL CHECK (outcomes >= 0),
  stored_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, name, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE operators (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE CHECK (length(public_id) = 36),
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  visible_json TEXT NOT NULL DEFAULT '[]' CHECK (visible_json GLOB '[[]*]'),
  badge TEXT NOT NULL CHECK (length(badge) BETWEEN 1 AND 64),
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  roles_json TEXT NOT NULL CHECK (roles_json GLOB '[[]*]'),
  pin_hash TEXT CHECK (pin_hash GLOB 'scrypt$*'),
  is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
  failures INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0),
  locked_until INTEGER,
  version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
  created_at INTEGER NOT NULL,
  UNIQUE (tenant_id, badge)
) STRICT;

CREATE TABLE outbound_order_lines (
  id INTEGER PRIMARY KEY,
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  order_id INTEGER NOT NULL REFERENCES outbound_orders (id) ON DELETE CASCADE,
  number INTEGER NOT NULL CHECK (number >= 1),
  material_id INTEGER NOT NULL REFERENCES materials (id),
  ordered_milli INTEGER NOT NULL CHECK (ordered_milli > 0),
  shipped_milli INTEGER NOT NULL DEFAULT 0 CHECK (shipped_milli >= 0),
  -- Taken off the order; kept because the ledger or a task names it.
  is_cancelled INTEGER NOT NULL DEFAULT 0 CHECK (is_cancelled IN (0, 1)),
  UNIQUE (order_id, number)
) STRICT;

CREATE INDEX outbound_order_lines_open ON outbound_order_lines (material_id, order_id)
  WHERE shipped_milli < ordered_milli AND is_cancelled = 0;

CREATE TABLE outbound_orders (
  id INTEGER PRIMARY KEY,
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  number TEXT NOT NULL CHECK (length(number) BETWEEN 1 AND 256),
  due_at INTEGER NOT NULL,
  due_day INTEGER NOT NULL,
  version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
  import_id INTEGER REFERENCES imports (id),
  UNIQUE (tenant_id, number)
) STRICT;

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (length(kind) > 0),
  subject TEXT NOT NULL,
  revision INTEGER NOT NULL CHECK (revision >= 1),
  created_at INTEGER NOT NULL,
  data_json TEXT NOT NULL CHECK (data_json GLOB '{*}'),
  batch_epoch TEXT,
  batch_sequence INTEGER,
  UNIQUE (kind, subject, revision),
  -- No foreign key: the newest revision of a subject outlives the batch that carried it.
  CHECK ((batch_epoch IS NULL) = (batch_sequence IS NULL))
) STRICT;

CREATE INDEX outbox_batched ON outbox (batch_epoch, batch_sequence)
  WHERE batch_sequence IS NOT NULL;

CREATE INDEX outbox_unbatched ON outbox (id) WHERE batch_sequence IS NULL;

CREATE TABLE pairing_codes (
  id INTEGER PRIMARY KEY,
  code_hash BLOB NOT NULL UNIQUE CHECK (length(code_hash) = 32),
  purpose TEXT NOT NULL CHECK (purpose IN ('DEVICE', 'SETUP')),
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  visible_json TEXT NOT NULL DEFAULT '[]' CHECK (visible_json GLOB '[[]*]'),
  kind TEXT CHECK (kind IN ('HANDHELD', 'STATION', 'BROWSER', 'SCRIPT')),
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT;

CREATE INDEX pairing_codes_expiry ON pairing_codes (expires_at);

CREATE TABLE print_jobs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  public_id TEXT NOT NULL UNIQUE CHECK (length(public_id) = 36),
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  printer_id INTEGER NOT NULL REFERENCES printers (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  labels INTEGER NOT NULL CHECK (labels >= 1),
  commands TEXT NOT NULL CHECK (length(commands) > 0),
  state TEXT NOT NULL DEFAULT 'QUEUED'
    CHECK (state IN ('QUEUED', 'SENT', 'FAILED', 'CANCELLED')),
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  error TEXT,
  actor TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  queued_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  ended_at INTEGER,
  CHECK ((state = 'QUEUED') = (ended_at IS NULL))
) STRICT;

CREATE INDEX print_jobs_ended ON print_jobs (ended_at) WHERE ended_at IS NOT NULL;

CREATE INDEX print_jobs_printer ON print_jobs (printer_id, id);

CREATE INDEX print_jobs_queued ON print_jobs (printer_id, id) WHERE state = 'QUEUED';

CREATE TABLE printers (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE CHECK (length(public_id) = 36),
  name TEXT NOT NULL UNIQUE,
  address TEXT NOT NULL,
  language TEXT NOT NULL CHECK (language IN ('ZPL', 'EPL', 'PDF')),
  dots_per_inch INTEGER NOT NULL CHECK (dots_per_inch BETWEEN 72 AND 1200),
  zone TEXT,
  is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1))
, version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1), width_mm INTEGER NOT NULL DEFAULT 100
  CHECK (width_mm BETWEEN 20 AND 300), height_mm INTEGER NOT NULL DEFAULT 60
  CHECK (height_mm BETWEEN 10 AND 600)) STRICT;

CREATE TABLE purchase_order_lines (
  id INTEGER PRIMARY KEY,
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  order_id INTEGER NOT NULL REFERENCES purchase_orders (id) ON DELETE CASCADE,
  number INTEGER NOT NULL CHECK (number >= 1),
  material_id INTEGER NOT NULL REFERENCES materials (id),
  ordered_milli INTEGER NOT NULL CHECK (ordered_milli > 0),
  received_milli INTEGER NOT NULL DEFAULT 0 CHECK (received_milli >= 0),
  due_day INTEGER NOT NULL,
  UNIQUE (order_id, number)
) STRICT;

CREATE INDEX purchase_order_lines_open ON purchase_order_lines (material_id, due_day)
  WHERE received_milli < ordered_milli;

CREATE TABLE purchase_orders (
  id INTEGER PRIMARY KEY,
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  number TEXT NOT NULL CHECK (length(number) BETWEEN 1 AND 256),
  supplier_id INTEGER NOT NULL REFERENCES suppliers (id),
  ordered_day INTEGER NOT NULL,
  version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
  import_id INTEGER REFERENCES imports (id),
  UNIQUE (tenant_id, number)
) STRICT;

CREATE TABLE putaway_feedback (
  id INTEGER PRIMARY KEY,
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  recommendation_id INTEGER NOT NULL REFERENCES putaway_recommendations (id),
  status TEXT NOT NULL CHECK (status IN ('CONFIRMED', 'OVERRIDDEN', 'REJECTED')),
  actual_location_id INTEGER REFERENCES locations (id),
  reason TEXT,
  note TEXT,
  at INTEGER NOT NULL
) STRICT;

CREATE INDEX putaway_feedback_at ON putaway_feedback (at);

CREATE TABLE putaway_recommendations (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE CHECK (length(public_id) = 36),
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  lot_id INTEGER NOT NULL REFERENCES lots (id),
  from_location_id INTEGER NOT NULL REFERENCES locations (id),
  to_location_id INTEGER NOT NULL REFERENCES locations (id),
  quantity_milli INTEGER NOT NULL CHECK (quantity_milli > 0),
  handling_units INTEGER NOT NULL CHECK (handling_units >= 1),
  volume_mm3 INTEGER NOT NULL CHECK (volume_mm3 >= 0),
  weight_g INTEGER NOT NULL CHECK (weight_g >= 0),
  -- The recommended places, nine 64-bit numbers for each unit; empty without geometry.
  boxes BLOB NOT NULL,
  algorithm TEXT NOT NULL CHECK (algorithm IN ('FFD', 'BFD', 'HYBRID')),
  confidence_permille INTEGER NOT NULL CHECK (confidence_permille BETWEEN 0 AND 1000),
  features BLOB NOT NULL,
  status TEXT NOT NULL DEFAULT 'RECOMMENDED' CHECK (status IN (
    'RECOMMENDED', 'STARTED', 'CONFIRMED', 'OVERRIDDEN', 'REJECTED', 'EXPIRED', 'CANCELLED')),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  actual_location_id INTEGER REFERENCES locations (id),
  reason TEXT CHECK (reason IN (
    'FULL', 'BLOCKED', 'NOT_FOUND', 'CLOSER', 'DAMAGED_LOCATION', 'MIX', 'OTHER')),
  note TEXT,
  receipt_line_id INTEGER REFERENCES receipt_lines (id),
  parent_id INTEGER REFERENCES putaway_recommendations (id),
  order_line_id INTEGER REFERENCES outbound_order_lines (id), leased_to TEXT
  CHECK (length(leased_to) BETWEEN 1 AND 256),
  CHECK (from_location_id <> to_location_id),
  CHECK (expires_at >= created_at),
  CHECK (status <> 'CONFIRMED' OR actual_location_id IS NOT NULL),
  CHECK (status <> 'OVERRIDDEN' OR actual_location_id IS NOT NULL)
) STRICT;

CREATE INDEX putaway_recommendations_busy
  ON putaway_recommendations (changed_at, status, to_location_id)
  WHERE status IN ('RECOMMENDED', 'STARTED');

CREATE INDEX putaway_recommendations_changed ON putaway_recommendations (changed_at, status);

CREATE INDEX putaway_recommendations_leased ON putaway_recommendations (leased_to)
  WHERE leased_to IS NOT NULL AND status IN ('RECOMMENDED', 'STARTED');

CREATE INDEX putaway_recommendations_line ON putaway_recommendations (receipt_line_id)
  WHERE receipt_line_id IS NOT NULL;

CREATE INDEX putaway_recommendations_lot ON putaway_recommendations (lot_id);

CREATE INDEX putaway_recommendations_open ON putaway_recommendations (status, expires_at)
  WHERE status IN ('RECOMMENDED', 'STARTED');

CREATE INDEX putaway_recommendations_open_line ON putaway_recommendations (receipt_line_id)
  WHERE status IN ('RECOMMENDED', 'STARTED') AND receipt_line_id IS NOT NULL;

CREATE TABLE receipt_lines (
  id INTEGER PRIMARY KEY,
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  receipt_id INTEGER NOT NULL REFERENCES receipts (id) ON DELETE CASCADE,
  number INTEGER NOT NULL CHECK (number >= 1),
  material_id INTEGER NOT NULL REFERENCES materials (id),
  quantity_milli INTEGER NOT NULL CHECK (quantity_milli > 0),
  lot_number TEXT,
  license_plate TEXT,
  expiry_day INTEGER,
  usable_from_day INTEGER,
  fsc_claim TEXT,
  hu_milli INTEGER CHECK (hu_milli > 0),
  hu_x_mm INTEGER CHECK (hu_x_mm BETWEEN 1 AND 1000000),
  hu_y_mm INTEGER CHECK (hu_y_mm BETWEEN 1 AND 1000000),
  hu_z_mm INTEGER CHECK (hu_z_mm BETWEEN 1 AND 1000000),
  hu_weight_g INTEGER CHECK (hu_weight_g >= 0),
  lot_id INTEGER REFERENCES lots (id), received_milli INTEGER CHECK (received_milli >= 0), damaged_milli INTEGER CHECK (damaged_milli >= 0), damaged_lot_id INTEGER REFERENCES lots (id),
  UNIQUE (receipt_id, number),
  CHECK ((hu_x_mm IS NULL) = (hu_y_mm IS NULL) AND (hu_x_mm IS NULL) = (hu_z_mm IS NULL))
) STRICT;

CREATE INDEX receipt_lines_receipt ON receipt_lines (receipt_id);

CREATE TABLE receipts (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE CHECK (length(public_id) = 36),
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  number TEXT NOT NULL CHECK (length(number) BETWEEN 1 AND 256),
  status TEXT NOT NULL DEFAULT 'EXPECTED' CHECK (
    status IN ('EXPECTED', 'ARRIVED', 'PLANNED', 'CLOSED', 'CANCELLED')),
  dock_id INTEGER NOT NULL REFERENCES locations (id),
  supplier_code TEXT,
  due_day INTEGER,
  arrived_at INTEGER,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL, purchase_order_id INTEGER REFERENCES purchase_orders (id),
  UNIQUE (tenant_id, number),
  CHECK (status NOT IN ('ARRIVED', 'PLANNED', 'CLOSED') OR arrived_at IS NOT NULL)
) STRICT;

CREATE INDEX receipts_number ON receipts (number);

CREATE INDEX receipts_open ON receipts (status, id)
  WHERE status IN ('EXPECTED', 'ARRIVED', 'PLANNED');

CREATE TABLE recommendation_explanations (
  recommendation_id INTEGER PRIMARY KEY REFERENCES putaway_recommendations (id),
  json TEXT NOT NULL CHECK (json GLOB '{*}')
) STRICT;

CREATE TRIGGER recommendation_explanations_frozen BEFORE UPDATE ON recommendation_explanations
BEGIN SELECT raise(ABORT, 'an explanation stays as it was given'); END;

CREATE TABLE replenishment_suggestions (
  material_id INTEGER PRIMARY KEY REFERENCES materials (id),
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  supplier_code TEXT,
  urgency TEXT NOT NULL CHECK (urgency IN ('CRITICAL', 'HIGH', 'MEDIUM', 'LOW')),
  -- Orders by urgency.
  rank INTEGER AS (CASE urgency
    WHEN 'CRITICAL' THEN 1 WHEN 'HIGH' THEN 2 WHEN 'MEDIUM' THEN 3 ELSE 4 END) VIRTUAL,
  quantity_milli INTEGER NOT NULL CHECK (quantity_milli >= 0),
  order_by_day INTEGER,
  stock_out_day INTEGER,
  days_until_stockout INTEGER,
  stock_out_probability REAL NOT NULL CHECK (stock_out_probability BETWEEN 0 AND 1),
  safety_stock_milli INTEGER NOT NULL CHECK (safety_stock_milli >= 0),
  reorder_point_milli INTEGER NOT NULL,
  position_milli INTEGER NOT NULL,
  reasons_json TEXT NOT NULL CHECK (reasons_json GLOB '[[]*]'),
  created_at INTEGER NOT NULL
, status TEXT NOT NULL DEFAULT 'OPEN'
  CHECK (status IN ('OPEN', 'APPROVED', 'REJECTED')), decided_at INTEGER
  CHECK ((decided_at IS NULL) = (status = 'OPEN')), decided_by TEXT
  CHECK ((decided_by IS NULL) = (status = 'OPEN')), decision_note TEXT
  CHECK (decision_note IS NULL OR status <> 'OPEN'), ordered_then_milli INTEGER
  CHECK ((ordered_then_milli IS NULL) = (status = 'OPEN'))) STRICT;

CREATE INDEX replenishment_suggestions_order
  ON replenishment_suggestions (rank, coalesce(stock_out_day, 9223372036854775807), material_id);

CREATE TABLE reservations (
  recommendation_id INTEGER PRIMARY KEY REFERENCES putaway_recommendations (id),
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  lot_id INTEGER NOT NULL REFERENCES lots (id),
  location_id INTEGER NOT NULL REFERENCES locations (id),
  volume_mm3 INTEGER NOT NULL CHECK (volume_mm3 >= 0),
  weight_g INTEGER NOT NULL CHECK (weight_g >= 0),
  handling_units INTEGER NOT NULL CHECK (handling_units >= 1),
  -- Null once the task was started: it then expires no more.
  expires_at INTEGER
) STRICT;

CREATE INDEX reservations_location ON reservations (location_id);

CREATE TRIGGER reservations_capacity BEFORE INSERT ON reservations
WHEN EXISTS (
  SELECT 1 FROM locations l JOIN bin_utilization_cache c ON c.location_id = l.id
  WHERE l.id = NEW.location_id AND (
    c.used_volume_mm3 + c.reserved_volume_mm3 + NEW.volume_mm3 > l.capacity_mm3
    OR c.used_weight_g + c.reserved_weight_g + NEW.weight_g > l.max_weight_g
    OR c.used_handling_units + c.reserved_handling_units + NEW.handling_units
      > l.max_handling_units))
BEGIN SELECT raise(ABORT, 'the location has no room for this reservation'); END;

CREATE TRIGGER reservations_deleted AFTER DELETE ON reservations
BEGIN
  UPDATE bin_utilization_cache SET
    reserved_volume_mm3 = reserved_volume_mm3 - OLD.volume_mm3,
    reserved_weight_g = reserved_weight_g - OLD.weight_g,
    reserved_handling_units = reserved_handling_units - OLD.handling_units
  WHERE location_id = OLD.location_id;
END;

CREATE TRIGGER reservations_inserted AFTER INSERT ON reservations
BEGIN
  UPDATE bin_utilization_cache SET
    reserved_volume_mm3 = reserved_volume_mm3 + NEW.volume_mm3,
    reserved_weight_g = reserved_weight_g + NEW.weight_g,
    reserved_handling_units = reserved_handling_units + NEW.handling_units
  WHERE location_id = NEW.location_id;
END;

CREATE TRIGGER reservations_stay
BEFORE UPDATE OF recommendation_id, lot_id, location_id, volume_mm3, weight_g, handling_units
ON reservations
BEGIN SELECT raise(ABORT, 'a reservation is released and made anew, never changed'); END;

CREATE TABLE reslotting_plans (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE CHECK (length(public_id) = 36),
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  accepted_at INTEGER NOT NULL,
  accepted_by TEXT NOT NULL CHECK (length(accepted_by) > 0),
  note TEXT,
  steps INTEGER NOT NULL CHECK (steps >= 1),
  ended_at INTEGER,
  ended_by TEXT,
  CHECK ((ended_at IS NULL) = (ended_by IS NULL))
) STRICT;

CREATE INDEX reslotting_plans_running ON reslotting_plans (id) WHERE ended_at IS NULL;

CREATE TABLE reslotting_steps (
  plan_id INTEGER NOT NULL REFERENCES reslotting_plans (id),
  number INTEGER NOT NULL CHECK (number >= 1),
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  lot_id INTEGER NOT NULL REFERENCES lots (id),
  from_location_id INTEGER NOT NULL REFERENCES locations (id),
  to_location_id INTEGER NOT NULL REFERENCES locations (id),
  quantity_milli INTEGER NOT NULL CHECK (quantity_milli > 0),
  recommendation_id INTEGER UNIQUE REFERENCES putaway_recommendations (id),
  obstacle TEXT CHECK (obstacle IS NULL OR recommendation_id IS NULL),
  PRIMARY KEY (plan_id, number),
  CHECK (from_location_id <> to_location_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value_json TEXT NOT NULL CHECK (length(value_json) > 0),
  version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
  changed_at INTEGER NOT NULL
, changed_by TEXT NOT NULL DEFAULT 'box'
  CHECK (length(changed_by) > 0)) STRICT, WITHOUT ROWID;

CREATE TABLE settings_changes (
  id INTEGER PRIMARY KEY,
  document TEXT NOT NULL CHECK (document IN ('SETTINGS', 'FLAGS')),
  version INTEGER NOT NULL CHECK (version >= 1),
  changed_at INTEGER NOT NULL,
  changed_by TEXT NOT NULL CHECK (length(changed_by) > 0),
  reason TEXT,
  changes_json TEXT NOT NULL CHECK (changes_json GLOB '[[]*]'),
  UNIQUE (document, version)
) STRICT;

CREATE TRIGGER settings_changes_frozen BEFORE UPDATE ON settings_changes
BEGIN SELECT raise(ABORT, 'what was changed stays as it was noted'); END;

CREATE TABLE sku_affinity (
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  first_material_id INTEGER NOT NULL REFERENCES materials (id),
  second_material_id INTEGER NOT NULL REFERENCES materials (id),
  baskets INTEGER NOT NULL CHECK (baskets >= 1),
  support REAL NOT NULL CHECK (support BETWEEN 0 AND 1),
  confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
  lift REAL NOT NULL CHECK (lift >= 0),
  computed_at INTEGER NOT NULL,
  PRIMARY KEY (first_material_id, second_material_id),
  CHECK (first_material_id <> second_material_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE slotting_runs (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  from_day INTEGER NOT NULL,
  through_day INTEGER NOT NULL CHECK (through_day >= from_day),
  routing TEXT NOT NULL CHECK (routing IN ('S_SHAPE', 'RETURN', 'MIDPOINT')),
  layout TEXT NOT NULL CHECK (layout IN ('MAP', 'TRAVEL', 'BAYS')),
  orders INTEGER NOT NULL CHECK (orders >= 0),
  pairs INTEGER NOT NULL CHECK (pairs >= 0),
  -- The trial on orders held back; null with too few orders. Mean tours in millimetres.
  held_out_orders INTEGER CHECK (held_out_orders >= 1),
  random_tour_mm REAL CHECK (random_tour_mm >= 0),
  class_tour_mm REAL CHECK (class_tour_mm >= 0),
  affinity_tour_mm REAL CHECK (affinity_tour_mm >= 0),
  affinity_gain_mm REAL CHECK (affinity_gain_mm >= 0),
  -- Pairs of location and what a pick from it costs in millimetres, 64 bits each, little-endian.
  pick_costs BLOB NOT NULL CHECK (length(pick_costs) % 16 = 0),
  CHECK ((held_out_orders IS NULL) = (random_tour_mm IS NULL)),
  CHECK ((held_out_orders IS NULL) = (class_tour_mm IS NULL)),
  CHECK ((held_out_orders IS NULL) = (affinity_tour_mm IS NULL)),
  CHECK ((held_out_orders IS NULL) = (affinity_gain_mm IS NULL))
) STRICT;

CREATE TABLE stock (
  lot_id INTEGER NOT NULL REFERENCES lots (id),
  location_id INTEGER NOT NULL REFERENCES locations (id),
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  material_id INTEGER NOT NULL REFERENCES materials (id),
  quantity_milli INTEGER NOT NULL CHECK (quantity_milli <> 0),
  handling_units INTEGER NOT NULL CHECK (handling_units >= 0),
  volume_mm3 INTEGER NOT NULL CHECK (volume_mm3 >= 0),
  weight_g INTEGER NOT NULL CHECK (weight_g >= 0),
  PRIMARY KEY (lot_id, location_id),
  CHECK (quantity_milli > 0 OR (handling_units = 0 AND volume_mm3 = 0 AND weight_g = 0)),
  CHECK (quantity_milli < 0 OR handling_units >= 1)
) STRICT, WITHOUT ROWID;

CREATE INDEX stock_location ON stock (location_id);

CREATE INDEX stock_material ON stock (material_id, quantity_milli);

CREATE INDEX stock_negative ON stock (lot_id) WHERE quantity_milli < 0;

CREATE TRIGGER stock_deleted AFTER DELETE ON stock
BEGIN
  UPDATE bin_utilization_cache SET
    used_volume_mm3 = used_volume_mm3 - OLD.volume_mm3,
    used_weight_g = used_weight_g - OLD.weight_g,
    used_handling_units = used_handling_units - OLD.handling_units
  WHERE location_id = OLD.location_id;
END;

CREATE TRIGGER stock_inserted AFTER INSERT ON stock
BEGIN
  UPDATE bin_utilization_cache SET
    used_volume_mm3 = used_volume_mm3 + NEW.volume_mm3,
    used_weight_g = used_weight_g + NEW.weight_g,
    used_handling_units = used_handling_units + NEW.handling_units
  WHERE location_id = NEW.location_id;
END;

CREATE TRIGGER stock_stays BEFORE UPDATE OF lot_id, location_id, tenant_id, material_id ON stock
BEGIN SELECT raise(ABORT, 'a stock row keeps its lot and location'); END;

CREATE TRIGGER stock_updated AFTER UPDATE ON stock
BEGIN
  UPDATE bin_utilization_cache SET
    used_volume_mm3 = used_volume_mm3 - OLD.volume_mm3 + NEW.volume_mm3,
    used_weight_g = used_weight_g - OLD.weight_g + NEW.weight_g,
    used_handling_units = used_handling_units - OLD.handling_units + NEW.handling_units
  WHERE location_id = NEW.location_id;
END;

CREATE TABLE suppliers (
  id INTEGER PRIMARY KEY,
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  code TEXT NOT NULL CHECK (length(code) BETWEEN 1 AND 256),
  name TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
  import_id INTEGER REFERENCES imports (id),
  UNIQUE (tenant_id, code)
) STRICT;

CREATE INDEX suppliers_import ON suppliers (import_id) WHERE import_id IS NOT NULL;

CREATE TABLE "sync_batches" (
  epoch TEXT NOT NULL CHECK (length(epoch) = 36),
  sequence INTEGER NOT NULL CHECK (sequence >= 1),
  -- The first number that the batch stands for: its own, or less for a tombstone over a range.
  covers_from INTEGER NOT NULL CHECK (covers_from BETWEEN 1 AND sequence),
  -- SHA-256 of the body before packing.
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  -- 0 for a tombstone.
  events INTEGER NOT NULL CHECK (events >= 0),
  oldest_event_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  acknowledged_at INTEGER,
  -- The receiver's own clock when it acknowledged: ours may have been set since.
  acknowledged_receiver_at INTEGER,
  receiver TEXT,
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  PRIMARY KEY (epoch, sequence),
  CHECK (events = 0 OR covers_from = sequence)
) STRICT, WITHOUT ROWID;

CREATE INDEX sync_batches_acknowledged ON sync_batches (acknowledged_at)
  WHERE acknowledged_at IS NOT NULL;

CREATE INDEX sync_batches_pending ON sync_batches (epoch, sequence, oldest_event_at)
  WHERE acknowledged_at IS NULL;

CREATE TRIGGER sync_batches_frozen
BEFORE UPDATE OF epoch, sequence, covers_from, digest, events ON sync_batches
BEGIN SELECT raise(ABORT, 'a batch is frozen: its bytes never change'); END;

CREATE TABLE sync_bodies (
  id INTEGER PRIMARY KEY,
  epoch TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  is_packed INTEGER NOT NULL CHECK (is_packed IN (0, 1)),
  body BLOB NOT NULL,
  UNIQUE (epoch, sequence),
  FOREIGN KEY (epoch, sequence) REFERENCES sync_batches (epoch, sequence) ON DELETE CASCADE
) STRICT;

CREATE TRIGGER sync_bodies_frozen BEFORE UPDATE ON sync_bodies
BEGIN SELECT raise(ABORT, 'a batch is frozen: its bytes never change'); END;

CREATE TABLE sync_dead_letters (
  id INTEGER PRIMARY KEY,
  epoch TEXT NOT NULL CHECK (length(epoch) = 36),
  sequence INTEGER NOT NULL CHECK (sequence >= 1),
  status INTEGER NOT NULL,
  reason TEXT NOT NULL,
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  events INTEGER NOT NULL CHECK (events >= 0),
  is_packed INTEGER NOT NULL CHECK (is_packed IN (0, 1)),
  body BLOB NOT NULL,
  buried_at INTEGER NOT NULL,
  requeued_at INTEGER,
  UNIQUE (epoch, sequence)
) STRICT;

CREATE TABLE sync_state (
  epoch TEXT PRIMARY KEY CHECK (length(epoch) = 36),
  last_sequence INTEGER NOT NULL DEFAULT 0 CHECK (last_sequence >= 0),
  acknowledged_through INTEGER NOT NULL DEFAULT 0
    CHECK (acknowledged_through BETWEEN 0 AND last_sequence),
  last_success_at INTEGER,
  last_error TEXT,
  last_error_at INTEGER
, receiver TEXT) STRICT, WITHOUT ROWID;

CREATE TABLE tenants (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE CHECK (length(code) BETWEEN 1 AND 256),
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE unit_conversions (
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  material_id INTEGER NOT NULL REFERENCES materials (id) ON DELETE CASCADE,
  from_unit TEXT NOT NULL,
  to_unit TEXT NOT NULL,
  numerator INTEGER NOT NULL CHECK (numerator > 0),
  denominator INTEGER NOT NULL CHECK (denominator > 0),
  PRIMARY KEY (material_id, from_unit, to_unit),
  CHECK (from_unit <> to_unit)
) STRICT, WITHOUT ROWID;
