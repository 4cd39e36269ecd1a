"""Keys of the systems of a partner: made, replaced and stopped. Whoever makes one sees it once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.partner_directory import PartnerDirectory
from adapters.partner_keys import LONGEST, OVERLAP, KeyKnown, KeyOver, PartnerKey, PartnerKeys
from adapters.registry import Member
from adapters.staff_access import StaffAccess
from models.codes import Role
from models.ids import PartnerId
from observability import get_logger
from policy.calendar import local
from policy.permissions import Action, Staff
from web import queries, rendering, words
from web.auth import CheckedForm, NotThere, OurServices, allowed, scope
from web.forms.fields import Unfinished
from web.forms.reading import uuid_of
from web.language import said
from web.services import Services

router = APIRouter()
log = get_logger()

HERE = "/partners/{partner}/sleutels"
Keeper = Annotated[Staff, allowed(Action.KEEP_PARTNERS)]
_USUAL = timedelta(days=365)


@dataclass(frozen=True)
class Line:
    """A key as the page shows it; never the key itself."""

    id: str
    whose: str
    made: str
    until: str
    used: str
    ended: str
    """Why it opens nothing any more; empty while it does."""
    replaced: bool


@dataclass(frozen=True)
class Made:
    """A key that was just made: this once."""

    key: str
    whose: str
    until: str
    replaced_until: str
    """The last day of the one that it replaces; empty when it replaces none."""


@router.get(HERE)
def keys_of_partner(request: Request, services: OurServices, staff: Keeper, partner: str) -> Response:
    return _show(request, services, staff, PartnerId(partner))


@router.post(HERE)
async def make(request: Request, services: OurServices, staff: Keeper, form: CheckedForm, partner: str) -> Response:
    """The answer is the page with the key on it: there is no address at which it could be read again."""
    typed = {field: value for field, value in form.items() if isinstance(value, str)}
    return await run_in_threadpool(_make, request, services, staff, PartnerId(partner), typed)


@router.post(HERE + "/{key}/stoppen")
async def stop(services: OurServices, staff: Keeper, form: CheckedForm, partner: str, key: str) -> Response:
    known = await run_in_threadpool(_keys, services, await run_in_threadpool(_owners, services, staff, partner))
    if key not in {one.id for one in known}:
        raise NotThere
    await run_in_threadpool(lambda: PartnerKeys(services.database).stop(key, at=services.now()))
    log.info("partner_key.stopped", key=key, by=staff.staff_id)
    return RedirectResponse(f"/partners/{partner}/sleutels", 303)


def _make(
    request: Request, services: Services, staff: Staff, partner: PartnerId, typed: dict[str, str]
) -> HTMLResponse:
    owners, today = _owners(services, staff, partner), local(services.now()).date()
    replaces = next((key for key in _keys(services, owners) if key.id == typed.get("vervangt")), None)
    whose = replaces.staff if replaces is not None else typed.get("van", "")
    owner = next((one for one in owners if one.id == whose), None)
    if owner is None or (typed.get("vervangt") and replaces is None):
        raise NotThere
    try:
        number = uuid_of(typed, "press_id")
        last_day = _last_day(typed, today)
        made_id, key = PartnerKeys(services.database).make(
            owner.id,
            by=staff.staff_id,
            at=services.now(),
            last_day=last_day,
            number=number,
            replaces=None if replaces is None else replaces.id,
        )
    except Unfinished as unfinished:
        return _show(request, services, staff, partner, sentence=unfinished.sentence, typed=typed, status=422)
    except KeyKnown:
        return _show(request, services, staff, partner, known=True)
    except KeyOver:
        sentence = said("Deze sleutel werkt niet meer. Maak een nieuwe in plaats van deze te vervangen.")
        return _show(request, services, staff, partner, sentence=sentence, status=409)
    log.info("partner_key.made", key=made_id, by=staff.staff_id)
    made = Made(
        key=key,
        whose=owner.name,
        until=words.full_day(last_day),
        replaced_until="" if replaces is None else words.full_day(min(replaces.last_day, today + OVERLAP)),
    )
    return _show(request, services, staff, partner, made=made)


def _last_day(typed: dict[str, str], today: date) -> date:
    try:
        day = date.fromisoformat(typed.get("tot", ""))
    except ValueError:
        raise Unfinished("tot", said("Vul de laatste dag van de sleutel in.")) from None
    if not today <= day <= today + LONGEST:
        raise Unfinished("tot", said("De laatste dag van een sleutel ligt tussen vandaag en een jaar na vandaag."))
    return day


def _owners(services: Services, staff: Staff, partner: str) -> list[Member]:
    """Who works for this partner in no municipality but those of which this person keeps the partners. Raises
    `NotThere` for a partner that there is not in any of these."""
    within = scope(staff, Action.KEEP_PARTNERS)
    directory = PartnerDirectory(services.database)
    if all(directory.find(municipality, PartnerId(partner)) is None for municipality in within):
        raise NotThere
    return [
        one.member
        for one in StaffAccess(services.database, services.sessions).all()
        if one.member.role is Role.PARTNER
        and one.member.partner == partner
        and set(one.member.municipalities) <= set(within)
    ]


def _keys(services: Services, owners: Sequence[Member]) -> list[PartnerKey]:
    theirs = {one.id for one in owners}
    return [key for key in PartnerKeys(services.database).all() if key.staff in theirs]


def _show(
    request: Request,
    services: Services,
    staff: Staff,
    partner: PartnerId,
    *,
    made: Made | None = None,
    known: bool = False,
    sentence: str = "",
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    owners, now = _owners(services, staff, partner), services.now()
    names, today = {one.id: one.name for one in owners}, local(now).date()
    keys = _keys(services, owners)
    makers = queries.staff_names(services.database, [key.made_by for key in keys])
    lines = [_line(key, names[key.staff], makers.get(key.made_by, ""), now) for key in keys]
    return rendering.page(
        request,
        "partner_keys.html",
        staff,
        status=status,
        partner=partner,
        name=queries.partner_names(services.database)[partner],
        owners=[(one.id, one.name) for one in owners],
        running=[line for line in lines if not line.ended],
        ended=[line for line in lines if line.ended],
        made=made,
        known=known,
        sentence=sentence,
        typed=typed or {},
        today=today.isoformat(),
        latest=(today + LONGEST).isoformat(),
        usual=(today + _USUAL).isoformat(),
        overlap=OVERLAP.days,
    )


def _line(key: PartnerKey, whose: str, maker: str, now: datetime) -> Line:
    over = key.last_day < local(now).date()
    ended = said("verlopen") if over else ""
    if key.stopped_at is not None:
        ended = said("gestopt {moment}", moment=words.moment(key.stopped_at, now=now))
    made = words.full_day(local(key.made_at).date())
    return Line(
        id=key.id,
        whose=whose,
        made=said("{day} door {who}", day=made, who=maker) if maker else made,
        until=words.full_day(key.last_day),
        used=words.full_day(key.used_on) if key.used_on else said("nog nooit"),
        ended=ended,
        replaced=key.replaced,
    )
