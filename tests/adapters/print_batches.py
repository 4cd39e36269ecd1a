"""Print batches as the printer gets them."""

import hashlib
import io
from collections.abc import Mapping

from pypdf import PdfReader

from adapters.print_batch import InBatch, manifest, packed
from models.ids import BatchId
from tests.builders import ZONNEDIJK


def a_batch(batch: str, pdfs: Mapping[str, bytes]) -> bytes:
    """A whole batch of these letters, by reference."""
    listed = [
        InBatch(reference, place, len(PdfReader(io.BytesIO(content)).pages), hashlib.sha256(content).hexdigest())
        for place, (reference, content) in enumerate(pdfs.items(), start=1)
    ]
    letters = list(zip(listed, pdfs.values(), strict=True))
    return packed(manifest(BatchId(batch), ZONNEDIJK, listed), letters)
