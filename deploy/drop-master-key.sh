#!/bin/sh
# Takes all master keys but the one in use out of secrets/master.key, as root (docs/keys.md). The file stays the same file,
# so that containers which have it see that the others are gone. Refuses while anything needs them.
set -eu
cd "$(dirname "$0")/.."
umask 077

keys() {
    docker compose run --rm --no-deps -T worker python cli.py keys "$@"
}

refuse() {
    echo "Nothing was dropped: $1" >&2
    exit 1
}

draft=secrets/.master.key.new
trap 'rm -f "$draft"' EXIT

told=$(keys check < /dev/null) || refuse "$told"
in_use=$(echo "$told" | sed -n 's/^master key in use  *//p')
ids=$(keys id < secrets/master.key)
if [ -z "$in_use" ] || [ "$(echo "$ids" | head -n 1)" != "$in_use" ]; then
    refuse "the first key of secrets/master.key is not the one in use, $in_use. \`keys rotate\` first."
fi
tr -s '[:space:]' '\n' < secrets/master.key | sed '/^$/d' | head -n 1 > "$draft"
[ "$(keys id < "$draft")" = "$in_use" ] || refuse "a copy with that key alone could not be written."

# From here on what the file must hold stays beside it until it does. It is never empty in between.
trap '' EXIT HUP INT TERM
if ! dd if="$draft" of=secrets/master.key bs=64k conv=notrunc,fsync 2>/dev/null ||
    ! truncate -s "$(wc -c < "$draft")" secrets/master.key || ! cmp -s "$draft" secrets/master.key
then
    echo "secrets/master.key could not be written: compare it with $draft, which holds the key in use." >&2
    exit 1
fi
rm "$draft"
echo "master key $in_use is the only one in secrets/master.key"
echo "$ids" | sed -n '2,$s/^/dropped: /p'
