"""Signal partners: who they are, whom to reach there, what they are asked."""

from fastapi import APIRouter

router = APIRouter()
