"""The policy of a municipality, in words and drawn: which version is in force, which come, and what each changes."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from models.values import MunicipalityCode
from policy.calendar import local
from policy.permissions import Action, Staff
from policy.terms import Policy
from web import policy_texts, queries, rendering, words
from web.auth import NotThere, OurServices, allowed, scope
from web.language import said
from web.policy_diff import differences
from web.policy_words import sections
from web.policy_words.contact import Stop, route_anchor, stops
from web.policy_words.triage import rungs

router = APIRouter()


@dataclass(frozen=True)
class Choice:
    """A link to a municipality or a version."""

    link: str
    name: str
    said: str
    chosen: bool


@router.get("/beleid")
def policy(
    request: Request,
    services: OurServices,
    staff: Annotated[Staff, allowed(Action.SEE_POLICY)],
    wanted: Annotated[str | None, Query(alias="gemeente", max_length=4)] = None,
    version: Annotated[date | None, Query(alias="versie")] = None,
) -> Response:
    policies, today = services.policies, local(services.now()).date()
    within = scope(staff, Action.SEE_POLICY)
    known = [code for code in within if code in policies.municipalities()]
    here = _chosen(known, wanted)
    if here is None:
        return rendering.page(request, "policy.html", staff, place="")
    versions, in_force = policies.versions(here), policies.policy(here, today)
    shown = in_force if version is None else next((each for each in versions if each.starts == version), None)
    if shown is None:
        raise NotThere
    earlier = next((each for each in reversed(versions) if each.starts < shown.starts), None)
    names = queries.municipality_names(services.database, within)
    return rendering.page(
        request,
        "policy.html",
        staff,
        place=names.get(here.text, here.text),
        places=", ".join(sorted(names.values())),
        municipalities=[_municipality(code, names, chosen=code == here) for code in known],
        versions=[_version(here, each, versions, in_force, chosen=each is shown) for each in versions],
        sections=sections(shown),
        rungs=[(rung, route_anchor(rung.route)) for rung in rungs(shown)],
        lines=_lines(shown),
        texts=policy_texts.shown(policies.texts_of(here, shown), shown.message_sender()),
        earlier=earlier,
        changes=differences(earlier, shown) if earlier else (),
    )


def _chosen(known: list[MunicipalityCode], wanted: str | None) -> MunicipalityCode | None:
    """The first municipality when none is asked for. Raises `NotThere`."""
    if wanted is None:
        return next(iter(known), None)
    found = next((code for code in known if code.text == wanted), None)
    if found is None:
        raise NotThere
    return found


def _municipality(code: MunicipalityCode, names: dict[str, str], *, chosen: bool) -> Choice:
    return Choice(f"/beleid?{urlencode({'gemeente': code.text})}", names.get(code.text, code.text), "", chosen)


def _version(
    code: MunicipalityCode, its: Policy, versions: tuple[Policy, ...], in_force: Policy, *, chosen: bool
) -> Choice:
    link = f"/beleid?{urlencode({'gemeente': code.text, 'versie': its.starts.isoformat()})}"
    following = next((each for each in versions if each.starts > its.starts), None)
    if its is in_force:
        stands = said("geldt nu")
    elif its.starts > in_force.starts:
        stands = said("gaat in op {starts}", starts=words.full_day(its.starts))
    else:
        stands = "" if following is None else said("gold tot {starts}", starts=words.full_day(following.starts))
    return Choice(link, its.version, stands, chosen)


def _lines(policy: Policy) -> dict[str, tuple[Stop, ...]]:
    """What is drawn under each route on which contact is sought, by its anchor."""
    return {
        route_anchor(route): stops(policy.plans[its.plan])
        for route, its in policy.routes.items()
        if its.ends_as is None
    }
