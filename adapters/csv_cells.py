"""Cells of a CSV that a spreadsheet shows as text, whatever stands in them."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: str) -> str:
    """What a spreadsheet would take for a formula, with an apostrophe before it: cells came from elsewhere.

    A cell that has such an apostrophe already gets one more, so that `plain` gives back every cell as it was.
    """
    return f"'{cell}" if _is_formula(cell.lstrip("'")) else cell


def plain(cell: str) -> str:
    """The cell as it was before `harmless`."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell.lstrip("'")) else cell


def _is_formula(cell: str) -> bool:
    return cell.startswith(_FORMULA)
