-- How a closed case ended, where that was not by being done: 驳回, 终止.
ALTER TABLE cases ADD COLUMN outcome TEXT NOT NULL DEFAULT ''
  CHECK(outcome = '' OR (state = 'closed' AND outcome IN ('rejected','terminated')));
