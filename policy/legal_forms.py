"""Which legal forms are people, and which are nobody whom help can be offered to. Pure.

Source: the definitions of the national exchange standard (DDAS): a signal about a legal entity is not justified. A
sole trader, a general or limited partnership and a professional partnership are the people themselves.
"""

from models.codes import LegalForm

ENTERPRISES = frozenset(
    {
        LegalForm.SOLE_TRADER,
        LegalForm.GENERAL_PARTNERSHIP,
        LegalForm.LIMITED_PARTNERSHIP,
        LegalForm.PROFESSIONAL_PARTNERSHIP,
    }
)
"""People with a business of their own."""
ENTITIES = frozenset(LegalForm) - ENTERPRISES - {LegalForm.PERSON}


def is_legal_entity(form: LegalForm) -> bool:
    """Whether there is no resident behind it."""
    return form in ENTITIES


def is_enterprise(form: LegalForm) -> bool:
    """Whether it says by itself that the resident has a business."""
    return form in ENTERPRISES
