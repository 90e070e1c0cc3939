"""The checks of a rulebook that loads: one short function each, with an id and a docstring that shows bad and good."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from ..decide.tables import DecisionTables, build, gap_problems
from ..rulebook.load import load
from ..rulebook.model import Example, NoteExample, Rulebook, Statement
from ..rulebook.problems import Place, Problem, RulebookError, error
from .promises import broken_promises
from .source import document_problems

Check = Callable[[DecisionTables], Iterator[Problem]]


def check_folder(folder: Path, document: Path | None = None) -> list[Problem]:
    """Every problem of the rulebook in `folder`, in file order; with `document`, those of its source as well.

    A rulebook that can't be loaded yields its loading problems; raises nothing but OSError for an unreadable document.
    """
    try:
        rulebook = load(folder)
        tables = build(rulebook, allow_gaps=True)
    except RulebookError as fault:
        return list(fault.problems)
    problems = [problem for check in CHECKS.values() for problem in check(tables)]
    if document is not None:
        problems += document_problems(rulebook, document.read_bytes())
    return sorted(set(problems))


def gap(tables: DecisionTables) -> Iterator[Problem]:
    """Some answers match no rule of an option.

    Bad: the only rule is `when: {tolerance: surgery}`, and nothing is said for the other choices.
    Good: every choice of `tolerance` stands in a rule under offered, ask-first or not-offered.
    """
    yield from gap_problems(tables)


def dead_rule(tables: DecisionTables) -> Iterator[Problem]:
    """A rule never decides: a more cautious one always wins over it, or nobody can give its answers.

    Bad: under offered `when: {tolerance: surgery}`, and under ask-first `when: always`.
    Good: the rule under ask-first names the answers that call for caution.
    """
    for table in tables.options.values():
        deciding = {rule.id for row in table.rows.values() for rule in row.because}
        for rule in tables.rulebook.options[table.option].rules:
            if rule.id not in deciding:
                message = f"the rule '{rule.id}' never decides a row of '{table.option}'"
                yield error(rule.place, "dead-rule", message, "remove it, or narrow the rules that win over it")


def no_caveat(tables: DecisionTables) -> Iterator[Problem]:
    """An option is shown without any realistic-expectation statement.

    Bad: an option with an empty `expect` that no shared caveat reaches.
    Good: at least one caveat without a `when`, or one for every combination of answers.
    """
    for table in tables.options.values():
        bare = [key for key, row in table.rows.items() if not row.caveats]
        if bare:
            answers = _said(table.answers(bare[0])) or "any answers"
            message = f"'{table.option}' has no caveat for {answers}"
            help = "say under 'expect' what to realistically expect"
            yield error(tables.rulebook.options[table.option].place, "no-caveat", message, help)


def promise(tables: DecisionTables) -> Iterator[Problem]:
    """A promise does not hold for some combination of answers.

    Bad: fat transfer fits with `donor-fat: not-enough`, though a promise says it is never shown then.
    Good: a rule under not-offered says `when: {donor-fat: not-enough}`.
    """
    yield from broken_promises(tables)


def example(tables: DecisionTables) -> Iterator[Problem]:
    """An example does not give what it says.

    Bad: `verdict: fits`, where the table gives ask; or caveats that leave one out.
    Good: verdict, because and caveats are exactly those of the row.
    """
    for option in tables.rulebook.options.values():
        for written in option.examples:
            for fault, help in example_faults(tables, option.id, written):
                yield error(written.place, "example", f"the example '{written.name}' {fault}", help)
    for area in tables.rulebook.areas.values():
        for noted in area.examples:
            for fault, help in note_example_faults(tables, area.id, noted):
                yield error(noted.place, "example", f"the example '{noted.name}' {fault}", help)


def example_faults(tables: DecisionTables, option_id: str, written: Example) -> Iterator[tuple[str, str]]:
    """What is wrong with an example of an option: (fault, what to do)."""
    table = tables.options[option_id]
    try:
        row = table.row(written.answers)
    except KeyError:
        left_out = [question for question in table.questions if question not in written.answers]
        if left_out:
            yield f"has no answer to {', '.join(left_out)}", "answer every question that the option reads"
        else:
            yield "has answers that match no rule, or that nobody can give together", "correct its answers or the rules"
        return
    if row.verdict != written.verdict:
        yield f"gives '{row.verdict}', not '{written.verdict}'", "correct the rules, or the example"
    for name, real, said in (
        ("because", {rule.id for rule in row.because}, set(written.because)),
        ("caveats", {caveat.id for caveat in row.caveats}, set(written.caveats)),
    ):
        if real - said:
            yield (
                f"leaves out of its {name}: {', '.join(sorted(real - said))}",
                "add what is missing, or correct the rules",
            )
        if said - real:
            yield (
                f"has in its {name} what it does not give: {', '.join(sorted(said - real))}",
                "remove it, or correct the rules",
            )


def note_example_faults(tables: DecisionTables, area: str, written: NoteExample) -> Iterator[tuple[str, str]]:
    """What is wrong with an example of an area's notes: (fault, what to do)."""
    try:
        shown = [note.id for note in tables.notes[area].row(written.answers)]
    except KeyError:
        yield "has answers that leave a question open, or that nobody can give together", "correct its answers"
        return
    if shown != list(written.notes):
        yield f"gives the notes {', '.join(shown) or 'none'}", "correct the notes, or the example"


