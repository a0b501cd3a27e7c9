-- Procedures (事项) the office made or changed, beside those that ship. A published version never changes: cases that began
-- under it carry the same text in their own volume.
CREATE TABLE procedure_text(
  procedure TEXT NOT NULL,
  version TEXT NOT NULL,
  text TEXT NOT NULL,
  note TEXT NOT NULL,
  person INTEGER NOT NULL,
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY(procedure, version)
) STRICT, WITHOUT ROWID;
