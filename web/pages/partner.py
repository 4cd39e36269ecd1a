"""What a partner sees of the signals that it sent."""

from fastapi import APIRouter

router = APIRouter()
