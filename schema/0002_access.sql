-- Stowage, schema version 2: who may what, and a record of it that cannot be changed unseen.
--
-- Version 1 made tables for operators, devices, tokens and the audit log, and no program ever wrote
-- a row into them: they are made anew here, in the shape that signing in needs. Secrets are never
-- kept: of tokens and sessions their SHA-256, of codes an HMAC under the pepper that lies beside the
-- database, of PINs a scrypt hash of such an HMAC.

DROP TABLE api_tokens;
DROP TABLE devices;
DROP TABLE operators;
DROP TABLE audit_log;

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
-- A name is free again when its device is gone.
CREATE UNIQUE INDEX devices_name ON devices (tenant_id, name) WHERE revoked_at IS NULL;

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

-- Each row carries the digest of the row before it, and its own over that and all that it says.
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
