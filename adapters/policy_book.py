"""The municipalities' policies, read once from a folder: `default.yaml` and one file for each municipality."""

from collections.abc import Hashable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from activities.message_texts import SMS_LENGTH, TEMPLATES, sms_text
from models.codes import Channel, Route
from models.errors import CodedError
from models.terms import Sender, Terms
from models.values import MunicipalityCode, Unreadable
from policy.calendar import local
from policy.file_parts import Schedule
from policy.terms import BadPolicy, Policy, merged

DEFAULT = "default"


class UnknownMunicipality(CodedError):
    """There is no policy file for this municipality; trying again does not make one."""

    retryable = False


class PolicyFiles:
    """`PolicyBook` of files. A municipality's own file says only what differs from the default."""

    def __init__(self, folder: Path) -> None:
        """Reads everything in `folder`. Raises `BadPolicy`, which names the file and the place in it."""
        default = _read(folder / f"{DEFAULT}.yaml")
        self._policies: dict[MunicipalityCode, Policy] = {}
        for file in sorted(folder.glob("*.yaml")):
            if file.stem != DEFAULT:
                self._policies[_code(file)] = _merged(default, _read(file), file)

    def municipalities(self) -> tuple[MunicipalityCode, ...]:
        """Everyone with a policy, in the order of their codes."""
        return tuple(self._policies)

    def policy(self, municipality: MunicipalityCode) -> Policy:
        """Raises `UnknownMunicipality`."""
        try:
            return self._policies[municipality]
        except KeyError:
            raise UnknownMunicipality("policy.unknown-municipality") from None

    def route(self, municipality: MunicipalityCode, age: int | None) -> Route:
        """The route of a resident of this age in whole years, None when nobody knows it. Raises
        `UnknownMunicipality`."""
        return self.policy(municipality).route_of(age)

    def terms(self, municipality: MunicipalityCode, route: Route, at: datetime) -> Terms:
        """What a case that gets its route at this moment is held to. Raises `UnknownMunicipality`."""
        return self.policy(municipality).terms(municipality, route, local(at).date())

    def sender(self, municipality: MunicipalityCode) -> Sender:
        """Who the municipality's messages come from. Raises `UnknownMunicipality`."""
        return self.policy(municipality).message_sender()

    def feedback_schedule(self, municipality: MunicipalityCode) -> Schedule:
        """When feedback to partners leaves. Raises `UnknownMunicipality`."""
        return self.policy(municipality).feedback_schedule


class _OnceLoader(yaml.SafeLoader):
    """Refuses a key that stands twice at one place; plain YAML silently takes the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for index, key in enumerate(keys):
            if key in keys[:index]:
                line = node.value[index][0].start_mark.line + 1
                raise BadPolicy(f"line {line}: {key} stands there twice")
        return super().construct_mapping(node, deep=deep)


def _read(file: Path) -> dict[str, object]:
    try:
        # A subclass of SafeLoader: it makes plain values only.
        content = yaml.load(file.read_text(encoding="utf-8"), _OnceLoader)
    except FileNotFoundError:
        raise BadPolicy(f"{file}: there is no such file") from None
    except (yaml.YAMLError, BadPolicy) as error:
        raise BadPolicy(f"{file}: {error}") from None
    if not isinstance(content, dict):
        raise BadPolicy(f"{file}: not a list of keys with values")
    return content


def _merged(default: dict[str, object], overlay: dict[str, object], file: Path) -> Policy:
    try:
        policy = merged(default, overlay)
        _check_templates(policy)
    except BadPolicy as error:
        raise BadPolicy(f"{file} (over {DEFAULT}.yaml): {error}") from None
    return policy


def _check_templates(policy: Policy) -> None:
    # Better here than when the first resident should get the message.
    for place, channel, template in _written(policy):
        if template not in TEMPLATES[channel]:
            raise BadPolicy(f"{place}.template: there is no {channel} {template}")
        if channel is Channel.SMS and len(sms_text(template, policy.message_sender())) > SMS_LENGTH:
            raise BadPolicy(f"sender: with this name, page and phone {template} has more than {SMS_LENGTH} characters")


def _written(policy: Policy) -> Iterator[tuple[str, Channel, str]]:
    """Everything that the system writes by itself: where the policy says so, over which channel, which text."""
    for plan, steps in (("plan", policy.plan.steps), ("follow_up", policy.follow_up.steps)):
        for name, step in steps.items():
            if step.channel in TEMPLATES:
                yield f"{plan}.steps.{name}", step.channel, step.template
    yield "notice", policy.notice.channel, policy.notice.template


def _code(file: Path) -> MunicipalityCode:
    try:
        return MunicipalityCode.parse(file.stem)
    except Unreadable as error:
        raise BadPolicy(f"{file}: the name of the file is not the code of a municipality ({error})") from None
