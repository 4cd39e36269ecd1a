"""A policy file, checked before it is used: all that is wrong, and what stands out, each with its line."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from adapters.message_files import MessageFiles
from adapters.policy_book import DEFAULT, policies_of, texts_of
from adapters.policy_yaml import PolicyFile, read
from policy.lint import remarks
from policy.lint_texts import without_english
from policy.terms import BadPolicy

_STAND_IN: dict[str, Any] = {
    "sender": {"name": "Gemeente Voorbeeld", "page": "https://voorbeeld.example", "phone": "010 123 45 00"}
}
_NOBODY = "0000"
"""The code under which a file is checked that is about no municipality and only lies under others."""


@dataclass(frozen=True)
class Findings:
    """Sentences for the policy officer. With an error the file cannot be used, and nothing is remarked."""

    errors: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def check(file: Path, messages: MessageFiles | None = None) -> Findings:
    """What is to be said of a file and of the texts of its messages, for all its municipalities, each thing once."""
    messages = messages or MessageFiles()
    try:
        overlay = _about_somebody(read(file))
        policies = policies_of(overlay, messages=messages)
    except BadPolicy as error:
        return Findings(errors=tuple(said for _, said in error.faults))
    said = [
        overlay.told(remark.place, remark.sentence, within=("municipalities", municipality.text))
        for municipality, policy in policies.items()
        for remark in remarks(policy)
    ]
    for municipality in policies:
        untold = without_english(texts_of(overlay, municipality.text, messages))
        said.extend(f"{file}: de tekst {name} is er niet in het Engels: schrijf hem ook in en/" for name in untold)
    return Findings(remarks=tuple(dict.fromkeys(said)))


def _about_somebody(overlay: PolicyFile) -> PolicyFile:
    about_somebody = overlay.path.stem != DEFAULT
    if overlay.content.get("municipalities", about_somebody):
        return overlay
    return replace(overlay, content={**_STAND_IN, **overlay.content, "municipalities": {_NOBODY: {}}})
