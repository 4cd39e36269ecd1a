"""The shape of a file for the national statistics, version 1.2 of the standard, written down a second time: as a JSON
Schema, so that what the product writes is held against something that it does not know."""

from typing import Any

_DAY = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_TEXT = {"type": "string"}


def _object(properties: dict[str, Any], *required: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "object", "properties": properties, "required": list(required), "additionalProperties": False, **more
    }  # fmt: skip


def _list(items: Any, **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **more}


_PARTNERS = (
    "Belastingdienst|CAK Eigen bijdrage|CAK Zorgverzekeringen|Dienst Toeslagen|DUO|Energie|Huur|Hypotheek|Overige|"
    "Water|Zorg"
)
_STATUSES = (
    "Inwoner al bekend bij schuldhulpverlening|Inwoner is overleden|Niet opgepakt: andere reden|"
    "Niet opgepakt: herhaalde melding|Niet opgepakt: onterecht signaal|Nog niet opgepakt|Opgepakt|"
    "Persoon is geen inwoner (meer) in de gemeente"
)
_RESULTS = (
    "(Budget)advies en/of quick fix|Definitief geen contact kunnen krijgen|Geen reactie na eerder contact|"
    "Inwoner al bekend bij schuldhulpverlening|Inwoner heeft al een ander lopend traject|"
    "Inwoner heeft zelf al betaald/betalingsregeling getroffen|Inwoner is overleden|"
    "Inwoner regelt het zelf/hoeft geen hulp vanuit vroegsignalering|Niet opgepakt: andere reden|"
    "Niet opgepakt: herhaalde melding|Niet opgepakt: onterecht signaal|Persoon is geen inwoner (meer) in de gemeente|"
    "Vervolghulp en/of verwijzing|Vervolghulp en/of verwijzing financieel|Vervolghulp en/of verwijzing niet financieel|"
    "Verwijzing zonder tussenkomst inwoner"
)
_CONTACTS = "Administratief|Afspraak op locatie|Brief|Huisbezoek|Kaartje|Mail|Onbekend|Overige|SMS/Whatsapp|Telefoon"


def _one_of(values: str) -> dict[str, Any]:
    return {"enum": values.split("|")}


_BSN = {"burgerservicenummer": {"type": "string", "minLength": 9, "maxLength": 9}}
_HOME = {
    "postcode": _TEXT,
    "huisnummer": _TEXT,
    "huisnummertoevoeging": _TEXT,
    "geboortedatum": _DAY,
    "geslachtsaanduiding": _one_of("Man|Vrouw|Onbekend|Leeg"),
}
_CLIENT = {"oneOf": [_object(_BSN, "burgerservicenummer"), _object(_HOME, "postcode", "huisnummer")]}
_SIGNAL = _object(
    {
        "ID": _TEXT,
        "client": _CLIENT,
        "signaalpartner": _object({"type": _one_of(_PARTNERS)}),
        "crisissignaal": {"type": "boolean"},
        "warmeOverdracht": {"type": "boolean"},
        "bedrag": {"type": "integer"},
        "ontstaansdatum": _DAY,
        "signaaldatum": _DAY,
        "status": _one_of(_STATUSES),
    },
    "ID", "client", "signaalpartner",
)  # fmt: skip
_ATTEMPT = _object(
    {
        "soort": _one_of(_CONTACTS),
        "bereikt": {"type": "boolean"},
        "datum": _DAY,
        "dagdeel": _one_of("Ochtend|Middag|Avond"),
    }
)
_CASE = _object(
    {
        "resultaat": _one_of(_RESULTS),
        "matchingsdatum": _DAY,
        "startdatumMatchingperiode": _DAY,
        "einddatumMatchingperiode": _DAY,
        "datumOpgepakt": _DAY,
        "vroegsignalen": _list(_object({"ID": _TEXT}, "ID"), minItems=1, uniqueItems=True),
        "contactpogingen": _list(_ATTEMPT),
    }
)
_PERSON = _object({"naam": _TEXT, "telefoonnummer": _TEXT, "email": _TEXT, "functietitel": _TEXT})
_ORGANISATION = _object(
    {"naam": _TEXT, "kvk-nummer": _TEXT, "contactpersonen": _list(_PERSON, minItems=1, uniqueItems=True)}
)
_DELIVERY = _object(
    {
        "teller": {"type": "integer"},
        "gemeentecode": _TEXT,
        "aanleverendeOrganisatie": _ORGANISATION,
        "vroegsignalen": _list(_SIGNAL),
        "vroegsignaalzaken": _list(_CASE),
    },
    "teller", "gemeentecode", "aanleverendeOrganisatie",
)  # fmt: skip
SCHEMA = _object(
    {
        "startdatumLevering": _DAY,
        "einddatumLevering": _DAY,
        "aanleverdatumEnTijd": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$"},
        "codeGegevensleverancier": _TEXT,
        "leveringen": _list(_DELIVERY, minItems=1, uniqueItems=True),
    },
    "startdatumLevering", "einddatumLevering", "aanleverdatumEnTijd", "codeGegevensleverancier",
)  # fmt: skip
