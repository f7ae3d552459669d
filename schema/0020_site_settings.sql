-- Stowage, schema version 20: who changed which setting, and feature.
--
-- The values themselves stand in `settings` and `feature_flags`; here is one row for each change,
-- with what it changed, so that people at a desk need not search the whole audit log.
ALTER TABLE settings ADD COLUMN changed_by TEXT NOT NULL DEFAULT 'box'
  CHECK (length(changed_by) > 0);
ALTER TABLE feature_flags ADD COLUMN changed_by TEXT NOT NULL DEFAULT 'box'
  CHECK (length(changed_by) > 0);

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
