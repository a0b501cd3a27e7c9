-- Beside a volume; everything here can be dropped and made again from it.
CREATE TABLE made(k TEXT PRIMARY KEY, v TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- How far the volume's outbox is carried.
CREATE TABLE applied(
  one INTEGER PRIMARY KEY CHECK(one = 1),
  epoch TEXT NOT NULL,
  seq INTEGER NOT NULL,
  chain BLOB NOT NULL
) STRICT;

-- A case: its place in the order newest first, and the packed texts hits are verified against.
CREATE TABLE doc(
  place INTEGER PRIMARY KEY,
  case_id INTEGER NOT NULL UNIQUE,
  parts BLOB NOT NULL
) STRICT;

-- Which contents a case holds.
CREATE TABLE doc_content(
  digest BLOB NOT NULL,
  case_id INTEGER NOT NULL,
  PRIMARY KEY(digest, case_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX doc_content_by_case ON doc_content(case_id);

-- Text of an attachment's contents, packed, or why there is none; 'once' is being read, or was when the server
-- died: a file that kills it twice is left alone. Read once, however many cases hold it and however often they change.
CREATE TABLE content(
  digest BLOB PRIMARY KEY,
  state TEXT NOT NULL CHECK(state IN ('waiting','once','read','unread')),
  body BLOB NOT NULL
) STRICT;
CREATE INDEX content_waiting ON content(state) WHERE state IN ('waiting','once');

-- Pairs of characters, principals and filters as tokens. The tokenizer splits at ASCII signs only: everything
-- else is split before. A newer Unicode than the tokenizer's would lose characters otherwise.
CREATE VIRTUAL TABLE found USING fts5(tokens, content='', contentless_delete=1, detail=none, tokenize='ascii');
