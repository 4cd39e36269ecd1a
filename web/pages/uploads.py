"""A partner's file: looked at before anything of it counts."""

from fastapi import APIRouter

router = APIRouter()
