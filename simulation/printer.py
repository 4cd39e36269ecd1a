"""Who prints letters: checks each batch against its manifest, prints it once, and posts what is in it."""

import hashlib
import io
import json
import re
import zipfile
from datetime import UTC, datetime

from fastapi import APIRouter, HTTPException, Request
from pydantic import ValidationError
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from models.base import Frozen
from models.codes import Party
from simulation.faults import Faults
from simulation.store import Addressee, LetterContent, PrintedBatch, WorldStore

_CODE = re.compile(r"(?P<code>\d{4} [A-Z]{2})(?:  (?P<town>.*))?")
_HOUSE = re.compile(r"(?:(?P<street>.*) )?(?P<number>\d{1,5})(?P<addition>\D.*)?")


class Listed(Frozen):
    """A letter as the manifest names it."""

    kenmerk: str
    bestand: str
    paginas: int
    sha256: str


class Manifest(Frozen):
    """What a batch says that it holds."""

    versie: int
    opdracht: str
    gemeente: str
    aantal: int
    sha256: str
    brieven: tuple[Listed, ...]


class NotAsListed(Exception):
    """The batch is not what its manifest says; the text tells why, and names nobody."""


def router(store: WorldStore, faults: Faults) -> APIRouter:
    """`PUT /printopdrachten/{batch}` with a ZIP, and `GET /printopdrachten`."""
    routes = APIRouter(prefix="/printopdrachten")

    @routes.put("/{batch}", status_code=204)
    async def take(batch: str, request: Request) -> None:
        await faults.gate(Party.LETTERS)
        content = await request.body()
        try:
            posted = [
                (letter.kenmerk, read_letter(pdf).model_dump_json(), pdf) for letter, pdf in opened(batch, content)
            ]
        except NotAsListed as error:
            raise HTTPException(422, str(error)) from None
        fingerprint = hashlib.sha256(content).hexdigest()
        kept = store.offer_print_batch(batch, fingerprint, posted, at=datetime.now(UTC).isoformat())
        faults.after(Party.LETTERS)
        if kept != fingerprint:
            raise HTTPException(409, "Deze opdracht is al ontvangen, met een andere inhoud.")

    @routes.get("")
    async def batches() -> list[PrintedBatch]:
        return store.print_batches()

    return routes


def opened(batch: str, content: bytes) -> list[tuple[Listed, bytes]]:
    """The letters of a batch, in order, when everything is as its manifest says. Raises `NotAsListed`."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            manifest = Manifest.model_validate(json.loads(file.read("manifest.json")))
            files = {name: file.read(name) for name in file.namelist() if name != "manifest.json"}
    except (zipfile.BadZipFile, KeyError, ValueError, ValidationError):
        raise NotAsListed("De opdracht is niet te lezen.") from None
    _check(batch, manifest, files)
    return [(letter, files[letter.bestand]) for letter in manifest.brieven]


def _check(batch: str, manifest: Manifest, files: dict[str, bytes]) -> None:
    if manifest.opdracht != batch:
        raise NotAsListed("De opdracht heeft een ander nummer dan haar adres.")
    if manifest.aantal != len(manifest.brieven) or {one.bestand for one in manifest.brieven} != set(files):
        raise NotAsListed("Het aantal brieven klopt niet.")
    over_all = hashlib.sha256("".join(f"{one.sha256}\n" for one in manifest.brieven).encode()).hexdigest()
    if over_all != manifest.sha256:
        raise NotAsListed("De controle over alle brieven klopt niet.")
    for letter in manifest.brieven:
        if hashlib.sha256(files[letter.bestand]).hexdigest() != letter.sha256:
            raise NotAsListed("Een brief is niet heel aangekomen.")
        if _pages(files[letter.bestand]) != letter.paginas:
            raise NotAsListed("Een brief heeft een ander aantal bladzijden.")


def _pages(pdf: bytes) -> int:
    try:
        return len(PdfReader(io.BytesIO(pdf)).pages)
    except PyPdfError:
        return 0


def read_letter(pdf: bytes) -> LetterContent:
    """What a reader sees: who it is for, and what it says."""
    reader = PdfReader(io.BytesIO(pdf))
    # A line that goes on below ends with a space.
    text = "\n".join(page.extract_text() for page in reader.pages).replace(" \n", " ")
    lines = text.split("\n")
    at = next((number for number, line in enumerate(lines) if _CODE.fullmatch(line)), None)
    if at is None or at < 2:
        raise NotAsListed("Een adres is niet te lezen.")
    subject = reader.metadata.title if reader.metadata and reader.metadata.title else ""
    return LetterContent(
        geadresseerde=_addressee(*lines[at - 2 : at + 1]),
        onderwerp=subject,
        tekst=text.partition(f"\n{subject}\n")[2],
    )


def _addressee(name: str, house: str, place: str) -> Addressee:
    door, town = _HOUSE.fullmatch(house), _CODE.fullmatch(place)
    if door is None or town is None:
        raise NotAsListed("Een adres is niet te lezen.")
    return Addressee(
        naam=name,
        straat=door["street"] or "",
        huisnummer=int(door["number"]),
        toevoeging=(door["addition"] or "").lstrip("-"),
        postcode=town["code"].replace(" ", ""),
        plaats=town["town"] or "",
    )
