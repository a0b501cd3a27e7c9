-- Contents of attachments by digest, in chunks of 256 KB, beside their volume.
CREATE TABLE blob(
  id INTEGER PRIMARY KEY,
  digest BLOB,
  size INTEGER NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('staging','ready')),
  at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX blob_digest ON blob(digest) WHERE state = 'ready';
CREATE TABLE chunk(
  blob INTEGER NOT NULL REFERENCES blob(id),
  n INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY(blob, n)
) STRICT;
