-- Tables that are kept for ever. Only the writer inserts; `part` is the only one that is ever
-- changed (by erasure), and `act.digest` with it. docs/facts.md freezes what stands in them.

-- name: make_store_version
create table store_version (
  part text not null primary key,            -- 'log', 'view' or 'account'
  version integer not null
) without rowid, strict;

-- name: make_log_state
create table log_state (
  log integer not null primary key,          -- the log's own random number, in every leaf
  era integer not null,
  next_seq integer not null,                 -- = size of the tree
  last_at integer not null,
  epoch integer not null,                    -- raised by each writer that opens the store: the fence
  writer_addr text not null,
  root blob not null,
  frontier blob not null,                    -- roots of the perfect subtrees, largest first
  format integer not null,
  alg integer not null,                      -- 1 = SHA-256
  act_key blob not null                      -- key of act.digest
) strict;

-- name: make_act
create table act (
  id blob not null primary key,              -- UUIDv7 made by the client: grows at its end
  seat integer not null,
  person integer not null,
  first_seq integer not null,
  count integer not null,
  digest blob not null                       -- HMAC of the request; zeros once a part was erased
) without rowid, strict;

-- name: make_fact
create table fact (
  seq integer not null primary key,          -- index of its leaf, gapless
  act_no integer not null,                   -- number within its act
  at integer not null,
  made integer not null,
  seat integer not null,
  person integer not null,
  unit integer not null,
  book integer not null,
  verb integer not null,
  subject integer not null,
  prev integer not null,
  pack integer not null,
  leafkind integer not null,                 -- 0 fact, 1 control leaf
  salt0 blob not null
) strict;

-- name: make_part
create table part (
  seq integer not null,
  part integer not null,                     -- 1 open, 2 and on private
  class integer not null,
  state integer not null,                    -- 0 live, 1 frozen, 2 erased
  keep_until_day integer not null,
  salt blob,
  body blob,
  "commit" blob,                             -- null until frozen or erased
  primary key (seq, part)
) without rowid, strict;

-- name: make_leaf
create table leaf (
  seq integer not null primary key,
  hash blob not null
) strict;

-- name: make_tile
create table tile (
  level integer not null,                    -- hash j of (level, n) = root of 256^level leaves
  n integer not null,
  hashes blob not null,                      -- 256 hashes, written when all are there
  primary key (level, n)
) without rowid, strict;

-- name: make_head
create table head (
  era integer not null,
  size integer not null,
  at integer not null,
  root blob not null,
  alg integer not null,
  key_id blob,
  sig blob,
  cosigs blob,
  primary key (era, size)
) without rowid, strict;

-- name: make_blob
create table blob (
  name blob not null primary key,            -- random, 16 bytes
  "by" integer not null,
  size integer not null,
  bytes blob not null,
  state integer not null,
  ref_seq integer,
  ref_part integer
) strict;
