"""The municipalities' policies, read once from a folder of files.

`default.yaml` is complete; any other file says what differs from it, for the municipality whose code is its name or
for those that it names, from a day on. Files stay where they are when a newer version comes beside them: cases keep
the version that they began under.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path

from adapters.message_files import MessageFiles
from adapters.policy_yaml import PolicyFile, read
from models.codes import Channel, PartnerType, Route
from models.errors import CodedError
from models.message_text import MessageTexts
from models.terms import Sender, Terms
from models.values import MunicipalityCode, Unreadable
from policy.calendar import local
from policy.file_parts import WRITTEN, Schedule
from policy.lint_texts import faults_of_sender, with_a_moment
from policy.small_cells import LEAST
from policy.terms import BadPolicy, Policy, merged
from policy.triage import Situation

DEFAULT = "default"
OF_FILE = ("base", "municipalities")
"""Keys that say what a file is about; the others are policy."""


class UnknownMunicipality(CodedError):
    """There is no policy file for this municipality; trying again does not make one."""

    retryable = False


class PolicyFiles:
    """`PolicyBook` of files. `today` answers where no moment is given, for what is not about one case."""

    def __init__(self, folder: Path, *, today: Callable[[], date], messages: MessageFiles | None = None) -> None:
        """Reads everything in `folder`, and the texts of `messages` (those that are shipped).

        Raises `BadPolicy`, which names the file, the line and the place in it.
        """
        self._today = today
        self._messages = messages or MessageFiles()
        self._texts: dict[tuple[MunicipalityCode, date], MessageTexts] = {}
        self._versions: dict[MunicipalityCode, list[Policy]] = {}
        reading = cache(read)
        for file in sorted(folder.glob("*.yaml")):
            overlay = reading(file)
            for municipality, policy in policies_of(overlay, reading, self._messages).items():
                self._add(file, municipality, policy)
                self._texts[municipality, policy.starts] = texts_of(overlay, municipality.text, self._messages)
        if not (folder / f"{DEFAULT}.yaml").exists():
            raise BadPolicy(f"{folder / DEFAULT}.yaml: dit bestand is er niet")

    def municipalities(self) -> tuple[MunicipalityCode, ...]:
        """Everyone with a policy, in the order of their codes."""
        return tuple(sorted(self._versions, key=lambda municipality: municipality.text))

    def versions(self, municipality: MunicipalityCode) -> tuple[Policy, ...]:
        """All versions, the oldest first. Raises `UnknownMunicipality`."""
        try:
            return tuple(self._versions[municipality])
        except KeyError:
            raise UnknownMunicipality("policy.unknown-municipality") from None

    def policy(self, municipality: MunicipalityCode, on: date | None = None) -> Policy:
        """The version that cases get which begin on this day (today); before the first one, the first.

        Raises `UnknownMunicipality`.
        """
        versions, day = self.versions(municipality), on or self._today()
        return max((each for each in versions if each.starts <= day), key=_start, default=versions[0])

    def least(self, municipality: MunicipalityCode) -> int:
        """The smallest count that is told of this municipality today."""
        return self.policy(municipality).figures.least if municipality in self._versions else LEAST

    def choose(self, municipality: MunicipalityCode, situation: Situation, on: date) -> Terms:
        """What a case in this situation is held to that began on this day. Raises `UnknownMunicipality`."""
        return self.policy(municipality, on).choose(municipality, situation, on)

    def terms(self, municipality: MunicipalityCode, route: Route, at: datetime) -> Terms:
        """What a case on this route is held to that begins at this moment. Raises `UnknownMunicipality`."""
        day = local(at).date()
        return self.policy(municipality, day).terms(municipality, route, day)

    def look_back(self, municipality: MunicipalityCode, on: date) -> int:
        """How many months back earlier signals and cases count. Raises `UnknownMunicipality`."""
        return self.policy(municipality, on).matching.look_back_months

    def has_basis(self, municipality: MunicipalityCode, kind: PartnerType, on: date) -> bool:
        """Whether signals of this kind of partner may be received on this day. Raises `UnknownMunicipality`."""
        return self.policy(municipality, on).basis(kind, on) is not None

    def sender(self, municipality: MunicipalityCode) -> Sender:
        """Who the municipality's messages come from. Raises `UnknownMunicipality`."""
        return self.policy(municipality).message_sender()

    def texts(self, municipality: MunicipalityCode) -> MessageTexts:
        """What its messages say. Raises `UnknownMunicipality`."""
        return self.texts_of(municipality, self.policy(municipality))

    def texts_of(self, municipality: MunicipalityCode, version: Policy) -> MessageTexts:
        """What its messages say under one of its versions."""
        return self._texts[municipality, version.starts]

    def queue_name(self, municipality: MunicipalityCode, queue: str) -> str:
        """What a queue is called there; its key where the policy of today does not name it."""
        named = self.policy(municipality).queues.get(queue)
        return queue if named is None else named.name

    def feedback_schedule(self, municipality: MunicipalityCode) -> Schedule:
        """When feedback to partners leaves. Raises `UnknownMunicipality`."""
        return self.policy(municipality).feedback_schedule

    def _add(self, file: Path, municipality: MunicipalityCode, policy: Policy) -> None:
        known = self._versions.setdefault(municipality, [])
        if any(each.starts == policy.starts for each in known):
            raise BadPolicy(
                f"{file}: {municipality.text} heeft ook in een ander bestand een versie vanaf {policy.starts}"
            )
        known.append(policy)
        known.sort(key=_start)


