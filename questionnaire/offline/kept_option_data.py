"""What the script of the offline file has to know of options, notes and reference codes, for the pages of a list."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import prod
from typing import Any

from flask import get_template_attribute
from markupsafe import escape

from ..decide.outcome import is_leaving, questions_to_ask
from ..decide.reference_code import ALPHABET, LAYOUT, LEAST_ANSWERS, RULEBOOK, encode
from ..decide.routing import options_in_scope
from ..decide.tables import Key, Result, Row
from ..rulebook.model import KINDS, VERDICTS, Answers, Area, Caveat, Option, Rulebook
from ..web.comparison import MOST
from ..web.language import gettext
from ..web.result_groups import anchor
from ..web.served_rulebook import ServedRulebook
from ..web.sheet import HEADING, LETTERS, LINE, ROOM, TO_WRITE, height_to_write
from .qr_matrices import matrices


def blank(name: str) -> str:
    """What stands on a page where the script fills something in; no text of a rule file may have such signs."""
    return f"\ue000{name}\ue000"


def caveats_of(rulebook: Rulebook, area: Area) -> list[Caveat]:
    """Every caveat that an option of the area may have."""
    some = {caveat.id for option in area.options for caveat in rulebook.expect[option]}
    return [caveat for caveat in rulebook.caveats.values() if caveat.id in some]


def code_data(rulebook: Rulebook, visits: Sequence[Answers]) -> dict[str, Any]:
    """How a reference code is made (decide/reference_code.py), and how it is drawn."""
    choices = {question.id: list(question.choices) for question in rulebook.questions.values()}
    return {
        "alphabet": ALPHABET,
        "start": encode(rulebook, visits[0])[: RULEBOOK + LAYOUT],
        "least": LEAST_ANSWERS,
        "choices": choices,
        "qr": matrices(_lengths(rulebook, visits)),
    }


def _lengths(rulebook: Rulebook, visits: Sequence[Answers]) -> range:
    """How long a code may be, with its hyphen: without a list, and with any."""
    around = RULEBOOK + LAYOUT + len("-") + 1
    options = {len(options_in_scope(rulebook, answers)) for answers in visits}
    ways = max(prod(len(rulebook.questions[question].choices) for question in answers) for answers in visits)
    most, digits = ways * len(ALPHABET) << max(options), LEAST_ANSWERS
    while len(ALPHABET) ** digits < most:
        digits += 1
    return range(around + LEAST_ANSWERS, around + digits + 1)


class KeptOptionData:
    """All that is looked up for a list. Made while a request of the application is at hand."""

    def __init__(self, served: ServedRulebook, shown: Collection[str]) -> None:
        """`shown`: the options that are not withheld or withdrawn."""
        self._served, self._rulebook, self._shown = served, served.rulebook, shown
        self._notes = [caveat for caveat in self._rulebook.caveats.values() if caveat.areas]
        self._texts: dict[str, dict[str, int]] = {"reasons": {}, "asks": {}, "cells": {}}

    def as_json(self) -> dict[str, Any]:
        """Options, notes and texts; texts are HTML, and stand elsewhere as their numbers."""
        rulebook = self._rulebook
        options = {option.id: self._option(option) for option in rulebook.options.values()}
        notes = [{"first": note.first, "areas": note.areas, "ask": self._ask(note.question)} for note in self._notes]
        grid = list(rulebook.grid)
        return {
            "options": options,
            "areas": {area.id: area.options for area in rulebook.areas.values()},
            "caveats": {area.id: self._listed(caveats_of(rulebook, area)) for area in rulebook.areas.values()},
            "notes": notes,
            "noteTables": {area: self._note_table(area) for area in rulebook.areas},
            "grid": [str(escape(row.name)) for row in rulebook.grid.values()],
            "matters": [
                [one.id, [grid.index(row) for row in one.rows], str(escape(one.name))]
                for one in rulebook.matters.values()
            ],
            "readiness": list(rulebook.readiness),
            "answers": [
                f"{question.id}={choice}" for question in rulebook.questions.values() for choice in question.choices
            ],
            "verdicts": [str(get_template_attribute("macros.html", "verdict")(verdict)) for verdict in VERDICTS],
            "comma": str(escape(gettext(", "))),
            "most": MOST,
            "sheet": self._sheet_sizes(),
            **{name: list(known) for name, known in self._texts.items() if name != "cells"},
        }

    def _option(self, option: Option) -> dict[str, Any]:
        table, grid = self._served.tables.options[option.id], self._rulebook.grid
        known: dict[str, Any] = {"name": str(escape(option.name)), "area": option.area, "anchor": anchor(option)}
        if option.id not in self._shown:
            return known
        texts = [option.grid[row] for row in grid]
        return known | {
            "shown": True,
            "leaving": is_leaving(option),
            "kind": KINDS.index(option.kind),
            "caveats": self._listed(self._rulebook.expect[option.id]),
            "grid": [-1 if text.silent else self._number("cells", text.text) for text in texts],
            "questions": table.questions,
            "rows": {_joined(of): self._row(option, row) for of, row in table.rows.items()},
        }

    def _row(self, option: Option, row: Row) -> list[Any]:
        """Its verdict, its reasons, its caveats, and what to ask: by their numbers."""
        reason = get_template_attribute("macros.html", "reason")
        because = [self._number("reasons", str(reason(rule))) for rule in row.because]
        asks = [self._ask(question) for question in questions_to_ask(self._rulebook, Result(option, row))]
        return [VERDICTS.index(row.verdict), because, self._numbers(row.caveats), asks]

    def _note_table(self, area: str) -> dict[str, Any]:
        table = self._served.tables.notes[area]
        rows = {_joined(of): [self._notes.index(note) for note in notes] for of, notes in table.rows.items()}
        return {"questions": table.questions, "rows": rows}

    def _numbers(self, caveats: Sequence[Caveat]) -> list[int]:
        every = list(self._rulebook.caveats)
        return [every.index(caveat.id) for caveat in caveats]

    def _listed(self, caveats: Sequence[Caveat]) -> list[int]:
        """Their numbers in the order of a list on a page: the clinic's stand last."""
        return self._numbers(sorted(caveats, key=lambda caveat: caveat.by_clinic))

    def _ask(self, question: str) -> int:
        return self._number("asks", str(escape(question))) if question else -1

    def _number(self, kind: str, text: str) -> int:
        known = self._texts[kind]
        return known.setdefault(text, len(known))

    def _sheet_sizes(self) -> dict[str, Any]:
        no_room = get_template_attribute("keeping.html", "no_room")
        return {
            "room": ROOM,
            "line": LINE,
            "toWrite": TO_WRITE,
            "heading": HEADING,
            "letters": LETTERS,
            "general": height_to_write(one.question for one in self._rulebook.general_questions.values()),
            "noRoom": [str(no_room(number)) for number in range(len(self._texts["asks"]) + 1)],
        }


def _joined(of: Key) -> str:
    return "|".join(choice or "" for choice in of)
