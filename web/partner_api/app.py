"""The API for the systems of partners, by the Dutch API design rules: version in the path, problems as RFC 9457, the
description at `openapi.json` for everybody."""

from fastapi import FastAPI
from starlette.datastructures import State

from web.described_api import DESCRIPTION, describe
from web.partner_api import amounts, changes, deliveries, signals
from web.problems import RESPONSES, answer_with_problems

PATH = "/api/v1"
VERSION = "1.0.0"


def create_api(state: State) -> FastAPI:
    """The app that is mounted at `PATH`; `state` holds its services, as it does those of the pages."""
    api = FastAPI(
        title="Signaalreis voor signaalpartners",
        version=VERSION,
        description="Signalen aanleveren, wijzigingen melden en horen wat er is teruggekoppeld.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        openapi_url=DESCRIPTION,
        servers=[{"url": PATH}],
        root_path_in_servers=False,
        responses=RESPONSES,
    )
    api.state = state
    for part in (deliveries, changes, signals, amounts):
        api.include_router(part.router)
    answer_with_problems(api)
    describe(api)
    return api