def policies_in(file: Path, reading: Callable[[Path], PolicyFile] = read) -> Mapping[MunicipalityCode, Policy]:
    """The policy of each municipality that a file is about; none for a file that only lies under others.

    Raises `BadPolicy`, which names the file, the line and the place in it.
    """
    return policies_of(reading(file), reading)


def policies_of(
    overlay: PolicyFile, reading: Callable[[Path], PolicyFile] = read, messages: MessageFiles | None = None
) -> Mapping[MunicipalityCode, Policy]:
    """The policy of each municipality that what was read is about. Raises `BadPolicy` with all that is wrong for any
    of them, each thing once."""
    file, default = overlay.path, overlay.path.stem == DEFAULT
    codes = overlay.content.get("municipalities", {} if default else {file.stem: {}})
    if not isinstance(codes, dict):
        raise BadPolicy(f'{overlay.at("municipalities")}: hier hoort de code van elke gemeente, zoals `"9901": {{}}`')
    below = file.with_name(f"{overlay.content.get('base', DEFAULT)}.yaml")
    if not below.exists():
        raise BadPolicy(f"{overlay.at('base')}: er is geen bestand {below.name} in deze map")
    base = {} if default else _with_what_is_newer(reading(below), reading)
    found, faults = dict[MunicipalityCode, Policy](), list[str]()
    for code, differs in codes.items():
        try:
            texts = texts_of(overlay, str(code), messages or MessageFiles())
        except BadPolicy as error:
            # They stand in files of their own.
            faults.extend(said for _, said in error.faults)
            continue
        try:
            policy = _complete(texts, base, overlay.content, differs)
            found[_code(str(code))] = policy
        except BadPolicy as error:
            faults.extend(overlay.located(error, within=("municipalities", str(code))))
    if faults:
        raise BadPolicy(tuple(dict.fromkeys(faults)))
    return found


def _with_what_is_newer(below: PolicyFile, reading: Callable[[Path], PolicyFile]) -> Mapping[str, object]:
    """What a file says on which others lie. An older one says nothing of what came later: there the default counts."""
    newest = below.path.with_name(f"{DEFAULT}.yaml")
    if below.path == newest or not newest.exists():
        return below.content
    absent = {key: value for key, value in reading(newest).content.items() if key not in (*below.content, *OF_FILE)}
    return {**absent, **below.content}


def texts_of(overlay: PolicyFile, code: str, messages: MessageFiles) -> MessageTexts:
    """What messages say for one of the municipalities of a file: folders are named after the file below, the file and
    the municipality. Raises `BadPolicy`."""
    return messages.texts(str(overlay.content.get("base", DEFAULT)), overlay.path.stem, code)


def _complete(texts: MessageTexts, *files: object) -> Policy:
    layers = []
    for each in files:
        if not isinstance(each, dict | None):
            raise BadPolicy("hier horen sleutels met elk een waarde: wat in deze gemeente anders is")
        layers.append({key: value for key, value in (each or {}).items() if key not in OF_FILE})
    policy = merged(*layers)
    _check_texts(policy, texts)
    return policy


def _start(policy: Policy) -> date:
    return policy.starts


def _check_texts(policy: Policy, texts: MessageTexts) -> None:
    # Better here than when the first resident should get the message.
    faults = []
    for place, channel, template in _written(policy):
        known = texts.templates(channel) - with_a_moment()
        if template not in known:
            faults.append(((*place, "template"), f"er is geen {channel} {template}; wel: {', '.join(sorted(known))}"))
    faults.extend(faults_of_sender(texts, policy.message_sender()))
    if faults:
        raise BadPolicy(faults)


def _written(policy: Policy) -> Iterator[tuple[tuple[str, ...], Channel, str]]:
    """Everything that the system writes by itself: where the policy says so, over which channel, which text."""
    for plan, its in policy.plans.items():
        for name, step in its.steps.items():
            if step.channel in WRITTEN:
                yield ("plans", plan, "steps", name), step.channel, step.template
    yield ("notice",), policy.notice.channel, policy.notice.template


def _code(text: str) -> MunicipalityCode:
    try:
        return MunicipalityCode.parse(text)
    except Unreadable as error:
        raise BadPolicy(f"{text} is geen code: {error}; zet die tussen aanhalingstekens onder municipalities") from None
