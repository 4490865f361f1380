-- Named statements of book/blob (store/store.h says how they are called).
-- state 0: put, but named by no fact; ref_seq is the size of the log when it was put.
-- state 1: named by the fact ref_seq, in its part ref_part.

-- name: blob_add
insert into blob (name, "by", size, bytes, state, ref_seq, ref_part) values (?1, ?2, ?3, ?4, 0, ?5, null)

-- name: blob_bytes
select bytes, state from blob where name = ?1

-- name: blob_held
select bytes, "by" from blob where name = ?1

-- name: blob_state
select state from blob where name = ?1

-- name: blob_claim
update blob set state = 1, ref_seq = ?2, ref_part = ?3 where name = ?1

-- name: blob_loose_before
select count(*) from blob where state = 0
and exists (select 1 from fact where fact.seq = blob.ref_seq and fact.at <= ?1)

-- name: blob_sweep
delete from blob where state = 0
and exists (select 1 from fact where fact.seq = blob.ref_seq and fact.at <= ?1)
