-- Stowage, schema version 10: what a stored forecast was fitted to.
--
-- A nightly run fits only what moved since; to tell, it must know through which day a forecast had
-- seen demand, and what that demand was (a number that changes with it). Forecasts stored before
-- have neither, and are made anew.

ALTER TABLE material_forecasts ADD COLUMN fitted_through INTEGER;
ALTER TABLE material_forecasts ADD COLUMN fitted_to INTEGER
  CHECK ((fitted_to IS NULL) = (fitted_through IS NULL));
