"""Policy files side by side: which policies two files are about, and what was in force before one of them."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from adapters.policy_book import OF_FILE, PolicyFiles, policies_in
from adapters.policy_yaml import read
from models.values import MunicipalityCode
from policy.terms import Policy, merged

_SOMEBODY = {"name": "de gemeente zelf", "page": "https://(elke gemeente zelf)", "phone": "(elke gemeente zelf)"}
"""What a file that lies under others need not say."""


def pairs(before: Path, after: Path) -> Iterator[tuple[str, Policy, Policy]]:
    """The policies of two files beside each other, each under the code of its municipality.

    A file that only lies under others, such as the default, is beside each municipality of the other one. Raises
    `BadPolicy`.
    """
    old, new = policies_in(before), policies_in(after)
    if not old and not new:
        yield after.stem, _base(before), _base(after)
    elif not old:
        yield from ((code.text, _base(before), policy) for code, policy in new.items())
    elif not new:
        yield from ((code.text, policy, _base(after)) for code, policy in old.items())
    else:
        yield from ((code.text, old[code], new[code]) for code in old if code in new)


def with_earlier(file: Path, book: PolicyFiles) -> Iterator[tuple[str, Policy | None, Policy]]:
    """Each policy of a file beside the version that was in force before it starts; None when there was none.

    Raises `BadPolicy`.
    """
    for code, policy in policies_in(file).items():
        yield code.text, _before(policy, code, book), policy


def _before(policy: Policy, code: MunicipalityCode, book: PolicyFiles) -> Policy | None:
    versions = book.versions(code) if code in book.municipalities() else ()
    return next((each for each in reversed(versions) if each.starts < policy.starts), None)


def _base(file: Path) -> Policy:
    content = {key: value for key, value in read(file).content.items() if key not in OF_FILE}
    sender: Mapping[str, object] = {"sender": _SOMEBODY}
    return merged(sender, content)
