-- Named statements of core/unit (store/store.h says how they are called).

-- name: unit_insert
insert into unit (unit, shard, born_seq) values (?1, ?2, ?3);

-- name: unit_all
select unit, shard, born_seq from unit order by unit;

-- name: unit_span_insert
insert into unit_span (aspect, tree, unit, from_day, seq, to_day, gone, value_int, value_text, basis)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

-- name: unit_span_gone
update unit_span set gone = ?6
where aspect = ?1 and tree = ?2 and unit = ?3 and from_day = ?4 and seq = ?5;

-- name: unit_span_all
select aspect, tree, unit, from_day, seq, to_day, gone, value_int, value_text, basis
from unit_span order by aspect, tree, unit, from_day, seq;

-- name: lineage_insert
insert into lineage (to_unit, from_unit, day, seq, gone, how, num, den)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: lineage_gone
update lineage set gone = ?5 where to_unit = ?1 and from_unit = ?2 and day = ?3 and seq = ?4;

-- name: lineage_all
select to_unit, from_unit, day, seq, gone, how, num, den
from lineage order by to_unit, from_unit, day, seq;
