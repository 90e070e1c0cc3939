"""The rulebook as one file of HTML, for a clinician without a terminal to read, try, question and sign."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ...decide.build_tables import DecisionTables
from ...decide.in_force import in_force, without_clinic
from ...decide.signoff import reviewed_options, standings, unit_fingerprint
from ...rulebook.model import VERDICTS, Question, Rulebook
from .. import phrases
from ..checks.proofs import example_faults
from ..clinic_lines import clinic_lines, signed
from ..diff import diff, of_option, sections
from ..source_document import sentences_by_passage
from ..unsigned import why
from .coverage import coverage, evenness
from .panel import panel_json
from .sheets import anchor, cautious_last, sheets
from .sources import Sources

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
VERDICT = {"fits": "Fits", "ask": "Worth asking about", "ruled-out": "Ruled out"}
STANDING = {
    "not-signed": "Not yet signed by a clinician",
    "signed": "Signed",
    "changed": "Changed since it was signed",
    "overdue": "Due to be signed again",
}


def report(
    tables: DecisionTables, today: date, documents: Mapping[str, str] | None = None, old: DecisionTables | None = None
) -> str:
    """One HTML page that needs nothing but itself.

    `documents`: the own texts of documents by their ids, to set their sentences beside our words. `old`: an older
    rulebook's tables, to say what has changed since.
    """
    rulebook, documents = tables.rulebook, documents or {}
    texts = Sources(rulebook, sentences_by_passage(rulebook, *documents.values()), frozenset(documents))
    now, article = in_force(tables, today.isoformat()), without_clinic(tables)
    merged = {option: cautious_last(table) for option, table in now.options.items()}
    options = sheets(tables, texts, merged, today)
    compared = diff(old, tables) if old else None
    return (
        _environment()
        .get_template("report.html")
        .render(
            rulebook=rulebook,
            today=today,
            texts=texts,
            sheets=options,
            reviewed=len(reviewed_options(tables, today)),
            shared_units=[one for unit, one in standings(tables, today).items() if unit not in rulebook.options],
            fingerprint_of=partial(unit_fingerprint, tables),
            asked=partial(_asked, rulebook),
            labels=partial(phrases.choices, rulebook),
            faults=partial(example_faults, article),
            tables=now.options,
            clinic=clinic_lines(rulebook),
            clinic_signed=signed,
            coverage=coverage(rulebook),
            evenness=evenness(tables),
            since=old.rulebook.fingerprint if old else None,
            changed=sections(compared) if compared else {},
            changed_of=lambda option: of_option(compared, option) if compared else [],
            data=Markup(panel_json(now, merged)),  # safe: panel_json leaves no "<"
        )
    )


@cache
def _environment() -> Environment:
    page = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page.globals |= {
        "css": Markup((TEMPLATES / "report" / "report.css").read_text(encoding="utf-8")),
        "js": Markup((TEMPLATES / "report" / "report.js").read_text(encoding="utf-8")),
        "verdicts": VERDICTS,
        "verdict_names": VERDICT,
        "rules_of": phrases.RULES_OF,
        "standing_names": STANDING,
        "why": why,
        "kinds": phrases.KIND,
        "anchor": anchor,
        "count": phrases.count,
        "day": lambda day: f"{day.day} {day:%B %Y}",
    }
    return page


def _asked(rulebook: Rulebook, question: Question) -> str:
    areas = [rulebook.areas[area].name for area in question.asked_when.areas]
    if not areas:
        return phrases.condition(rulebook, question.asked_when.condition)
    if len(areas) == len(rulebook.areas):
        return "if any area is in scope"
    return f"if {' or '.join(areas).lower()} {'is' if len(areas) == 1 else 'are'} in scope"
