"""What another system did before its running cases came here."""

from pydantic import AwareDatetime

from models.base import Carried
from models.codes import AttemptResult, Channel


class PastAttempt(Carried):
    """A contact attempt that another system recorded: codes and a moment, nothing of the person."""

    channel: Channel
    result: AttemptResult
    at: AwareDatetime
