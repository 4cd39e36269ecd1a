"""What partners are about to be told, and what they were told."""

from fastapi import APIRouter

router = APIRouter()
