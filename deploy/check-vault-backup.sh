#!/bin/sh
# Puts a dump of the vault into a database of its own, opens every key in it with the master key that it names, and takes
# that database away again (docs/keys.md): deploy/check-vault-backup.sh vault.dump
set -eu
exec 3< "$1"
cd "$(dirname "$0")/.."

away() {
    docker compose exec -T postgres dropdb -U postgres --if-exists vault_check < /dev/null
}

away
trap away EXIT
docker compose exec -T postgres createdb -U postgres -O vault -T template0 vault_check < /dev/null
docker compose exec -T postgres pg_restore -U postgres --exit-on-error -d vault_check <&3
docker compose run --rm --no-deps -T \
    -e 'SIGNAALREIS_VAULT_URL=postgresql://vault@postgres/vault_check?passfile=/run/secrets/pgpass' \
    worker python cli.py keys check < /dev/null
