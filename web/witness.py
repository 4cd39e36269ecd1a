"""Nothing that was unsealed leaves before it is written down who had it before them, and for what.

The vault notes what is opened while an answer is made, so a page does nothing for this but have a purpose here. A page
that opens something and has none is not shown.
"""

from collections.abc import Collection, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.looks import Looker, Looks
from adapters.unsealing import noting
from models.codes import LookPurpose, LookReason
from models.ids import CaseId, UnitId
from policy.looks import OPENED
from policy.permissions import Staff
from web.services import Services

PURPOSES: Mapping[str, LookPurpose] = {
    "/": LookPurpose.WORK_LIST,
    "/zaak/{case_id}": LookPurpose.CASE,
    "/zaak/{case_id}/adres": LookPurpose.SECRET_ADDRESS,
    "/zaak/{case_id}/opdracht": LookPurpose.RECORDING,
    "/zaak/{case_id}/opdracht/{command_id}": LookPurpose.RECORDING,
    "/zaak/{case_id}/bedrag": LookPurpose.CASE,
    "/zaak/{case_id}/inzageverzoek": LookPurpose.ACCESS_REQUEST,
    "/zaak/{case_id}/inzageverzoek.json": LookPurpose.ACCESS_REQUEST,
    "/bellen": LookPurpose.CALL,
    "/bellen/{case_id}": LookPurpose.CALL,
    "/bellen/{case_id}/bezig": LookPurpose.CALL,
    "/bellen/{case_id}/overnemen": LookPurpose.CALL,
    "/bellen/{case_id}/overslaan": LookPurpose.CALL,
    "/huisbezoek": LookPurpose.VISIT,
    "/huisbezoek/meenemen": LookPurpose.VISIT,
    "/huisbezoek/{case_id}": LookPurpose.AT_THE_DOOR,
    "/huisbezoek/{case_id}/overnemen": LookPurpose.AT_THE_DOOR,
    "/huisbezoek/{case_id}/teruggeven": LookPurpose.AT_THE_DOOR,
    "/huisbezoek/{case_id}/adres": LookPurpose.SECRET_ADDRESS,
    "/zoeken": LookPurpose.SEARCH,
    "/terugbelverzoek": LookPurpose.CALL_REQUEST,
    "/terugbelverzoeken": LookPurpose.CALL_REQUEST,
    "/terugbelverzoeken/{request_id}/koppelen": LookPurpose.CALL_REQUEST,
    "/terugbelverzoeken/{request_id}/klaar": LookPurpose.CALL_REQUEST,
    "/samen": LookPurpose.MANY_CASES,
    "/samen/{deed}": LookPurpose.MANY_CASES,
    "/goedkeuren": LookPurpose.APPROVAL,
    "/goedkeuren/{key}": LookPurpose.APPROVAL,
    "/toets": LookPurpose.REVIEW,
    "/toets/{review_id}": LookPurpose.REVIEW,
    "/vastgelopen": LookPurpose.STALLED,
    "/overzicht/werk": LookPurpose.OVERVIEW,
    "/overzicht/zaken": LookPurpose.OVERVIEW,
    "/bewaren/lijsten/{list_id}/{item}": LookPurpose.RECORDING,
    "/afwezig/{absence}/afspraken": LookPurpose.ABSENCE,
    "/aanleveringen/bestand": LookPurpose.DELIVERY,
    "/aanleveringen/bestand/{upload_id}": LookPurpose.DELIVERY,
    "/aanleveringen/mutaties": LookPurpose.DELIVERY,
    "/aanleveringen/{delivery_id}/geweigerd.csv": LookPurpose.DELIVERY,
    "/bedragen": LookPurpose.AMOUNT,
    "/bedragen/{partner}": LookPurpose.AMOUNT,
    "/bedragen/{partner}/vragen.csv": LookPurpose.AMOUNT,
    "/bedragen/{partner}/antwoord": LookPurpose.AMOUNT,
    "/bedragen/{partner}/bestand": LookPurpose.AMOUNT,
    "/terugkoppeling": LookPurpose.FEEDBACK,
    "/terugkoppeling/{batch}": LookPurpose.FEEDBACK,
    "/samen-kijken": LookPurpose.LOOK_TOGETHER,
    "/printrondes": LookPurpose.LETTERS,
    "/printrondes/{batch}/manifest.json": LookPurpose.LETTERS,
    "/partner": LookPurpose.OWN_SIGNALS,
    "/partner/signalen.csv": LookPurpose.OWN_SIGNALS,
    "/partner/bedragen": LookPurpose.OWN_SIGNALS,
    "/partner/bedragen.csv": LookPurpose.OWN_SIGNALS,
    "/partner/bedragen/bestand": LookPurpose.OWN_SIGNALS,
    "/api/medewerkers/v1/taken": LookPurpose.WORK_LIST,
    "/api/medewerkers/v1/belbeurten/volgende": LookPurpose.CALL,
    "/api/medewerkers/v1/zaken/{zaakId}": LookPurpose.CASE,
    "/api/medewerkers/v1/zaken/{zaakId}/mogelijkheden": LookPurpose.CASE,
    "/api/medewerkers/v1/zaken/{zaakId}/opdrachten": LookPurpose.RECORDING,
    "/api/medewerkers/v1/zaken/{zaakId}/opdrachten/{opdrachtId}": LookPurpose.RECORDING,
    "/api/medewerkers/v1/belbeurten/{zaakId}": LookPurpose.CALL,
    "/api/medewerkers/v1/zoekvragen": LookPurpose.SEARCH,
    "/api/medewerkers/v1/terugbelverzoeken": LookPurpose.CALL_REQUEST,
    "/api/medewerkers/v1/vastgelopen-zaken": LookPurpose.STALLED,
}
"""For what each page opens something, by its route."""
OF_THE_API = "/api/v1"
"""A partner's system reads what the partner sent itself."""
SEEN_BY_NOBODY = frozenset({"/terugmeldingen/notify"})
"""Something may be opened there to change it; the answer is empty."""


