"""Errors that may be written down outside the encrypted store, because they carry a code and nothing else."""

import re
from datetime import timedelta
from typing import ClassVar

_CODE = re.compile(r"(?!.*\d{4})[a-z][a-z0-9_.-]{0,79}", re.ASCII)


def is_code(text: str) -> bool:
    """Whether `text` has the shape of a code: `register.unavailable`, `smtp.421`.

    Lower-case letters, digits, `_`, `.` and `-`, at most 80, a letter first, and never four digits in a row: neither
    a BSN, postcode, year of birth, telephone number nor e-mail address has this shape.
    """
    return _CODE.fullmatch(text) is not None


class CodedError(Exception):
    """Base of the errors that cross Temporal and the logs as they are: class name and code, never free text.

    A subclass that sets `retryable = False` tells Temporal to stop trying.
    """

    retryable: ClassVar[bool] = True

    def __init__(self, code: str, *, retry_after: timedelta | None = None) -> None:
        """`retry_after`: not to be tried again before; None: as the activity's own limits say.

        Raise ValueError, without repeating the text, when `code` is not a code (see `is_code`)."""
        if not is_code(code):
            raise ValueError(f"{type(self).__name__} needs a code such as 'register.unavailable'")
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after
