"""Every fact of a case is told in a plain sentence."""

from datetime import datetime, timedelta
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter

from models.facts import AnyFact
from models.ids import SignalId
from policy.transitions import apply
from tests.builders import NOW, a_case_state, a_signal, at
from web.timeline import NOT_FOR_YOU, Entry, entry, line, woven
from web.told.around import Around
from web.told.sentence import sentence

AROUND = Around(
    partners={SignalId("signal-1"): "Woonstee Zonnedijk"},
    names={"noor": "Noor de Wit", "thea": "Thea Vos"},
    now=at("2027-04-08 10:00"),
)
_FACT: TypeAdapter[AnyFact] = TypeAdapter(AnyFact)
_SIGNAL, _STEP, _PERSON = {"signal_id": "signal-1"}, {"step_id": "case-1.step"}, {"person_id": "person-1"}
_APPOINTMENT = {**_PERSON, "appointment_id": "agreed-1"}
_REFERRAL = {**_PERSON, "referral_id": "referral-1"}
_PROPOSED = {
    "proposal_id": "proposal-1",
    "at": NOW,
    "command": {
        "kind": "record_outcome",
        "command_id": "proposal-1",
        "by": "thea",
        "role": "supervisor",
        "person_id": "person-1",
        "outcome": "Niet opgepakt: andere reden",
        "reason": "no_capacity",
    },
}

