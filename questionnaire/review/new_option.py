"""A starting file for a new option: valid from the first moment, with every field explained."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from ..decide.build_tables import build
from ..rulebook.load import load
from ..rulebook.model import KINDS, Caveat, Kind, Rulebook
from ..rulebook.yaml_tree import read

FILE = """\
# One option is one file. docs/rule-format.md explains every field, docs/editing.md how to go on from here.
# `claims` names claims of source.yaml; `silent` is only for texts that say that the article says nothing.

# What visitors see.
name: "{name}"
# One of self-care, device, injection, surgery.
kind: {kind}
# Two plain sentences that say what it is.
summary: {summary}
claims: silent

# Rules under `offered` give "fits", under `ask-first` at most "worth asking about", under `not-offered` "ruled out".
# The most cautious one that matches wins. Every combination of answers needs a rule.
offered: []
ask-first:
  - rule: not-written-yet
    # `always`, or lines that must all hold, such as {{upkeep: "yes", timing: [soon, months]}}
    when: {ask}
    # the reason that visitors read, and the claims that it rests on
    because: {reason}
    claims: silent
not-offered:{ruled_out}

# What to realistically expect: caveats of this option alone; those of caveats.yaml and clinic.yaml come by themselves.
expect:
  # its name, once in all files; a `when` is allowed here too
  - caveat: {caveat}-nothing-said
    text: {expectation}
    claims: silent

# The same rows for every option: a text with claims, or `silent`, which becomes a question to take to the clinic.
grid:
{grid}

# Imaginary answers and exactly what they must give: at least one for every rule and for every verdict. `because` names
# all rules that give the verdict, `caveats` all that the option carries for these answers.
examples:
{examples}
...
"""
EXAMPLE = """\
  - example: {title}
    answers: {answers}
    verdict: {verdict}
    because: [{because}]
    caveats: [{caveats}]
"""
NO_EXAMPLE = "  - {example: None yet, answers: {}, verdict: ask, because: [not-written-yet], caveats: []}"
RULED_OUT = """
  - rule: further-than-wanted
    when: {lines}
    because: This goes further than you would go.
    claims: silent"""


SUMMARY = "This option is new here. Nothing is written about it yet."
REASON = "This option is new here. Its rules are not written yet."
EXPECTATION = "What to expect of this is not written yet."
PLACEHOLDERS = frozenset((SUMMARY, REASON, EXPECTATION))
"""Texts of a starting file that can't be published: a check asks for the words that belong there."""


class StartError(Exception):
    """A starting file that can't be made; says why and what to do."""


def start(folder: Path, option_id: str, name: str, kind: Kind) -> tuple[Path, list[Caveat]]:
    """Write a starting file for `area/option` and list it in areas.yaml.

    Returns its path, and the shared caveats that it carries by its kind or area: somebody must say whether each is
    true of it.

    Raises StartError for a name that can't be taken; RulebookError where the rulebook has problems already. Nothing is
    left behind then.
    """
    rulebook = load(folder)
    area, slash, own = option_id.partition("/")
    if not slash or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", own):
        raise StartError(f"'{option_id}' is no option; write area/option in small letters, such as hip-dips/massage")
    if area not in rulebook.areas:
        raise StartError(f"there is no area '{area}'; known: {', '.join(rulebook.areas)}")
    if option_id in rulebook.options:
        raise StartError(f"the option '{option_id}' exists already; choose another name")
    path, areas = folder / f"{option_id}.yaml", folder / "areas.yaml"
    if path.exists():
        raise StartError(f"the file {path} exists already; move it away, or list it in areas.yaml")
    before = areas.read_text(encoding="utf-8")
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_text(_text(rulebook, option_id, name, kind, NO_EXAMPLE), encoding="utf-8")
        areas.write_text(_listed(areas, before, list(rulebook.areas).index(area), own), encoding="utf-8")
        path.write_text(_text(rulebook, option_id, name, kind, _examples(folder, option_id)), encoding="utf-8")
        rulebook = load(folder)
        build(rulebook)
    except BaseException:
        with suppress(OSError):  # what could not be written needs no undoing
            path.unlink(missing_ok=True)
            areas.write_text(before, encoding="utf-8")
        raise
    file = rulebook.options[option_id].place.file
    return path, [caveat for caveat in rulebook.expect[option_id] if caveat.place.file != file]


def _text(rulebook: Rulebook, option_id: str, name: str, kind: Kind, examples: str) -> str:
    ask, ruled_out = _reach(rulebook, kind)
    return FILE.format(
        name=name.replace("\\", "\\\\").replace('"', '\\"'),
        kind=kind,
        summary=SUMMARY,
        reason=REASON,
        expectation=EXPECTATION,
        ask=ask,
        ruled_out=RULED_OUT.format(lines=ruled_out) if ruled_out else " []",
        caveat=option_id.replace("/", "-"),
        grid="\n".join(f"  {row}: silent" for row in rulebook.grid),
        examples=examples.rstrip("\n"),
    )


def _reach(rulebook: Rulebook, kind: Kind) -> tuple[str, str]:
    """For whom a new option of this kind is worth asking about, and for whom it is ruled out: conditions as YAML.

    The promise about going further names the question that decides, and its choices from the mildest kind on.
    """
    for promise in rulebook.promises:
        if promise.going_further and len(promise.going_further[1]) == len(KINDS):
            question, order = promise.going_further
            too_little = list(order[: KINDS.index(kind)])
            if too_little:
                rest = [choice for choice in rulebook.questions[question].choices if choice not in too_little]
                return f"{{{question}: [{_words(rest)}]}}", f"{{{question}: [{_words(too_little)}]}}"
    return "always", ""


def _words(choices: list[str]) -> str:
    return ", ".join(f'"{choice}"' if choice in ("yes", "no") else choice for choice in choices)


def _listed(areas: Path, text: str, position: int, own: str) -> str:
    """areas.yaml with the option listed last in its area; the rest of the file stays as it is."""
    options = read(areas, areas.name).value["areas"].value[position].value["options"].value
    last = options[-1]
    lines = text.split("\n")
    line = lines[last.place.line - 1]
    column = last.place.column - 1
    if line[:column].strip() == "-":
        lines.insert(last.place.line, f"{line[:column]}{own}")
    else:
        end = column + len(str(last.value))
        lines[last.place.line - 1] = f"{line[:end]}, {own}{line[end:]}"
    return "\n".join(lines)


def _examples(folder: Path, option_id: str) -> str:
    """One example for each verdict that the new option gives, with what its table gives for it."""
    tables = build(load(folder))
    table, name = tables.options[option_id], tables.rulebook.options[option_id].name
    examples = {}
    for key, row in table.rows.items():
        if row.verdict not in examples:
            answers = ", ".join(f"{question}: {_words([choice])}" for question, choice in table.answers(key).items())
            examples[row.verdict] = EXAMPLE.format(
                title=f"{name.replace(':', ' ')}, {row.verdict}",
                answers=f"{{{answers}}}",
                verdict=row.verdict,
                because=", ".join(rule.id for rule in row.because),
                caveats=", ".join(caveat.id for caveat in row.caveats),
            )
    return "".join(examples.values())
