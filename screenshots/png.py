"""PNG files of few colours, a third of what a browser makes of them: pages hold hardly more than 256."""

import base64
import struct
import zlib

import numpy
from numpy.typing import NDArray
from playwright.async_api import Page

_COLOURS = 256
_READ = """async png => {
  const image = new Image();
  image.src = "data:image/png;base64," + png;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const { data } = canvas.getImageData(0, 0, image.width, image.height);
  let bytes = "";
  for (let from = 0; from < data.length; from += 32768) {
    bytes += String.fromCharCode(...data.subarray(from, from + 32768));
  }
  return [image.width, image.height, btoa(bytes)];
}"""

Pixels = NDArray[numpy.uint8]


async def smaller(page: Page, png: bytes) -> bytes:
    """The same picture with at most 256 colours. `page`: any, to read the picture in."""
    width, height, pixels = await page.evaluate(_READ, base64.b64encode(png).decode())
    rgba = numpy.frombuffer(base64.b64decode(pixels), numpy.uint8).reshape(height * width, 4)
    palette, index = few(rgba[:, :3])
    return _written(palette, index.reshape(height, width))


def few(pixels: Pixels) -> tuple[Pixels, Pixels]:
    """The most frequent colours, and for each pixel which of them is nearest to its own."""
    packed = pixels.astype(numpy.uint32) @ numpy.array([65536, 256, 1], numpy.uint32)
    colours, where, times = numpy.unique(packed, return_inverse=True, return_counts=True)
    rgb = numpy.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1).astype(numpy.int32)
    palette = rgb[numpy.sort(numpy.argsort(-times, kind="stable")[:_COLOURS])]
    far = ((rgb[:, None, :] - palette[None, :, :]) ** 2).sum(axis=2)
    nearest = far.argmin(axis=1).astype(numpy.uint8)
    return palette.astype(numpy.uint8), nearest[where]


def _written(palette: Pixels, index: Pixels) -> bytes:
    height, width = index.shape
    lines = b"".join(b"\0" + line.tobytes() for line in index)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _part(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _part(b"PLTE", palette.tobytes()),
            _part(b"IDAT", zlib.compress(lines, 9)),
            _part(b"IEND", b""),
        )
    )


def _part(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
