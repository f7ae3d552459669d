-- Stowage, schema version 16: what a stored forecast stands on.
--
-- The methods that were combined with their shares, how many days were observed, the days whose
-- figures were cut back as faults of the record, and the days ahead that were known to be closed:
-- {"weights":[["SES",0.62],["THETA",0.38]],"observations":412,"outliers":["2026-03-02"],"closed":[]}.
-- Forecasts stored before have none.

ALTER TABLE material_forecasts ADD COLUMN basis TEXT
  CHECK (basis IS NULL OR basis GLOB '{*}');
