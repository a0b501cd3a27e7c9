-- Rows of a shelf that changed while it is being copied to another volume: written by triggers that exist only
-- meanwhile, in the transaction of the change itself, so that no crash can lose one. a, b, c: the row's key
-- without its shelf.
CREATE TABLE shelf_change(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  shelf INTEGER NOT NULL,
  name TEXT NOT NULL,
  a ANY,
  b ANY,
  c ANY
) STRICT;
