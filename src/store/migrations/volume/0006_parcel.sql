-- Documents between offices (公文交换), a row a package: what left a case stands with the case; what came in stands on the
-- standing shelf of the records office until it is registered. The package itself is an attachment of the row.
CREATE TABLE parcel(
  id INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL,
  rev INTEGER NOT NULL,
  way TEXT NOT NULL CHECK(way IN ('out','in')),
  -- the delivery's own number, the same at both ends
  delivery TEXT NOT NULL CHECK(length(delivery) > 0),
  -- the case it left
  case_id INTEGER,
  -- of what came in, the case it was registered as, on whatever shelf
  became INTEGER,
  -- who it went to or came from, and the key of that organ where it is known
  partner TEXT NOT NULL CHECK(length(partner) > 0),
  key BLOB CHECK(length(key) = 65),
  -- receipts are sealed with it
  answer BLOB NOT NULL CHECK(length(answer) = 32),
  -- SM3 of the package
  digest BLOB NOT NULL CHECK(length(digest) = 32),
  -- the elements of its metadata, and what else is said of it
  data TEXT NOT NULL CHECK(json_valid(data)),
  state TEXT NOT NULL CHECK(state IN ('waiting','taken','refused')),
  -- the receipt as it was made or came back
  receipt TEXT CHECK(json_valid(receipt)),
  person INTEGER,
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  CHECK(state <> 'waiting' OR receipt IS NULL),
  CHECK((way = 'out') = (case_id IS NOT NULL)),
  CHECK(way = 'in' OR became IS NULL),
  CHECK(((id >> 6) & 65535) = shelf)
) STRICT;
CREATE UNIQUE INDEX parcel_by_delivery ON parcel(shelf, way, delivery);
CREATE INDEX parcel_by_case ON parcel(case_id) WHERE case_id IS NOT NULL;
CREATE INDEX parcel_by_state ON parcel(shelf, way, state, id);
