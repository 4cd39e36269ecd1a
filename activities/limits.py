"""How long each activity may take, how often it is tried, and on which task queue it runs."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TypedDict

from temporalio.common import RetryPolicy

from models.codes import Channel, Party

MAIN_QUEUE = "signaalreis"
REGISTER_QUEUE = "signaalreis-register"
MAIL_QUEUE = "signaalreis-mail"
LETTERS_QUEUE = "signaalreis-letters"
SMS_QUEUE = "signaalreis-sms"
PARTNERS_QUEUE = "signaalreis-partners"

PER_SECOND = {
    REGISTER_QUEUE: 50.0,
    MAIL_QUEUE: 20.0,
    LETTERS_QUEUE: 10.0,
    SMS_QUEUE: 10.0,
    PARTNERS_QUEUE: 5.0,
}
"""What each outside party is asked at most."""

QUEUE_OF_CHANNEL: Mapping[Channel, str] = {
    Channel.MAIL: MAIL_QUEUE,
    Channel.LETTER: LETTERS_QUEUE,
    Channel.SMS: SMS_QUEUE,
}
PARTY_OF_CHANNEL: Mapping[Channel, Party] = {
    Channel.MAIL: Party.MAIL,
    Channel.LETTER: Party.LETTERS,
    Channel.SMS: Party.SMS,
}
"""Who carries what the system writes by itself; every other channel is a person's."""


LOOKING_UP = timedelta(hours=1)
"""So long is asked at most what became of a message that was called off: the case waits for the answer."""


class LocalLimits(TypedDict):
    schedule_to_close_timeout: timedelta
    retry_policy: RetryPolicy


class Limits(TypedDict):
    start_to_close_timeout: timedelta
    retry_policy: RetryPolicy


class PartyLimits(TypedDict):
    task_queue: str
    start_to_close_timeout: timedelta
    schedule_to_close_timeout: timedelta
    retry_policy: RetryPolicy


OWN_STEP = LocalLimits(
    # Longer, and the workflow task itself would be late; the same step then goes the regular way.
    schedule_to_close_timeout=timedelta(seconds=3),
    retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=100), maximum_attempts=3),
)

DATABASE = Limits(
    # Our own database: without it nothing can go on, so this is tried until it is back.
    start_to_close_timeout=timedelta(seconds=20),
    retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=30)),
)


class HeartbeatLimits(Limits):
    heartbeat_timeout: timedelta


WHOLE_FILE = HeartbeatLimits(
    # Tens of thousands of rows; after each part it says that it goes on.
    start_to_close_timeout=timedelta(hours=2),
    heartbeat_timeout=timedelta(minutes=2),
    retry_policy=RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30)),
)

GROUP = HeartbeatLimits(
    # Rows about one house are one group, however many: after each row it says that it goes on, and a worker that died
    # over it is missed within a minute.
    start_to_close_timeout=timedelta(hours=2),
    heartbeat_timeout=timedelta(minutes=1),
    retry_policy=RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30)),
)

TEMPORAL = Limits(
    # Starting, joining, listing and deleting executions: the server answers late when it is busy.
    start_to_close_timeout=timedelta(minutes=2),
    retry_policy=RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30)),
)


def party(task_queue: str, *, budget: timedelta, slowest: timedelta = timedelta(minutes=5)) -> PartyLimits:
    """An outside party: tried ever more slowly, never more than its budget; then a person takes over. `slowest`: how
    long is waited between two tries at most."""
    return PartyLimits(
        task_queue=task_queue,
        start_to_close_timeout=timedelta(seconds=30),
        schedule_to_close_timeout=budget,
        retry_policy=RetryPolicy(
            initial_interval=timedelta(seconds=2),
            backoff_coefficient=2,
            maximum_interval=slowest,
        ),
    )
