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
