"""QR codes for a page that has to draw them itself, of texts that nobody knows before.

For a fixed version, level and mask each dot of a QR code is a sum (exclusive or) of bits of the text: error correction
is linear, and a mask adds the same dots to all. So the drawing of any text is the drawing of "000..." and, for each bit
in which the text differs from it, what that bit changes. segno draws both.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import segno

SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
"""Those of a QR code's alphanumeric mode; two of them are one number of 11 bits, a last one has 6 (ISO/IEC 18004)."""
PAIR, SINGLE = 11, 6


def matrices(lengths: Iterable[int]) -> dict[str, Any]:
    """For texts of SIGNS of these lengths: `size` of the drawing, and for each length the numbers whose bits are dots,
    row by row from the lowest: first that of zeros, then what each bit changes, pair by pair from the lowest.
    """
    lengths = list(lengths)
    version = drawing("0" * max(lengths)).version
    assert isinstance(version, int)
    return {
        "signs": SIGNS,
        "size": len(drawing("0", version).matrix),
        "version": version,
        "lengths": {length: [f"0x{number:x}" for number in _parts(length, version)] for length in lengths},
    }


def drawing(text: str, version: int | None = None) -> segno.QRCode:
    """The drawing of a text; level M, and a mask that is always the same. `version`: the smallest, if left out."""
    return segno.make(text, version=version, error="m", mode="alphanumeric", mask=0, micro=False, boost_error=False)


def number_of(code: segno.QRCode) -> int:
    """A drawing as a number whose bits are its dots, row by row from the lowest."""
    dots = [dot for row in code.matrix for dot in row]
    return sum((dot & 1) << at for at, dot in enumerate(dots))


def _parts(length: int, version: int) -> list[int]:
    zeros = number_of(drawing("0" * length, version))
    parts = [zeros]
    for start in range(0, length, 2):
        is_pair = start + 1 < length
        for bit in range(PAIR if is_pair else SINGLE):
            signs = SIGNS[2**bit // 45] + SIGNS[2**bit % 45] if is_pair else SIGNS[2**bit]
            text = "0" * start + signs + "0" * (length - start - len(signs))
            parts.append(number_of(drawing(text, version)) ^ zeros)
    return parts
