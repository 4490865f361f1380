-- Named statements of account (store/store.h says how they are called).

-- name: account_all
select person, login, name, password, second, second_step, closed, made from account order by person

-- name: account_put
insert into account (person, login, name, password, second, second_step, closed, made)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
on conflict (person) do update set login = excluded.login, name = excluded.name,
  password = excluded.password, second = excluded.second, second_step = excluded.second_step,
  closed = excluded.closed

-- name: session_all
select secret, id, person, made, seen, agent, token from session order by secret

-- name: session_put
insert into session (secret, id, person, made, seen, agent, token)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
on conflict (secret) do update set seen = excluded.seen

-- name: session_drop
delete from session where secret = ?1

-- name: link_all
select token, person, made from link order by token

-- name: link_put
insert into link (token, person, made) values (?1, ?2, ?3)

-- name: link_drop
delete from link where person = ?1

-- name: secret_get
select bytes from account_secret where name = ?1

-- name: secret_put
insert into account_secret (name, bytes) values (?1, ?2)

-- name: sign_put
insert into sign (at, person, how, address, last, times) values (?1, ?2, ?3, ?4, ?5, 1)
on conflict (at, person, how, address) do update set last = excluded.last, times = sign.times + 1

-- name: sign_crowd
-- How many rows of failed tries an hour has.
select count(*) from sign where at = ?1

-- name: sign_trim
delete from sign where at < ?1

-- name: sign_count_all
select count(*) from sign

-- name: sign_page
select at, person, how, address, last, times from sign
where at <= ?1 order by at desc, person desc, how desc, address desc limit ?2 offset ?3
