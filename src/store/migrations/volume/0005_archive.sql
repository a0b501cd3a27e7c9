-- Archive cards (归档文件): a row a document, on the shelf of the year; a piece (件) is a card with those joined to it.
CREATE TABLE archive_card(
  id INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL,
  rev INTEGER NOT NULL,
  organ INTEGER NOT NULL,
  -- NULL: the document is on paper only
  case_id INTEGER REFERENCES cases(id),
  -- what the catalogue says of it
  words TEXT NOT NULL CHECK(json_valid(words)),
  term TEXT NOT NULL CHECK(term IN ('','Y','D30','D10')),
  office TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('draft','sorted','joined','left_out')),
  -- the card whose piece it is part of
  joined INTEGER,
  -- the lowest class, the number in it, and both as printed (档号)
  class TEXT,
  n INTEGER CHECK(n >= 1),
  number TEXT,
  box INTEGER CHECK(box >= 1),
  CHECK((joined IS NULL) = (state <> 'joined')),
  CHECK((n IS NULL) = (class IS NULL) AND (n IS NULL) = (number IS NULL)),
  CHECK(n IS NULL OR state = 'sorted'),
  CHECK(((id >> 6) & 65535) = shelf)
) STRICT;
CREATE UNIQUE INDEX archive_card_of_case ON archive_card(case_id) WHERE case_id IS NOT NULL;
CREATE UNIQUE INDEX archive_card_number ON archive_card(class, n) WHERE n IS NOT NULL;
CREATE INDEX archive_card_by_shelf ON archive_card(shelf, id);

-- What was done to cards. Tidying stands on the shelf of the year; what comes later (移交, 借阅, 销毁, notes) on the
-- department's standing shelf, so that a sealed year is never touched. Written once.
CREATE TABLE archive_event(
  id INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL,
  card INTEGER NOT NULL,
  what TEXT NOT NULL CHECK(what IN ('made','edited','undone','numbered','unnumbered','boxed',
    'handed','lent','returned','destroyed','noted')),
  -- everything done by one press of a button
  batch TEXT NOT NULL,
  data TEXT NOT NULL CHECK(json_valid(data)),
  person INTEGER NOT NULL,
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  CHECK(((id >> 6) & 65535) = shelf)
) STRICT;
CREATE INDEX archive_event_by_card ON archive_event(card, id);
CREATE INDEX archive_event_by_shelf ON archive_event(shelf, id);
CREATE TRIGGER archive_event_fixed BEFORE UPDATE ON archive_event BEGIN SELECT raise(ABORT, 'archive_event is append-only'); END;
CREATE TRIGGER archive_event_kept BEFORE DELETE ON archive_event
  WHEN NOT EXISTS (SELECT 1 FROM shelf_owner o WHERE o.shelf = old.shelf AND o.state = 'moved')
  BEGIN SELECT raise(ABORT, 'archive_event is append-only'); END;
CREATE TRIGGER archive_card_kept BEFORE DELETE ON archive_card
  WHEN NOT EXISTS (SELECT 1 FROM shelf_owner o WHERE o.shelf = old.shelf AND o.state = 'moved')
  BEGIN SELECT raise(ABORT, 'archive cards are kept'); END;
