-- Stowage, schema version 5: whether anything of a receipt is left to be put away, in one look.
--
-- Each confirm asks it. The lines of a receipt have neighbouring keys, so its open tasks are a
-- range of the first index; the second gives that range without reading the lines.

CREATE INDEX putaway_recommendations_open_line ON putaway_recommendations (receipt_line_id)
  WHERE status IN ('RECOMMENDED', 'STARTED') AND receipt_line_id IS NOT NULL;
CREATE INDEX receipt_lines_receipt ON receipt_lines (receipt_id);
