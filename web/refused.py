"""Why something was refused, said as whoever pressed reads it.

A refusal is a Dutch sentence by the time that a page shows it: it is decided where nobody's language is known, and kept
in words until the press is answered.
"""

import re
from functools import cache

from adapters.agenda import AWAY, AWAY_WITH_DEPUTY, PROMISED, SOMEBODY
from policy.moving import WOULD_BE_OVER
from policy.refusals import HELD_TOO_SHORT
from web.language import said

_WITH_VALUES = (AWAY, AWAY_WITH_DEPUTY, PROMISED, WOULD_BE_OVER, HELD_TOO_SHORT)
"""The refusals with a value in them."""


def say_refusal(sentence: str) -> str:
    """Empty for none."""
    for text in _WITH_VALUES:
        if found := _pattern(text).fullmatch(sentence):
            return said(text, **{name: _value(value) for name, value in found.groupdict().items()})
    return said(sentence)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(text)))


def _value(value: str) -> str:
    return said(value) if value == SOMEBODY else value
