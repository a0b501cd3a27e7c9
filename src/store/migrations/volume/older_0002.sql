-- What a volume of schema 2 lacks for being read as one of schema 3.
CREATE TEMP TABLE shelf_change(seq INTEGER, shelf INTEGER, name TEXT, a ANY, b ANY, c ANY);
