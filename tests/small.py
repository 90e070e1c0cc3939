"""A small rulebook made by hand: three areas, questions that wait for areas and for answers, and options as needed."""

from dataclasses import replace

from questionnaire.rulebook.model import (
    AskedWhen,
    Caveat,
    Choice,
    CitedText,
    Claim,
    CommonQuestion,
    Condition,
    Conflict,
    Document,
    FactRow,
    GridRow,
    Heading,
    NotUsed,
    Option,
    Paragraph,
    Question,
    Rule,
    Side,
)
from questionnaire.rulebook.problems import Place

from .random_rulebooks import PLACE, SAID
from .random_rulebooks import rulebook as made_up


def when(**lines):
    return Condition(tuple((question, tuple(choices.split())) for question, choices in lines.items()))


def question(name, choices, areas=(), **answers):
    known = {choice: Choice(choice, choice, "", PLACE) for choice in choices.split()}
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
                area, id=name, in_scope_when=scope, options=tuple(o for o in options if o.startswith(f"{name}/"))
            )
            for name, scope in AREAS.items()
        },
        options={
            name: Option(name, name.split("/")[0], name, "device", SAID, tuple(rules), {}, (), PLACE)
            for name, rules in options.items()
        },
        caveats={one.id: one for one in caveats},
    )


SIGNED = "left/push"


def cited(text, *claims):
    return CitedText(text, claims, False, PLACE)


def readable_rulebook():
    """The rulebook above with every kind of text that a visitor can read, for the option `left/push` beside another."""
    rules = [
        replace(rule("yes", "fits", depth="deep"), because=cited("so", "of-rule")),
        rule("no", "ask", depth="flat"),
    ]
    other = [replace(rule("other", "fits"), because=cited("why", "of-other"))]
    caveats = [
        replace(caveat("always", (SIGNED,)), statement=cited("slowly", "of-caveat")),
        caveat("elsewhere", ("up/pull",)),
        replace(caveat("note", areas=("left",)), by_clinic=True),
        replace(caveat("note-elsewhere", areas=("up",)), by_clinic=True),
    ]
    small = small_rulebook({SIGNED: rules, "up/pull": other}, caveats)
    push = {"summary": cited("short", "of-summary", "of-rule"), "grid": {"cost": cited("much", "of-grid")}}
    left = {
        "facts": {"what": cited("a side", "of-fact")},
        "common_questions": (CommonQuestion("which side?", cited("this one", "of-answer"), PLACE),),
    }
    headings = {code: Heading(code, f"part {code}", "", PLACE) for code in "AB"}
    paragraphs = {code: Paragraph(code, 9, "", PLACE) for code in ("A-1", "B-1")}
    names = ("rule", "caveat", "grid", "summary", "fact", "answer", "other")
    sides = (Side("left", ("A-1.1",)), Side("right", ("B-1.1",)))
    return replace(
        small,
        questions={**small.questions, "depth": replace(small.questions["depth"], hint="how far in")},
        areas={**small.areas, "left": replace(small.areas["left"], **left)},
        options={**small.options, SIGNED: replace(small.options[SIGNED], **push)},
        facts={"what": FactRow("what", "What it is", PLACE)},
        grid={"cost": GridRow("cost", "Cost", "What does it cost?", ("device",), PLACE)},
        claims={
            f"of-{name}": Claim(f"of-{name}", f"says of {name}", f"{heading}-1.1", "", PLACE)
            for name, heading in zip(names, "AAAAABB", strict=True)
        },
        documents={"article": Document("article", "An article", "", headings, paragraphs, PLACE)},
        not_used=(NotUsed(("A-1.2",), "it greets", PLACE),),
        conflicts={"which": Conflict("which", "left or right", sides, (), "once", "A. Name", (), PLACE)},
    )
