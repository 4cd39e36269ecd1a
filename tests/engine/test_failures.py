"""What the converter lets through, exception by exception. How it travels is in test_failures_travel.py."""

import pytest
from temporalio.api.enums.v1 import RetryState
from temporalio.api.failure.v1 import Failure
from temporalio.converter import DefaultFailureConverter
from temporalio.exceptions import (
    ActivityError,
    ApplicationError,
    CancelledError,
    ChildWorkflowError,
    FailureError,
    TerminatedError,
    TimeoutError,
    TimeoutType,
)

from engine.client import DATA_CONVERTER
from engine.failures import MaskingFailureConverter
from models.errors import CodedError

SECRET = "jansen-1234AB-geheim"
PAYLOADS = DATA_CONVERTER.payload_converter


class RegisterDown(CodedError):
    pass


class NotAuthorised(CodedError):
    retryable = False


def masked(error: BaseException) -> Failure:
    failure = Failure()
    MaskingFailureConverter().to_failure(error, PAYLOADS, failure)
    assert SECRET not in str(failure)
    assert not failure.stack_trace
    return failure


def raised(error: Exception, *, cause: BaseException | None = None) -> BaseException:
    """The error with a traceback, as it arrives."""
    try:
        raise error from cause
    except Exception as caught:  # noqa: BLE001
        return caught


def received(error: BaseException) -> BaseException:
    """The error as it comes back over the wire from a worker that does not mask."""
    failure = Failure()
    DefaultFailureConverter(encode_common_attributes=True).to_failure(error, PAYLOADS, failure)
    return DefaultFailureConverter().from_failure(failure, PAYLOADS)


def an_activity_error(cause: BaseException) -> BaseException:
    error = ActivityError(
        SECRET,
        scheduled_event_id=5,
        started_event_id=6,
        identity=SECRET,
        activity_type="send_letter",
        activity_id="7",
        retry_state=None,
    )
    return raised(error, cause=cause)


@pytest.mark.parametrize(
    ("error", "type_name", "message", "final"),
    [
        (ValueError(SECRET), "ValueError", "ValueError", False),
        (KeyError(SECRET), "KeyError", "KeyError", False),
        (ExceptionGroup(SECRET, [ValueError(SECRET)]), "ExceptionGroup", "ExceptionGroup", False),
        (RegisterDown("brp.unavailable"), "RegisterDown", "brp.unavailable", False),
        (NotAuthorised("brp.not_authorised"), "NotAuthorised", "brp.not_authorised", True),
        (ApplicationError("smtp.421", type="Smtp"), "Smtp", "smtp.421", False),
        (ApplicationError("smtp.421", SECRET, non_retryable=True), "ApplicationError", "smtp.421", True),
        (ApplicationError(SECRET, type="Smtp"), "Smtp", "Smtp", False),
        (ApplicationError(SECRET, type=SECRET), "ApplicationError", "ApplicationError", False),
        (ApplicationError("999990020", type="Bsn"), "Bsn", "Bsn", False),
        (
            ApplicationError("De zaak is op 4 mei 2026 gesloten.", type="Refused"),
            "Refused",
            "De zaak is op 4 mei 2026 gesloten.",
            False,
        ),
        (ApplicationError(f"Niet voor {SECRET}", type="Refused"), "Refused", "Refused", False),
        (ApplicationError("Mail naar j.jansen@voorbeeld.nl", type="AlreadyDone"), "AlreadyDone", "AlreadyDone", False),
    ],
)
def test_an_application_failure_carries_names_codes_and_our_own_sentences(
    error: Exception, type_name: str, message: str, final: bool
) -> None:
    failure = masked(raised(error))
    info = failure.application_failure_info
    assert (info.type, failure.message, info.non_retryable) == (type_name, message, final)
    assert not info.HasField("details")


def test_a_code_that_was_changed_afterwards_is_not_trusted() -> None:
    error = RegisterDown("brp.unavailable")
    error.code = SECRET
    assert masked(error).message == "RegisterDown"


@pytest.mark.parametrize("text", ["", "Brp", "a b", "999990020", "1234ab", "j@n", "x" * 81, "case.1234", "a\n"])
def test_a_coded_error_takes_nothing_but_a_code(text: str) -> None:
    with pytest.raises(ValueError, match="needs a code") as refused:
        RegisterDown(text)
    assert not text or text not in str(refused.value).split()


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (
            TimeoutError(SECRET, type=TimeoutType.START_TO_CLOSE, last_heartbeat_details=[SECRET]),
            "timeout",
            "Timed out",
        ),
        (CancelledError(SECRET, SECRET), "canceled", "Cancelled"),
        (TerminatedError(SECRET, SECRET), "terminated", "Terminated"),
    ],
)
@pytest.mark.parametrize("over_the_wire", [False, True])
def test_temporals_own_failures_keep_their_kind_and_lose_their_text(
    error: Exception, kind: str, message: str, over_the_wire: bool
) -> None:
    failure = masked(received(error) if over_the_wire else raised(error))
    assert (failure.WhichOneof("failure_info"), failure.message) == (f"{kind}_failure_info", message)


@pytest.mark.parametrize("over_the_wire", [False, True])
def test_the_causes_of_a_failed_activity_are_masked_too(over_the_wire: bool) -> None:
    inner = raised(ApplicationError(SECRET, SECRET, type="Smtp"), cause=raised(ValueError(SECRET)))
    error = an_activity_error(inner)
    failure = masked(received(error) if over_the_wire else error)
    assert failure.activity_failure_info.activity_type.name == "send_letter"
    assert (failure.cause.message, failure.cause.cause.message) == ("Smtp", "ValueError")


def test_a_failed_child_keeps_its_id() -> None:
    error = ChildWorkflowError(
        SECRET,
        namespace="n",
        workflow_id="retention/1",
        run_id="r",
        workflow_type="RetentionWorkflow",
        initiated_event_id=1,
        started_event_id=2,
        retry_state=None,
    )
    info = masked(error).child_workflow_execution_failure_info
    assert info.workflow_execution.workflow_id == "retention/1"
    assert info.retry_state == RetryState.RETRY_STATE_UNSPECIFIED


def test_what_was_being_handled_is_a_cause_and_a_circle_ends() -> None:
    error: Exception
    try:
        try:
            raise KeyError(SECRET)
        except KeyError:
            raise ValueError(SECRET)  # noqa: B904
    except ValueError as caught:
        error = caught
    assert masked(error).cause.message == "KeyError"

    assert error.__context__ is not None
    error.__context__.__context__ = error
    assert masked(error).cause.cause.message == "ValueError"


def test_a_failure_without_a_kind_and_a_hostile_name_are_masked() -> None:
    hostile = type(SECRET, (Exception,), {})
    assert masked(hostile(SECRET)).message == "ApplicationError"
    assert masked(FailureError(SECRET)).message == "FailureError"
