-- Named statements of core/right (store/store.h says how they are called).

-- name: seat_put
insert into seat (unit, seat, from_day, seq, to_day, gone, role, person)
values (?1, ?2, ?3, ?4, ?5, 4611686018427387904, ?6, ?7)

-- name: holder_put
insert into holder (unit, seat, from_day, seq, to_day, gone, role, person)
values (?1, ?2, ?3, ?4, ?5, 4611686018427387904, ?6, ?7)

-- name: grant_put
insert into "grant" (unit, seat, from_day, seq, to_day, gone, role, person)
values (?1, ?2, ?3, ?4, ?5, 4611686018427387904, ?6, ?7)

-- name: seat_all
select unit, seat, from_day, seq, role, person from seat order by seq

-- name: holder_all
select unit, seat, from_day, seq, role, person from holder order by seq

-- name: grant_all
select unit, seat, from_day, seq, role, person from "grant" order by seq
