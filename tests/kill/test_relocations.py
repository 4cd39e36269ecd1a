"""Killed while signals move between cases: each is in exactly one case, and what was half-done is completed."""

import pytest
from sqlmodel import col, select

from models.codes import Phase
from models.commands import MergeCase, SplitSignal
from models.ids import CaseId, SignalId, case_opened_by
from models.tables import CaseSignalRow, SignalRow
from models.vault_tables import CaseSlotRow, ReservationRow
from simulation.deliveries import LICHTKRACHT
from tests.kill.harness import Site, a_command
from tests.kill.moments import Moment
from workflows.client import delivery_report
from workflows.names import case_workflow_id

pytestmark = [pytest.mark.long, pytest.mark.processes, pytest.mark.asyncio(loop_scope="module")]

REASON = "Dit gaat over iemand anders."


def signals_in(site: Site, *cases: CaseId) -> dict[SignalId, list[CaseId]]:
    """The cases that say of each signal that it is theirs."""
    found: dict[SignalId, list[CaseId]] = {}
    for case in cases:
        for signal in site.stores.cases.load(case).signals:
            found.setdefault(signal.signal_id, []).append(case)
    return found


def places_of(site: Site, *signals: SignalId) -> dict[SignalId, tuple[str, str | None, list[str], bool]]:
    """Of each signal: the case that the vault chose, that of its row, those it is linked to, and whether all is
    settled."""
    places = {}
    with site.stores.vault.database.read() as vault, site.stores.database.read() as session:
        for signal in signals:
            chosen = vault.get_one(ReservationRow, signal)
            linked = session.exec(select(CaseSignalRow.case_id).where(CaseSignalRow.signal_id == signal)).all()
            row = session.get_one(SignalRow, signal)
            places[signal] = (chosen.case_id, row.case_id, list(linked), chosen.settled)
    return places


@pytest.mark.parametrize("moment", [Moment.RELOCATION_RESERVED, Moment.SPLIT_OPENED])
async def test_a_split_broken_off_by_the_kill_leaves_each_signal_in_one_case(site: Site, moment: Moment) -> None:
    person = site.somebody()
    site.start_worker(dies=moment)
    case = await site.opened(person)
    await delivery_report(site.client, await site.deliver(person, partner=LICHTKRACHT))
    stays, goes = (signal.signal_id for signal in site.stores.cases.load(case).signals)
    split = a_command(SplitSignal, signal_id=goes, wrong_person_told=False)
    await site.killed_over(case, split, note=REASON)

    opened = case_opened_by(goes, attempt=2)
    await site.in_phase(opened, Phase.CONTACT)
    assert signals_in(site, case, opened) == {stays: [case], goes: [opened]}
    assert places_of(site, stays, goes) == {
        stays: (case, case, [case], True),
        goes: (opened, opened, [opened], True),
    }
    assert site.kinds(case).count("signal_split_off") == 1
    for one in (case, opened):
        await site.is_well(one)


@pytest.mark.parametrize("moment", [Moment.SIGNALS_MOVED, Moment.SIGNALS_BROUGHT])
async def test_a_merge_broken_off_by_the_kill_leaves_each_signal_in_one_case(site: Site, moment: Moment) -> None:
    site.start_worker(dies=moment)
    case, into = await site.opened(site.somebody()), await site.opened(site.somebody())
    [moves], [stays] = (site.stores.cases.load(one).signals for one in (case, into))
    await site.killed_over(case, a_command(MergeCase, into=into), note=REASON)

    assert signals_in(site, case, into) == {stays.signal_id: [into], moves.signal_id: [into]}
    ids = (stays.signal_id, moves.signal_id)
    assert places_of(site, *ids) == {signal: (into, into, [into], True) for signal in ids}
    with site.stores.vault.database.read() as vault:
        slots = vault.exec(select(CaseSlotRow).where(col(CaseSlotRow.case_id).in_((case, into)))).all()
    assert {slot.case_id: slot.open for slot in slots} == {case: False, into: True}
    assert site.stores.cases.load(case).merged_into == into
    assert (site.kinds(case).count("case_merged"), site.kinds(into).count("signal_joined")) == (1, 1)
    await site.until("the merged case has ended", lambda: site.is_completed(case_workflow_id(case)))
    await site.is_well(into)
