"""Made-up rule files of any size: a folder that `flask rules check` finds no error in and that pages can show."""

from __future__ import annotations

import shutil
from pathlib import Path

from faults.running_site import RULES

CHOICES = ("a", "b", "c")
AREAS = [f"area{number}" for number in range(4)]
CLAIMS = 1000
"""The most claims: a rule file may have 256 KiB, and source.yaml holds all of them. Options beyond share them."""
ROWS = ("what-it-is", "how-it-is-done", "when-you-would-see-a-change")
"""The rows of the grid that pages show by name."""
FIXED = {
    "caveats.yaml": "caveats:\n  - {caveat: shared, shown: options, text: Ask about it., claims: silent}\n",
    "clinic.yaml": "caveats:\n  - {caveat: clinic-time, shown: options, kinds: [surgery], text: Take your time.}\n",
    "promises.yaml": """\
promises:
  - promise: shared-is-always-there
    says: It is always there.
    carries: [shared]
""",
    "conflicts.yaml": "conflicts: []\n",
    "standards.yaml": """\
words: []
names-left-aside: []
reading-age: {each-file: 14, each-text: 16}
required-caveats: []
""",
    "grid.yaml": "rows:\n" + "".join(f'  - {{row: {row}, name: A row, question: "What is it?"}}\n' for row in ROWS),
}
SOURCE = """\
documents:
  - document: made-up
    title: Made up
    fingerprint: "000000000000"
    headings: {M: {name: Made up, fingerprint: "000000000000"}}
    paragraphs:
"""
CLAIM = """\
  - claim: claim%d
    says: It can help.
    passage: M-%d.1
    fingerprint: "%012x"
"""
OPTION = """\
name: Option NUMBER
kind: device
summary: It is made up.
CLAIM
offered:
  - {rule: yes-please, when: {FIRST: a, SECOND: [a, b]}, because: The answer says so., CLAIM}
ask-first:
  - {rule: not-sure, when: {FIRST: b}, because: The answer says so., CLAIM}
not-offered:
  - {rule: no-first, when: {FIRST: c}, because: The answer says so., CLAIM}
  - {rule: no-second, when: {SECOND: c}, because: The answer says so., CLAIM}
expect:
  - {caveat: ownNUMBER, when: {THIRD: [a, b]}, text: It can help., CLAIM}
grid: {GRID}
examples:
"""
EXAMPLES = (("a a a", "fits", "yes-please"), ("b a b", "ask", "not-sure"), ("c a c", "ruled-out", "no-first"),
            ("a c a", "ruled-out", "no-second"))  # fmt: skip


def write(folder: Path, options: int, questions: int) -> Path:
    """Write a rulebook of so many options, each reading three of so many questions, with examples and claims."""
    folder.mkdir(parents=True)
    asked = [f"q{number}" for number in range(questions - 1)]
    of_area = {area: [f"option{n}" for n in range(place, options, len(AREAS))] for place, area in enumerate(AREAS)}
    texts = {**FIXED, "questions.yaml": _questions(asked), "areas.yaml": _areas(of_area)}
    claims = range(min(options, CLAIMS))
    paragraphs = "".join(f'      M-{n}: {{sentences: 1, fingerprint: "{n:012x}"}}\n' for n in claims)
    texts["source.yaml"] = f"{SOURCE}{paragraphs}claims:\n" + "".join(CLAIM % (n, n, n) for n in claims)
    for area, names in of_area.items():
        texts |= {f"{area}/{name}.yaml": _option(int(name.removeprefix("option")), asked) for name in names}
    for name, text in texts.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(f"{text}...\n")
    if (RULES / "format").exists():
        shutil.copy(RULES / "format", folder)
    return folder


def _questions(asked: list[str]) -> str:
    lines = ["questions:"]
    for name, choices, when in [("area", AREAS, "always"), *((name, CHOICES, "{in-scope: any}") for name in asked)]:
        lines += [f"  - question: {name}", f"    ask: Question {name}?", "    why: To know.", "    claims: silent"]
        lines += [f"    asked-when: {when}", "    choices:"]
        lines += [f"      - {{choice: {choice}, label: Choice {choice}}}" for choice in choices]
    return "\n".join(lines) + "\n"


def _areas(of_area: dict[str, list[str]]) -> str:
    lines = ["facts:", "  - {fact: what-it-is, name: What it is}", "areas:"]
    for area, options in of_area.items():
        lines += [f"  - area: {area}", f"    name: The {area}", "    in-scope-when:", f"      - area: {area}"]
        lines += [f"    options: [{', '.join(options)}]", "    facts: {what-it-is: silent}"]
    return "\n".join(lines) + "\n"


def _option(number: int, asked: list[str]) -> str:
    first, second, third = (asked[(number + step) % len(asked)] for step in range(3))
    words = {"NUMBER": f"{number}", "FIRST": first, "SECOND": second, "THIRD": third}
    words |= {"CLAIM": f"claims: [claim{number % CLAIMS}]", "GRID": ", ".join(f"{row}: silent" for row in ROWS)}
    text = OPTION
    for word, value in words.items():
        text = text.replace(word, value)
    for choices, verdict, rule in EXAMPLES:
        one, two, three = choices.split()
        caveats = "[shared]" if three == "c" else f"[own{number}, shared]"
        text += f"  - example: {rule}\n    answers: {{{first}: {one}, {second}: {two}, {third}: {three}}}\n"
        text += f"    verdict: {verdict}\n    because: [{rule}]\n    caveats: {caveats}\n"
    return text
