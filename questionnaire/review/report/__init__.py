"""The rulebook as one file of HTML, for a clinician without a terminal to read, try, question and sign."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ...decide.build_tables import DecisionTables
from ...rulebook.model import VERDICTS, Question, Rulebook
from .. import phrases
from ..diff import diff, of_option, sections
from ..source_document import sentences_by_passage
from .coverage import coverage, evenness
from .panel import panel_json
from .readable_table import readable_tables
from .sheets import ConflictSheet, anchor, conflict_sheet, sheets
from .sources import ShownText, Sources

PROJECT = Path(__file__).resolve().parents[3]
VERDICT = {"fits": "Fits", "ask": "Worth asking about", "ruled-out": "Ruled out"}
STANDING = {
    "not-reviewed": "Not yet reviewed by a clinician",
    "reviewed": "Reviewed",
    "stale": "Changed since its review",
    "overdue": "Due to be reviewed again",
}


@dataclass(frozen=True)
class AreaSheet:
    """What is said of an area as a whole: its facts, its notes above the options, and its common questions."""

    id: str
    name: str
    scope: tuple[str, ...]
    facts: tuple[ShownText, ...]
    notes: tuple[ShownText, ...]
    common: tuple[ShownText, ...]


@dataclass(frozen=True)
class QuestionSheet:
    """A question, when it is asked, and why."""

    question: Question
    asked: str
    why: ShownText


def report(tables: DecisionTables, today: date, document: str | None = None, old: DecisionTables | None = None) -> str:
    """One HTML page that needs nothing but itself.

    `document`: the article's own text, to set its sentences beside our words. `old`: an older rulebook's tables, to
    say what has changed since.
    """
    rulebook = tables.rulebook
    sentences = {} if document is None else sentences_by_passage(rulebook, document)
    rests_on, readable = Sources(rulebook, sentences, document is not None), readable_tables(tables)
    options = sheets(tables, rests_on, readable, today)
    compared = diff(old, tables) if old else None
    return (
        _environment()
        .get_template("report.html")
        .render(
            rulebook=rulebook,
            today=today,
            given=rests_on.given,
            found=len(rests_on.sentences),
            sheets=options,
            standings=Counter(sheet.standing for sheet in options),
            areas=_areas(rests_on),
            questions=_questions(rests_on),
            conflicts=_other_conflicts(rests_on),
            open_conflicts=sum(conflict.open for conflict in rulebook.conflicts.values()),
            coverage=coverage(rests_on),
            evenness=evenness(tables),
            since=old.rulebook.fingerprint if old else None,
            changed=sections(compared) if compared else {},
            changed_of=lambda option: of_option(compared, option) if compared else [],
            data=Markup(panel_json(tables, readable)),  # safe: panel_json leaves no "<"
        )
    )


@cache
def _environment() -> Environment:
    page = Environment(
        loader=FileSystemLoader(PROJECT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page.globals |= {
        "css": Markup((PROJECT / "templates" / "report" / "report.css").read_text(encoding="utf-8")),
        "js": Markup((PROJECT / "templates" / "report" / "report.js").read_text(encoding="utf-8")),
        "verdicts": VERDICTS,
        "verdict_names": VERDICT,
        "standing_names": STANDING,
        "anchor": anchor,
        "count": phrases.count,
        "day": _day,
    }
    return page


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _areas(rests_on: Sources) -> list[AreaSheet]:
    rulebook = rests_on.rulebook
    return [
        AreaSheet(
            area.id,
            area.name,
            tuple(rests_on.condition(when) for when in area.in_scope_when),
            tuple(rests_on.text(rulebook.facts[fact].name, statement) for fact, statement in area.facts.items()),
            tuple(rests_on.caveat(note) for note in rulebook.notes[area.id]),
            tuple(rests_on.text(common.question, common.answer) for common in area.common_questions),
        )
        for area in rulebook.areas.values()
    ]


def _questions(rests_on: Sources) -> list[QuestionSheet]:
    rulebook = rests_on.rulebook
    return [
        QuestionSheet(question, _asked(rulebook, question), rests_on.text("Why we ask", question.why))
        for question in rulebook.questions.values()
    ]


def _asked(rulebook: Rulebook, question: Question) -> str:
    areas = [rulebook.areas[area].name for area in question.asked_when.areas]
    if not areas:
        return phrases.condition(rulebook, question.asked_when.condition)
    if len(areas) == len(rulebook.areas):
        return "if any area is in scope"
    return f"if {' or '.join(areas).lower()} {'is' if len(areas) == 1 else 'are'} in scope"


def _other_conflicts(rests_on: Sources) -> list[ConflictSheet]:
    """Those that touch no option, so that they stand on no option's sheet."""
    conflicts = rests_on.rulebook.conflicts.values()
    return [conflict_sheet(conflict, rests_on) for conflict in conflicts if not conflict.touches]
