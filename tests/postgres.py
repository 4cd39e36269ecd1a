"""Runs a command with a PostgreSQL server of its own: `python -m tests.postgres -- COMMAND ...`.

The server lives in a temporary folder on a free port and is gone at the end. PostgreSQL refuses to run as root, so
root lends it the user `postgres`.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from engine.servers import free_port


def binaries() -> Path:
    """The newest server programs of this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parent.parent.name))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        sys.exit("No PostgreSQL server programs here: install the package postgresql.")
    return found[-1].parent if found else Path(str(on_path)).parent


def main() -> int:
    """Answers the command's exit code."""
    command = sys.argv[sys.argv.index("--") + 1 :]
    programs, port = binaries(), free_port()
    owner = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="signaalreis-postgres-") as folder:
        if owner is not None:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        data = Path(folder) / "data"

        def do(*words: str) -> None:
            # Reading the log of a failed start is worth more than silence.
            done = subprocess.run(
                words, user=owner.pw_uid if owner else None, cwd=folder, capture_output=True, text=True, check=False
            )
            if done.returncode:
                sys.exit(f"{Path(words[0]).name} failed: {done.stdout}{done.stderr}")

        do(str(programs / "initdb"), "-D", str(data), "-U", "signaalreis", "--auth=trust", "--no-sync", "-E", "UTF8")
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200"
        do(str(programs / "pg_ctl"), "-D", str(data), "-o", options, "-l", f"{folder}/log", "-w", "start")
        url = f"postgresql+psycopg://signaalreis@127.0.0.1:{port}/postgres"
        try:
            return subprocess.run(
                command, env={**os.environ, "SIGNAALREIS_TEST_POSTGRES_URL": url}, check=False
            ).returncode
        finally:
            do(str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")


if __name__ == "__main__":
    sys.exit(main())
