from dataclasses import replace

import pytest

from policy.proof_chain import BEGINNING, Break, Fault, Link, faults, hash_of


def a_chain(length: int = 4) -> list[Link]:
    links, before = list[Link](), BEGINNING
    for number in range(1, length + 1):
        said: dict[str, object] = {"id": f"c-{number}", "rows": number, "case_id": None}
        hash_ = hash_of(number, before, said)
        links.append(Link(f"c-{number}", number, before, hash_, said, (hash_,)))
        before = hash_
    return links


def found(links: list[Link], *, furthest: int = 4) -> list[Fault]:
    return list(faults(links, furthest=furthest))


def test_the_hash_is_over_this_text() -> None:
    # printf '%s' '{"before":"","number":1,"said":{"id":"c-1","rows":3,"rule":{"ground":"Beleid: \\u00e9\\u00e9n jaar.",
    # "term":{"months":6}}}}' | sha256sum. With another form every older certificate would be unproven.
    said = {"rows": 3, "id": "c-1", "rule": {"term": {"months": 6}, "ground": "Beleid: één jaar."}}
    assert hash_of(1, BEGINNING, said) == "3aa24207d3b1e0b4f4a0a67dad69d3fa3facb50a1b1b94f4961bbe9705fbf241"


def test_a_whole_chain_has_no_faults() -> None:
    assert found(a_chain()) == []
    assert found([], furthest=0) == []


def test_what_was_changed_is_found_where_it_is() -> None:
    links = a_chain()
    links[1] = replace(links[1], said={**links[1].said, "rows": 9})
    assert found(links) == [Fault(Break.CHANGED, "c-2")]


def test_what_was_changed_with_its_hash_does_not_carry_the_next_one() -> None:
    links = a_chain()
    said = {**links[1].said, "rows": 9}
    links[1] = replace(links[1], said=said, hash=hash_of(2, links[1].before, said), known_as=())
    assert found(links) == [Fault(Break.LOOSE, "c-3")]


def test_a_chain_that_was_made_anew_is_another_one_than_was_known() -> None:
    links, known = a_chain(), a_chain()
    links[3] = replace(links[3], said={}, hash=hash_of(4, links[3].before, {}), known_as=known[3].known_as)
    assert found(links) == [Fault(Break.ANOTHER, "c-4")]


@pytest.mark.parametrize(
    ("gone", "missing"),
    [({1}, "1"), ({2}, "2"), ({2, 3}, "2-3"), ({4}, "4"), ({3, 4}, "3-4"), ({1, 2, 3, 4}, "1-4")],
)
def test_what_was_taken_out_is_missed_the_last_one_too(gone: set[int], missing: str) -> None:
    assert found([link for link in a_chain() if link.number not in gone]) == [Fault(Break.MISSING, missing)]


def test_without_knowing_it_from_elsewhere_the_end_is_not_missed() -> None:
    assert found(a_chain()[:2], furthest=2) == []


def test_a_first_one_that_follows_on_something_is_loose() -> None:
    [link] = a_chain(1)
    other = replace(link, before="0", hash=hash_of(1, "0", link.said), known_as=())
    assert found([other], furthest=1) == [Fault(Break.LOOSE, "c-1")]


def test_one_without_a_number_is_outside_the_chain() -> None:
    outside = replace(a_chain(1)[0], id="c-9", number=None)
    assert found([*a_chain(), outside]) == [Fault(Break.OUTSIDE, "c-9")]