class Unwitnessed(Exception):
    """Something was opened for nobody that we know, or for nothing that we know. It is not shown."""

    def __init__(self, route: str) -> None:
        super().__init__(f"{route} opens personal data and has no purpose in web/witness.py, or nobody who asks")


class Witnessed:
    """Around all pages. When the looking cannot be written down, the answer is an error."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with noting() as opened:

            async def witnessed(message: Message) -> None:
                if opened:
                    await run_in_threadpool(_write_down, scope, frozenset(opened))
                    opened.clear()
                await send(message)

            await self._app(scope, receive, witnessed)


def _write_down(scope: Scope, units: frozenset[UnitId]) -> None:
    """Raises `Unwitnessed`, and whatever keeps a database from writing."""
    route = f"{scope.get('root_path', '')}{getattr(scope.get('route'), 'path', '')}"
    if route in SEEN_BY_NOBODY:
        return
    state: Mapping[str, Any] = scope.get("state", {})
    purpose = LookPurpose.OWN_SIGNALS if route.startswith(f"{OF_THE_API}/") else PURPOSES.get(route)
    staff: Staff | None = state.get("staff")
    if staff is None or purpose is None:
        raise Unwitnessed(route)
    reason: LookReason | None = state.get("look_reason")
    if purpose is LookPurpose.SECRET_ADDRESS and reason is None:
        # The address was not shown: nobody said why.
        purpose = LookPurpose.CASE
    services: Services = scope["app"].state.services
    looks = Looks(services.database, services.vault, services.policies)
    looker = Looker(staff.staff_id, staff.role, purpose, reason)
    looks.record(
        looker, units, at=services.now(), chosen=_chosen(scope, purpose, state.get("looked_into", frozenset()))
    )


def _chosen(scope: Scope, purpose: LookPurpose, more: Collection[CaseId | None]) -> Collection[CaseId | None] | None:
    """The case that a page for this purpose is about, and those that it says it tells of as well; none is when its
    address names none."""
    named = scope.get("path_params", {})
    return {CaseId(str(named.get("case_id", named.get("zaakId", "")))), *more} if purpose in OPENED else None
