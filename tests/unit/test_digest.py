"""What supervisors read in the morning."""

from dataclasses import replace

import pytest

from policy.digest import Standing, body, subject
from tests.builders import at

MORNING = at("2027-04-20 07:30")
QUIET = Standing(stalled=0, new=0, long=0, late=0, today=0, nobodys=0, outages=0)
BUSY = Standing(stalled=23, new=4, long=2, late=30, today=12, nobodys=9, outages=1)


def text(standing: Standing) -> str:
    return body(standing, sender="Gemeente Zonnedijk", at=MORNING, overview="https://s.example/o", stalled="/v")


def test_the_mail_tells_how_the_work_stands_and_where_to_look() -> None:
    assert subject(MORNING) == "Vroegsignalering: stand van 20 april 2027"
    assert text(BUSY).splitlines() == [
        "Stand van 20 april 2027 om 07:30, Gemeente Zonnedijk.",
        "",
        "Vastgelopen zaken: 23 (4 korter dan 2 dagen, 2 al 4 weken of langer).",
        "Taken te laat: 30.",
        "Taken voor vandaag: 12.",
        "Open zaken van niemand: 9.",
        "Storingen bij andere systemen: 1.",
        "",
        "Het overzicht van het team: https://s.example/o",
        "De vastgelopen zaken: /v",
        "",
        "In deze mail staan alleen aantallen. Zij gaat op werkdagen naar de adressen in het beleid van de gemeente.",
    ]


def test_on_a_quiet_day_it_says_so() -> None:
    assert "Vastgelopen zaken: 0.\n" in text(QUIET) and "Storingen: geen.\n" in text(QUIET)


@pytest.mark.parametrize("name", vars(BUSY))
def test_every_count_is_told(name: str) -> None:
    assert text(replace(BUSY, **{name: 777})) != text(BUSY)
