"""The rulebook as one file of HTML, for a clinician without a terminal to read, try, question and sign."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ...decide.build_tables import DecisionTables
from ...decide.in_force import in_force, without_clinic
from ...decide.sign_off_units import reviewed_options, standings, unit_fingerprint
from ...rulebook.model import VERDICTS, Question, Rulebook
from .. import phrases
from ..checks.examples_and_promises import example_faults
from ..claims_against_document import sentences_by_passage
from ..clinic_lines import clinic_lines, signed
from ..diff import diff, of_option, sections
from ..remarks_file import Remark
from ..unsigned import why, words_then
from .article_coverage import coverage, evenness
from .second_look import second_looks
from .sheets import anchor, cautious_last, is_shared, sheets
from .texts_with_sources import Sources
from .try_it_panel import panel_json

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
VERDICT = {"fits": "Fits", "ask": "Worth asking about", "ruled-out": "Ruled out"}
STANDING = {
    "not-signed": "Not signed",
    "signed": "Signed",
    "changed": "Changed since signed",
    "overdue": "Due again",
}


def report(
    tables: DecisionTables,
    today: date,
    documents: Mapping[str, str] | None = None,
    old: DecisionTables | None = None,
    remarks: Iterable[Remark] = (),
) -> str:
    """One HTML page that needs nothing but itself.

    `documents`: the own texts of documents by their ids, to set their sentences beside our words. `old`: an older
    rulebook's tables, to say what has changed since. `remarks`: what staff said of texts, to stand at them.
    """
    rulebook, documents, remarks = tables.rulebook, documents or {}, tuple(remarks)
    stand = standings(tables, today)
    sentences = sentences_by_passage(rulebook, *documents.values())
    texts = Sources(rulebook, sentences, frozenset(documents), stand.values(), remarks)
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
            shared_units=[one for unit, one in stand.items() if unit not in rulebook.options],
            changed_units=[one for one in stand.values() if one.state == "changed"],
            words_then=words_then,
            remarks=remarks,
            second_looks=second_looks(tables),
            shared_caveats=[texts.caveat(caveat) for caveat in rulebook.caveats.values() if is_shared(caveat)],
            fingerprint_of=partial(unit_fingerprint, tables),
            asked=partial(_asked, rulebook),
            short=partial(phrases.short_condition, rulebook),
            labels=partial(phrases.short_choices, rulebook),
            faults=partial(example_faults, article),
            tables=now.options,
            clinic=clinic_lines(rulebook),
            clinic_signed=signed,
            coverage=coverage(rulebook),
            evenness={line.option.id: line for line in evenness(tables)},
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
        return f"if {phrases.short_condition(rulebook, question.asked_when.condition)}"
    if len(areas) == len(rulebook.areas):
        return "if any area is in scope"
    return f"if {' or '.join(areas).lower()} {'is' if len(areas) == 1 else 'are'} in scope"
