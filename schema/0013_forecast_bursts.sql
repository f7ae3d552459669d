-- Stowage, schema version 13: what order cycles ask beyond the usual quantiles.
--
-- Orders go out when demand is busy, so the demand of their lead times is not that of a span taken
-- at random. Of each lead time: its days, and for each level of the forecast what is asked beyond
-- the quantile, in days of mean demand; as 64-bit floats, little-endian.

ALTER TABLE material_forecasts ADD COLUMN bursts BLOB NOT NULL DEFAULT x''
  CHECK (length(bursts) % (length(levels) + 8) = 0);
