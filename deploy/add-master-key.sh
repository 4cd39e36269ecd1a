#!/bin/sh
# Puts a new master key before those in secrets/master.key, as root (docs/keys.md). The file stays the same file, so that
# containers which have it see the new key.
set -eu
cd "$(dirname "$0")/.."
umask 077

known=$(cat secrets/master.key)
new=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
printf '%s\n%s\n' "$new" "$known" > secrets/master.key
