#!/bin/bash
# First start of the database container: the owner of the tables, and the app's role, which owns nothing.
set -eu
psql --set ON_ERROR_STOP=1 --username postgres --set owner_password="$OWNER_PASSWORD" --set app_password="$APP_PASSWORD" <<'SQL'
CREATE ROLE factcheck_owner LOGIN NOSUPERUSER PASSWORD :'owner_password';
CREATE ROLE factcheck_app LOGIN NOSUPERUSER PASSWORD :'app_password';
-- pgvector, which only the server's admin may make: databases made from now on inherit it, restored ones too.
\connect template1
CREATE EXTENSION IF NOT EXISTS vector;
\connect postgres
CREATE DATABASE factcheck OWNER factcheck_owner;
REVOKE ALL ON DATABASE factcheck FROM PUBLIC;
GRANT CONNECT ON DATABASE factcheck TO factcheck_app;
\connect factcheck
ALTER SCHEMA public OWNER TO factcheck_owner;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
SQL
