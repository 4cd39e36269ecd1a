#!/bin/sh
# Puts a new master key before those in secrets/master.key, as root, and prints its id (docs/keys.md). The file stays the
# same file, so that containers which have it see the new key.
set -eu
cd "$(dirname "$0")/.."
umask 077

draft=secrets/.master.key.new
trap 'rm -f "$draft"' EXIT

new=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
known=$(cat secrets/master.key)
printf '%s\n%s\n' "$new" "$known" > "$draft"
id=$(docker compose run --rm --no-deps -T worker python cli.py keys id < "$draft" | head -n 1)
if [ "${#new}" -ne 64 ] || [ -z "$id" ]; then
    echo "No key was added: secrets/master.key is as it was." >&2
    exit 1
fi

# From here on what the file must hold stays beside it until it does. It is never empty in between.
trap '' EXIT HUP INT TERM
if ! dd if="$draft" of=secrets/master.key bs=64k conv=notrunc,fsync 2>/dev/null || ! cmp -s "$draft" secrets/master.key
then
    echo "secrets/master.key could not be written: compare it with $draft, which holds the new key and all others." >&2
    exit 1
fi
rm "$draft"
echo "master key $id stands first in secrets/master.key"
echo "keep a copy of it where the former one is kept, before anything is wrapped by it"
