-- Why a place was recommended: some kilobytes of text that never change, in a table of their own. A
-- task whose state changes is then a short row, of which many share a page: each confirm wrote a
-- page of its own for it, and so did the answer that is kept with its key.
CREATE TABLE recommendation_explanations (
  recommendation_id INTEGER PRIMARY KEY REFERENCES putaway_recommendations (id),
  json TEXT NOT NULL CHECK (json GLOB '{*}')
) STRICT;
INSERT INTO recommendation_explanations (recommendation_id, json)
  SELECT id, explanation_json FROM putaway_recommendations;
ALTER TABLE putaway_recommendations DROP COLUMN explanation_json;

-- Kept answers of confirms borrow their text from here.
CREATE TRIGGER recommendation_explanations_frozen BEFORE UPDATE ON recommendation_explanations
BEGIN SELECT raise(ABORT, 'an explanation stays as it was given'); END;
