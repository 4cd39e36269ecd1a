"""What partners call the columns that we need."""

import re
import unicodedata
from collections.abc import Mapping

NAMES: Mapping[str, tuple[str, ...]] = {
    "kenmerk": (
        "kenmerk", "referentie", "signaalnummer", "dossiernummer", "dossier", "zaaknummer", "signaal id",
        "referentie nummer", "uniek nummer", "meldingsnummer", "reference",
    ),
    "klantnummer": (
        "klantnummer", "klant", "debiteurnummer", "debiteur", "relatienummer", "contractnummer", "huurdernummer",
        "polisnummer", "klantnr",
    ),
    "voorletters": ("voorletters", "voorletter", "initialen", "vl"),
    "tussenvoegsel": ("tussenvoegsel", "voorvoegsel", "tussenvoegsels", "voorvoegsels", "tv"),
    "achternaam": ("achternaam", "naam", "geslachtsnaam", "familienaam", "naam klant", "naam debiteur", "surname"),
    "geboortedatum": ("geboortedatum", "geb datum", "gebdatum", "geboren", "datum geboorte", "birth date"),
    "bsn": ("bsn", "burgerservicenummer", "sofinummer"),
    "postcode": ("postcode", "pc", "postcode adres", "zip"),
    "huisnummer": ("huisnummer", "huisnr", "nummer", "nr", "huis nr"),
    "toevoeging": ("toevoeging", "huisnummertoevoeging", "huisletter", "toev", "huisnr toev", "huisnummer toevoeging"),
    "straat": ("straat", "straatnaam", "adres", "street"),
    "plaats": ("plaats", "woonplaats", "plaatsnaam", "city"),
    "telefoon": ("telefoon", "telefoonnummer", "tel", "mobiel", "mobiel nummer", "telefoonnr", "gsm",
                 "mobiele telefoon"),
    "email": ("email", "e mail", "emailadres", "e mailadres", "mailadres", "e mail adres"),
    "bedrag": (
        "bedrag", "achterstand", "openstaand bedrag", "saldo", "schuld", "hoofdsom", "bedrag achterstand",
        "totaalbedrag", "openstaand", "amount",
    ),
    "ontstaansdatum": (
        "ontstaansdatum", "achterstand sinds", "oudste factuur", "datum oudste factuur", "datum ontstaan", "sinds",
        "ontstaan",
    ),
    "signaaldatum": ("signaaldatum", "datum signaal", "datum melding", "meldingsdatum", "datum", "datum aanlevering"),
    "crisis": ("crisis", "crisissignaal", "spoed"),
    "warme_overdracht": ("warme overdracht", "warm overgedragen"),
    "eigen_stappen": ("eigen stappen", "ondernomen stappen", "acties", "inspanningen", "opmerkingen", "toelichting"),
    "einde_levering": ("einde levering", "afsluitdatum", "datum afsluiting", "ontruimingsdatum", "einddatum levering"),
    "ondernemer": ("ondernemer", "zakelijk", "zzp"),
    "rechtsvorm": ("rechtsvorm", "ondernemingsvorm", "juridische vorm", "legal form"),
}  # fmt: skip
"""Our column -> its names, the surest first. Written as `spoken` gives them."""


def spoken(name: str) -> str:
    """A name without capitals, accents and signs: `Huisnr.-toev` is `huisnr toev`."""
    bare = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(sign if sign.isalnum() else " " for sign in bare if not unicodedata.combining(sign))
    return re.sub(r" +", " ", letters).strip()


_COLUMNS: Mapping[str, str] = {name: column for column, names in NAMES.items() for name in names}


def named(name: str) -> str | None:
    """Which of our columns is called so."""
    return _COLUMNS.get(spoken(name))
