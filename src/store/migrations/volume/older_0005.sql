-- What a volume of schema 5 lacks for being read as one of schema 6.
CREATE TEMP TABLE parcel(id INTEGER, shelf INTEGER, rev INTEGER, way TEXT, delivery TEXT, case_id INTEGER, became INTEGER, partner TEXT,
  key BLOB, answer BLOB, digest BLOB, data TEXT, state TEXT, receipt TEXT, person INTEGER, name TEXT, at INTEGER,
  changed_at INTEGER);
CREATE TEMP TABLE relation_turn(id INTEGER, shelf INTEGER, relation INTEGER, case_id INTEGER, back INTEGER, why TEXT,
  person INTEGER, name TEXT, at INTEGER);
