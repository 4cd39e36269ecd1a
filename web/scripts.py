"""What somebody says or leaves behind who does not reach the resident, where they are about to need it."""

from dataclasses import dataclass
from datetime import datetime

from models.case import CaseState
from models.codes import TaskKind
from models.ids import PersonId
from models.message_text import TextName
from models.personal import KnownPerson
from policy.message_writing import VISIT_CARD, VOICEMAIL
from policy.message_writing import said as text_to_say
from web.language import said
from web.services import Services

_NEEDED = {
    TaskKind.CALL: ("Voicemail? Zeg dit", VOICEMAIL),
    TaskKind.CALLBACK: ("Voicemail? Zeg dit", VOICEMAIL),
    TaskKind.VISIT: ("Niemand thuis? Schrijf dit op het kaartje", VISIT_CARD),
}


@dataclass(frozen=True)
class Script:
    """A text to say or to write, in the resident's language."""

    title: str
    language: str
    text: str


def scripts(
    services: Services, state: CaseState, person: PersonId, resident: KnownPerson | None, *, now: datetime
) -> tuple[Script, ...]:
    """For the calls and visits that can be made now. Whoever hears or reads it learns nothing of debt."""
    kinds = {task.kind for task in state.tasks if task.person_id == person and task.opens_at <= now}
    if resident is None or state.municipality not in services.policies.municipalities():
        return ()
    wanted = dict.fromkeys(_NEEDED[kind] for kind in _NEEDED if kind in kinds)
    return tuple(script(services, state, title, name, resident) for title, name in wanted)


def script(
    services: Services, state: CaseState, title: str, name: TextName, resident: KnownPerson, caller: str = ""
) -> Script:
    """A text of the case's route, in the resident's language."""
    route = None if state.terms is None else state.terms.route
    policies = services.policies
    wanted = TextName(resident.language, name.channel, name.template, route)
    text = text_to_say(
        policies.texts(state.municipality),
        wanted,
        policies.sender(state.municipality),
        caller=caller,
        name=resident.name,
    )
    return Script(said(title), text.language.value, text.body)
