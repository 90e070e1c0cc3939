"""What differs between two versions of a rulebook, in what visitors get?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from ..decide.build_tables import DecisionTables, build
from ..decide.sign_off_units import standing, units
from ..rulebook.model import Rulebook
from .clinic_lines import clinic_lines, signed
from .diff_tables import Kind, TableChange, VisitsChanged, table_changes, visits_changed
from .diff_wording import WordingChange, language_changes, routing_changes, source_changes, wording_changes
from .phrases import answer_words, count
from .renames import in_new_names, renames

NOW: Mapping[str, tuple[str, str]] = {
    "option": ("now listed", "no longer listed"),
    "area": ("now part of the guide", "no longer part of the guide"),
    "question": ("now asked", "no longer asked"),
    "choice": ("now offered", "no longer offered"),
    "hold": ("new: no page shows this option", "taken away: pages show this option again"),
}
CLINIC = "clinic"
OF_AREAS: tuple[Kind, ...] = ("notes", "reordered")


@dataclass(frozen=True)
class Listed:
    """An option, area, question or choice that only one version has."""

    what: str
    id: str
    change: Literal["added", "removed"]


@dataclass(frozen=True)
class Renamed:
    """An option, question, choice or caveat with another id and the same words."""

    what: str
    old: str
    new: str


@dataclass(frozen=True)
class Diff:
    """All that differs. `tables`: what does in the tables of the options and notes that both versions have.

    `visits` says instead why visits can't be compared, where that is so. `verdict_changed_without_signoff`: options
    with another verdict for some combination, and new options, whose sign-off is what it was before, if there was any.
    `clinic`: lines of the clinic's that do something else than before, each with its words and where it comes from;
    `clinic_signed`: who signed those of the new version. `languages`: texts with other words in another language.
    """

    listed: tuple[Listed, ...]
    renamed: tuple[Renamed, ...]
    routing: tuple[WordingChange, ...]
    tables: tuple[TableChange, ...]
    wording: tuple[WordingChange, ...]
    sources: tuple[WordingChange, ...]
    verdict_changed_without_signoff: tuple[str, ...]
    visits: VisitsChanged | str | None
    clinic: tuple[WordingChange, ...] = ()
    clinic_signed: str = ""
    languages: tuple[WordingChange, ...] = ()

    def changed(self, *kinds: Kind) -> set[str]:
        """The options or areas with a change of one of these kinds."""
        return {change.of for change in self.tables if change.kind in kinds}


def diff(old: DecisionTables, new: DecisionTables) -> Diff:
    """Hold every table, note, question and text of two versions against each other."""
    names = renames(old.rulebook, new.rulebook)
    if names:
        old = build(in_new_names(old.rulebook, names), allow_gaps=True)
    before, after = old.rulebook, new.rulebook
    of_clinic = tuple(_clinic_changes(before, after))
    tables = tuple(table_changes(old, new))
    changed = {change.of for change in tables if change.kind == "verdicts"}
    to_sign = [option for option in after.options.values() if option.id in changed or option.id not in before.options]
    return Diff(
        listed=tuple(_listed(before, after)),
        renamed=tuple(Renamed(what, old_id, new_id) for (what, old_id), new_id in names.items()),
        routing=routing_changes(before, after),
        tables=tables,
        wording=wording_changes(before, after),
        sources=source_changes(before, after),
        verdict_changed_without_signoff=tuple(
            option.id for option in to_sign if _signed(after, option.id) == _signed(before, option.id)
        ),
        visits=visits_changed(old, new, changed),
        clinic=of_clinic,
        clinic_signed=signed(standing(new, CLINIC, date.today())) if of_clinic and CLINIC in units(after) else "",
        languages=language_changes(before, after),
    )


def _signed(rulebook: Rulebook, option_id: str) -> tuple[object, ...] | None:
    """What the sign-off of an option says, wherever it stands; None where there is none."""
    one = rulebook.sign_offs.get(option_id)
    return (one.by, one.role, one.on, one.until, one.table, one.statements) if one else None


def _clinic_changes(old: Rulebook, new: Rulebook) -> Iterator[WordingChange]:
    before, after = _clinic_lines(old), _clinic_lines(new)
    for line in {**before, **after}:
        if before.get(line) != after.get(line):
            yield WordingChange(line, before.get(line), after.get(line))


def _clinic_lines(rulebook: Rulebook) -> dict[str, str]:
    return {line.id: f"{line.does}: {line.words} ({line.source})" for line in clinic_lines(rulebook)}


def _listed(old: Rulebook, new: Rulebook) -> Iterator[Listed]:
    yield from _one_sided("option", old.options, new.options)
    yield from _one_sided("area", old.areas, new.areas)
    yield from _one_sided("hold", old.holds, new.holds)
    yield from _one_sided("question", old.questions, new.questions)
    for name, question in new.questions.items():
        if name in old.questions:
            yield from _one_sided("choice", old.questions[name].choices, question.choices, f"{name}=")


def _one_sided(what: str, old: Mapping[str, object], new: Mapping[str, object], before: str = "") -> Iterator[Listed]:
    yield from (Listed(what, before + name, "added") for name in new if name not in old)
    yield from (Listed(what, before + name, "removed") for name in old if name not in new)


def as_text(diff: Diff) -> str:
    """The differences as sentences, what changes for visitors first and the wording last."""
    blocks = ["\n".join([title, *(f"  {line}" for line in lines)]) for title, lines in sections(diff).items()]
    return "\n\n".join(blocks) or "Nothing that visitors get differs."


def sections(diff: Diff) -> dict[str, list[str]]:
    """The differences as sentences under titles; a title without any is left out."""
    parts = {
        "Listed and asked": [
            f"The {one.what} {one.id} is {NOW[one.what][one.change == 'removed']}." for one in diff.listed
        ],
        "Renamed": [f"The {one.what} {one.old} is now called {one.new}." for one in diff.renamed],
        "Visitors": [_visits(diff.visits)] if diff.visits else [],
        "What is asked": _wordings(diff.routing),
        "Verdicts": _sentences(diff, "verdicts"),
        "Reasons, where the verdict is the same": _sentences(diff, "reasons"),
        "Caveats": _sentences(diff, "caveats"),
        "Notes": _sentences(diff, "notes", "reordered"),
        "What the clinic adds": [*_wordings(diff.clinic), diff.clinic_signed] if diff.clinic else [],
        "Wording": _wordings(tuple(change for change in diff.wording if not _is_of_clinic(change, diff))),
        "In other languages": _wordings(diff.languages),
        "What texts rest on": _wordings(diff.sources),
        "Verdicts that changed without a new sign-off": [*diff.verdict_changed_without_signoff],
    }
    return {title: lines for title, lines in parts.items() if lines}


def _is_of_clinic(change: WordingChange, diff: Diff) -> bool:
    """Whether a text is part of a line that is told of as the clinic's."""
    return any(change.where.startswith(f"{line.where}.") for line in diff.clinic)


