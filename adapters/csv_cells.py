"""Cells of a CSV that a spreadsheet shows as text, whatever stands in them."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: str) -> str:
    """What a spreadsheet would take for a formula, with an apostrophe before it: cells came from elsewhere."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
