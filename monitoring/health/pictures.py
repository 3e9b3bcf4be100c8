"""QR codes of tokens as SVG and PNG, with the colour and its word in both languages: not everybody sees colours."""

import base64
import io
import struct
import zlib
from typing import Final
from xml.sax.saxutils import escape

import segno

from monitoring.health.word_pictures import WORDS
from monitoring.health.words import COLOUR_WORDS

PAINT: Final = {"GREEN": "#166534", "AMBER": "#92400e", "RED": "#991b1b", "NOT_ASSESSED": "#374151"}
"""Dark enough for white words on them."""
SHAPES: Final = {"GREEN": "●", "AMBER": "▲", "RED": "■", "NOT_ASSESSED": "?"}
SCALE: Final = 6
BORDER: Final = 4
BAND: Final = 56
"""Dots of the band below the QR code that holds the word."""


def qr_svg(text: str, colour: str = "") -> str:
    """The QR code of `text`, over a band with the colour's shape and word if one is given. No script, no style."""
    code = segno.make(text, error="m", micro=False)
    size = code.symbol_size(scale=SCALE, border=BORDER)[0]
    path = _path(code)
    if not colour:
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size}" height="{size}"'
            f' role="img" aria-label="QR"><rect width="{size}" height="{size}" fill="#fff"/>'
            f'<path transform="scale({SCALE})" d="{path}" fill="#000"/></svg>'
        )
    english, chinese = COLOUR_WORDS[colour]
    label = escape(f"{SHAPES[colour]} {english} {chinese}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size + BAND}" width="{size}"'
        f' height="{size + BAND}" role="img" aria-label="{escape(english)} {chinese}">'
        f'<rect width="{size}" height="{size + BAND}" fill="#fff"/>'
        f'<path transform="scale({SCALE})" d="{path}" fill="#000"/>'
        f'<rect y="{size}" width="{size}" height="{BAND}" fill="{PAINT[colour]}"/>'
        f'<text x="{size / 2:g}" y="{size + BAND / 2:g}" fill="#fff" font-family="Inter, Noto Sans CJK SC, sans-serif"'
        f' font-size="26" font-weight="700" text-anchor="middle" dominant-baseline="central">{label}</text></svg>'
    )


def qr_png(text: str, colour: str = "") -> bytes:
    """The same as an RGB picture; the words are drawn from stored dots, so no font is needed."""
    code = segno.make(text, error="m", micro=False)
    rows = [bytes(0 if dot else 255 for dot in row) for row in code.matrix_iter(scale=SCALE, border=BORDER)]
    size = len(rows)
    lines = [b"".join(bytes((dot, dot, dot)) for dot in row) for row in rows]
    if colour:
        ink = bytes.fromhex(PAINT[colour][1:])
        lines += [b"".join(b"\xff\xff\xff" if dot else ink for dot in row) for row in _band(colour, size)]
    raw = b"".join(b"\x00" + line for line in lines)
    out = io.BytesIO(b"\x89PNG\r\n\x1a\n")
    out.seek(0, io.SEEK_END)
    header = struct.pack(">IIBBBBB", size, len(lines), 8, 2, 0, 0, 0)
    for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b"")):
        out.write(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)))
    return out.getvalue()


def _path(code: segno.QRCode) -> str:
    """Runs of dark modules as strokes of one path."""
    parts = []
    for y, row in enumerate(code.matrix_iter(border=BORDER)):
        x = 0
        dots = list(row)
        while x < len(dots):
            start = x
            while x < len(dots) and dots[x]:
                x += 1
            if x > start:
                parts.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
            x += 1
    return "".join(parts)


def _band(colour: str, size: int) -> list[list[bool]]:
    width, height, packed = WORDS[colour]
    bits = zlib.decompress(base64.b64decode(packed))
    left, top = (size - width) // 2, (BAND - height) // 2
    rows = [[False] * size for _ in range(BAND)]
    for y in range(height):
        for x in range(width):
            if bits[y * width // 8 + x // 8] >> (7 - x % 8) & 1:
                rows[top + y][left + x] = True
    return rows
