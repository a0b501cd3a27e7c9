-- A third way a case ends without being done: 结转, it goes on as another case in the new year. A CHECK cannot be
-- changed in place: the column is made anew beside the old one and takes its name.
ALTER TABLE cases ADD COLUMN ended TEXT NOT NULL DEFAULT ''
  CHECK(ended = '' OR (state = 'closed' AND ended IN ('rejected','terminated','continued')));
UPDATE cases SET ended = outcome WHERE outcome <> '';
ALTER TABLE cases DROP COLUMN outcome;
ALTER TABLE cases RENAME COLUMN ended TO outcome;
