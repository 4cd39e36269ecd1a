"""A print batch as the printer gets it: one ZIP of PDFs and a manifest that tells what is in it."""

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from typing import NamedTuple

from models.ids import BatchId
from models.values import MunicipalityCode

VERSION = 1
MANIFEST = "manifest.json"
_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The moment of every file in a ZIP, so that the same batch is the same bytes."""


class InBatch(NamedTuple):
    """A letter in a batch, without its content."""

    reference: str
    position: int
    pages: int
    sha256: str

    @property
    def file(self) -> str:
        return f"{self.position:04}.pdf"


def hash_over(hashes: Sequence[str]) -> str:
    """One hash over those of all letters, in their order: of the hex digits, each with a line end."""
    return hashlib.sha256("".join(f"{each}\n" for each in hashes).encode()).hexdigest()


def manifest(batch: BatchId, municipality: MunicipalityCode, letters: Sequence[InBatch]) -> bytes:
    """What is in the batch, as JSON, without a name or an address."""
    content = {
        "versie": VERSION,
        "opdracht": batch,
        "gemeente": municipality.text,
        "aantal": len(letters),
        "sha256": hash_over([letter.sha256 for letter in letters]),
        "brieven": [
            {
                "kenmerk": letter.reference,
                "bestand": letter.file,
                "paginas": letter.pages,
                "sha256": letter.sha256,
            }
            for letter in letters
        ],
    }
    return json.dumps(content, indent=2).encode()


def packed(listed: bytes, letters: Sequence[tuple[InBatch, bytes]]) -> bytes:
    """The ZIP: the manifest first, then the letters in their order. The same arguments give the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression=zipfile.ZIP_STORED) as file:
        file.writestr(zipfile.ZipInfo(MANIFEST, _EARLIEST), listed)
        for letter, content in letters:
            file.writestr(zipfile.ZipInfo(letter.file, _EARLIEST), content)
    return target.getvalue()
