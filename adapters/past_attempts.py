"""The cell in which another system tells how a resident was sought:

    2027-03-02 mail verstuurd | 2027-03-09 10:15 telefoon niet opgenomen | 2027-03-11 huisbezoek kaartje

What is wrong is said of the attempt's place in the cell, never with what stands there.
"""

import re
from collections.abc import Mapping
from datetime import date, time

from adapters.signal_form import read_day as day_of
from models.codes import AttemptResult, Channel
from models.takeover import PastAttempt
from models.values import Unreadable
from policy.calendar import at_local

BETWEEN = "|"
UNKNOWN_TIME = time(12)
"""The time of an attempt of which only the day is known."""
FORM = "jjjj-mm-dd [uu:mm] kanaal resultaat"
_AT_MOST = 100
_SENT = {"verstuurd": AttemptResult.SENT, "geweigerd": AttemptResult.REFUSED}
CHANNELS: Mapping[str, Channel] = {
    "mail": Channel.MAIL,
    "e-mail": Channel.MAIL,
    "brief": Channel.LETTER,
    "sms": Channel.SMS,
    "telefoon": Channel.CALL,
    "huisbezoek": Channel.VISIT,
}
RESULTS: Mapping[Channel, Mapping[str, AttemptResult]] = {
    Channel.MAIL: _SENT,
    Channel.LETTER: _SENT,
    Channel.SMS: _SENT,
    Channel.CALL: {
        "gesproken": AttemptResult.CONVERSATION,
        "niet opgenomen": AttemptResult.NO_ANSWER,
        "geen gehoor": AttemptResult.NO_ANSWER,
        "voicemail": AttemptResult.VOICEMAIL,
        "iemand anders": AttemptResult.WRONG_PERSON,
        "nummer klopt niet": AttemptResult.WRONG_NUMBER,
        "opgehangen": AttemptResult.HUNG_UP,
    },
    Channel.VISIT: {
        "gesproken": AttemptResult.CONVERSATION,
        "niemand thuis": AttemptResult.NOBODY_HOME,
        "kaartje": AttemptResult.CARD_LEFT,
        "iemand anders": AttemptResult.WRONG_PERSON,
    },
}
"""The words for what came of an attempt, the same as on the case's page as far as they are short."""
_ATTEMPT = re.compile(r"(\S+)\s+(?:(\d{1,2}:\d{2})\s+)?(\S+)\s+(.+)", re.ASCII)


def read_attempts(text: str, *, today: date) -> tuple[PastAttempt, ...]:
    """The attempts, the first one first; none for an empty cell. Raises `Unreadable`."""
    if not text.strip():
        return ()
    parts = text.split(BETWEEN)
    if len(parts) > _AT_MOST:
        raise Unreadable(f"ten hoogste {_AT_MOST} pogingen")
    found = [_attempt(part.strip(), place, today) for place, part in enumerate(parts, start=1)]
    if len(set(found)) < len(found):
        raise Unreadable("dezelfde poging staat er twee keer; zet de tijd erbij als het er twee waren")
    return tuple(sorted(found, key=lambda attempt: attempt.at))


def _attempt(text: str, place: int, today: date) -> PastAttempt:
    told = _ATTEMPT.fullmatch(text)
    if told is None:
        raise _wrong(place, f"een poging heeft de vorm {FORM}; pogingen zijn gescheiden door {BETWEEN}")
    day, clock, channel, result = _day(told[1], place), told[2], CHANNELS.get(told[3].lower()), told[4].lower()
    if day > today:
        raise _wrong(place, "een poging ligt niet in de toekomst")
    if channel is None:
        raise _wrong(place, f"het kanaal is {_listed(CHANNELS)}")
    known = RESULTS[channel]
    if " ".join(result.split()) not in known:
        raise _wrong(place, f"het resultaat is bij dit kanaal {_listed(known)}")
    at = at_local(day, UNKNOWN_TIME if clock is None else _clock(clock, place))
    return PastAttempt(channel=channel, result=known[" ".join(result.split())], at=at)


def _day(text: str, place: int) -> date:
    try:
        return day_of(text)
    except Unreadable as error:
        raise _wrong(place, str(error)) from None


def _clock(text: str, place: int) -> time:
    hour, minute = map(int, text.split(":"))
    if hour > 23 or minute > 59:
        raise _wrong(place, "een tijd heeft de vorm uu:mm")
    return time(hour, minute)


def _wrong(place: int, reason: str) -> Unreadable:
    return Unreadable(f"poging {place}: {reason}")


def _listed(words: Mapping[str, object]) -> str:
    *first, last = words
    return f"{', '.join(first)} of {last}"