def uncited(tables: DecisionTables) -> Iterator[Problem]:
    """A text rests on nothing: it has neither claims nor the word silent.

    Bad: `because: It works well.` without a line `claims:`.
    Good: `claims: [fat-transfer-method]`, or `claims: silent` where the text says that the article says nothing.
    """
    for statement, what in statements(tables.rulebook):
        if not statement.claims and not statement.silent:
            help = "add 'claims: [...]', or 'claims: silent' if it says that the article says nothing"
            yield error(statement.place, "uncited", f"{what} rests on no claim", help)


def statements(rulebook: Rulebook) -> Iterator[tuple[Statement, str]]:
    """Every text of the rulebook that must rest on the article, with what it is. The clinic's own do not count."""
    for question in rulebook.questions.values():
        yield question.why, f"why we ask '{question.id}'"
    for area in rulebook.areas.values():
        for fact, statement in area.facts.items():
            yield statement, f"'{fact}' of '{area.id}'"
        for common in area.common_questions:
            yield common.answer, f"the answer to '{common.question}'"
    for option in rulebook.options.values():
        yield option.summary, f"the summary of '{option.id}'"
        for rule in option.rules:
            yield rule.because, f"the reason of the rule '{rule.id}'"
        for row, cell in option.grid.items():
            yield cell, f"'{row}' of '{option.id}'"
    for caveat in rulebook.caveats.values():
        if not caveat.by_clinic:
            yield caveat.statement, f"the caveat '{caveat.id}'"


def sentence(tables: DecisionTables) -> Iterator[Problem]:
    """A sentence of the article is neither cited by a claim nor listed as not used.

    Bad: paragraph GHD-8 has 4 sentences, and nothing names GHD-8.2.
    Good: a claim with `passage: GHD-8.2`, or GHD-8.2 under `not-used` with the reason.
    """
    rulebook = tables.rulebook
    cited = {claim.passage for claim in rulebook.claims.values()}
    left_out = {passage for entry in rulebook.not_used for passage in entry.passages}
    for document in rulebook.documents.values():
        for paragraph in document.paragraphs.values():
            for passage in paragraph.passages:
                if passage not in cited | left_out:
                    help = "cite it by a claim, or list it under 'not-used' with the reason"
                    yield error(paragraph.place, "sentence", f"the sentence {passage} is not accounted for", help)
    for entry in rulebook.not_used:
        for passage in sorted(cited.intersection(entry.passages)):
            message = f"the sentence {passage} is listed as not used, but a claim cites it"
            yield error(entry.place, "sentence", message, "take it off this list")


def fingerprint(tables: DecisionTables) -> Iterator[Problem]:
    """A claim was written from another version of its paragraph.

    Bad: the paragraph GHD-8 has a new fingerprint, and its claims still have the old one.
    Good: each claim was read again beside the paragraph, and then given the new fingerprint.
    """
    rulebook = tables.rulebook
    now = {p.code: p.fingerprint for document in rulebook.documents.values() for p in document.paragraphs.values()}
    for claim in rulebook.claims.values():
        code = claim.passage.rsplit(".", 1)[0]
        if claim.fingerprint != now[code]:
            message = f"the claim '{claim.id}' was written from another {code} ({claim.fingerprint}, now {now[code]})"
            yield error(
                claim.place, "fingerprint", message, "read the paragraph again, then correct text and fingerprint"
            )


def conflict(tables: DecisionTables) -> Iterator[Problem]:
    """An open conflict touches an option, and the option can be more than worth asking about, or does not say so.

    Bad: an open conflict lists hip-dips/coolsculpting, which still fits for some answers.
    Good: under ask-first a rule with `conflict: <its id>` and `when: always`.
    """
    rulebook = tables.rulebook
    for disagreement in rulebook.conflicts.values():
        if not disagreement.open:
            continue
        for option_id in disagreement.touches:
            option = rulebook.options[option_id]
            honoured = [r for r in option.rules if r.conflict == disagreement.id and r.verdict == "ask"]
            fitting = [key for key, row in tables.options[option_id].rows.items() if row.verdict == "fits"]
            help = f"add under 'ask-first' a rule with 'conflict: {disagreement.id}' and 'when: always'"
            if not honoured:
                message = f"no rule of '{option_id}' names the open conflict '{disagreement.id}'"
                yield error(option.place, "conflict", message, help)
            if fitting:
                answers = _said(tables.options[option_id].answers(fitting[0])) or "any answers"
                message = f"'{option_id}' fits for {answers}, though the conflict '{disagreement.id}' is open"
                yield error(option.place, "conflict", message, help)
    for option in rulebook.options.values():
        for rule in option.rules:
            if rule.conflict and option.id not in rulebook.conflicts[rule.conflict].touches:
                message = (
                    f"the rule '{rule.id}' names the conflict '{rule.conflict}', which does not touch '{option.id}'"
                )
                yield error(rule.place, "conflict", message, "list the option under the conflict's 'touches'")


def _said(answers: dict[str, str]) -> str:
    return ", ".join(f"{question}={choice}" for question, choice in answers.items())


CHECKS: dict[str, Check] = {
    check.__name__.replace("_", "-"): check
    for check in (gap, dead_rule, no_caveat, promise, example, uncited, sentence, fingerprint, conflict)
}
"""Every check by its id, in the order of docs/checks.md."""


def missing_document(document: Path) -> Problem:
    return error(Place(str(document)), "document", "the document can't be opened", "check the file's name")
