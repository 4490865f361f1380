-- Statements that the drivers themselves run.

-- name: db_begin
begin immediate
-- pg:
begin

-- name: db_snapshot
begin
-- pg:
begin isolation level repeatable read read only

-- name: db_commit
commit

-- name: db_rollback
rollback

-- name: db_make_schema
-- A store by URL may name a schema of its own (options=-csearch_path=…): it is made with the store.
select 1
-- pg:
do $$ begin
  if current_setting('search_path') ~ '^[a-z][a-z0-9_]*$' then
    execute format('create schema if not exists %I', current_setting('search_path'));
  end if;
end $$

-- name: db_has_store
select count(*) from sqlite_master where type = 'table' and name = 'store_version'
-- pg:
select count(*) from pg_catalog.pg_class where oid = to_regclass('store_version')
