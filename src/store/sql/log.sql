-- The log: written by log.c, read by fact.c, proof.c, verify.c, backup.c.

-- name: version_get
select version from store_version where part = ?1

-- name: version_put
insert into store_version (part, version) values (?1, ?2)
on conflict (part) do update set version = excluded.version

-- name: log_state_put
insert into log_state (log, era, next_seq, last_at, epoch, writer_addr, root, frontier, format, alg, act_key)
values (?1, ?2, 0, ?3, 0, '', ?4, ?5, ?6, ?7, ?8)

-- name: log_state_get
select log, era, next_seq, last_at, epoch, root, frontier, format, alg, act_key from log_state

-- name: log_take
update log_state set epoch = epoch + 1, writer_addr = ?1

-- name: log_fence
select epoch, next_seq from log_state
-- pg:
select epoch, next_seq from log_state for update

-- name: log_state_move
update log_state set next_seq = ?1, last_at = ?2, root = ?3, frontier = ?4
where epoch = ?5 and next_seq = ?6

-- name: act_get
select seat, person, first_seq, count, digest from act where id = ?1

-- name: act_put
insert into act (id, seat, person, first_seq, count, digest) values (?1, ?2, ?3, ?4, ?5, ?6)

-- name: act_after
select id, seat, person, first_seq, count, digest from act
where id > ?1 and first_seq < ?2 order by id limit 1024

-- name: act_wipe
update act set digest = ?2 where first_seq <= ?1 and first_seq + count > ?1

-- name: act_sum
select coalesce(sum(count), 0) from act

-- name: fact_put
insert into fact (seq, act_no, at, made, seat, person, unit, book, verb, subject, prev, pack, leafkind, salt0)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)

-- name: fact_range
select seq, act_no, at, made, seat, person, unit, book, verb, subject, prev, pack, leafkind, salt0
from fact where seq >= ?1 and seq < ?2 order by seq

-- name: fact_audited
-- Facts that those who audit ask for, newest first: all but units' (1 to 8) and records' (30 to 34), and
-- attachments (50).
select seq, at, seat, verb, unit, book, subject from fact
where seq >= ?1 and seq < ?2 and leafkind = 0 and (verb between 20 and 29 or verb >= 40)
  and verb <> 50
order by seq desc limit ?3

-- name: part_put
insert into part (seq, part, class, state, keep_until_day, salt, body, "commit")
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)

-- name: part_range
select seq, part, class, state, keep_until_day, salt, body, "commit"
from part where seq >= ?1 and seq < ?2 order by seq, part

-- name: part_get
select class, state, keep_until_day, salt, body, "commit" from part where seq = ?1 and part = ?2

-- name: part_wipe
update part set state = 2, salt = null, body = null, "commit" = ?3 where seq = ?1 and part = ?2

-- name: leaf_put
insert into leaf (seq, hash) values (?1, ?2)

-- name: leaf_range
select hash from leaf where seq >= ?1 and seq < ?2 order by seq

-- name: tile_put
insert into tile (level, n, hashes) values (?1, ?2, ?3)

-- name: tile_range
select n, hashes from tile where level = ?1 and n >= ?2 and n < ?3 order by n

-- name: tile_count
select count(*) from tile

-- name: head_put
insert into head (era, size, at, root, alg) values (?1, ?2, ?3, ?4, ?5) on conflict (era, size) do nothing

-- name: head_all
select era, size, at, root, alg, key_id, sig, cosigs from head order by era, size

-- name: head_put_all
insert into head (era, size, at, root, alg, key_id, sig, cosigs) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)

-- name: blob_all
select name, "by", size, bytes, state, ref_seq, ref_part from blob where name > ?1 order by name limit 1

-- name: blob_put_all
insert into blob (name, "by", size, bytes, state, ref_seq, ref_part) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
