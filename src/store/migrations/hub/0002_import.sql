-- Old registers: up to here the numbers of a series belong to the old book; new ones come above it.
CREATE TABLE number_floor(
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  n INTEGER NOT NULL CHECK(n >= 1),
  PRIMARY KEY(kind, key)
) STRICT, WITHOUT ROWID;
