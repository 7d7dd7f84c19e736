#!/usr/bin/env bash
# Runs once, when the database server's volume is empty: makes the owner, who is no superuser, and its database.
set -euo pipefail

psql -v ON_ERROR_STOP=1 --username postgres --dbname postgres \
    -v password="$(cat /run/secrets/owner_password)" <<'SQL'
CREATE ROLE halland_owner LOGIN CREATEROLE PASSWORD :'password';
ALTER ROLE halland_owner SET createrole_self_grant = 'set, inherit';
CREATE DATABASE halland OWNER halland_owner;
SQL
