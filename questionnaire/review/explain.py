"""Why these answers give what they give: for each option the rules that matched and what stopped the others.

The engine is fired live for this and held against the table that visitors are served from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..decide.build_tables import DecisionTables
from ..decide.engine import fire
from ..decide.outcome import Outcome, Result, decide
from ..rulebook.model import VERDICTS, Answers, Caveat, Condition, Rule, Rulebook
from . import phrases


@dataclass(frozen=True)
class Explained:
    """One option: its row, and every rule and caveat with the answers that stopped it (none: it holds)."""

    result: Result
    rules: tuple[tuple[Rule, tuple[str, ...]], ...]
    caveats: tuple[tuple[Caveat, tuple[str, ...]], ...]
    agrees: bool


def explain(tables: DecisionTables, answers: Answers) -> tuple[Outcome, list[Explained]]:
    """The outcome of complete answers, and each option explained. The engine fires each option's row once more."""
    outcome = decide(tables, answers)
    return outcome, [_explained(tables, result, answers) for result in outcome.results]


def _explained(tables: DecisionTables, result: Result, answers: Answers) -> Explained:
    rulebook, option, row = tables.rulebook, result.option, result.row
    caveats = rulebook.expect[option.id]
    asked = {question: answers[question] for question in tables.options[option.id].questions if question in answers}
    rules = rulebook.rules[option.id]
    (fired,) = fire([rule.when for rule in rules] + [caveat.when for caveat in caveats], [asked])
    matched = [rule for number, rule in enumerate(rules) if number in fired]
    carried = [caveat for number, caveat in enumerate(caveats, len(rules)) if number in fired]
    verdict = max((rule.verdict for rule in matched), key=VERDICTS.index, default=None)
    deciding = tuple(rule for rule in matched if rule.verdict == verdict)
    return Explained(
        result=result,
        rules=tuple((rule, _stopped(rulebook, rule.when, answers)) for rule in rules),
        caveats=tuple((caveat, _stopped(rulebook, caveat.when, answers)) for caveat in caveats),
        agrees=(verdict, deciding, tuple(carried)) == (row.verdict, row.because, row.caveats),
    )


def _stopped(rulebook: Rulebook, when: Condition, answers: Answers) -> tuple[str, ...]:
    """The answers that keep a condition from holding, each as `question=choice`; none where it holds."""
    return tuple(
        f"{question}={answers[question]}" if question in answers else f"{question} was not asked"
        for question, choices in when.lines
        if answers.get(question) not in choices
    )


def as_text(rulebook: Rulebook, outcome: Outcome, explained: list[Explained]) -> str:
    """What explain() found, for reading in a terminal."""
    return "\n".join(_lines(rulebook, outcome, explained)) + "\n"


def _lines(rulebook: Rulebook, outcome: Outcome, explained: list[Explained]) -> Iterator[str]:
    yield f"Answers: {phrases.answers(rulebook, outcome.answers)}"
    yield f"Areas in scope: {phrases.listed(area.name for area in outcome.areas)}"
    yield f"Notes above the options: {phrases.listed(note.id for note in outcome.notes)}"
    for one in explained:
        row = one.result.row
        yield ""
        yield f"{one.result.option.id}: {phrases.VERDICT[row.verdict].upper()}"
        for rule, stopped in one.rules:
            if stopped:
                yield f"  no   {rule.id} ({phrases.VERDICT[rule.verdict]}): stopped by {', '.join(stopped)}"
            else:
                decides = "decides" if rule in row.because else "matched, but a more cautious rule wins"
                added = f" ({phrases.added(rule.added)})" if rule.added else ""
                yield f"  yes  {rule.id} ({phrases.VERDICT[rule.verdict]}): {decides}. {rule.because.text}{added}"
        for caveat, stopped in one.caveats:
            if stopped:
                yield f"  no   caveat {caveat.id}: stopped by {', '.join(stopped)}"
            else:
                why = "" if not caveat.when.lines else f" ({phrases.condition(rulebook, caveat.when)})"
                yield f"  yes  caveat {caveat.id}{why}"
        if not one.agrees:
            yield "  THE ENGINE AND THE TABLE DISAGREE ON THIS ROW. Do not serve this rulebook; please report it."
    agreeing = sum(one.agrees for one in explained)
    yield ""
    yield f"The engine was fired again for {phrases.count(len(explained), 'option')}: {agreeing} agree with the tables."
