"""A municipality's policy in plain Dutch: sections of sentences, each with the place in the file of which it tells.

Pure. Whatever stands in a policy is told by some sentence; a test changes every value and sees a sentence change.
"""

from collections.abc import Iterator

from policy.terms import Policy
from web.language import said
from web.policy_words.contact import contact_plans, queues, routes
from web.policy_words.data import data_sections
from web.policy_words.sentence import Section, Told
from web.policy_words.triage import triage_sections
from web.policy_words.work import work_sections
from web.words import full_day

__all__ = ["Section", "Told", "sections", "sentences"]


def sections(policy: Policy) -> tuple[Section, ...]:
    """The whole policy, in the order in which a case meets it."""
    return (
        _version(policy),
        *triage_sections(policy),
        routes(policy),
        contact_plans(policy),
        queues(policy),
        *work_sections(policy),
        *data_sections(policy),
    )


def sentences(found: tuple[Section, ...]) -> Iterator[Told]:
    """Every sentence of these sections and their parts, in order."""
    for section in found:
        yield from section.sentences
        yield from sentences(section.parts)


def _version(policy: Policy) -> Section:
    sender = policy.sender
    return Section(
        "versie",
        said("Deze versie"),
        (
            Told(("version",), said("Deze versie heet {version}.", version=policy.version)),
            Told(
                ("starts",),
                said("Zaken die vanaf {starts} beginnen, volgen deze versie.", starts=full_day(policy.starts)),
            ),
            Told(("sender", "name"), said("Berichten aan inwoners komen van {name}.", name=sender.name)),
            Told(
                ("sender", "page"),
                said("Of een bericht echt is, staat op {page}.", page=sender.page.removeprefix("https://")),
            ),
            Told(("sender", "phone"), said("Inwoners kunnen daarover ook bellen: {phone}.", phone=sender.phone)),
        ),
    )
