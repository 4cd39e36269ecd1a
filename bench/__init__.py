"""Measurements: `python -m bench`. Nothing imports this but its own test."""
