"""The shapes that several parts of the API share."""

from typing import Annotated, Any, TypeVar

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from models.codes import Language
from web.language import reads
from web.note_doubts import Asked, sentences
from web.paging import Page
from web.problems import Fault, Problem

PageAsked = Annotated[int, Query(alias="pagina", ge=1, le=100_000, description="Welke pagina; de eerste is 1.")]
PersonAsked = Annotated[
    str, Query(alias="persoonId", max_length=80, description="Over wie in de zaak; leeg: de inwoner van de zaak.")
]
Agreed = Annotated[
    str,
    Field(
        max_length=200,
        description="Wat `akkoord` in een antwoord 422 was, als de tekst toch zo moet blijven. Met `zonder.` ervoor "
        "wordt het nummer weggelaten dat een BSN kan zijn.",
        examples=["health-1"],
    ),
]
Sent = TypeVar("Sent", bound="Shape")


class Shape(BaseModel):
    """Something that the API answers or takes: nothing else stands in it, and what was wrong is not said back."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Paged(Shape):
    """A page of a longer list."""

    aantal: int = Field(description="Hoeveel er in de hele lijst staan.", examples=[1])
    pagina: int = Field(examples=[1])
    paginas: int = Field(description="Hoeveel pagina's er zijn.", examples=[1])


def not_taken_as_it_is(sentence: str, asked: Asked | None, fault: Fault) -> Problem:
    """The problem of what was not kept; where something stands in the text that may not belong there, with what to
    agree to."""
    if asked is None:
        return Problem(422, sentence, [fault])
    where = fault.model_copy(update={"reden": "hier staat misschien iets wat er niet hoort"})
    with reads(Language.DUTCH):
        told = " ".join(sentences(asked.doubt, quoting=False))
    return Problem(422, told, [where], agree=asked.as_it_is)


def numbers(found: Page[Any]) -> dict[str, int]:
    """Where a page stands in its list."""
    return {"aantal": found.total, "pagina": found.number, "paginas": found.pages}
