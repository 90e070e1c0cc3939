"""A small rulebook made by hand: three areas, questions that wait for areas and for answers, and options as needed."""

from dataclasses import replace

from questionnaire.rulebook.model import AskedWhen, Caveat, Choice, Condition, Option, Question, Review, Rule
from questionnaire.rulebook.problems import Place

from .random_rulebooks import PLACE, SAID
from .random_rulebooks import rulebook as made_up


def when(**lines):
    return Condition(tuple((question, tuple(choices.split())) for question, choices in lines.items()))


def question(name, choices, areas=(), **answers):
    known = {choice: Choice(choice, choice, "") for choice in choices.split()}
    return Question(name, name, "", SAID, known, AskedWhen(areas, when(**answers)), PLACE)


ASKED = [
    question("side", "left right both"),
    question("depth", "deep flat", areas=("left",)),
    question("colour", "red blue", depth="deep"),
    question("top", "yes no"),
    question("height", "high low", areas=("left", "up")),
    question("shade", "dark light", colour="red", top="yes"),
    question("last", "one two"),
]
AREAS = {
    "right": (when(side="right"), when(side="both")),
    "left": (when(side="left both"),),
    "up": (when(top="yes"),),
}


def rule(name, verdict, line=0, **lines):
    return Rule(name, verdict, when(**lines), SAID, None, Place("rules.yaml", line))


def caveat(name, options=(), areas=(), first=False, **lines):
    return Caveat(name, SAID, when(**lines), options, areas, first, False, PLACE)


def small_rulebook(options=None, caveats=()):
    """The questions and areas above, with these options ({"left/some": its rules}) and caveats."""
    some = made_up(0)
    (area, *_), options = some.areas.values(), options or {}
    return replace(
        some,
        fingerprint="0123456789ab",
        layout="ba9876543210",
        questions={one.id: one for one in ASKED},
        areas={
            name: replace(
                area, id=name, in_scope_when=conditions, options=tuple(o for o in options if o.split("/")[0] == name)
            )
            for name, conditions in AREAS.items()
        },
        options={
            name: Option(name, name.split("/")[0], name, "device", SAID, tuple(rules), {}, (), Review(), PLACE)
            for name, rules in options.items()
        },
        caveats={one.id: one for one in caveats},
        expect={name: tuple(one for one in caveats if name in one.options) for name in options},
        notes={name: tuple(one for one in caveats if name in one.areas) for name in AREAS},
    )
