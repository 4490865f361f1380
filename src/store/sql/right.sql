-- Named statements of core/right (store/store.h says how they are called).

-- name: seat_put
insert into seat (unit, seat, from_day, seq, to_day, gone, role, person)
values (?1, ?2, ?3, ?4, ?5, 4611686018427387904, ?6, ?7)

-- name: holder_put
insert into holder (unit, seat, from_day, seq, to_day, gone, role, person)
values (?1, ?2, ?3, ?4, ?5, 4611686018427387904, ?6, ?7)

-- name: grant_put
insert into "grant" (unit, seat, from_day, seq, to_day, gone, role, person, pack)
values (?1, ?2, ?3, ?4, ?5, 4611686018427387904, ?6, ?7, ?8)

-- name: seat_end
update seat set to_day = ?5 where unit = ?1 and seat = ?2 and from_day = ?3 and seq = ?4

-- name: holder_end
update holder set to_day = ?5 where unit = ?1 and seat = ?2 and from_day = ?3 and seq = ?4

-- name: grant_end
update "grant" set to_day = ?5 where unit = ?1 and seat = ?2 and from_day = ?3 and seq = ?4

-- name: seat_all
select unit, seat, from_day, seq, role, person, to_day from seat order by seq

-- name: holder_all
select unit, seat, from_day, seq, role, person, to_day from holder order by seq

-- name: grant_all
select unit, seat, from_day, seq, role, person, to_day, pack from "grant" order by seq
