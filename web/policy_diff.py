"""What differs between two versions of a policy, by the sentences in which each is told. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from policy.faults import Place
from policy.terms import Policy
from web.policy_words import Section, Told, sections


@dataclass(frozen=True)
class Difference:
    """One sentence that is not the same: what it was and what it becomes, empty where there is none."""

    title: str
    """Of the section and, where it has parts, of the part."""
    place: Place
    before: str
    after: str


_Titled = tuple[str, Told]


def differences(before: Policy, after: Policy) -> tuple[Difference, ...]:
    """Everything that differs, in the order of the page.

    A rule that comes in between moves those below it; that alone is no difference of theirs.
    """
    old, new = list(_titled(sections(before))), list(_titled(sections(after)))
    was, becomes = _by_list(old), _by_list(new)
    found = {key: tuple(_compared(was.get(key, []), becomes.get(key, []))) for key in _in_order(old, new)}
    return tuple(each for found_there in found.values() for each in found_there)


def compared(policies: Iterable[tuple[str, Policy | None, Policy]]) -> Iterator[str]:
    """What differs for each municipality, as lines to print: its code, the policy before and the one after."""
    nobody = True
    for code, before, after in policies:
        nobody = False
        yield f"== {code}"
        if before is None:
            yield f"hiervoor gold geen beleid; dit is de eerste versie ({after.version})"
        else:
            yield from in_words(differences(before, after))
    if nobody:
        yield "er is geen gemeente waarvoor hier twee versies zijn"


def in_words(found: tuple[Difference, ...]) -> Iterator[str]:
    """The differences as lines to print."""
    if not found:
        yield "geen verschil"
    title = ""
    for each in found:
        if each.title != title:
            title = each.title
            yield title
        yield f"  {'.'.join(map(str, each.place))}"
        yield f"    was:   {each.before or '(niets)'}"
        yield f"    wordt: {each.after or '(niets)'}"


def _titled(found: tuple[Section, ...], above: str = "") -> Iterator[_Titled]:
    for section in found:
        title = f"{above}{section.title}"
        yield from ((title, one) for one in section.sentences)
        yield from _titled(section.parts, f"{title}: ")


def _list_of(place: Place) -> Place:
    """A place up to where it counts items of a list: those are compared in a row, whatever their number."""
    return next((place[:end] for end, part in enumerate(place) if isinstance(part, int)), place)


def _by_list(told: list[_Titled]) -> dict[Place, list[_Titled]]:
    found: dict[Place, list[_Titled]] = {}
    for each in told:
        found.setdefault(_list_of(each[1].place), []).append(each)
    return found


def _in_order(old: list[_Titled], new: list[_Titled]) -> Iterator[Place]:
    """The places of both, in the order of the new page; what is gone stands where it stood in the old one."""
    keys = [list(dict.fromkeys(_list_of(one.place) for _, one in told)) for told in (old, new)]
    matched = SequenceMatcher(a=keys[0], b=keys[1], autojunk=False)
    seen = set[Place]()
    for _, a, a_end, b, b_end in matched.get_opcodes():
        for key in (*keys[0][a:a_end], *keys[1][b:b_end]):
            if key not in seen:
                seen.add(key)
                yield key


def _compared(before: list[_Titled], after: list[_Titled]) -> Iterator[Difference]:
    old, new = [str(one) for _, one in before], [str(one) for _, one in after]
    for kind, a, a_end, b, b_end in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if kind != "equal":
            for was, becomes in zip_longest(before[a:a_end], after[b:b_end]):
                title, known = becomes or was
                yield Difference(title, known.place, str(was[1]) if was else "", str(becomes[1]) if becomes else "")
