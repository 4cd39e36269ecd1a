from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters.secrets import SecretUnusable, load_or_make


def test_a_key_is_made_once_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "master.key"
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: load_or_make(path, may_make=True), range(8)))
    assert made == {load_or_make(path, may_make=False)}
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["master.key"]


def test_a_missing_key_is_not_made_where_that_is_forbidden(tmp_path: Path) -> None:
    with pytest.raises(SecretUnusable, match="is missing"):
        load_or_make(tmp_path / "master.key", may_make=False)


@pytest.mark.parametrize("content", ["", "abc", "g" * 64, "é" * 64])
def test_a_file_that_is_no_key_is_refused_without_repeating_it(tmp_path: Path, content: str) -> None:
    path = tmp_path / "master.key"
    path.write_text(content)
    with pytest.raises(SecretUnusable) as raised:
        load_or_make(path, may_make=True)
    assert str(raised.value) == f"{path} must hold 64 hexadecimal digits"
