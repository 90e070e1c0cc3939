"""What the clinic adds, line by line: for the report and for `flask rules diff`, apart from what the article says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..decide.sign_off_units import Standing
from ..rulebook.model import Rulebook
from . import phrases


@dataclass(frozen=True)
class ClinicLine:
    """One line of clinic.yaml: what it does and for what, its words, and where it comes from.

    `id`: what the ids of its texts begin with.
    """

    id: str
    does: str
    words: str
    source: str


def clinic_lines(rulebook: Rulebook) -> list[ClinicLine]:
    """Every line that clinic.yaml has besides its plain caveats, in the order of the file."""
    return list(_lines(rulebook))


def signed(standing: Standing) -> str:
    """Who signed the clinic's lines, and whether that still holds, as a sentence."""
    sign_off = standing.sign_off
    if sign_off is None:
        return "Nobody has signed the clinic's lines."
    who = f"{sign_off.by} ({sign_off.role}) signed the clinic's lines on {sign_off.on}, until {sign_off.until}"
    return f"{who}{_SINCE[standing.state]}."


_SINCE = {"not-signed": "", "signed": "", "changed": "; they have changed since", "overdue": "; that day has passed"}


def _lines(rulebook: Rulebook) -> Iterator[ClinicLine]:
    clinic = rulebook.clinic
    for rule in clinic.rules:
        when = phrases.condition(rulebook, rule.when)
        does = f"{phrases.VERDICT[rule.verdict]}, {when}: {phrases.listed(rule.options)}"
        yield ClinicLine(
            f"clinic.rules.{rule.id}", does, rule.because.text, phrases.added(rule.added) if rule.added else ""
        )
    for answer in clinic.answers:
        does = f"answers “{rulebook.grid[answer.row].name}”: {phrases.listed(answer.options)}"
        yield ClinicLine(f"clinic.answers.{answer.id}", does, answer.answer.text, phrases.added(answer.added))
    for caveat in rulebook.caveats.values():
        if caveat.added:
            shown = f"stands first {phrases.condition(rulebook, caveat.when)}"
            does = shown if caveat.puts_support_first else f"to expect of {phrases.listed(caveat.options)}"
            yield ClinicLine(f"caveats.{caveat.id}", does, caveat.statement.text, phrases.added(caveat.added))
    if clinic.sells:
        does = f"earns money with {phrases.listed(clinic.sells.options)}"
        yield ClinicLine("clinic.sells", does, "", phrases.added(clinic.sells.added))
    for question in rulebook.questions.values():
        if question.added:
            choices = phrases.choices(rulebook, question.id, question.choices)
            yield ClinicLine(
                f"questions.{question.id}", f"asks, with {choices}", question.ask, phrases.added(question.added)
            )
