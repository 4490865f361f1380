-- Tables that may be thrown away at any moment; never in the digest.

-- name: make_column
create table "column" (
  shard integer not null,
  book integer not null,
  period integer not null,
  seq integer not null,                      -- good for exactly this log position
  layout blob not null,
  rows integer not null,
  width integer not null,
  bytes blob not null,
  primary key (shard, book, period)
) without rowid, strict;
