"""Whether the web app can do its work, for whoever guards the installation. No data."""

from fastapi import APIRouter, Depends
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import JSONResponse

from adapters.destruction_lists import DestructionLists
from web import queries
from web.auth import OurServices, public

router = APIRouter(dependencies=[Depends(public)])


@router.get("/gezond")
def health(services: OurServices) -> JSONResponse:
    try:
        queries.alive(services.database)
        queries.alive(services.vault.database)
    except SQLAlchemyError:
        return JSONResponse({"status": "storing"}, 503)
    # What is late keeps nobody from working: whoever restarts what is not healthy must not restart this.
    now = services.now()
    alarms = ["sweep"] if services.overview.sweep(now=now).late else []
    if DestructionLists(services.database).late(now=now):
        alarms.append("destruction list")
    return JSONResponse({"status": "ok", "alarms": alarms})
