"""Figures of a municipality, and what goes to the national statistics."""

from fastapi import APIRouter

router = APIRouter()