TOLD: dict[str, tuple[dict[str, Any], str]] = {
    "route_chosen": (
        {"route": "young_adult", "why": "Beleid: van 18 tot en met 26 jaar belt een jongerenwerker."},
        "De zaak volgt de route voor jongeren. Beleid: van 18 tot en met 26 jaar belt een jongerenwerker.",
    ),
    "trait_recorded": (
        {**_PERSON, "trait": "entrepreneur", "applies": True},
        "Vastgelegd: inwoner is ondernemer.",
    ),
    "case_picked_up": ({}, "De signalen van deze periode zijn verzameld. De zaak is opgepakt."),
    "case_claimed": ({}, "Zaak in behandeling genomen."),
    "case_assigned": ({"to": "thea"}, "Zaak gegeven aan Thea Vos."),
    "case_paused": ({"until": at("2027-05-03 23:59")}, "Zaak rust tot en met ma 3 mei."),
    "pause_ended": ({}, "De zaak gaat verder."),
    "stalled": ({"cause": "callback_missed", "deadline": "callback"}, "Zaak vastgelopen: terugbelafspraak is gemist."),
    "deadline_extended": (
        {**_PERSON, "deadline": "task", "task": "visit", "until": at("2027-05-03 23:59")},
        "Termijn verlengd tot en met ma 3 mei: huisbezoek.",
    ),
    "case_merged": (
        {"into": "0a1b2c3d-0000-4000-8000-000000000009"},
        "Zaak samengevoegd met zaak 0a1b2c3d. Deze zaak stopt hier.",
    ),
    "case_closed": ({}, "Zaak afgesloten. De bewaartermijn loopt."),
    "hold_set": ({"until": at("2027-12-31 23:59")}, "Vernietiging uitgesteld tot en met vr 31 december."),
    "hold_released": ({}, "Uitstel van vernietiging opgeheven."),
    "register_answered": ({**_PERSON, "result": "several"}, "Persoonsregister: meer personen gevonden."),
    "party_gave_up": (
        {**_PERSON, **_STEP, "party": "letters"},
        "Brievendienst gaf te lang geen antwoord. Een medewerker neemt het over.",
    ),
    "identity_checked": ({**_PERSON, "standing": "confirmed"}, "Gegevens gecontroleerd: gegevens kloppen."),
    "life_event_reported": (
        {**_PERSON, "event": "died"},
        "De inwoner is overleden. Er gaat niets meer naar de inwoner.",
    ),
    "survivors_offered": (_PERSON, "Hulp aangeboden aan de nabestaanden."),
    "passed_on": (
        {**_PERSON, "channel": "phone", "to": "9902"},
        "Signaal doorgegeven aan een andere gemeente (gemeente 9902): telefonisch.",
    ),
    "person_rectified": (
        {**_PERSON, "what": "birth_date", "partners_told": False},
        "Gegevens verbeterd: geboortedatum. De partners moeten het nog weten.",
    ),
    "correction_told": (_PERSON, "De partners weten dat de gegevens zijn verbeterd."),
    "objection_made": (
        _PERSON,
        "De inwoner maakt bezwaar tegen het gebruik van de gegevens. Niemand zoekt nu contact.",
    ),
    "objection_decided": ({**_PERSON, "upheld": False}, "Bezwaar afgewezen."),
    "representative_recorded": (
        {**_PERSON, "representative": "administrator", "may_be_told": False},
        "Bewindvoerder vastgelegd; die mag niet over bedragen en partners horen.",
    ),
    "disclosure_allowed": (
        {**_PERSON, "ground": "consent"},
        "De partner mag meer van het resultaat horen, door toestemming van de inwoner.",
    ),
    "disclosure_withdrawn": (_PERSON, "De partner mag niets meer horen dan landelijk vastligt."),
    "representative_ended": (_PERSON, "De inwoner heeft geen vertegenwoordiger meer."),
    "attempt_made": (
        {**_PERSON, **_STEP, "channel": "visit", "result": "card_left", "companion": "thea"},
        "Huisbezoek: niemand thuis, kaartje achtergelaten, samen met Thea Vos.",
    ),
    "attempt_corrected": (
        {**_PERSON, **_STEP, "result": "voicemail"},
        "Contactpoging verbeterd. Het was: voicemail ingesproken.",
    ),
    "contact_received": ({**_PERSON, "channel": "desk"}, "De inwoner zocht zelf contact (balie)."),
    "message_asked": (
        {**_PERSON, **_STEP, "channel": "letter", "template": "first-letter"},
        "Tussendoor schrijven: brief naar de inwoner.",
    ),
    "contact_continued": (_PERSON, "Het gesprek leverde nog niets op. Er wordt weer contact gezocht."),
    "message_reported": ({**_PERSON, **_STEP, "report": "bounced"}, "Het bericht kwam terug: het adres werkt niet."),
    "address_checked": ({**_PERSON, "found": False}, "Ander adres gezocht: er is geen ander adres."),
    "mail_checked": ({**_PERSON, **_STEP, "sent": False}, "Bericht gecontroleerd: niet verstuurd."),
    "callback_agreed": (
        {**_APPOINTMENT, "due_at": at("2027-04-09 10:00"), "phone_id": None, "staff": "noor"},
        "Terugbelafspraak voor vr 9 april om 10:00. Noor de Wit belt.",
    ),
    "callback_moved": (
        {**_APPOINTMENT, "due_at": at("2027-04-09 11:00"), "staff": "iemand"},
        "Terugbelafspraak verzet naar vr 9 april om 11:00. Een collega belt.",
    ),
    "invitation_sent": (
        {
            **_APPOINTMENT,
            **_STEP,
            "about": "callback-moved",
            "channel": "mail",
            "sequence": 1,
            "due_at": at("2027-04-09 10:00"),
            "result": "sent",
        },
        "Bericht dat de terugbelafspraak is verzet (vr 9 april om 10:00): e-mail verstuurd.",
    ),
    "callback_cancelled": (_APPOINTMENT, "Terugbelafspraak afgezegd."),
    "callback_kept": (_APPOINTMENT, "Terugbelafspraak nagekomen."),
    "callback_missed": (_APPOINTMENT, "Terugbelafspraak gemist: de inwoner was niet te bereiken."),
    "visit_planned": (
        {**_PERSON, "due_at": at("2027-04-12 10:00"), "companion": "thea", "announced": True},
        "Huisbezoek gepland voor ma 12 april om 10:00, samen met Thea Vos. De inwoner krijgt vooraf een brief.",
    ),
    "visit_cancelled": (_PERSON, "Huisbezoek afgezegd."),
    "visits_blocked": (_PERSON, "Bij deze inwoner mogen geen huisbezoeken meer."),
    "visits_allowed": (_PERSON, "Huisbezoeken mogen weer."),
    "signal_joined": (
        {"signal": a_signal().model_dump()},
        "Nog een signaal ontvangen van Woonstee Zonnedijk.",
    ),
    "signal_changed": ({**_SIGNAL, "change": "withdrawn"}, "Woonstee Zonnedijk meldt: het signaal is ingetrokken."),
    "threat_judged": ({"threatening": True}, "Beoordeeld: de situatie is bedreigend."),
    "signal_split_off": (
        {**_SIGNAL, "wrong_person_told": True},
        "Signaal van Woonstee Zonnedijk hoort bij iemand anders en kreeg een eigen zaak. "
        "De inwoner van deze zaak is er wel over verteld.",
    ),
    "repair_settled": (_PERSON, "Hersteld wat aan de verkeerde persoon was verteld."),
    "feedback_owed": (
        {**_SIGNAL, "code": "afgehandeld"},
        "Terugkoppeling klaargezet voor Woonstee Zonnedijk: afgehandeld.",
    ),
    "feedback_delivered": ({**_SIGNAL, "batch_id": "b-1"}, "Terugkoppeling aangekomen bij Woonstee Zonnedijk."),
    "referral_made": (
        {**_REFERRAL, "party": "neighbourhood_team"},
        "Doorverwezen, met toestemming van de inwoner: wijkteam.",
    ),
    "referral_accepted": (_REFERRAL, "Doorverwijzing aangenomen."),
    "referral_refused": (_REFERRAL, "Doorverwijzing geweigerd."),
    "referral_expired": (_REFERRAL, "Geen antwoord op de doorverwijzing. De zaak komt terug."),
    "referral_started": (
        {**_REFERRAL, "started_at": at("2027-04-07 09:00")},
        "Hulp na de doorverwijzing begonnen op wo 7 april.",
    ),
    "referral_ended": (_REFERRAL, "Hulp na de doorverwijzing gestopt."),
    "outcome_recorded": (
        {
            **_PERSON,
            "outcome": "(Budget)advies en/of quick fix",
            "acceptance": "pending",
            "help_kind": "payment_plan",
            "accepted_at": at("2027-04-07 09:00"),
            "corrects": True,
        },
        "Uitkomst verbeterd: (Budget)advies en/of quick fix (hulp afgesproken, nog niet begonnen); "
        "hulp: betalingsregeling; afgesproken op wo 7 april.",
    ),
    "first_conversation_held": (
        {**_PERSON, "conversation_at": at("2027-04-06 09:00"), "started_at": at("2027-04-07 09:00")},
        "Eerste gesprek gehouden op di 6 april; hulp begonnen op wo 7 april.",
    ),
    "help_started": ({**_PERSON, "started_at": at("2027-04-07 09:00")}, "Hulp begonnen op wo 7 april."),
    "quick_fix_checked": (
        {**_PERSON, "solved": False},
        "Nagegaan na 30 dagen: de achterstand is niet opgelost.",
    ),
    "approval_asked": (
        {**_PERSON, "proposal": _PROPOSED},
        "Voorstel: Niet opgepakt: andere reden (geen capaciteit). Een collega moet het goedkeuren.",
    ),
    "approval_given": ({**_PERSON, "proposal_id": "proposal-1"}, "Voorstel goedgekeurd."),
    "approval_refused": ({**_PERSON, "proposal_id": "proposal-1"}, "Voorstel afgekeurd."),
}

