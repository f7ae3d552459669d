-- Stowage, schema version 7: what was forecast of a day, kept until long after the day is over.
--
-- Whole paths of superseded runs go after a week; the accuracy of a lead time of a month needs what
-- was said a month before. So each run leaves here, of each material, its mean and its 5 % and 95 %
-- quantiles for the days at lags 1, 7 and the lead time. The lag counts from the last day that the
-- run had seen, so that a forecast never knew anything of its day.

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
