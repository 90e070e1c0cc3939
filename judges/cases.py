"""What a judge is asked, and what it has to say: answers, and what visitors are served for them."""

from collections.abc import Iterator
from dataclasses import dataclass

from questionnaire.decide.routing import areas_in_scope, combinations, deciding, is_asked
from questionnaire.decide.tables import DecisionTables
from questionnaire.rulebook.model import VERDICTS, Answers

Said = tuple[str | None, frozenset[str], tuple[str, ...]]
"""A verdict, the rules that gave it, and what is added besides: caveats, notes, areas or questions, in their order."""


@dataclass(frozen=True)
class Case:
    """Answers, the table that is asked about them, and what is served."""

    table: str
    answers: Answers
    served: Said


def cases(tables: DecisionTables) -> Iterator[Case]:
    """Every row of every option and of every area's notes; the areas and questions of every way through the gates."""
    rulebook = tables.rulebook
    for table in tables.options.values():
        for of, row in table.rows.items():
            reasons = frozenset(rule.id for rule in row.because)
            served = (row.verdict, reasons, tuple(caveat.id for caveat in row.caveats))
            yield Case(table.option, table.answers(of), served)
    for notes in tables.notes.values():
        for of, shown in notes.rows.items():
            given = {question: choice for question, choice in zip(notes.questions, of, strict=True) if choice}
            yield Case(f"notes/{notes.area}", given, (None, frozenset(), tuple(note.id for note in shown)))
    for way in ways(tables):
        asked = tuple(question.id for question in rulebook.questions.values() if is_asked(rulebook, question, way))
        yield Case("areas-in-scope", way, (None, frozenset(), areas_in_scope(rulebook, way)))
        yield Case("questions-asked", way, (None, frozenset(), asked))


def ways(tables: DecisionTables) -> list[dict[str, str]]:
    """Every way to answer the questions that decide which questions are asked."""
    rulebook = tables.rulebook
    return list(combinations(rulebook, None, deciding(rulebook, None, rulebook.questions)))


def of_lines(lines: list[dict[str, str]]) -> Said:
    """What the matching lines of a collecting table say together, by the README of the export."""
    verdicts = [line["verdict"] for line in lines if line.get("verdict")]
    verdict = max(verdicts, key=VERDICTS.index, default=None)
    reasons = frozenset(line["adds"] for line in lines if verdict and line.get("verdict") == verdict)
    return verdict, reasons, tuple(dict.fromkeys(line["adds"] for line in lines if not line.get("verdict")))
