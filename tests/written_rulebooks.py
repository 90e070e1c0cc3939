"""Made-up rulebooks with every kind of text that a page or an export may hold, and with texts that are hard to hold."""

from dataclasses import replace
from random import Random

from questionnaire.rulebook.model import (
    Added,
    CitedText,
    GeneralQuestion,
    GridRow,
    Hold,
    Matter,
    Readiness,
)

from .random_rulebooks import ODD_IDS, PLACE, rulebook

HARD = [
    "as it is",
    'he said "no"',
    "it's so",
    'both\' "quotes"',
    "a back\\slash, \\n, \\u0041 and \\",
    "two\nlines",
    "- a dash\n- a list",
    "a\ttab",
    "${x} {{y}} {% z %} %s %(a)s %CODE%",
    "1 < 2 & 3 > 2 ]]> <![CDATA[ </script> <!--",
    "é ü ب 中 😀",
    "“so” — it’s",
    "`ticks`",
    "null",
    "1.50",
    '{"a": [1]}',
    "$& $1 $$",
]
"""Texts that a rule file may have."""
KINDS = ("self-care", "device", "injection", "surgery")
WHEN, WHAT = "when-you-would-see-a-change", "what-it-is"


def written_rulebook(seed, questions=4):
    """A made-up rulebook of which all is written: names, hints, grid, notes of the clinic, what matters, questions."""
    random = Random(seed)
    some = rulebook(seed, options=4, questions=questions, odd=ODD_IDS)
    number = 0

    def text():
        nonlocal number
        number += 1
        return f"{random.choice(HARD)} ({number})" if random.random() < 0.9 else random.choice(HARD)

    def said(silent=0.0):
        if random.random() < silent:
            return CitedText("", (), True, PLACE)
        added = Added(text(), "2026-01-01") if random.random() < 0.2 else None
        return CitedText(text(), (), False, PLACE, also_ask=random.random() < 0.2, added=added)

    rows = (WHEN, WHAT, *(f"row-{n}" for n in range(random.randint(0, 5))))
    grid = {row: GridRow(row, text(), text(), tuple(random.sample(KINDS, 2)), PLACE) for row in rows}
    alike = {row: said() for row in rows}

    def cell(row):
        return alike[row] if random.random() < 0.3 else replace(said(0.5), text=text()) if row == WHAT else said(0.5)

    options = {}
    for at, option in enumerate(some.options.values()):
        is_first = option.id == some.areas[option.area].options[0]
        name = f"{option.area}/leave-as-is" if is_first and random.random() < 0.7 else option.id
        options[option.id] = replace(
            option,
            id=name,
            name=text(),
            kind="self-care" if name != option.id else KINDS[at % 4],
            summary=said(),
            question=text(),
            rules=tuple(replace(rule, because=said()) for rule in option.rules),
            grid={row: cell(row) for row in rows},
        )
    renamed = {old: option.id for old, option in options.items()}
    by_clinic = {caveat: random.random() < 0.3 for caveat in some.caveats}
    caveats = {
        caveat.id: replace(
            caveat,
            statement=said(),
            options=tuple(renamed[option] for option in caveat.options),
            by_clinic=by_clinic[caveat.id],
            added=Added(text(), "2026-01-01") if by_clinic[caveat.id] and random.random() < 0.5 else None,
            question=text() if random.random() < 0.5 else "",
        )
        for caveat in some.caveats.values()
    }
    matters = {
        f"matter-{n}": Matter(f"matter-{n}", text(), tuple(random.sample(rows, random.randint(1, 2))), True, PLACE)
        for n in range(random.randint(0, 3))
    }
    ready = range(random.randint(0, 2) if matters else 0)
    held = random.sample(list(renamed.values()), random.random() < 0.3)
    return replace(
        some,
        questions={
            question.id: replace(
                question,
                ask=text(),
                hint=text(),
                why=said(),
                choices={name: replace(choice, label=text()) for name, choice in question.choices.items()},
            )
            for question in some.questions.values()
        },
        areas={
            area.id: replace(area, name=text(), options=tuple(renamed[option] for option in area.options))
            for area in some.areas.values()
        },
        options={option.id: option for option in options.values()},
        caveats=caveats,
        grid=grid,
        matters=matters,
        readiness={f"ready-{n}": Readiness(f"ready-{n}", text(), text(), True, PLACE) for n in ready},
        general_questions={f"g{n}": GeneralQuestion(f"g{n}", text(), True, PLACE) for n in range(random.randint(0, 2))},
        holds={option: Hold(option, "A. Name", "2026-01-01", text(), PLACE) for option in held},
    )
