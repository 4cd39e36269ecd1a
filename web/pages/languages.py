"""Reading the pages in another language."""

import re

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from models.codes import Language
from web.auth import OurServices, public
from web.language import COOKIE

router = APIRouter(dependencies=[Depends(public)])

_YEAR = 366 * 24 * 3600
_OURS = re.compile(r"/(?:[a-z0-9][a-zA-Z0-9./-]*)?(?:\?[!-\[\]-~]*)?")


@router.get("/taal/{language}")
def choose(services: OurServices, language: Language, terug: str = "/") -> Response:
    """Back to the page `terug` (a path of ours), and everything in this language from now on.

    It is a link and no form: nothing is changed but a cookie that says nothing of anybody.
    """
    answer = RedirectResponse(terug if _OURS.fullmatch(terug) else "/", 303)
    answer.set_cookie(
        COOKIE,
        language.value,
        max_age=_YEAR,
        path="/",
        secure=not services.settings.demo,
        httponly=True,
        samesite="lax",
    )
    return answer
