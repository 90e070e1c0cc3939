"""The sheet that a visitor takes along: what fits on one side of paper, and how much is left out of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil

import segno
from markupsafe import Markup

from ..decide.outcome import questions_to_ask
from ..rulebook.model import Option
from .comparison import kept_rows
from .result import ResultPage
from .result_groups import ResultRow
from .visit import Visit
from .what_matters import Mattering, mattering

ROOM, LINE, TO_WRITE, HEADING = 576, 12, 18, 24
"""Points: of a side of Letter paper below the sheet's head, of a line, of the room under a question, of a heading.
tests/test_sheet.py prints the longest.
"""
LETTERS = 100
"""Letters in a line, as wide as they may be."""


@dataclass(frozen=True)
class OpenQuestion:
    """A question that is left open, and about which options; `of_all`: about each that the sheet speaks of."""

    question: str
    options: list[Option]
    of_all: bool

    @property
    def number(self) -> int:
        """About how many."""
        return len(self.options)


@dataclass(frozen=True)
class Sheet:
    """What stands on the sheet. `left_over`: the open questions for which there is no room."""

    kept: list[ResultRow]
    questions: list[OpenQuestion]
    left_over: int
    mattering: list[Mattering]


def sheet_of(page: ResultPage, visit: Visit) -> Sheet:
    """The sheet of a visit: about what is kept, or about every treatment that is listed where nothing is."""
    kept = kept_rows(page, visit)
    treatments = [row for row in page.listed if row.option.kind != "self-care"]
    shown = Sheet(kept, _open_questions(page, kept or treatments), 0, mattering(page.rulebook, visit, kept))
    room = ROOM - _height(visit, shown)
    for number, question in enumerate(shown.questions):
        room -= height_to_write([question.question])
        if room < 0:
            return replace(shown, questions=shown.questions[:number], left_over=len(shown.questions) - number)
    return shown


def _height(visit: Visit, sheet: Sheet) -> int:
    """Points that all but the open questions takes; what stands in two columns counts half."""
    questions = visit.rulebook.questions
    answers = sum(
        _lines(questions[name].ask + questions[name].choices[choice].label) for name, choice in visit.answers.items()
    )
    halves = sum(_lines(row.option.name, LETTERS // 2) for row in sheet.kept)
    halves += sum(_lines(one.matter.name, LETTERS // 2) for one in sheet.mattering)
    lines = answers + ceil(halves / 2) + 1  # what there is no room for takes a line
    general = height_to_write(one.question for one in visit.rulebook.general_questions.values())
    return LINE * lines + HEADING * (bool(sheet.kept) + bool(sheet.mattering)) + general


def height_to_write(questions: Iterable[str]) -> int:
    """Points that questions take, each with the room under it."""
    return sum(LINE * _lines(question) + TO_WRITE for question in questions)


def _lines(text: str, letters: int = LETTERS) -> int:
    return ceil(len(text) / letters)


def _open_questions(page: ResultPage, rows: Sequence[ResultRow]) -> list[OpenQuestion]:
    """What is left open about these options and their areas; what is open about the most of them first."""
    areas = {row.option.area for row in rows}
    notes = [note for note in page.outcome.notes if note.question and areas.intersection(note.areas)]
    options: dict[str, list[Option]] = {note.question: [] for note in notes}
    for row in rows:
        for question in questions_to_ask(page.rulebook, row.result):
            options.setdefault(question, []).append(row.option)
    treatments = sum(row.option.kind != "self-care" for row in rows)
    return [
        OpenQuestion(question, some, 1 < treatments <= len(some))
        for question, some in sorted(options.items(), key=lambda item: -len(item[1]))
    ]


def qr_code(text: str) -> Markup:
    """A QR code as a drawing to stand in a page."""
    return drawn(segno.make(text, error="m", micro=False))


def drawn(code: segno.QRCode) -> Markup:
    """A QR code as SVG: dark on white, whatever the colours around it."""
    return Markup(code.svg_inline(omitsize=True, border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None))
