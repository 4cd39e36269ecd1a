"""The texts of a municipality's messages, as data: what files say, before anything is filled in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from models.codes import Channel, Language, Route
from models.errors import CodedError


class CannotWrite(CodedError):
    """There is no such text for this channel, or what it has to say is not known."""

    retryable = False


@dataclass(frozen=True)
class TextName:
    """Which text: a voicemail message goes by `CALL`. With a route it is meant for that route alone."""

    language: Language
    channel: Channel
    template: str
    route: Route | None = None

    @property
    def order(self) -> tuple[str, ...]:
        """By what texts are listed."""
        return (self.channel, self.template, self.route or "", self.language)


@dataclass(frozen=True)
class MessageText:
    """A text with its placeholders (`$name`); only mails and letters have a subject."""

    body: str
    subject: str = ""
    source: str = ""
    """The file that says so."""
    body_line: int = 1
    """On which line of the file the body begins."""


@dataclass(frozen=True)
class MessageTexts:
    """All texts of one municipality, and the parts that many of them share."""

    texts: Mapping[TextName, MessageText] = field(default_factory=dict)
    parts: Mapping[tuple[Language, str], MessageText] = field(default_factory=dict)

    def templates(self, channel: Channel) -> frozenset[str]:
        """What can be written over a channel: whatever there is for everybody in Dutch."""
        return frozenset(name.template for name in self.for_everybody(channel))

    def for_everybody(self, channel: Channel) -> Iterator[TextName]:
        """The Dutch texts of a channel that are meant for every route."""
        for name in self.texts:
            if name.channel is channel and name.language is Language.DUTCH and name.route is None:
                yield name

    def find(self, wanted: TextName) -> tuple[TextName, MessageText]:
        """The text of the route, else that for everybody, else the Dutch one. Raises `CannotWrite`."""
        for language in (wanted.language, Language.DUTCH):
            for route in (wanted.route, None):
                name = TextName(language, wanted.channel, wanted.template, route)
                if name in self.texts:
                    return name, self.texts[name]
        raise CannotWrite("message.unknown-template")

    def parts_in(self, language: Language) -> dict[str, str]:
        """The shared parts by their names; what a language does not have is Dutch."""
        dutch = {name: text.body for (its, name), text in self.parts.items() if its is Language.DUTCH}
        return dutch | {name: text.body for (its, name), text in self.parts.items() if its is language}
