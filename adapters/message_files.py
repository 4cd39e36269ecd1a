"""The texts of messages, read from a folder: `<whose>/<nl|en>/<channel>/<template>[.<route>].txt`.

`default` is complete in Dutch; any other folder says what is different for whoever it is named after. The first line
of a mail or letter is its subject, the second is empty. `part/` holds what many texts share, by name: `$check`.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from models.codes import Channel, Language, Route
from models.message_text import MessageText, MessageTexts, TextName
from policy.lint_texts import WITH_SUBJECT, faults_of_part, faults_of_text, missing
from policy.terms import BadPolicy

SHIPPED = Path(__file__).parents[1] / "policy" / "messages"
DEFAULT = "default"
_PART = "part"
_CHANNELS = (Channel.MAIL, Channel.LETTER, Channel.SMS, Channel.CALL, Channel.VISIT, Channel.CARD)


class MessageFiles:
    """Everything in `folder`, read when it is first asked for."""

    def __init__(self, folder: Path = SHIPPED) -> None:
        self._folder = folder
        self._layer = cache(self._read)

    def texts(self, *names: str) -> MessageTexts:
        """The default, with what the folders of these names say otherwise; the last one wins, and its text for
        everybody is also for the routes for which others had one.

        Raises `BadPolicy`, which names each file, line and what is wrong there.
        """
        texts, parts = dict[TextName, MessageText](), dict[tuple[Language, str], MessageText]()
        for name in dict.fromkeys((DEFAULT, *names)):
            layer = self._layer(name)
            own = {(each.language, each.channel, each.template) for each in layer.texts if each.route is None}
            texts = {
                each: its for each, its in texts.items() if (each.language, each.channel, each.template) not in own
            }
            texts |= layer.texts
            parts |= layer.parts
        whole = MessageTexts(texts, parts)
        if faults := [*self._missing(whole), *_faults(whole)]:
            raise BadPolicy(faults)
        return whole

    def _missing(self, texts: MessageTexts) -> Iterator[str]:
        for file in dict.fromkeys(missing(texts)):
            yield f"{self._folder / DEFAULT / file}: deze tekst ontbreekt"

    def _read(self, name: str) -> MessageTexts:
        texts, parts, faults = dict[TextName, MessageText](), dict[tuple[Language, str], MessageText](), list[str]()
        for file in sorted((self._folder / name).rglob("*.txt")):
            try:
                language, kind, template, route = _place(file.relative_to(self._folder / name))
                text = _text(file, with_subject=kind in WITH_SUBJECT)
            except ValueError as error:
                # Everything that is wrong is told at once.
                faults.append(f"{file}{error}")
                continue
            if kind is None:
                parts[language, template] = text
            else:
                texts[TextName(language, kind, template, route)] = text
        if faults:
            raise BadPolicy(faults)
        return MessageTexts(texts, parts)


def _place(file: Path) -> tuple[Language, Channel | None, str, Route | None]:
    """What a file's place says it is; no channel for a part. Raises `ValueError`."""
    folders, (template, *routes) = file.parts[:-1], file.name.removesuffix(".txt").split(".")
    languages, kinds = {each.value: each for each in Language}, {each.value: each for each in _CHANNELS}
    if len(folders) != 2 or folders[0] not in languages or folders[1] not in {_PART, *kinds}:
        raise ValueError(f": een tekst staat in een map als nl/mail; wel: nl of en, en {', '.join([*kinds, _PART])}")
    if len(routes) > 1 or any(route not in {each.value for each in Route} for route in routes):
        raise ValueError(f": na de punt hoort een route; wel: {', '.join(sorted(Route))}")
    if folders[1] == _PART and routes:
        raise ValueError(": een deel is er voor elke route: haal de route uit de naam")
    return languages[folders[0]], kinds.get(folders[1]), template, Route(routes[0]) if routes else None


def _text(file: Path, *, with_subject: bool) -> MessageText:
    """Raises `ValueError`, which says on which line."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise ValueError(": dit bestand is niet te lezen: het hoort tekst te zijn, in UTF-8") from None
    if not any(line.strip() for line in lines):
        raise ValueError(": dit bestand is leeg")
    if not with_subject:
        return MessageText("\n".join(lines).rstrip(), source=str(file))
    if not lines[0].strip():
        raise ValueError(", regel 1: hier hoort het onderwerp")
    if len(lines) < 3 or lines[1].strip():
        raise ValueError(", regel 2: laat deze regel leeg: onder het onderwerp komt eerst een lege regel, dan de tekst")
    return MessageText("\n".join(lines[2:]).rstrip(), subject=lines[0].strip(), source=str(file), body_line=3)


def _faults(texts: MessageTexts) -> Iterator[str]:
    for part in texts.parts.values():
        yield from _located(part, faults_of_part(part))
    for name, text in texts.texts.items():
        yield from _located(text, faults_of_text(name, text, texts))


def _located(text: MessageText, faults: Iterator[tuple[int, str]]) -> Iterator[str]:
    for line, said in faults:
        yield f"{text.source}, regel {line}: {said}"
