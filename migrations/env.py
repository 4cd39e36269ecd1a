"""Run by Alembic, for both databases: `adapters.migrate` hands over the connection and the tables."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import TypeDecorator


def plain_type(kind: str, item: Any, _: object) -> str | Literal[False]:
    """A migration names the database's own types, because ours may change after it."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["metadata"],
    render_item=plain_type,
    transactional_ddl=True,
)
context.run_migrations()
