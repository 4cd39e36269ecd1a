#!/bin/sh
# Run by the image once, when there are no databases yet. Each has an owner of its own, and nobody else gets in.
set -eu

own() {
    owner=$1
    shift
    psql -v ON_ERROR_STOP=1 -v owner="$owner" -U "$POSTGRES_USER" -d postgres <<SQL
\set password \`cat /run/secrets/${owner}_db_password\`
CREATE ROLE :"owner" LOGIN PASSWORD :'password';
SQL
    for database in "$@"; do
        psql -v ON_ERROR_STOP=1 -v owner="$owner" -v database="$database" -U "$POSTGRES_USER" -d postgres <<'SQL'
CREATE DATABASE :"database" OWNER :"owner" ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
SQL
    done
}

own temporal temporal temporal_visibility
own main main
own vault vault
