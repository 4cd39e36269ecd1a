"""The plain pages of the outside world. Text is escaped here and nowhere else."""

from collections.abc import Iterable, Sequence
from html import escape

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; background: #f4f5f2; color: #1d2620 }
header { background: #24523d; color: #fff; padding: .75rem 1.5rem }
header a { color: #fff; margin-right: 1.25rem }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2rem }
table { border-collapse: collapse; width: 100%; background: #fff }
th, td { text-align: left; padding: .5rem .75rem; border-bottom: 1px solid #d5dad4; vertical-align: top }
article { background: #fff; padding: 1.5rem; white-space: pre-wrap; overflow-wrap: anywhere }
a { color: #0b5394 } a:focus, button:focus { outline: 3px solid #ffb612 }
button { font: inherit; width: 22rem; max-width: 100%; padding: .6rem 1rem; text-align: left; cursor: pointer;
         color: inherit; background: #fff; border: 1px solid #24523d; border-radius: .25rem }
"""


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def page(title: str, body: str) -> str:
    """A whole page; `body` is HTML."""
    return f"""<!doctype html>
<html lang="nl">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<title>{escape(title)} - de buitenwereld</title><style>{_STYLE}</style></head>
<body>
<header><a href="/postbus">Postbus</a><a href="/partners">Signaalpartners</a><a href="/mensen">Mensen</a>
Nagebootste buitenwereld: niemand hier bestaat echt</header>
<main><h1>{escape(title)}</h1>
{body}
</main></body></html>"""


def heading(text: str) -> str:
    return f"<h2>{escape(text)}</h2>"


def nothing(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def link(target: str, text: str) -> Markup:
    return Markup(f'<a href="{escape(target)}">{escape(text)}</a>')


def bullets(items: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{_cell(item)}</li>" for item in items) + "</ul>"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    columns = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "".join("<tr>" + "".join(f"<td>{_cell(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table>"


def article(text: str) -> str:
    return f"<article>{escape(text)}</article>"


def wants_json(accept: str) -> bool:
    return accept.startswith("application/json")


def _cell(text: str) -> str:
    return text if isinstance(text, Markup) else escape(text)
