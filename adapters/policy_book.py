"""The municipalities' policies, read once from a folder of files.

`default.yaml` is complete; any other file says what differs from it, for the municipality whose code is its name or
for those that it names, from a day on. Files stay where they are when a newer version comes beside them: cases keep
the version that they began under.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

from activities.message_texts import SMS_LENGTH, TEMPLATES, sms_text
from adapters.policy_yaml import read
from models.codes import Channel, Route
from models.errors import CodedError
from models.terms import Sender, Terms
from models.values import MunicipalityCode, Unreadable
from policy.calendar import local
from policy.file_parts import Schedule
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

    def __init__(self, folder: Path, *, today: Callable[[], date]) -> None:
        """Reads everything in `folder`. Raises `BadPolicy`, which names the file, the line and the place in it."""
        self._today = today
        self._versions: dict[MunicipalityCode, list[Policy]] = {}
        for file in sorted(folder.glob("*.yaml")):
            for municipality, policy in policies_in(file).items():
                self._add(file, municipality, policy)
        if not (folder / f"{DEFAULT}.yaml").exists():
            raise BadPolicy(f"{folder / DEFAULT}.yaml: there is no such file")

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

    def sender(self, municipality: MunicipalityCode) -> Sender:
        """Who the municipality's messages come from. Raises `UnknownMunicipality`."""
        return self.policy(municipality).message_sender()

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
            raise BadPolicy(f"{file}: another file has a version for {municipality.text} from {policy.starts} too")
        known.append(policy)
        known.sort(key=_start)


def policies_in(file: Path) -> Mapping[MunicipalityCode, Policy]:
    """The policy of each municipality that a file is about; none for a file that only lies under others.

    Raises `BadPolicy`, which names the file, the line and the place in it.
    """
    overlay = read(file)
    own = {key: value for key, value in overlay.content.items() if key not in OF_FILE}
    codes = overlay.content.get("municipalities", {} if file.stem == DEFAULT else {file.stem: {}})
    if not isinstance(codes, dict):
        raise BadPolicy(f"{overlay.at('municipalities')}: a mapping from the code of each municipality")
    base = {} if file.stem == DEFAULT else read(file.with_name(f"{overlay.content.get('base', DEFAULT)}.yaml")).content
    under = {key: value for key, value in base.items() if key not in OF_FILE}
    found = {}
    for code, differs in codes.items():
        try:
            policy = merged(under, own, differs or {})
            _check_templates(policy)
        except BadPolicy as error:
            raise BadPolicy(overlay.located(error, within=("municipalities", str(code)))) from None
        found[_code(str(code), overlay.at("municipalities", str(code)))] = policy
    return found


def _start(policy: Policy) -> date:
    return policy.starts


def _check_templates(policy: Policy) -> None:
    # Better here than when the first resident should get the message.
    faults = []
    for place, channel, template in _written(policy):
        if template not in TEMPLATES[channel]:
            faults.append(((*place, "template"), f"there is no {channel} {template}"))
        elif channel is Channel.SMS and len(sms_text(template, policy.message_sender())) > SMS_LENGTH:
            said = f"with this name, page and phone {template} has more than {SMS_LENGTH} characters"
            faults.append((("sender",), said))
    if faults:
        raise BadPolicy(faults)


def _written(policy: Policy) -> Iterator[tuple[tuple[str, ...], Channel, str]]:
    """Everything that the system writes by itself: where the policy says so, over which channel, which text."""
    for plan, its in policy.plans.items():
        for name, step in its.steps.items():
            if step.channel in TEMPLATES:
                yield ("plans", plan, "steps", name), step.channel, step.template
    yield ("notice",), policy.notice.channel, policy.notice.template


def _code(text: str, place: str) -> MunicipalityCode:
    try:
        return MunicipalityCode.parse(text)
    except Unreadable as error:
        raise BadPolicy(f"{place}: not the code of a municipality ({error})") from None
