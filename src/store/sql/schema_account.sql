-- People who sign in. Beside the log: not views (a rebuild leaves them alone), in no digest and in no
-- backup, so that what stands here can be wiped. Carried on by the account steps of store/schema.c.

-- name: make_account
create table account (
  person integer not null primary key,       -- the random number that stands in facts
  login text not null,
  name text not null,
  password text not null,                    -- as account/password.c writes it; '' = none
  second blob not null,                      -- secret of the second factor; empty = none
  second_step integer not null,              -- the last step of it that was used
  closed integer not null,
  made integer not null
) strict;

-- name: make_account_login
create unique index account_login on account (login);

-- name: make_session
create table session (
  secret blob not null primary key,          -- SHA-256 of what the cookie holds
  id text not null,
  person integer not null,
  made integer not null,
  seen integer not null,
  agent text not null,
  token text not null
) without rowid, strict;

-- name: make_session_person
create index session_person on session (person, id);

-- name: make_link
create table link (
  token blob not null primary key,           -- SHA-256 of what the link holds
  person integer not null,
  made integer not null
) without rowid, strict;

-- name: make_link_person
create index link_person on link (person);

-- name: make_account_secret
create table account_secret (
  name text not null primary key,            -- what keys are made from
  bytes blob not null
) without rowid, strict;

-- name: make_sign
-- What happened at the door, for those who audit. Tries that fail are counted by the hour.
create table sign (
  at integer not null,                       -- ms; of failed tries the hour in which they fell
  person integer not null,                   -- 0 = a login that nobody has
  how text not null,                         -- as account/signs.c writes it
  address blob not null,                     -- keyed hash, no address
  last integer not null,
  times integer not null,
  primary key (at, person, how, address)
) without rowid, strict;