OTHERWISE: list[tuple[str, dict[str, Any], str]] = [
    ("case_assigned", {"to": None}, "Zaak teruggegeven aan het team."),
    (
        "deadline_extended",
        {"task": None, "deadline": "assignment"},
        "Termijn verlengd tot en met ma 3 mei: zaak toewijzen.",
    ),
    ("life_event_reported", {"event": "moved_within"}, "De inwoner is verhuisd binnen de gemeente."),
    (
        "passed_on",
        {"channel": "not_possible", "to": None},
        "Het signaal kon niet worden doorgegeven aan een andere gemeente.",
    ),
    (
        "attempt_made",
        {"companion": None, "channel": "call", "result": "says_paid"},
        "Gebeld: gesproken; de inwoner zegt dat het al is betaald.",
    ),
    (
        "attempt_made",
        {"companion": None, "channel": "mail", "result": "sent", "taken_over_at": NOW},
        "E-mail verstuurd. Dit deed het vorige systeem.",
    ),
    ("visit_planned", {"companion": None, "announced": False}, "Huisbezoek gepland voor ma 12 april om 10:00."),
    ("person_rectified", {"partners_told": True}, "Gegevens verbeterd: geboortedatum."),
    ("objection_decided", {"upheld": True}, "Bezwaar toegewezen."),
    (
        "objection_decided",
        {"upheld": True, "remembered": {"until": at("2029-04-05 09:00"), "ground": "Beleid."}},
        "Bezwaar toegewezen. Tot 5 april 2029 blijft een versleuteld kenmerk, om een nieuw signaal te herkennen.",
    ),
    (
        "signal_changed",
        {"change": "end_of_supply", "on": "2027-05-10"},
        "Woonstee Zonnedijk meldt: de levering stopt op 10 mei 2027.",
    ),
    (
        "signal_changed",
        {"change": "collection_paused", "on": "2027-05-10"},
        "Woonstee Zonnedijk meldt: de incasso staat stil tot en met 10 mei 2027.",
    ),
    ("signal_changed", {"signal_id": "other"}, "De signaalpartner meldt: het signaal is ingetrokken."),
    (
        "signal_split_off",
        {"wrong_person_told": False},
        "Signaal van Woonstee Zonnedijk hoort bij iemand anders en kreeg een eigen zaak.",
    ),
    (
        "outcome_recorded",
        {
            "outcome": "Niet opgepakt: andere reden",
            "acceptance": "not_accepted",
            "help_kind": None,
            "accepted_at": None,
            "reason": "detention",
            "corrects": False,
        },
        "Uitkomst: Niet opgepakt: andere reden (geen hulp aangenomen); reden: detentie.",
    ),
    (
        "outcome_recorded",
        {
            "outcome": "Niet opgepakt: onterecht signaal",
            "acceptance": "not_accepted",
            "help_kind": None,
            "accepted_at": None,
            "reason": "legal_entity",
            "corrects": False,
        },
        "Uitkomst: Niet opgepakt: onterecht signaal (geen hulp aangenomen); reden: rechtspersoon (geen inwoner).",
    ),
]


