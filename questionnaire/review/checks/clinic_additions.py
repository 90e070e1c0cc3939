"""Checks of what the clinic adds: it may make verdicts more cautious and answer silences, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import combinations as pairs
from pathlib import Path

from ...decide.build_tables import DecisionTables, key
from ...decide.in_force import LEAVE_AS_IS, WITHDRAWN, dated_lines, first_days, in_force, without_clinic
from ...decide.today import day_in, time_zone_of_checks
from ...rulebook.model import VERDICTS, Added, Rulebook
from ...rulebook.problems import Place, Problem, error, warning
from ...rulebook.statements import statements
from ..phrases import answer_words, listed
from .registry import check

INVASIVE = ("injection", "surgery")
SCORING = re.compile(
    r"\b(scores?|points?|rat(e|ing)s?|rank(s|ing)?|scale|out of (five|ten|\d+)|screen(s|ing)?|diagnos\w+|test result)\b"
    r"|^\W*\d+\W*$",
    re.I,
)
"""Words of a question that measures somebody, and answers that are a number alone."""


@check
def only_more_cautious(tables: DecisionTables) -> Iterator[Problem]:
    """What the clinic adds makes a verdict milder, takes a caveat away, or touches leaving things as they are.

    Tried on every row of every option, for each period in which the same lines of clinic.yaml hold.

    Bad: `areas: [hip-dips]` with `verdict: ask`, which reaches leaving hip dips as they are.
    Good: `kinds: [device, injection, surgery]`, and `verdict: ask` or `ruled-out`.
    """
    rulebook, before = tables.rulebook, without_clinic(tables)
    for rule in rulebook.clinic.rules:
        for option in rule.options:
            if option.endswith(f"/{LEAVE_AS_IS}"):
                message = f"the clinic's rule '{rule.id}' reaches '{option}', which always fits"
                advice = "name kinds or options that leave it out"
                yield error(rule.place, "only-more-cautious", message, advice)
    if before is tables:
        return
    for since in _periods(rulebook):
        now = in_force(tables, since)
        for option, table in now.options.items():
            for at, row in table.rows.items():
                answers = table.answers(at)
                other = before.options[option].rows[key(before.options[option].questions, answers)]
                milder = VERDICTS.index(row.verdict) < VERDICTS.index(other.verdict)
                if milder or not set(other.caveats) <= set(row.caveats):
                    message = f"clinic.yaml makes '{option}' milder for {answer_words(answers)}"
                    yield error(_place(rulebook), "only-more-cautious", message, "remove what does so")
                    break


@check
def clinic_rule(tables: DecisionTables) -> Iterator[Problem]:
    """A rule of the clinic's is for no option, never changes anything, or has the name of a rule of its option.

    Bad: `kinds: [injection]`, `areas: [love-handles]`, where there is no such option.
    Good: kinds, areas or options that there are, and answers for which the option was not ruled out already.
    """
    before = without_clinic(tables)
    for rule in tables.rulebook.clinic.rules:
        if rule.id == WITHDRAWN:
            message = f"no rule may be called '{WITHDRAWN}': that is how a withdrawn option is ruled out"
            yield error(rule.place, "clinic-rule", message, "give it another name")
        if not rule.options:
            message = f"the clinic's rule '{rule.id}' is for no option"
            yield error(rule.place, "clinic-rule", message, "correct its options, kinds or areas")
            continue
        for option in rule.options:
            if rule.id in [own.id for own in tables.rulebook.options[option].rules]:
                message = f"'{option}' has a rule of its own called '{rule.id}'"
                yield error(rule.place, "clinic-rule", message, "give the clinic's another name")
        if not any(_changes_a_row(tables, before, rule.id, option) for option in rule.options):
            message = f"the clinic's rule '{rule.id}' makes nothing more cautious"
            advice = "remove it, or correct its 'when'; what it would say is so already"
            yield warning(rule.place, "clinic-rule", message, advice)


@check
def clinic_answer(tables: DecisionTables) -> Iterator[Problem]:
    """The clinic answers what the article does not leave open, for no option, or twice at the same time.

    Bad: `row: cost` for an option whose own file says what it costs.
    Good: a row that is `silent` in the file of every option that the answer is for.
    """
    rulebook = tables.rulebook
    for answer in rulebook.clinic.answers:
        if not answer.options:
            message = f"the clinic's answer '{answer.id}' is for no option"
            yield error(answer.place, "clinic-answer", message, "correct its options, kinds or areas")
        spoken = [option for option in answer.options if not rulebook.options[option].grid[answer.row].silent]
        if spoken:
            message = f"the row '{answer.row}' is not silent in {listed(spoken)}: the clinic can't change it"
            yield error(answer.place, "clinic-answer", message, "leave these options out of 'options'")
    for one, other in pairs(rulebook.clinic.answers, 2):
        both = [option for option in one.options if option in other.options]
        if both and one.row == other.row and _at_the_same_time(one.added, other.added):
            message = f"'{one.id}' and '{other.id}' both answer the row '{one.row}' of {listed(both)}"
            yield error(other.place, "clinic-answer", message, "keep one, or let one end before the other begins")


@check
def clinic_dates(tables: DecisionTables) -> Iterator[Problem]:
    """A line of the clinic's has ended: it holds no longer.

    Bad: `until: 2025-12-31`, a year later.
    Good: a later day, or the line taken out.
    """
    today = day_in(time_zone_of_checks.get()).isoformat()
    for line, added in dated_lines(tables.rulebook):
        if added.until and added.until < today:
            message = f"'{line.id}' held until {added.until}, and holds no longer"
            yield warning(line.place, "clinic-dates", message, "remove it, or give it a later day under 'until'")


@check
def clinic_question(tables: DecisionTables) -> Iterator[Problem]:
    """The clinic's own question measures somebody, or rules an option out.

    Bad: `ask: How would you rate your worries, out of 10?`, or a rule `when: {worry: often}`, `verdict: ruled-out`.
    Good: a plain question with answers in words; under some of them options are held at `ask`.
    """
    rulebook = tables.rulebook
    own = [question.id for question in rulebook.questions.values() if question.by_clinic]
    for question in own:
        for statement in statements(rulebook, "questions", question):
            if statement.path[2] in ("ask", "hint", "choices") and (word := SCORING.search(statement.text)):
                message = f"'{statement.id}' measures: “{word[0]}”; nothing here scores, ranks or screens"
                yield error(statement.place, "clinic-question", message, "ask it in plain words, with answers in words")
    for rule in rulebook.clinic.rules:
        if rule.verdict == "ruled-out" and rule.when.questions.intersection(own):
            message = f"the rule '{rule.id}' rules options out by the clinic's own question"
            yield error(rule.place, "clinic-question", message, "write 'verdict: ask': a clinician decides, in person")


@check
def invasive_rules(tables: DecisionTables) -> Iterator[Problem]:
    """The clinic requires rules for invasive options, and a kind of them has no time to decide.

    Bad: `invasive-rules: required`, and under `time-to-decide` nothing for injections.
    Good: an entry for injection and one for surgery, where there are such options.
    """
    rulebook = tables.rulebook
    if not rulebook.clinic.invasive_rules:
        return
    for kind in INVASIVE:
        options = {option.id for option in rulebook.options.values() if option.kind == kind}
        given = [c for c in rulebook.caveats.values() if c.id == f"time-to-decide-{kind}"]
        if options and not given:
            message = f"there is no time to decide for {kind}, and clinic.yaml says 'invasive-rules: required'"
            advice = f"add '{kind}: {{text: ..., source: ..., dated: ...}}' under 'time-to-decide'"
            yield error(_place(rulebook), "invasive-rules", message, advice)


def _periods(rulebook: Rulebook) -> list[str]:
    """The first day of each period in which the same lines hold."""
    return [date.min.isoformat(), *first_days(rulebook)]


def _changes_a_row(tables: DecisionTables, before: DecisionTables, rule: str, option: str) -> bool:
    """Whether a rule decides a row that was less cautious without what the clinic adds."""
    table, without = tables.options[option], before.options[option]
    return any(
        rule in [other.id for other in (*row.because, *row.also) if other.added and other.verdict != was.verdict]
        for at, row in table.rows.items()
        if VERDICTS.index((was := without.rows[key(without.questions, table.answers(at))]).verdict)
        < VERDICTS.index(row.verdict)
    )


def _at_the_same_time(one: Added, other: Added) -> bool:
    return one.holds(max(one.since, other.since)) and other.holds(max(one.since, other.since))


def _place(rulebook: Rulebook) -> Place:
    """The file of what the clinic adds, as its reader would open it."""
    areas = next(iter(rulebook.areas.values())).place.file
    return Place(str(Path(areas).with_name("clinic.yaml")))
