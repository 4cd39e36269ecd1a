"""The pictures of the pages: each is shown in a document, and each that is shown is taken."""

import re
from pathlib import Path

import numpy

from screenshots.pictures import PICTURES
from screenshots.png import few

DOCUMENT = Path(__file__).parents[2] / "docs" / "pages.md"


def test_the_document_shows_every_picture_and_no_other() -> None:
    shown = re.findall(r"!\[[^\]]+\]\(screenshots/([a-z-]+)\.png\)", DOCUMENT.read_text("utf-8"))
    assert sorted(shown) == sorted(picture.name for picture in PICTURES)
    assert all((DOCUMENT.parent / "screenshots" / f"{name}.png").is_file() for name in shown)


def test_few_colours_stay_exactly_what_they_are() -> None:
    pixels = numpy.array([[255, 255, 255], [0, 76, 123], [255, 255, 255]], numpy.uint8)
    palette, index = few(pixels)
    assert (palette[index] == pixels).all() and len(palette) == 2


def test_of_many_colours_the_rare_ones_become_the_nearest() -> None:
    often = numpy.repeat(numpy.array([[0, 0, n] for n in range(256)], numpy.uint8), 2, axis=0)
    rare = numpy.array([[3, 0, 200]], numpy.uint8)
    palette, index = few(numpy.concatenate([often, rare]))
    assert palette[index[-1]].tolist() == [0, 0, 200]
