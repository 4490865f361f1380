-- Tables that apply(fact) writes and rebuild makes again; all of them stand in `tian digest`.
-- seq .. gone: log positions between which a row is known; gone = 2^62 while it is valid.
-- Adding a column or a table here: raise VIEW_VERSION in store/schema.c (views are rebuilt, not migrated).

-- name: make_day_seq
create table day_seq (
  day integer not null primary key,
  last_seq integer not null
) strict;

-- name: make_unit
create table unit (
  unit integer not null primary key,         -- slot, int32, never reused
  shard integer not null,
  born_seq integer not null
) strict;

-- name: make_unit_span
create table unit_span (
  aspect integer not null,                   -- life kind name code parent calendar
  tree integer not null,
  unit integer not null,
  from_day integer not null,
  seq integer not null,
  to_day integer not null,
  gone integer not null,
  value_int integer,
  value_text text,
  basis text,                                -- what a derived value rests on, in words
  primary key (aspect, tree, unit, from_day, seq)
) without rowid, strict;

-- name: make_unit_span_index
create index unit_span_text on unit_span (aspect, value_text, from_day);

-- name: make_lineage
create table lineage (
  to_unit integer not null,
  from_unit integer not null,
  day integer not null,
  seq integer not null,
  gone integer not null,
  how integer not null,                      -- merge split recode
  num integer not null,
  den integer not null,
  primary key (to_unit, from_unit, day, seq)
) without rowid, strict;

-- name: make_record
create table record (
  shard integer not null,
  book integer not null,
  period integer not null,                   -- a register: 0
  unit integer not null,
  ord integer not null,                      -- a return: 0
  seq integer not null,
  gone integer not null,
  state integer not null,
  pack integer not null,
  nums blob not null,                        -- packed int64 by field number
  mask blob not null,                        -- missing bits
  texts blob not null,                       -- open text; private values never stand here
  cas blob not null,                         -- of a case: its state, moves and clocks; else empty
  primary key (shard, book, period, unit, ord, seq)
) without rowid, strict;

-- name: make_field_index
create table field_index (
  shard integer not null,
  book integer not null,
  field integer not null,
  key blob not null,                         -- sorts by bytes
  unit integer not null,
  ord integer not null,
  primary key (shard, book, field, key, unit, ord)
) without rowid, strict;

-- name: make_seat
create table seat (
  unit integer not null,
  seat integer not null,
  from_day integer not null,
  seq integer not null,
  to_day integer not null,
  gone integer not null,
  role integer not null,
  person integer not null,
  primary key (unit, seat, from_day, seq)
) without rowid, strict;

-- name: make_holder
create table holder (
  unit integer not null,
  seat integer not null,
  from_day integer not null,
  seq integer not null,
  to_day integer not null,
  gone integer not null,
  role integer not null,                     -- 1 = stands in
  person integer not null,
  primary key (unit, seat, from_day, seq)
) without rowid, strict;

-- name: make_grant
create table "grant" (
  unit integer not null,
  seat integer not null,
  from_day integer not null,
  seq integer not null,
  to_day integer not null,
  gone integer not null,
  role integer not null,                     -- given, or by which the giver owns the pack
  person integer not null,                   -- seat that gave it
  pack text not null,                        -- may read this pack below the unit; '' = a role
  primary key (unit, seat, from_day, seq)
) without rowid, strict;

-- name: make_pack
create table pack (
  name text not null,
  seq integer not null,                      -- its pack.load fact: the text is that fact's part 1
  gone integer not null,
  version integer not null,
  first_day integer not null,
  last_day integer not null,
  primary key (name, seq)
) without rowid, strict;

-- name: make_param
create table param (
  name text not null,                        -- pack::param
  unit integer not null,                     -- -1 = for all
  from_day integer not null,
  seq integer not null,
  value integer not null,
  primary key (name, unit, from_day, seq)
) without rowid, strict;
