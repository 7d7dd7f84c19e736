#!/usr/bin/env bash
# Makes the files that docker-compose.yml reads its secrets from. Leaves those that exist alone.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"

umask 077
mkdir -p secrets
cd secrets

random() { head -c 48 /dev/urandom | base64 | tr -d '\n=' | tr '+/' '-_'; }
keep() { [ -s "$1" ] || printf '%s' "$2" > "$1"; }

for name in secret_key audit_key postgres_password owner_password redis_password; do
    keep "$name" "$(random)"
done
keep owner_database_url "postgresql://halland_owner:$(cat owner_password)@postgres:5432/halland"
keep app_database_url "postgresql://halland_app_login:$(random)@postgres:5432/halland"
keep jobs_database_url "postgresql://halland_jobs_login:$(random)@postgres:5432/halland"
keep redis_url "redis://:$(cat redis_password)@valkey:6379/0"

# Containers read them as their own users; the directory keeps other users of the machine out.
chmod 700 .
chmod 444 ./*
echo "The secrets lie in deploy/secrets. Keep a copy of audit_key and secret_key apart from the database's backups."
