"""The routes, their contact plans step by step, and the queues of the teams that do the work."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from models.codes import Channel, Daypart, Role, Route
from policy.file_parts import FilePlan, FileStep
from policy.file_routes import FileRoute
from policy.terms import Policy
from web import labels
from web.language import said
from web.policy_words.sentence import Section, Told, length, listed, text_name
from web.policy_words.triage import queue_name


@dataclass(frozen=True)
class Stop:
    """One step of a contact plan, as a drawing of it needs it."""

    day: str
    what: str
    detail: str


_DEEDS = {
    Channel.MAIL: "een e-mail",
    Channel.LETTER: "een brief",
    Channel.SMS: "een sms",
    Channel.CALL: "bellen",
    Channel.VISIT: "langsgaan",
}


def routes(policy: Policy) -> Section:
    parts = tuple(
        Section(route_anchor(route), _title(labels.label(route)), tuple(_route(route, its, policy)))
        for route, its in policy.routes.items()
    )
    return Section("routes", said("De routes"), parts=parts)


def contact_plans(policy: Policy) -> Section:
    """Each plan once, whichever routes follow it."""
    parts = tuple(
        Section(plan_anchor(name), _title(said("contactplan ‘{name}’", name=plan.name)), tuple(_plan(name, plan)))
        for name, plan in policy.plans.items()
    )
    counted = Told(
        ("plans",), said("Wordt de inwoner bereikt, dan stopt het plan. Dagen zijn werkdagen vanaf het begin.")
    )
    return Section("contactplannen", said("De contactplannen"), (counted,), parts)


def queues(policy: Policy) -> Section:
    served = tuple(
        Told(
            ("queues", key),
            said("In het werkbakje {name} werken: {served_by}.", name=queue.name, served_by=_roles(queue.served_by)),
        )
        for key, queue in policy.queues.items()
    )
    identity = queue_name(policy.identity_queue, policy)
    checked = Told(
        ("identity_queue",), said("Gegevens die niet zeker zijn, komen in het werkbakje {identity}.", identity=identity)
    )
    return Section("werkbakjes", said("De werkbakjes"), (*served, checked))


def route_anchor(route: Route) -> str:
    return f"route-{route}"


def plan_name(key: str, policy: Policy) -> str:
    """What a plan is called; its key where there is none."""
    named = policy.plans.get(key)
    return key if named is None else named.name


def plan_anchor(name: str) -> str:
    return f"plan-{name}"


def stops(plan: FilePlan) -> tuple[Stop, ...]:
    """The plan as a line of stops, the last of which is its end."""
    found, day, dayparts = [], 0, _dayparts(plan)
    for step, daypart in zip(plan.steps.values(), dayparts, strict=True):
        day += step.wait.working_days
        found.append(Stop(said("Dag {day}", day=day), _title(said(_DEEDS[step.channel])), _detail(step, daypart)))
    return *found, Stop(
        _title(said("{end} later", end=length(plan.end))), said("Geen reactie: einde"), labels.label(plan.outcome)
    )


def _roles(roles: tuple[Role, ...]) -> str:
    return listed(labels.label(role) for role in roles) if roles else said("niemand")


def _route(route: Route, its: FileRoute, policy: Policy) -> Iterator[Told]:
    place = ("routes", route)
    if its.ends_as is not None:
        alone = said(
            "Niemand zoekt contact: de zaak eindigt vanzelf met het resultaat ‘{ends_as}’.",
            ends_as=labels.label(its.ends_as),
        )
        yield Told((*place, "ends_as"), alone)
    follows = (
        "Deze route volgt het contactplan ‘{plan}’."
        if its.ends_as is None
        else "Is er toch contact nodig, dan volgt deze route het contactplan ‘{plan}’."
    )
    yield Told((*place, "plan"), said(follows, plan=plan_name(its.plan, policy)))
    yield Told(
        (*place, "follow_up"),
        said(
            "Na een gesprek zonder resultaat, of na een gemiste terugbelafspraak: het contactplan ‘{follow_up}’.",
            follow_up=plan_name(its.follow_up, policy),
        ),
    )
    yield Told((*place, "queue"), said("Het werk ligt in het werkbakje {queue}.", queue=queue_name(its.queue, policy)))
    if its.by_neighbourhood:
        yield Told((*place, "by_neighbourhood"), said("Heeft de wijk een eigen werkbakje, dan ligt het werk daar."))
    yield Told(
        (*place, "priority"),
        said("Deze route heeft voorrang {priority}. Voorrang 1 gaat eerst, 4 als laatste.", priority=its.priority),
    )
    if its.notice_exempt:
        yield Told(
            (*place, "notice_exempt"),
            said("De inwoner krijgt geen bericht dat wij gegevens hebben."),
            its.notice_exempt,
        )


def _plan(name: str, plan: FilePlan) -> Iterator[Told]:
    place, day, dayparts = ("plans", name), 0, _dayparts(plan)
    yield Told((*place, "name"), said("Dit plan heet ‘{name}’; in het bestand is het {key}.", name=plan.name, key=name))
    for number, (key, step) in enumerate(plan.steps.items(), start=1):
        day += step.wait.working_days
        detail = _detail(step, dayparts[number - 1])
        text = said(
            "Stap {number}, dag {day}: {deed}{detail}; {after}.",
            number=number,
            day=day,
            deed=said(_DEEDS[step.channel]),
            detail=detail and f", {detail}",
            after=_after(step, number),
        )
        yield Told((*place, "steps", key), text, step.wait.rule)
    yield Told(
        (*place, "dayparts"),
        said("Bellen wisselt af: in de {dayparts}.", dayparts=listed(_daypart(each) for each in plan.dayparts)),
    )
    if plan.patience is not None:
        waits = said("Een telefoontje mag hier {patience} wachten.", patience=length(plan.patience))
        yield Told((*place, "patience"), waits, plan.patience.rule)
    yield Told((*place, "end"), said("Het plan eindigt {end} na de laatste stap.", end=length(plan.end)), plan.end.rule)
    yield Told(
        (*place, "outcome"),
        said("Reageerde niemand, dan is het resultaat ‘{outcome}’.", outcome=labels.label(plan.outcome)),
    )


def _after(step: FileStep, number: int) -> str:
    since = said("het begin") if number == 1 else said("stap {number}", number=number - 1)
    return said("{wait} na {since}", wait=length(step.wait), since=since)


def _detail(step: FileStep, daypart: Daypart | None) -> str:
    parts = (
        step.template and said("tekst {template}", template=text_name(step.template)),
        "" if daypart is None else said("in de {daypart}", daypart=_daypart(daypart)),
        said("aangekondigd met een brief") if step.announced else "",
    )
    return ", ".join(part for part in parts if part)


def _daypart(daypart: Daypart) -> str:
    return said(daypart.value).lower()


def _dayparts(plan: FilePlan) -> tuple[Daypart | None, ...]:
    """For each step the daypart of its call: the one that was called least, as `policy.contact` chooses it."""
    called, found = Counter[Daypart](), list[Daypart | None]()
    for step in plan.steps.values():
        daypart = min(plan.dayparts, key=lambda each: called[each]) if step.channel is Channel.CALL else None
        found.append(daypart)
        called.update([] if daypart is None else [daypart])
    return tuple(found)


def _title(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"
