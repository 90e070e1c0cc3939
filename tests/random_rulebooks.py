"""Made-up rulebooks, each from a seed: any number of areas, questions, options, rules and caveats, all names lead on."""

from random import Random

from questionnaire.rulebook.model import (
    Area,
    AskedWhen,
    Caveat,
    Choice,
    CitedText,
    Condition,
    Option,
    Question,
    Rule,
    Rulebook,
    Standards,
)
from questionnaire.rulebook.problems import Place

PLACE = Place("made-up.yaml", 1, 1)
SAID = CitedText("said", (), True, PLACE)
ODD_NAMES = ["sid", "id", "on", "$and", "m", "true", "1", "yes", "row", "first", "a b", "ü", "null", "-1", "$s"]

ODD_IDS = "sid id on in not or and true false null nan 1 2nd 1e3 0x1 yes row first date time today for if function some every "
ODD_IDS = [
    *ODD_IDS.split(),
    "constructor",
    "to-string",
    "length",
    "var",
    "adds",
    "text",
    "verdict",
    "rests-on",
    "b-1",
    "q",
]
"""Such as rule files may have, and other programs have for something else."""


def rulebook(seed, options=3, questions=5, odd=ODD_NAMES):
    """A rulebook whose routing has no cycle and whose names are partly such as mean something to the engine."""
    random = Random(seed)
    names = random.sample(odd, min(len(odd), questions)) + [f"q{n}" for n in range(questions - len(odd))]
    choices = {name: random.sample(odd, random.randint(2, 4)) for name in names}

    def condition(of, most=3):
        chosen = random.sample(of, random.randint(0, min(most, len(of))))
        return Condition(tuple((q, tuple(random.sample(choices[q], random.randint(1, 2)))) for q in chosen))

    gate = names[0]
    areas = {
        f"area{n}": Area(
            id=f"area{n}",
            name=f"Area {n}",
            in_scope_when=(Condition(((gate, tuple(random.sample(choices[gate], random.randint(1, 2)))),)),),
            options=tuple(f"area{n}/o{m}" for m in range(random.randint(1, options))),
            facts={},
            common_questions=(),
            examples=(),
            place=PLACE,
        )
        for n in range(random.randint(1, 2))
    }
    asked = {}
    for position, name in enumerate(names):
        how = random.choice(["always", "areas", "answers", "both"]) if position else "always"
        asked[name] = AskedWhen(
            areas=tuple(random.sample(list(areas), random.randint(1, len(areas)))) if how in ("areas", "both") else (),
            condition=condition(names[:position], 1) if how in ("answers", "both") else Condition(),
        )
    every = [option for area in areas.values() for option in area.options]
    made = {}
    for option in every:
        rules = [
            Rule(f"r{n}", random.choice(["fits", "ask", "ruled-out"]), condition(names), SAID, None, PLACE)
            for n in range(random.randint(1, 8))
        ]
        made[option] = Option(option, option.split("/")[0], option, "device", SAID, tuple(rules), {}, (), PLACE)
    caveats = {}
    for n in range(random.randint(0, 8)):
        on = random.sample(every, random.randint(0, len(every)))
        noted = random.sample(list(areas), random.randint(0, len(areas))) if not on else []
        first = bool(noted) and random.random() < 0.3
        caveats[f"c{n}"] = Caveat(f"c{n}", SAID, condition(names), tuple(on), tuple(noted), first, False, PLACE)
    return Rulebook(
        fingerprint=f"{random.getrandbits(48):012x}",
        layout=f"{random.getrandbits(48):012x}",
        questions={
            name: Question(
                name, name, "", SAID, {c: Choice(c, c, "", PLACE) for c in choices[name]}, asked[name], PLACE
            )
            for name in names
        },
        areas=areas,
        options=made,
        caveats=caveats,
        facts={},
        grid={},
        documents={},
        claims={},
        not_used=(),
        promises=(),
        conflicts={},
        standards=Standards((), (), 11, 14, {}),
    )
