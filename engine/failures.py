"""What Temporal may write down about an error: kinds, class names and codes, never anybody's text."""

import re
from collections.abc import Iterator

from temporalio.api.enums.v1 import RetryState
from temporalio.api.failure.v1 import Failure
from temporalio.converter import DefaultFailureConverter, PayloadConverter
from temporalio.exceptions import (
    ActivityError,
    ApplicationError,
    CancelledError,
    ChildWorkflowError,
    FailureError,
    ServerError,
    TerminatedError,
    TimeoutError,
)

from models.errors import CodedError, is_code

SENTENCE_TYPES = frozenset({"Refused", "AlreadyDone"})
"""Types of ApplicationError whose message is a fixed sentence of ours, meant for a caseworker."""

_CHAIN_LIMIT = 10
_TYPE_NAME = re.compile(r"[A-Za-z_]\w{0,79}", re.ASCII)
_PERSONAL_SHAPE = re.compile(r"@|://|\d{5}|\b\d{4}\s?[A-Z]{2}\b")
_SENTENCE_LENGTH = 300

_FIXED_TEXT = {
    "timeout_failure_info": "Timed out",
    "canceled_failure_info": "Cancelled",
    "terminated_failure_info": "Terminated",
    "server_failure_info": "Server failure",
    "reset_workflow_failure_info": "Workflow reset",
    "activity_failure_info": "Activity failed",
    "child_workflow_execution_failure_info": "Child workflow failed",
    "nexus_operation_execution_failure_info": "Nexus operation failed",
    "nexus_handler_failure_info": "Nexus handler failed",
}


class MaskingFailureConverter(DefaultFailureConverter):
    """Writes every exception, and every cause of it, without message, details or stack trace of its own.

    What comes through:
    - `CodedError`: its class name as type, its code as message, `non_retryable` by the class;
    - `ApplicationError` whose message is a code, or whose type is one of `SENTENCE_TYPES` and whose message shows
      no digits, address or link that could be somebody's;
    - Temporal's own kinds (timeout, cancellation, failed activity or child ...) with their ids and a fixed text;
    - of everything else the class name, twice: as type and as message.

    It never raises and never serialises details: the SDK writes the text of an error *in the converter* as it is.
    """

    def __init__(self) -> None:
        super().__init__(encode_common_attributes=False)

    def to_failure(self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure) -> None:
        """Fill `failure` from `exception` and at most nine of its causes."""
        target = failure
        for depth, error in enumerate(_chain(exception)):
            target = target.cause if depth else target
            _write(error, target)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and its causes; a failure that came over the wire is the last, its causes are inside it."""
    for _ in range(_CHAIN_LIMIT):
        if error is None:
            return
        yield error
        if isinstance(error, FailureError) and error.failure:
            return
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _write(error: BaseException, out: Failure) -> None:
    match error:
        case CodedError():
            _write_application(out, type_name=type(error).__name__, message=str(error.code))
            out.application_failure_info.non_retryable = not error.retryable
            if error.retry_after is not None:
                out.application_failure_info.next_retry_delay.FromTimedelta(error.retry_after)
        case FailureError(failure=Failure() as received):
            out.CopyFrom(received)
            _mask(out)
        case ApplicationError():
            _write_application(out, type_name=error.type or "ApplicationError", message=error.message)
            out.application_failure_info.non_retryable = error.non_retryable
            out.application_failure_info.category = error.category.value  # type: ignore[assignment]
            if error.next_retry_delay:
                out.application_failure_info.next_retry_delay.FromTimedelta(error.next_retry_delay)
        case CancelledError() | TerminatedError() | TimeoutError() | ServerError():
            _write_kind(error, out)
        case ActivityError() | ChildWorkflowError():
            _write_kind_with_ids(error, out)
        case _:
            name = type(error).__name__
            _write_application(out, type_name=name, message=name)


def _write_application(out: Failure, *, type_name: str, message: str) -> None:
    type_name = type_name if _TYPE_NAME.fullmatch(type_name) else "ApplicationError"
    out.application_failure_info.type = type_name
    out.message = message if _may_pass(type_name, message) else type_name


def _may_pass(type_name: str, message: str) -> bool:
    if type_name in SENTENCE_TYPES:
        return len(message) <= _SENTENCE_LENGTH and not _PERSONAL_SHAPE.search(message)
    return is_code(message)


def _write_kind(error: CancelledError | TerminatedError | TimeoutError | ServerError, out: Failure) -> None:
    match error:
        case CancelledError():
            out.canceled_failure_info.SetInParent()
        case TerminatedError():
            out.terminated_failure_info.SetInParent()
        case TimeoutError():
            out.timeout_failure_info.timeout_type = error.type or 0  # type: ignore[assignment]
            out.timeout_failure_info.SetInParent()
        case ServerError():
            out.server_failure_info.non_retryable = error.non_retryable
            out.server_failure_info.SetInParent()
    _mask(out)


def _write_kind_with_ids(error: ActivityError | ChildWorkflowError, out: Failure) -> None:
    retry_state = RetryState.ValueType(error.retry_state or 0)
    match error:
        case ActivityError():
            activity = out.activity_failure_info
            activity.scheduled_event_id = error.scheduled_event_id
            activity.started_event_id = error.started_event_id
            activity.activity_type.name = error.activity_type
            activity.activity_id = error.activity_id
            activity.retry_state = retry_state
        case ChildWorkflowError():
            child = out.child_workflow_execution_failure_info
            child.namespace = error.namespace
            child.workflow_execution.workflow_id = error.workflow_id
            child.workflow_execution.run_id = error.run_id
            child.workflow_type.name = error.workflow_type
            child.initiated_event_id = error.initiated_event_id
            child.started_event_id = error.started_event_id
            child.retry_state = retry_state
    _mask(out)


def _mask(failure: Failure) -> None:
    """Take every free text and payload out of a failure, down through its causes."""
    link: Failure | None = failure
    while link is not None:
        link.stack_trace = link.source = ""
        link.ClearField("encoded_attributes")
        match link.WhichOneof("failure_info"):
            case "application_failure_info":
                info = link.application_failure_info
                info.ClearField("details")
                _write_application(link, type_name=info.type or "ApplicationError", message=link.message)
            case "timeout_failure_info" as kind:
                link.timeout_failure_info.ClearField("last_heartbeat_details")
                link.message = _FIXED_TEXT[kind]
            case "canceled_failure_info" as kind:
                link.canceled_failure_info.ClearField("details")
                link.message = _FIXED_TEXT[kind]
            case "activity_failure_info" as kind:
                link.activity_failure_info.identity = ""
                link.message = _FIXED_TEXT[kind]
            case "reset_workflow_failure_info" as kind:
                link.reset_workflow_failure_info.ClearField("last_heartbeat_details")
                link.message = _FIXED_TEXT[kind]
            case kind:
                link.message = _FIXED_TEXT.get(kind or "", "Failure")
        link = link.cause if link.HasField("cause") else None
