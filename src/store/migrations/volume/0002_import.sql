-- Cases that come from an old register: which file, which line, and what of the line has no field.
CREATE TABLE imported(
  case_id INTEGER PRIMARY KEY REFERENCES cases(id),
  shelf INTEGER NOT NULL,
  file TEXT NOT NULL,
  line INTEGER NOT NULL CHECK(line >= 1),
  -- SM3 of the line's own words: the same line comes in once
  digest BLOB NOT NULL CHECK(length(digest) = 32),
  extra TEXT NOT NULL CHECK(json_valid(extra)),
  CHECK(((case_id >> 6) & 65535) = shelf)
) STRICT;
CREATE UNIQUE INDEX imported_line ON imported(shelf, digest);

-- Up to here the numbers of a department's series belong to the old book; new ones come above it.
CREATE TABLE number_floor(
  shelf INTEGER NOT NULL,
  key TEXT NOT NULL,
  year INTEGER NOT NULL,
  n INTEGER NOT NULL CHECK(n >= 1),
  PRIMARY KEY(shelf, key, year)
) STRICT, WITHOUT ROWID;
