-- What the hub and every volume share: who owns which shelf, what happened, who did it.
CREATE TABLE meta(k TEXT PRIMARY KEY, v TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- A shelf is written only where its state is 'active' (storage.md I6). last_id: README decision 9.
CREATE TABLE shelf_owner(
  shelf INTEGER PRIMARY KEY CHECK(shelf BETWEEN 0 AND 65535),
  dept INTEGER NOT NULL,
  year INTEGER NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('active','incoming','moved','frozen')),
  to_volume TEXT,
  last_id INTEGER NOT NULL DEFAULT 0
) STRICT;

-- One chain a file.
CREATE TABLE outbox(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  shelf INTEGER NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  target INTEGER,
  payload TEXT NOT NULL,
  chain BLOB NOT NULL CHECK(length(chain) = 32)
) STRICT;
CREATE TRIGGER outbox_fixed BEFORE UPDATE ON outbox BEGIN SELECT raise(ABORT, 'outbox is append-only'); END;

-- One chain a shelf.
CREATE TABLE audit(
  id INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  acting_for INTEGER,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  request TEXT NOT NULL,
  detail TEXT NOT NULL,
  chain BLOB NOT NULL CHECK(length(chain) = 32),
  CHECK(((id >> 6) & 65535) = shelf)
) STRICT;
CREATE INDEX audit_by_shelf ON audit(shelf, id);
CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_kept BEFORE DELETE ON audit
  WHEN NOT EXISTS (SELECT 1 FROM shelf_owner o WHERE o.shelf = old.shelf AND o.state = 'moved')
  BEGIN SELECT raise(ABORT, 'audit is append-only'); END;

-- Requests already carried out, so that a repeated submit answers what the first one answered.
CREATE TABLE op(
  shelf INTEGER NOT NULL,
  key TEXT NOT NULL,
  at INTEGER NOT NULL,
  result TEXT NOT NULL,
  PRIMARY KEY(shelf, key)
) STRICT, WITHOUT ROWID;
