"""Made-up rule files of any size: a folder that `flask rules check` finds no error in."""

from __future__ import annotations

from pathlib import Path

CHOICES = ("a", "b", "c")
AREAS = 4
CLAIMS = 1000
"""The most claims: a rule file may have 256 KiB, and source.yaml holds all of them. Options beyond share them."""


def write(folder: Path, options: int, questions: int) -> None:
    """Write a rulebook of so many options, each reading three of so many questions, with examples and claims."""
    folder.mkdir(parents=True)
    names = [f"area{n}" for n in range(AREAS)]
    asked = [f"q{n}" for n in range(questions - 1)]
    files = {
        "questions.yaml": _questions(names, asked),
        "areas.yaml": _areas(names, options),
        "grid.yaml": 'rows:\n  - {row: what-it-is, name: What it is, question: "What is it?"}\n',
        "caveats.yaml": "caveats:\n  - {caveat: shared, shown: options, text: Ask about it., claims: silent}\n",
        "clinic.yaml": "caveats:\n  - {caveat: clinic-time, shown: options, kinds: [surgery], text: Take your time.}\n",
        "promises.yaml": "promises:\n  - promise: shared-is-always-there\n    says: It is always there.\n"
        "    carries: [shared]\n",
        "conflicts.yaml": "conflicts: []\n",
        "standards.yaml": "words: []\nnames-left-aside: []\nreading-age: {each-file: 14, each-text: 16}\n"
        "required-caveats: []\n",
        "source.yaml": _source(min(options, CLAIMS)),
    }
    for name, text in files.items():
        (folder / name).write_text(f"{text}...\n")
    for number in range(options):
        area = folder / names[number % AREAS]
        area.mkdir(exist_ok=True)
        (area / f"option{number}.yaml").write_text(_option(number, asked))


def _questions(areas: list[str], asked: list[str]) -> str:
    lines = ["questions:", *_question("area", areas, "always")]
    for name in asked:
        lines += _question(name, CHOICES, "{in-scope: any}")
    return "\n".join(lines) + "\n"


def _question(name: str, choices: list[str] | tuple[str, ...], when: str) -> list[str]:
    lines = [f"  - question: {name}", f"    ask: Question {name}?", "    why: To know.", "    claims: silent"]
    lines += [f"    asked-when: {when}", "    choices:"]
    return lines + [f"      - {{choice: {choice}, label: Choice {choice}}}" for choice in choices]


def _areas(names: list[str], options: int) -> str:
    lines = ["facts:", "  - {fact: what-it-is, name: What it is}", "areas:"]
    for position, name in enumerate(names):
        own = ", ".join(f"option{number}" for number in range(position, options, AREAS))
        lines += [f"  - area: {name}", f"    name: Area {position}", "    in-scope-when:", f"      - area: {name}"]
        lines += [f"    options: [{own}]", "    facts: {what-it-is: silent}"]
    return "\n".join(lines) + "\n"


def _source(claims: int) -> str:
    lines = ["documents:", "  - document: made-up", "    title: Made up", '    fingerprint: "000000000000"']
    lines += ['    headings: {M: {name: Made up, fingerprint: "000000000000"}}', "    paragraphs:"]
    lines += [f'      M-{number}: {{sentences: 1, fingerprint: "{number:012x}"}}' for number in range(claims)]
    lines += ["claims:"]
    for number in range(claims):
        lines += [f"  - claim: claim{number}", "    says: It can help.", f"    passage: M-{number}.1"]
        lines += [f'    fingerprint: "{number:012x}"']
    return "\n".join(lines) + "\n"


def _option(number: int, asked: list[str]) -> str:
    first, second, third = (asked[(number + step) % len(asked)] for step in (0, 1, 2))
    claims = f"claims: [claim{number % CLAIMS}]"
    said = f"    because: The answer says so.\n    {claims}\n"
    lines = [f"name: Option {number}\nkind: device\nsummary: It is made up.\n{claims}\n"]
    lines += [f"offered:\n  - rule: yes-please\n    when: {{{first}: a, {second}: [a, b]}}\n{said}"]
    lines += [f"ask-first:\n  - rule: not-sure\n    when: {{{first}: b}}\n{said}"]
    lines += [f"not-offered:\n  - rule: no-first\n    when: {{{first}: c}}\n{said}"]
    lines += [f"  - rule: no-second\n    when: {{{second}: c}}\n{said}"]
    lines += [
        f"expect:\n  - caveat: own{number}\n    when: {{{third}: [a, b]}}\n    text: It can help.\n    {claims}\n"
    ]
    lines += ["grid: {what-it-is: silent}\nexamples:\n"]
    for answers, verdict, rule in (
        ("a a a", "fits", "yes-please"),
        ("b a b", "ask", "not-sure"),
        ("c a c", "ruled-out", "no-first"),
        ("a c a", "ruled-out", "no-second"),
    ):
        one, two, three = answers.split()
        caveats = "[shared]" if three == "c" else f"[own{number}, shared]"
        lines += [f"  - example: {rule}\n    answers: {{{first}: {one}, {second}: {two}, {third}: {three}}}\n"]
        lines += [f"    verdict: {verdict}\n    because: [{rule}]\n    caveats: {caveats}\n"]
    return "".join([*lines, "review: {status: not-reviewed}\n...\n"])
