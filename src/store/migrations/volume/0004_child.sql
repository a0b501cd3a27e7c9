-- 组合流程: cases a step's holder started in other procedures. The other case may stand on another shelf and in another file:
-- its id and a copied line of its state are kept here, never a reference. made is empty until it was begun there.
CREATE TABLE child(
  id INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL,
  rev INTEGER NOT NULL DEFAULT 1,
  case_id INTEGER NOT NULL REFERENCES cases(id),
  -- the task that waits for it, where one does
  wait INTEGER REFERENCES task(id),
  procedure TEXT NOT NULL,
  label TEXT NOT NULL,
  fields TEXT NOT NULL CHECK(json_valid(fields)),
  starter INTEGER NOT NULL,
  at INTEGER NOT NULL,
  made INTEGER,
  title TEXT NOT NULL DEFAULT '',
  line TEXT NOT NULL DEFAULT '',
  ended INTEGER NOT NULL DEFAULT 0 CHECK(ended IN (0, 1)),
  CHECK(((id >> 6) & 65535) = shelf)
) STRICT;
CREATE INDEX child_by_case ON child(case_id);
CREATE INDEX child_live ON child(shelf) WHERE ended = 0;
-- Where a case came from that another one started: on its own shelf. One a child row, so that a child is begun once.
CREATE TABLE child_of(
  id INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL,
  case_id INTEGER NOT NULL REFERENCES cases(id),
  parent INTEGER NOT NULL,
  child INTEGER NOT NULL,
  title TEXT NOT NULL,
  CHECK(((id >> 6) & 65535) = shelf)
) STRICT;
CREATE UNIQUE INDEX child_of_child ON child_of(child);
CREATE UNIQUE INDEX child_of_case ON child_of(case_id);
