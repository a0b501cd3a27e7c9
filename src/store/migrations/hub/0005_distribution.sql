-- Named lists of receivers (标准化分送表): people and departments of the organ, outside organs by name. Mail takes the same lists.
CREATE TABLE distribution(
  id INTEGER PRIMARY KEY,
  rev INTEGER NOT NULL,
  organ INTEGER NOT NULL,
  name TEXT NOT NULL CHECK(length(name) > 0),
  state TEXT NOT NULL CHECK(state IN ('on','off')),
  UNIQUE(organ, name)
) STRICT;
CREATE TABLE distribution_member(
  list INTEGER NOT NULL REFERENCES distribution(id),
  ord INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK(kind IN ('person','department','outside')),
  -- the person or department; 0 of an outside organ
  ref INTEGER NOT NULL,
  -- the outside organ; empty for one of ours
  name TEXT NOT NULL,
  PRIMARY KEY(list, ord),
  CHECK((kind = 'outside') = (ref = 0) AND (kind = 'outside') = (length(name) > 0))
) STRICT, WITHOUT ROWID;
