"""The tables about staff, partners, proof and counts."""

from collections.abc import Mapping

from policy.permissions import Action
from web.privacy.place import Of, Place, Purpose, Source, Term, Who, nobody, staff

_NOT = Who.NOBODY
_RESIDENT = Who.RESIDENT


def _of_staff(
    title: str, why: Purpose, source: Source, seen: tuple[Action, ...], term: Term, **fields: str | Of
) -> Place:
    return Place(title, Who.STAFF, why, source, seen, term, fields)


def _counted(title: str, **fields: str | Of) -> Place:
    return Place(title, _NOT, Purpose.FIGURES, Source.SYSTEM, (Action.SEE_FIGURES,), Term.COUNTS, fields)


def _of_partner(
    title: str,
    source: Source,
    seen: tuple[Action, ...] = (Action.SEE_PARTNERS,),
    who: Who = _NOT,
    **fields: str | Of,
) -> Place:
    return Place(title, who, Purpose.PARTNERS, source, seen, Term.PARTNER, fields)


def _running(title: str, term: Term = Term.RUNNING, **fields: str | Of) -> Place:
    return Place(title, _NOT, Purpose.RUNNING, Source.SYSTEM, (Action.ADMINISTER,), term, fields)


OF_STAFF: Mapping[str, Place] = {
    "staff": _of_staff(
        "Medewerkers en wie zij zijn",
        Purpose.SIGN_IN,
        Source.SIGN_IN,
        (Action.ADMINISTER, Action.SEE_CASE),
        Term.STAFF,
        name="naam",
        role="rol",
        municipalities="voor welke gemeenten",
        party="voor welke verwijspartij",
        sees_secret_addresses="of geheime adressen te zien zijn",
        partner_id="voor welke signaalpartner",
    ),
    "working_hours": _of_staff(
        "Werktijden",
        Purpose.WORK,
        Source.STAFF,
        (Action.SEE_WORK_LIST,),
        Term.STAFF,
        staff="wie",
        weekday="dag van de week",
        opens="van",
        closes="tot",
    ),
    "absence": _of_staff(
        "Afwezigheid en wie waarneemt; zonder reden",
        Purpose.WORK,
        Source.STAFF,
        (Action.SEE_WORK_LIST,),
        Term.STAFF,
        staff="wie",
        first_day="eerste dag",
        last_day="laatste dag",
        deputy="wie waarneemt",
    ),
    "calendar_feed": _of_staff(
        "Agenda-adressen: alleen een afdruk",
        Purpose.WORK,
        Source.STAFF,
        (),
        Term.STAFF,
        staff="van wie",
        token_hash="afdruk van het adres",
        made_at="wanneer gemaakt",
    ),
    "at_work": _of_staff(
        "Wie nu een zaak voor zich heeft",
        Purpose.WORK,
        Source.SYSTEM,
        (Action.SEE_CASE,),
        Term.AT_WORK,
        staff="wie",
        since="sinds wanneer",
        until="tot wanneer",
        taken_from="van wie overgenomen",
    ),
    "web_session": _of_staff(
        "Wie is aangemeld",
        Purpose.SIGN_IN,
        Source.SIGN_IN,
        (Action.ADMINISTER,),
        Term.SESSION,
        id_hash="afdruk van de sessie",
        staff="wie",
        begun_at="sinds wanneer",
        last_seen_at="laatst gezien",
        proof="bewijs van de aanmelddienst, versleuteld met wat de browser toont",
    ),
    "sign_in": _of_staff(
        "Wie bezig is met aanmelden",
        Purpose.SIGN_IN,
        Source.SYSTEM,
        (),
        Term.SIGNING_IN,
        state_hash="afdruk van de vraag",
        browser_hash="afdruk van de browser",
        nonce="eenmalige waarde",
        verifier="eenmalige waarde",
        back="welke pagina is gevraagd: codes en nummers",
        begun_at="wanneer begonnen",
    ),
    "look": _of_staff(
        "Inzage: wie keek in welke zaak",
        Purpose.LOOKS,
        Source.SYSTEM,
        (Action.SEE_LOOKS,),
        Term.LOOK,
        case_id=Of("nummer van de zaak, dat na vernietigen nergens meer heen leidt", _RESIDENT),
        unit_id=Of("nummer van wat is geopend", _RESIDENT),
        staff_id="wie keek; leeg na een eigen termijn",
        role="in welke rol",
        purpose="waarvoor",
        reason="waarom een geheim adres is bekeken",
        first_at="eerste keer in het kwartier",
        last_at="laatste keer",
        times="hoe vaak",
        staff_until=nobody("wanneer de naam weg moet zijn"),
    ),
    "address_look": _of_staff(
        "Wie een geheim adres zag",
        Purpose.LOOKS,
        Source.SYSTEM,
        (Action.SEE_CASE,),
        Term.CASE,
        case_id=Of("nummer van de zaak", _RESIDENT),
        person_id=Of("van wie het adres is", _RESIDENT),
        staff_id="wie",
        at="wanneer",
        reason="waarom",
    ),
    "case_search": _of_staff(
        "Zoekvragen: met welke soort gegevens, nooit wat is getypt",
        Purpose.LOOKS,
        Source.SYSTEM,
        (Action.SEE_LOOKS,),
        Term.SEARCH,
        staff_id="wie zocht",
        at="wanneer",
        kinds="soorten gegevens",
        hits="hoeveel zaken dat gaf",
    ),
    "case_search_hit": _of_staff(
        "Welke zaken een zoekvraag toonde",
        Purpose.LOOKS,
        Source.SYSTEM,
        (Action.SEE_LOOKS,),
        Term.CASE,
        search_id="nummer van de zoekvraag",
        case_id=Of("nummer van de zaak", _RESIDENT),
    ),
    "partner_key": _of_staff(
        "Sleutels van systemen van partners: alleen een afdruk",
        Purpose.SIGN_IN,
        Source.MUNICIPALITY,
        (Action.ADMINISTER,),
        Term.KEY,
        staff="van wie",
        key_hash="afdruk van de sleutel",
        made_at="wanneer gemaakt",
        made_by="door wie",
        last_day="laatste dag",
        used_on="laatst gebruikt",
        stopped_at="wanneer gestopt",
    ),
}
OF_PARTNERS: Mapping[str, Place] = {
    "partner": _of_partner(
        "Signaalpartners", Source.MUNICIPALITY, name="naam van de organisatie", type="soort partner"
    ),
    "agreement": _of_partner(
        "Overeenkomsten met partners", Source.MUNICIPALITY, from_day="eerste dag", until_day="laatste dag"
    ),
    "partner_profile": _of_partner(
        "Wat de gemeente van een partner weet",
        Source.STAFF,
        arrangements="welke regelingen er zijn",
        collection_day="incassodag",
        confirmed_on="wanneer nagekeken",
        confirmed_by=staff("wie het nakeek"),
    ),
    "partner_contact": _of_partner(
        "Contactpersonen bij partners, met hun werkadres",
        Source.STAFF,
        who=Who.CONTACT,
        subject=nobody("waarover"),
        name="naam van de persoon of de balie",
        route=nobody("hoe contact gaat"),
        address="telefoonnummer, mailadres of portaal",
        preferred=nobody("of dit het eerst is"),
        hours="bereikbaar",
    ),
    "delivery": _of_partner(
        "Aanleveringen: wanneer, van wie, en wat ervan werd",
        Source.PARTNER,
        (Action.IMPORT_DELIVERY,),
        received_at="wanneer",
        received_by=staff("wie het aannam"),
        finished_at="wanneer verwerkt",
        report="aantallen",
        paused_at="wanneer stilgezet",
        paused_by=staff("door wie"),
    ),
    "upload": Place(
        "Bestanden die iemand bekijkt voordat zij tellen",
        Who.RESIDENT,
        Purpose.HELP,
        Source.PARTNER,
        (Action.IMPORT_DELIVERY,),
        Term.UPLOAD,
        {
            "received_at": nobody("wanneer"),
            "received_by": staff("wie het aannam"),
            "header": nobody("rij met de koppen"),
            "mapping": nobody("welke kolom wat is"),
        },
    ),
    "column_mapping": _of_partner(
        "Welke kolom wat is in bestanden van een partner",
        Source.STAFF,
        (Action.IMPORT_DELIVERY,),
        mapping="kolommen",
        confirmed_at="wanneer bevestigd",
    ),
    "request": Place(
        "Vragen van systemen van partners, zodat herhalen niets dubbel doet",
        Who.RESIDENT,
        Purpose.PARTNERS,
        Source.PARTNER,
        (),
        Term.REQUEST,
        {"made_at": nobody("wanneer"), "answer": "het antwoord: nummers en codes"},
    ),
    "feedback_batch": _of_partner(
        "Zendingen aan partners: aantallen",
        Source.SYSTEM,
        (Action.SEE_PARTNERS, Action.SEE_OWN_SIGNALS),
        signals="hoeveel signalen",
        delivered_at="wanneer",
        received_at="wanneer gelezen",
        received_by=staff("wie dat zei"),
    ),
    "print_batch": _of_partner(
        "Zendingen aan de drukker: aantallen en controlegetallen",
        Source.SYSTEM,
        (Action.SEE_PRINT_ROUNDS,),
        closed_at="wanneer",
        letters="hoeveel brieven",
        withdrawn="hoeveel teruggehaald",
        sha256="controlegetal van de zending",
        handed_over_at="wanneer overgedragen",
    ),
}
OF_PROOF: Mapping[str, Place] = {
    "audit_process": Place(
        "Wat er gebeurde, zonder de persoon",
        _RESIDENT,
        Purpose.PROOF,
        Source.SYSTEM,
        (Action.SEE_CASE,),
        Term.PROOF,
        {
            "case_id": "nummer van de zaak, dat na vernietigen nergens meer heen leidt",
            "sequence": nobody("volgnummer"),
            "kind": "wat er gebeurde",
            "at": "wanneer",
            "by": staff("wie"),
            "phase_before": "fase ervoor",
            "phase_after": "fase erna",
        },
    ),
    "certificate": Place(
        "Kluis: verklaringen van vernietiging",
        _RESIDENT,
        Purpose.PROOF,
        Source.SYSTEM,
        (Action.SEE_RETENTION,),
        Term.PROOF,
        {
            "case_id": "nummer van de zaak, dat nergens meer heen leidt",
            "units": "nummers van wat is vernietigd",
            "rule": nobody("volgens welke regel"),
            "started_at": "wanneer de termijn begon",
            "defect": nobody("wat er te laat was"),
            "on_list": nobody("op welke lijst het stond, en in welke rollen mensen akkoord waren"),
            "rows": nobody("hoeveel regels"),
            "executions": nobody("hoeveel verwerkingen"),
            "erased_at": "wanneer vernietigd",
            "number": nobody("plaats in de keten"),
            "before": nobody("controlegetal van de vorige"),
            "hash": nobody("controlegetal"),
        },
    ),
    "destruction_list": Place(
        "Lijsten van wat vernietigd gaat worden",
        _NOT,
        Purpose.PROOF,
        Source.SYSTEM,
        (Action.SEE_RETENTION,),
        Term.PROOF,
        {
            "name": "jaar en week",
            "made_at": "wanneer gemaakt",
            "people": "hoeveel mensen akkoord moeten zijn",
            "cooling_off_days": "bedenktijd",
            "longest_wait_days": "hoe lang een datum hooguit wacht",
            "cases": "hoeveel zaken",
            "others": "hoeveel andere eenheden",
            "first_due_at": "eerste datum",
            "ends_at": "wanneer het laatste gaat",
            "cooling_off_until": "tot wanneer de bedenktijd loopt",
        },
    ),
    "destruction_item": Place(
        "Wat er op zo'n lijst staat",
        _RESIDENT,
        Purpose.PROOF,
        Source.SYSTEM,
        (Action.SEE_RETENTION,),
        Term.PROOF,
        {
            "list_id": nobody("welke lijst"),
            "rule": nobody("volgens welke regel"),
            "due_at": "wanneer het weg moet zijn",
        },
    ),
    "destruction_approval": _of_staff(
        "Wie met zo'n lijst akkoord was",
        Purpose.PROOF,
        Source.STAFF,
        (Action.SEE_RETENTION,),
        Term.TRAIL,
        list_id=nobody("welke lijst"),
        place=nobody("als hoeveelste"),
        staff_id="wie; leeg na een eigen termijn",
        role="in welke rol",
        at="wanneer",
    ),
    "look_seal": Place(
        "Kluis: controlegetallen van wie keek, per dag",
        _NOT,
        Purpose.LOOKS,
        Source.SYSTEM,
        (),
        Term.PROOF,
        {
            "number": "plaats in de keten",
            "day": "dag",
            "looks": "hoeveel regels",
            "digest": "controlegetal van die regels",
            "lost": "hoeveel er na het terugzetten van een reservekopie ontbraken",
            "sealed_at": "wanneer verzegeld",
            "before": "controlegetal van de vorige",
            "hash": "controlegetal",
        },
    ),
    "master_key_in_use": _running(
        "Kluis: welke hoofdsleutel in gebruik is", master_key="nummer van de sleutel", since="sinds wanneer"
    ),
    "secret": _running(
        "Kluis: sleutels van de zoekwaarden",
        purpose="waarvoor",
        wrapped_key="de sleutel, zelf versleuteld",
        wrapped_by="welke hoofdsleutel haar versleutelt",
        made_under="welke hoofdsleutel gold toen zij werd gemaakt",
    ),
    "certificate_mark": Place(
        "Controlegetallen van verklaringen",
        _NOT,
        Purpose.PROOF,
        Source.SYSTEM,
        (),
        Term.PROOF,
        {"number": "plaats in de keten", "hash": "controlegetal"},
    ),
}
OF_COUNTS: Mapping[str, Place] = {
    "statistic": _counted(
        "Gesloten zaken, geteld zonder persoon",
        partner_types="soorten partners",
        signals="aantal signalen",
        successive="hoeveel opeenvolgend",
        not_compared="hoeveel niet vergeleken",
        attempts="pogingen per soort",
        reached="of er contact was",
        outcome="resultaat",
        acceptance="of er hulp is",
        month_opened="maand van begin",
        partners="aantal partners",
        reach="bereik per soort en dagdeel",
        first_attempt="hoe snel de eerste poging was",
        unjustified="waarom signalen onterecht waren",
    ),
    "area_count": _counted(
        "Gesloten zaken per wijk",
        area="vier cijfers van de postcode",
        cases="aantal zaken",
        reached="hoeveel bereikt",
        accepted="hoeveel hulp",
    ),
    "partner_count": _counted(
        "Signalen per partner", figure="welk cijfer", line="welke regel", signals="aantal signalen"
    ),
    "stall_count": _counted("Hoe vaak zaken vastliepen", cases="aantal zaken"),
    "note_doubt": _counted(
        "Hoe vaak een toelichting is bewaard na een waarschuwing",
        subject="waarover: BSN, gezondheid en zo",
        ended="bewaard, of nummer weggelaten",
        notes="aantal toelichtingen",
    ),
    "review_draw": _counted("Collegiale toets: de steekproef", drawn_at="wanneer", cases="aantal zaken"),
    "review_count": _counted(
        "Collegiale toets: aantallen",
        outcome="vastgelegd resultaat",
        said="wat de collega had vastgelegd",
        reason="waarom",
        cases="aantal zaken",
    ),
}
OF_RUNNING: Mapping[str, Place] = {
    "municipality": _running("Gemeenten", code="code", name="naam"),
    "party": _running(
        "Andere partijen en of zij antwoorden", name="de partij", down_since="stil sinds", code="wat er mis is"
    ),
    "job": _running("Terugkerende rondes", name="welke", ended_at="laatst klaar", found="wat zij vond"),
    "digest": _running(
        "Mail met aantallen aan het team: dat zij ging",
        Term.DIGEST,
        reference="nummer van de mail",
        handed_at="wanneer",
        fate="of zij aankwam",
    ),
}
OF_OTHERS: Mapping[str, Place] = {**OF_STAFF, **OF_PARTNERS, **OF_PROOF, **OF_COUNTS, **OF_RUNNING}
