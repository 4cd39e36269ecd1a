"""The three search attributes of an execution; a fourth would cost every open case 4 kB."""

from temporalio.common import SearchAttributeKey

MUNICIPALITY = SearchAttributeKey.for_keyword("Municipality")
STAGE = SearchAttributeKey.for_keyword("Stage")
STALLED = SearchAttributeKey.for_keyword("Stalled")

SEARCH_ATTRIBUTES = (MUNICIPALITY, STAGE, STALLED)
