"""The bytes of a rule file to its text: UTF-8, whole to its end mark, with no character that nobody sees."""

from __future__ import annotations

import re

from . import characters
from .problems import Place, RulebookError, error

MAX_BYTES, MAX_BYTES_OF_TRANSLATION = 256 * 1024, 1024 * 1024
"""A translation holds each text twice, and letters of two to four bytes."""
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
OTHER_KINDS = {
    b"PK\x03\x04": "a Word, Excel or zip file",
    b"\xd0\xcf\x11\xe0": "a file of an old Word or Excel",
    b"%PDF": "a PDF",
    b"{\\rtf": "a file of a word processor (RTF)",
    b"<": "a web page or another file with tags",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
END_MARK = re.compile(r"\.\.\.[ \t]*( #.*)?")
NEARLY_END_MARK = re.compile(r"\s*([.\u2024\u2025\u2026\u00b7\u3002]+|-{2,}|\.\.\..*)\s*")
SAVE_AS_UTF_8 = (
    "save it as UTF-8 (Notepad: Save as, Encoding; VS Code: the encoding in the status bar, Save with Encoding)"
)


def text_of(data: bytes, name: str, is_translation: bool = False) -> str:
    """The text of a rule file with plain line ends; `name` is what problems call the file.

    Raises RulebookError for a file that is too large, of another kind or encoding, cut off, or with unseen characters.
    Those of a translation are left to a check of each text (translated.py), so that one keeps no other from visitors.
    """
    most = MAX_BYTES_OF_TRANSLATION if is_translation else MAX_BYTES
    if len(data) > most:
        raise _refused(Place(name), "size", f"this file is over {most // 1024} KiB", "split it or shorten it")
    text = re.sub("\r\n?", "\n", _decoded(data, name))
    lines = text.split("\n")
    _refuse_without_end(lines, name)
    problems = (
        []
        if is_translation
        else [
            error(Place(name, line, position + 1), "character", message, advice)
            for line, content in enumerate(lines, 1)
            for position, message, advice in characters.faults(content)
        ]
    )
    if problems:
        raise RulebookError(problems)
    return text


def _refused(place: Place, check: str, message: str, advice: str) -> RulebookError:
    return RulebookError([error(place, check, message, advice)])


def _decoded(data: bytes, name: str) -> str:
    start = Place(name)
    if kind := next((kind for first_bytes, kind in OTHER_KINDS.items() if data.startswith(first_bytes)), None):
        what = f"this is {kind}, not a rule file"
        raise _refused(start, "kind-of-file", what, "write rules in a plain text file")
    if data.startswith(UTF_16) or b"\0" in data[:2]:
        raise _refused(start, "encoding", "this file is saved as UTF-16 ('Unicode')", SAVE_AS_UTF_8)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        lines = data[: fault.start].decode("utf-8-sig", errors="replace").split("\n")
        byte = data[fault.start : fault.start + 1]
        what = f"the byte {byte[0]:#04x} here is not UTF-8 text"
        if meant := byte.decode("cp1252", errors="ignore"):
            what += f" (it is '{meant}' in the encoding of Windows)"
        raise _refused(Place(name, len(lines), len(lines[-1]) + 1), "encoding", what, SAVE_AS_UTF_8) from None


def _refuse_without_end(lines: list[str], name: str) -> None:
    """Raise RulebookError where the last line is not the end mark; blank lines and comments do not count."""
    lines_of_text = [(number, line) for number, line in enumerate(lines, 1) if re.match(r"\s*[^\s#]", line)]
    if not lines_of_text:
        advice = "put it back from a copy, or start from another rule file"
        raise _refused(Place(name), "empty-file", "this file is empty", advice)
    number, last = lines_of_text[-1]
    if END_MARK.fullmatch(last):
        return
    place = Place(name, number)
    for mark, line in lines_of_text:
        if END_MARK.fullmatch(line):
            what = f"this line stands below the end mark '...' (line {mark})"
            raise _refused(place, "cut-off", what, "move it above the mark, or delete it")
    if NEARLY_END_MARK.fullmatch(last):
        what = f"the end mark is three full stops alone on their line, and this line is '{last[:60]}'"
        raise _refused(place, "cut-off", what, "write '...', with nothing before it and no other sign")
    if not any(":" in line for _, line in lines_of_text):
        what = "the file has no 'key: value' lines"
        raise _refused(Place(name), "kind-of-file", what, "start from another rule file")
    what = "the file does not end with the line '...', so its end may be missing"
    advice = "if the file is whole, write three dots on a line of their own below this line"
    raise _refused(place, "cut-off", what, advice)