def test_every_kind_of_fact_is_told() -> None:
    kinds = {each.model_fields["kind"].default for each in get_args(get_args(AnyFact)[0])}
    assert set(TOLD) == kinds


@pytest.mark.parametrize("kind", TOLD)
def test_a_fact_is_told_in_plain_words(kind: str) -> None:
    fields, told = TOLD[kind]
    assert sentence(_fact(kind, fields), AROUND) == told


@pytest.mark.parametrize(("kind", "change", "told"), OTHERWISE)
def test_a_fact_that_says_something_else_is_told_otherwise(kind: str, change: dict[str, Any], told: str) -> None:
    assert sentence(_fact(kind, {**TOLD[kind][0], **change}), AROUND) == told


@pytest.mark.parametrize("may_read", [True, False])
def test_why_nobody_may_visit_is_for_few_eyes(may_read: bool) -> None:
    line = entry(
        _fact("visits_blocked", _PERSON),
        by="Noor de Wit",
        note="Er is geweld geweest.",
        partners={},
        names={},
        may_read_safety=may_read,
        now=NOW,
    )
    assert (line.note, line.remark) == (("Er is geweld geweest.", "") if may_read else ("", NOT_FOR_YOU))


def test_the_samples_are_facts_that_can_happen() -> None:
    for kind, (fields, _) in TOLD.items():
        if kind != "route_chosen":
            apply(a_case_state(), _fact(kind, fields))


def _fact(kind: str, fields: dict[str, Any]) -> AnyFact:
    return _FACT.validate_python({"kind": kind, "at": NOW, "by": "noor", **fields})


def test_lines_of_elsewhere_stand_before_the_first_that_is_later() -> None:
    def at_hour(name: str, hour: int) -> tuple[datetime, Entry]:
        moment = NOW + timedelta(hours=hour)
        return moment, line(name, moment, by="", now=NOW)

    # What was written down afterwards keeps its place in the journey.
    told = [at_hour("first", 1), at_hour("third", 3), at_hour("written down later", 2), at_hour("last", 5)]
    besides = [at_hour("after all", 6), at_hour("before", 0), at_hour("between", 4), at_hour("same moment", 3)]
    assert [entry.sentence for entry in woven(told, besides)] == [
        "before",
        "first",
        "third",
        "written down later",
        "same moment",
        "between",
        "last",
        "after all",
    ]
    assert woven([], []) == ()
