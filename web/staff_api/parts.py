"""The shapes that several parts of the API share."""

from typing import Annotated, Any, TypeVar

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from web.paging import Page

PageAsked = Annotated[int, Query(alias="pagina", ge=1, le=100_000, description="Welke pagina; de eerste is 1.")]
PersonAsked = Annotated[
    str, Query(alias="persoonId", max_length=80, description="Over wie in de zaak; leeg: de inwoner van de zaak.")
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


def numbers(found: Page[Any]) -> dict[str, int]:
    """Where a page stands in its list."""
    return {"aantal": found.total, "pagina": found.number, "paginas": found.pages}
