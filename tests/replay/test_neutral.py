"""What is taken out of a recording, and what stays: everything that a workflow decides by."""

from typing import Any

from tests.replay.golden import Document, events_of
from tests.replay.neutral import neutral

ONE = "6d28df54-0ae7-5d6c-aa1e-b7ee22088e38"
OTHER = "c2a1453e-9d64-5a17-9805-878c16f432e0"
FIRST = "00000000-0000-4000-8000-000000000001"
SECOND = "00000000-0000-4000-8000-000000000002"


def an_event(kind: str = "TIMER_FIRED", moment: str = "2026-11-25T08:00:00Z", **attributes: Any) -> Document:
    return {"eventTime": moment, "eventType": f"EVENT_TYPE_{kind}", "attributes": attributes}


def a_history(*events: Document, clock_offset: str = "PT0S", **start: Any) -> Document:
    """A history that begins with this input, its events numbered."""
    content = {"clock_offset": clock_offset, **start}
    started = an_event("WORKFLOW_EXECUTION_STARTED")
    started["workflowExecutionStartedEventAttributes"] = {"input": payloads(content)}
    return {"events": [{"eventId": str(number), **event} for number, event in enumerate([started, *events], start=1)]}


def payloads(content: Any) -> Document:
    return {"payloads": [{"encoding": "json/plain", "content": content}]}


def neutral_one(document: Document) -> Document:
    return neutral({"case": document})["case"]


def start_of(document: Document) -> Document:
    content: Document = events_of(document)[0]["workflowExecutionStartedEventAttributes"]["input"]["payloads"][0][
        "content"
    ]
    return content


def test_moments_become_those_of_the_journey_cut_off_to_the_minute() -> None:
    day_before = a_history(
        an_event(moment="2026-11-25T08:01:42.314650138Z"),
        an_event(noted=payloads({"seconds": 1795593702, "nanos": 795297846})),
        clock_offset="-P1DT1M42.016132S",
        received_at="2026-11-24T08:00:00.298518Z",
        kept_for="P6M",
    )
    moved = neutral_one(day_before)
    fired, marked = events_of(moved)[1:]
    assert fired["eventTime"] == "2026-11-24T08:00:00Z"
    assert marked["attributes"]["noted"] == payloads({"seconds": 1795507200, "nanos": 0})
    assert start_of(moved) == {"clock_offset": "PT0S", "received_at": "2026-11-24T08:00:00Z", "kept_for": "P6M"}


def test_ids_are_numbered_as_they_come_and_have_one_number_in_all_histories_of_a_journey() -> None:
    documents = {"case": a_history(case_id=ONE, unit=f"case-{ONE}"), "retention": a_history(of=f"{OTHER}/{ONE}")}
    case, retention = neutral(documents).values()
    assert (start_of(case)["case_id"], start_of(case)["unit"]) == (FIRST, f"case-{FIRST}")
    assert start_of(retention)["of"] == f"{SECOND}/{FIRST}"


def test_without_the_moved_clock_the_events_still_name_each_other() -> None:
    document = a_history(
        an_event("WORKFLOW_EXECUTION_OPTIONS_UPDATED"),
        an_event("TIMER_STARTED", startToFireTimeout="658738.937586s"),
        an_event("WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED"),
        an_event("TIMER_FIRED", startedEventId="3"),
    )
    started, fired = events_of(neutral_one(document))[1:]
    assert (started["eventId"], started["attributes"]) == ("2", {"startToFireTimeout": "658740s"})
    assert (fired["eventId"], fired["attributes"]) == ("3", {"startedEventId": "2"})


def test_the_machine_and_the_server_are_gone() -> None:
    queue = {"name": "4711@machine-5ca1ab1e", "kind": "TASK_QUEUE_KIND_STICKY", "normalName": "signaalreis"}
    document = a_history(an_event(identity="4711@machine", taskQueue=queue, requestId=ONE, historySizeBytes="1255"))
    assert events_of(neutral_one(document))[1]["attributes"] == {
        "identity": "worker",
        "taskQueue": {**queue, "name": "sticky"},
    }
