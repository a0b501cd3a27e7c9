-- Seals (印章) and the keys that sign what they were put on. Neither is ever deleted: a seal is destroyed by a date and a
-- reason, a key ends, and both are still what older documents are checked by.
CREATE TABLE seal(
  id INTEGER PRIMARY KEY,
  rev INTEGER NOT NULL,
  organ INTEGER NOT NULL,
  -- whose it is; of the organ itself where there is none
  dept INTEGER,
  -- 砚田镇人民政府印章
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK(kind IN ('government','party','office','special')),
  -- the words round the star of a drawn one: 青石县砚田镇人民政府
  legend TEXT NOT NULL,
  -- 合同专用章, under the star
  under TEXT NOT NULL,
  -- who keeps it: whoever fills a post, or a person
  post INTEGER,
  person INTEGER,
  -- a PNG whose white is clear; drawn by us where there is none
  image BLOB,
  -- tenths of a millimetre
  width INTEGER NOT NULL CHECK(width BETWEEN 200 AND 450),
  -- worth nothing until somebody says that this is the seal: 样章
  sample INTEGER NOT NULL CHECK(sample IN (0,1)),
  state TEXT NOT NULL CHECK(state IN ('on','destroyed')),
  destroyed_on TEXT,
  reason TEXT,
  CHECK((post IS NULL) <> (person IS NULL)),
  CHECK((state = 'destroyed') = (destroyed_on IS NOT NULL)),
  CHECK((destroyed_on IS NULL) = (reason IS NULL))
) STRICT;
CREATE UNIQUE INDEX seal_named ON seal(organ, name) WHERE state = 'on';

-- What became of a seal: made, confirmed, handed over, destroyed.
CREATE TABLE seal_event(
  id INTEGER PRIMARY KEY,
  seal INTEGER NOT NULL REFERENCES seal(id),
  said TEXT NOT NULL,
  person INTEGER NOT NULL,
  name TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX seal_event_by_seal ON seal_event(seal, id);

-- An organ's SM2 keys; the private half is sealed with the data folder's own key.
CREATE TABLE organ_key(
  id INTEGER PRIMARY KEY,
  organ INTEGER NOT NULL,
  public BLOB NOT NULL UNIQUE CHECK(length(public) = 65),
  secret BLOB NOT NULL,
  made_at INTEGER NOT NULL,
  ended_at INTEGER,
  reason TEXT,
  CHECK((ended_at IS NULL) = (reason IS NULL))
) STRICT;
CREATE UNIQUE INDEX organ_key_now ON organ_key(organ) WHERE ended_at IS NULL;

CREATE TRIGGER seal_kept BEFORE DELETE ON seal BEGIN SELECT raise(ABORT, 'a seal is never deleted'); END;
CREATE TRIGGER seal_event_kept BEFORE DELETE ON seal_event BEGIN SELECT raise(ABORT, 'a seal''s history is never deleted'); END;
CREATE TRIGGER seal_event_fixed BEFORE UPDATE ON seal_event BEGIN SELECT raise(ABORT, 'a seal''s history is never changed'); END;
CREATE TRIGGER organ_key_kept BEFORE DELETE ON organ_key BEGIN SELECT raise(ABORT, 'a key is never deleted'); END;
CREATE TRIGGER organ_key_fixed BEFORE UPDATE OF organ, public, secret, made_at ON organ_key
  BEGIN SELECT raise(ABORT, 'a key is never changed'); END;
