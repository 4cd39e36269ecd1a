"""Sessions: what ends one, and what of it is kept."""

from datetime import UTC, datetime, timedelta

from sqlmodel import col, select

from adapters.registry import Registry
from adapters.sessions import Sessions
from models.ids import StaffId
from models.tables import WebSessionRow
from tests.adapters.conftest import Databases
from tests.adapters.test_registry import NOOR, YARA

NOON = datetime(2027, 4, 5, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def sessions_of(databases: Databases) -> Sessions:
    Registry(databases.main).ensure(staff=[NOOR, YARA])
    return Sessions(databases.main, idle=HOUR, longest=12 * HOUR)


def rows(databases: Databases) -> list[WebSessionRow]:
    with databases.main.read() as session:
        return list(session.exec(select(WebSessionRow).order_by(col(WebSessionRow.begun_at))))


def test_only_a_hash_is_kept(databases: Databases) -> None:
    sessions = sessions_of(databases)
    shown = sessions.begin(NOOR.id, at=NOON)
    [row] = rows(databases)
    assert len(shown) >= 43 and shown not in repr(row) and sessions.whose(row.id_hash, at=NOON) is None
    assert sessions.whose(shown, at=NOON) == NOOR.id


def test_a_session_ends_when_nobody_was_seen_for_an_hour(databases: Databases) -> None:
    sessions = sessions_of(databases)
    shown = sessions.begin(NOOR.id, at=NOON)
    assert sessions.whose(shown, at=NOON + HOUR - MINUTE) == NOOR.id
    assert sessions.whose(shown, at=NOON + 2 * HOUR - 2 * MINUTE) == NOOR.id
    assert sessions.whose(shown, at=NOON + 3 * HOUR - 2 * MINUTE) is None


def test_a_session_ends_after_half_a_day_however_busy_it_is(databases: Databases) -> None:
    sessions = sessions_of(databases)
    shown = sessions.begin(NOOR.id, at=NOON)
    for half_hours in range(24):
        assert sessions.whose(shown, at=NOON + half_hours * HOUR / 2) == NOOR.id
    assert sessions.whose(shown, at=NOON + 12 * HOUR - MINUTE) == NOOR.id
    assert sessions.whose(shown, at=NOON + 12 * HOUR) is None


def test_who_goes_from_page_to_page_is_noted_once_a_minute(databases: Databases) -> None:
    sessions = sessions_of(databases)
    shown = sessions.begin(NOOR.id, at=NOON)
    seen = []
    for seconds in (10, 59, 60, 100, 121):
        sessions.whose(shown, at=NOON + timedelta(seconds=seconds))
        seen.append((rows(databases)[0].last_seen_at - NOON).total_seconds())
    assert seen == [0, 0, 60, 60, 121]


def test_what_ended_opens_nothing_and_tells_its_proof_once(databases: Databases) -> None:
    sessions = sessions_of(databases)
    shown = sessions.begin(NOOR.id, at=NOON, proof="het bewijs")
    [row] = rows(databases)
    assert row.proof is not None and b"bewijs" not in row.proof
    assert sessions.end(shown) == "het bewijs"
    assert (sessions.end(shown), sessions.whose(shown, at=NOON), sessions.was_of(shown)) == ("", None, None)


def test_a_new_session_takes_the_place_of_that_of_the_same_browser_alone(databases: Databases) -> None:
    sessions = sessions_of(databases)
    here, elsewhere = sessions.begin(NOOR.id, at=NOON), sessions.begin(NOOR.id, at=NOON)
    new = sessions.begin(YARA.id, at=NOON, instead_of=here)
    assert [sessions.whose(shown, at=NOON) for shown in (here, elsewhere, new)] == [None, NOOR.id, YARA.id]


def test_somebody_is_signed_out_everywhere(databases: Databases) -> None:
    sessions = sessions_of(databases)
    one, other, of_yara = (sessions.begin(StaffId(who), at=NOON) for who in (NOOR.id, NOOR.id, YARA.id))
    sessions.end_all_of(NOOR.id)
    assert [sessions.whose(shown, at=NOON) for shown in (one, other, of_yara)] == [None, None, YARA.id]


def test_whose_a_session_was_is_known_for_a_day_and_then_forgotten(databases: Databases) -> None:
    sessions = sessions_of(databases)
    shown = sessions.begin(NOOR.id, at=NOON)
    sessions.begin(YARA.id, at=NOON + 36 * HOUR)
    assert (sessions.whose(shown, at=NOON + 36 * HOUR), sessions.was_of(shown)) == (None, NOOR.id)
    sessions.begin(YARA.id, at=NOON + 36 * HOUR + MINUTE)
    assert sessions.was_of(shown) is None
    assert [row.staff for row in rows(databases)] == [YARA.id, YARA.id]
