#!/bin/sh
# Makes what is missing in secrets/, as root; never replaces a key. Losing master.key loses every name in the database.
set -eu
cd "$(dirname "$0")/.."
umask 077
mkdir -p secrets

# The user of our image (Dockerfile).
OURS=10001

new() {
    [ -e "secrets/$1" ] || od -An -N32 -tx1 /dev/urandom | tr -d ' \n' > "secrets/$1"
}

for key in master.key session.key notify-callback.key; do
    new "$key"
    chmod 400 "secrets/$key"
    chown "$OURS" "secrets/$key"
done

# Others give these; without them nothing starts.
for given in notify.key signin_client_secret smtp_password bounces_password; do
    if [ ! -s "secrets/$given" ]; then
        echo "Put what you got from its owner in secrets/$given, and run this again." >&2
        continue
    fi
    chmod 400 "secrets/$given"
    chown "$OURS" "secrets/$given"
done

# How each party over HTTP knows us (docs/outside-world.md); an empty object: it asks for nothing.
for access in register_access.json partners_access.json letters_access.json; do
    [ -e "secrets/$access" ] || echo '{}' > "secrets/$access"
    chmod 400 "secrets/$access"
    chown "$OURS" "secrets/$access"
done

# Read by the users of several images; the folder keeps everybody else on this host out.
for password in postgres_password temporal_db_password main_db_password vault_db_password; do
    new "$password"
    chmod 444 "secrets/$password"
done

# host:port:database:user:password; the driver ignores it when others may read it.
{
    for database in main vault; do
        echo "postgres:5432:$database:$database:$(cat "secrets/${database}_db_password")"
    done
    # Where a dump of the vault is tried (check-vault-backup.sh).
    echo "postgres:5432:vault_check:vault:$(cat secrets/vault_db_password)"
} > secrets/pgpass
chmod 400 secrets/pgpass
chown "$OURS" secrets/pgpass
