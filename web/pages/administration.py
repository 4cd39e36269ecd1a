"""The administrator's page: who may sign in, what runs, and how the outside world fares. Nothing of any case."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from adapters.migrate import revision_of
from adapters.partner_keys import PartnerKey, PartnerKeys
from adapters.staff_access import Access, StaffAccess
from models.codes import Party
from models.ids import StaffId
from models.values import MunicipalityCode
from observability import get_logger
from policy.calendar import local
from policy.permissions import Action, Staff
from web import labels, queries, rendering, words
from web.auth import CheckedForm, NotThere, OurServices, allowed, scope
from web.language import said
from web.services import Services

router = APIRouter()
log = get_logger()

HERE = "/beheer"
Administrator = Annotated[Staff, allowed(Action.ADMINISTER)]
_JOBS = {
    "sweep": "Opruimen wat over zijn termijn is",
    "reconciliation": "Nagaan of elke zaak verdergaat",
    "bounces": "Teruggekomen mail ophalen",
    "peer review": "Steekproef voor de collegiale toets trekken",
}


@router.get(HERE)
def administration(request: Request, services: OurServices, staff: Administrator) -> Response:
    within, now = scope(staff, Action.ADMINISTER), services.now()
    people = _people(services, within)
    names = queries.municipality_names(services.database, within)
    down = {outage.party for outage in services.health.outages()}
    return rendering.page(
        request,
        "administration.html",
        staff,
        me=staff.staff_id,
        towns=[_town(services, code, names) for code in within],
        people=[_person(one, names, now) for one in people],
        keys=[_key(key, people, now) for key in _keys(services, people)],
        parties=[(labels.label(party), party not in down) for party in Party],
        jobs=[
            (said(_JOBS.get(job.name, job.name)), words.moment(job.ended_at, now=now))
            for job in services.overview.jobs()
        ],
        revisions=(revision_of(services.database), revision_of(services.vault.database)),
    )


@router.post(HERE + "/medewerkers/{staff_id}/afmelden")
async def sign_out(services: OurServices, staff: Administrator, form: CheckedForm, staff_id: str) -> Response:
    who = await run_in_threadpool(_one_of, services, staff, staff_id)
    await run_in_threadpool(_access(services).sign_out, who)
    log.info("staff.signed_out", staff=who, by=staff.staff_id)
    return RedirectResponse(f"{HERE}#medewerkers", 303)


@router.post(HERE + "/medewerkers/{staff_id}/toegang")
async def remove(services: OurServices, staff: Administrator, form: CheckedForm, staff_id: str) -> Response:
    """Of somebody who left; nobody takes away their own."""
    if staff_id == staff.staff_id:
        raise NotThere
    who = await run_in_threadpool(_one_of, services, staff, staff_id)
    await run_in_threadpool(lambda: _access(services).remove(who, at=services.now()))
    log.info("staff.access_removed", staff=who, by=staff.staff_id)
    return RedirectResponse(f"{HERE}#medewerkers", 303)


@router.post(HERE + "/sleutels/{key}/stoppen")
async def stop_key(services: OurServices, staff: Administrator, form: CheckedForm, key: str) -> Response:
    people = await run_in_threadpool(_people, services, scope(staff, Action.ADMINISTER))
    if key not in {one.id for one in await run_in_threadpool(_keys, services, people)}:
        raise NotThere
    await run_in_threadpool(lambda: PartnerKeys(services.database).stop(key, at=services.now()))
    log.info("partner_key.stopped", key=key, by=staff.staff_id)
    return RedirectResponse(f"{HERE}#sleutels", 303)


def _access(services: Services) -> StaffAccess:
    return StaffAccess(services.database, services.sessions)


def _people(services: Services, within: Sequence[MunicipalityCode]) -> list[Access]:
    """Everybody who works in these municipalities and in no other."""
    return [one for one in _access(services).all() if set(one.member.municipalities) <= set(within)]


def _one_of(services: Services, staff: Staff, staff_id: str) -> StaffId:
    """Raises `NotThere` for somebody whom this administrator does not decide on."""
    people = _people(services, scope(staff, Action.ADMINISTER))
    found = next((one.member.id for one in people if one.member.id == staff_id), None)
    if found is None:
        raise NotThere
    return found


def _keys(services: Services, people: Sequence[Access]) -> list[PartnerKey]:
    theirs = {one.member.id for one in people}
    return [key for key in PartnerKeys(services.database).all() if key.staff in theirs]


def _town(services: Services, code: MunicipalityCode, names: dict[str, str]) -> tuple[str, str, str, str]:
    policy = services.policies.policy(code, local(services.now()).date())
    return names[code.text], code.text, policy.version, words.full_day(policy.starts)


def _person(one: Access, names: dict[str, str], now: datetime) -> dict[str, object]:
    member = one.member
    return {
        "id": member.id,
        "name": member.name,
        "role": labels.label(member.role),
        "places": ", ".join(names[code.text] for code in member.municipalities),
        "sessions": one.sessions,
        "seen": words.moment(one.last_seen_at, now=now) if one.last_seen_at else "",
    }


def _key(key: PartnerKey, people: Sequence[Access], now: datetime) -> dict[str, object]:
    whose = next(one.member.name for one in people if one.member.id == key.staff)
    over = key.last_day < local(now).date()
    return {
        "id": key.id,
        "whose": whose,
        "until": words.full_day(key.last_day),
        "used": words.full_day(key.used_on) if key.used_on else said("nooit"),
        "ended": said("gestopt {moment}", moment=words.moment(key.stopped_at, now=now))
        if key.stopped_at
        else said("verlopen")
        if over
        else "",
    }
