-- Numbers of a series kept ahead for a purpose (预留), until a case takes them or they are given up. The claim of a kept number
-- stays reserved under the name kept/N, so that nobody else is given it; given up it stays so for ever.
CREATE TABLE number_kept(
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  n INTEGER NOT NULL,
  reason TEXT NOT NULL CHECK(length(reason) > 0),
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('kept','used','void')),
  -- why it is not to be used any more, who said so and when
  void_reason TEXT NOT NULL DEFAULT '',
  void_name TEXT NOT NULL DEFAULT '',
  void_at INTEGER,
  PRIMARY KEY(kind, key, n),
  CHECK((state = 'void') = (void_at IS NOT NULL))
) STRICT, WITHOUT ROWID;
