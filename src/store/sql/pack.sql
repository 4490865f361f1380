-- Named statements of core/pack (store/store.h says how they are called).

-- name: pack_put
insert into pack (name, seq, gone, version, first_day, last_day)
values (?1, ?2, 4611686018427387904, ?3, ?4, ?5)

-- name: pack_end
update pack set gone = ?2 where name = ?1 and gone = 4611686018427387904

-- name: pack_all
select seq, gone from pack order by seq

-- name: param_put
insert into param (name, unit, from_day, seq, value) values (?1, ?2, ?3, ?4, ?5)

-- name: param_all
select name, unit, from_day, seq, value from param order by seq

-- name: day_seq_put
insert into day_seq (day, last_seq) values (?1, ?2)
on conflict (day) do update set last_seq = excluded.last_seq

-- name: day_seq_at
select last_seq from day_seq where day <= ?1 order by day desc limit 1
