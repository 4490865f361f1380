-- Named statements of core/record (store/store.h says how they are called).
-- Rows are placed in shard 0. A row is known at S when seq <= S < gone.

-- name: record_put
insert into record (shard, book, period, unit, ord, seq, gone, state, pack, nums, mask, texts,
  cas)
values (0, ?1, ?2, ?3, ?4, ?5, 4611686018427387904, ?6, ?7, ?8, ?9, ?10, ?11)

-- name: record_end
update record set gone = ?6
where shard = 0 and book = ?1 and period = ?2 and unit = ?3 and ord = ?4 and seq = ?5

-- name: record_cell
select period, unit, ord, seq, gone, state, pack, nums, mask, texts, cas from record
where shard = 0 and book = ?1 and period = ?2 and unit = ?3 and ord = ?4 and seq <= ?5 and gone > ?5
order by seq desc limit 1

-- name: record_block
select period, unit, ord, seq, gone, state, pack, nums, mask, texts, cas from record
where shard = 0 and book = ?1 and period = ?2 and seq <= ?3 and gone > ?3

-- name: record_rows
select period, unit, ord, seq, gone, state, pack, nums, mask, texts, cas from record
where shard = 0 and book = ?1 and seq <= ?2 and gone > ?2

-- name: record_next_period
select period from record where shard = 0 and book = ?1 and period > ?2 order by period limit 1

-- name: record_max_ord
select coalesce(max(ord), 0) from record where shard = 0 and book = ?1

-- name: record_from
select period, unit, ord, seq, gone, state, pack, nums, mask, texts, cas from record
where shard = 0 and book = ?1 and period = ?2 and unit = ?3 and ord = ?4 and seq >= ?5
order by seq

-- name: record_mask
update record set nums = ?6, mask = ?7
where shard = 0 and book = ?1 and period = ?2 and unit = ?3 and ord = ?4 and seq = ?5

-- name: index_put
insert into field_index (shard, book, field, key, unit, ord) values (0, ?1, ?2, ?3, ?4, ?5)
on conflict do nothing

-- name: index_drop
delete from field_index
where shard = 0 and book = ?1 and field = ?2 and key = ?3 and unit = ?4 and ord = ?5

-- name: index_find
select unit, ord from field_index where shard = 0 and book = ?1 and field = ?2 and key = ?3
order by unit, ord
