-- Days whose demand changed after they went upstream: each is told again as a whole, with a higher
-- revision, and its row goes when that is done. `changes` tells whether it changed meanwhile.
CREATE TABLE demand_changes (
  day INTEGER PRIMARY KEY,
  changes INTEGER NOT NULL DEFAULT 1 CHECK (changes >= 1)
) STRICT;

-- The mark that this database and the file beside it (`stowage.mark`) have in common, renewed at
-- each opening and whenever numbers were given to batches. A database whose mark is another one is
-- a copy that was put back, and begins a new epoch.
CREATE TABLE database_mark (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  mark TEXT NOT NULL CHECK (length(mark) = 36),
  set_at INTEGER NOT NULL
) STRICT;