def of_option(diff: Diff, option_id: str) -> list[str]:
    """The differences of one option's table as sentences."""
    return [_sentence(change) for change in diff.tables if change.of == option_id]


def _visits(visits: VisitsChanged | str) -> str:
    if isinstance(visits, str):
        return visits
    ways = f"{visits.every:,} ways to answer the questions"
    return f"In {visits.changed:,} of {ways}, at least one option gets another verdict."


def _wordings(changes: tuple[WordingChange, ...]) -> list[str]:
    lines = []
    for change in changes:
        sides = (("old", change.old), ("new", change.new))
        lines += [change.where, *(f"  {side}: {'(none)' if text is None else text}" for side, text in sides)]
    return lines


def _sentences(diff: Diff, *kinds: Kind) -> list[str]:
    return [_sentence(change) for change in diff.tables if change.kind in kinds]


def _sentence(change: TableChange) -> str:
    """For which combinations an option or area changes, how, and for example for whom."""
    part = "all " if change.count == change.combinations else f"{change.count:,} of "
    where = f"In {part}{count(change.combinations, 'combination')}" if change.combinations > 1 else "For any answers"
    example = f", for example {answer_words(change.example, ' ')}" if change.example else ""
    subject = f"the notes of {change.name}" if change.kind in OF_AREAS else change.name
    return f"{where} {subject} {_what(change)}{example}."


def _what(change: TableChange) -> str:
    names, again = ", ".join((*change.old, *change.new)), "now" if change.new else "no longer"
    match change.kind:
        case "verdicts":
            old, new = (" or ".join(verdicts) or "no verdict" for verdicts in (change.old, change.new))
            return f"goes from {old} to {new}"
        case "reasons":
            gives = [f"gives the reason {name}" for name in change.new]
            return " and ".join(gives + [f"no longer gives {name}" for name in change.old])
        case "caveats":
            return f"{again} carries {names}"
        case "notes":
            return f"{again} show {names}"
        case "reordered":
            return "stand in another order"


def as_json(diff: Diff) -> dict[str, Any]:
    """The differences as one JSON object. `visits` is null where no visit changes, and null with `visits-not-compared`
    saying why where they can't be compared.
    """
    owners: dict[str, dict[str, Any]] = {}
    for change in diff.tables:
        group = {"count": change.count, "example": change.example}
        entry: dict[str, Any] = {"option": change.of, "verdicts": [], "reasons": [], "caveats": []}
        if change.kind in OF_AREAS:
            entry = {"area": change.of, "notes": [], "reordered": None}
        entry = owners.setdefault(change.of, entry | {"name": change.name, "combinations": change.combinations})
        if change.kind == "reordered":
            entry["reordered"] = group
        elif change.kind == "verdicts":
            entry["verdicts"].append(group | {"old": change.old, "new": change.new})
        elif change.kind == "reasons":
            entry["reasons"].append(group | {"added": change.new, "removed": change.old})
        else:
            (caveat,) = (*change.old, *change.new)
            entry[change.kind].append(group | {"caveat": caveat, "change": "added" if change.new else "removed"})
    whole = asdict(diff)
    del whole["tables"]
    without_signoff = whole.pop("verdict_changed_without_signoff")
    reason = diff.visits if isinstance(diff.visits, str) else None
    return whole | {
        "options": [entry for entry in owners.values() if "option" in entry],
        "notes": [entry for entry in owners.values() if "area" in entry],
        "visits": None if reason else whole["visits"],
        "visits-not-compared": reason,
        "verdict-changed-without-sign-off": without_signoff,
    }
