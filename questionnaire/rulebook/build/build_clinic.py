"""clinic.yaml, glossary.yaml and matters.yaml to what the clinic adds or asks, each with where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from .. import schema
from ..declared_names import Files
from ..model import (
    Added,
    AskedWhen,
    Caveat,
    Choice,
    CitedText,
    Clinic,
    ClinicAnswer,
    Condition,
    GeneralQuestion,
    Matter,
    Option,
    Question,
    Readiness,
    Rule,
    Sells,
    Term,
)
from ..problems import Place
from ..yaml_tree import Node
from .build_basics import cited_text, condition_of, file_of

TIME_TO_DECIDE = "time-to-decide-"
"""What the ids of the caveats of time-to-decide begin with; the kind follows."""
SUPPORT = "-support"
"""What the id of the note of the clinic's question ends with; the question's id stands before it."""

_Dated = schema.ClinicRuleShape | schema.ClinicAnswerShape | schema.TimeToDecideShape


def clinic(file: schema.ClinicFile, tree: Node, options: Mapping[str, Option]) -> Clinic:
    """What the clinic adds, besides caveats and its question."""
    asked = file.question
    held = asked.hold_at_ask if asked else None
    rules = [_rule(rule, tree, step, options) for step, rule in enumerate(file.rules)]
    if asked and held:
        rules.append(
            Rule(
                id=asked.question,
                verdict="ask",
                when=Condition(((asked.question, tuple(held.choices)),)),
                because=_text(held.because, tree.at("question", "hold-at-ask", "because")),
                conflict=None,
                place=tree.at("question", "hold-at-ask"),
                by_clinic=True,
                options=tuple(option.id for option in options.values() if option.kind in held.kinds),
                added=Added(asked.source, asked.dated),
            )
        )
    return Clinic(
        rules=tuple(rules),
        answers=tuple(_answer(answer, tree.at("answers", step), options) for step, answer in enumerate(file.answers)),
        sells=_sells(file.sells, tree.at("sells"), options) if file.sells else None,
        invasive_rules=file.invasive_rules == "required",
    )


def clinic_question(file: schema.ClinicFile, tree: Node, areas: tuple[str, ...]) -> Iterator[Question]:
    """The clinic's own question, where it has one: asked of everybody with an area in scope."""
    if asked := file.question:
        yield Question(
            id=asked.question,
            ask=asked.ask,
            hint=asked.hint or "",
            why=_text(asked.why, tree.at("question", "why")),
            choices={
                c.choice: Choice(c.choice, c.label, c.hint or "", tree.at("question", "choices", n))
                for n, c in enumerate(asked.choices)
            },
            asked_when=AskedWhen(areas),
            place=tree.at("question"),
            added=Added(asked.source, asked.dated),
        )


def clinic_caveats(
    file: schema.ClinicFile, tree: Node, options: Mapping[str, Option], areas: tuple[str, ...]
) -> Iterator[Caveat]:
    """The times to decide as caveats of their kinds, and what is said where support lines stand first as a note."""
    for kind, time in file.time_to_decide.items():
        place = tree.at("time-to-decide", kind)
        of_kind = tuple(option.id for option in options.values() if option.kind == kind)
        yield _caveat(f"{TIME_TO_DECIDE}{kind}", time.text, place, _added(time), options=of_kind)
    asked = file.question
    if asked and (support := asked.support_first):
        when = Condition(((asked.question, tuple(support.choices)),))
        place, added = tree.at("question", "support-first"), Added(asked.source, asked.dated)
        yield _caveat(f"{asked.question}{SUPPORT}", support.text, place, added, when=when, areas=areas)


def _caveat(
    name: str,
    text: str,
    place: Place,
    added: Added,
    when: Condition = Condition(),  # noqa: B008 (frozen)
    options: tuple[str, ...] = (),
    areas: tuple[str, ...] = (),
) -> Caveat:
    return Caveat(
        id=name,
        statement=_text(text, place),
        when=when,
        options=options,
        areas=areas,
        first=bool(areas),
        by_clinic=True,
        place=place,
        added=added,
    )


def _rule(rule: schema.ClinicRuleShape, tree: Node, step: int, options: Mapping[str, Option]) -> Rule:
    return Rule(
        id=rule.rule,
        verdict=rule.verdict,
        when=condition_of(rule.when),
        because=_text(rule.because, tree.at("rules", step, "because")),
        conflict=None,
        place=tree.at("rules", step),
        by_clinic=True,
        options=chosen(options, rule.areas, rule.kinds, rule.options),
        added=_added(rule),
    )


def _answer(answer: schema.ClinicAnswerShape, place: Place, options: Mapping[str, Option]) -> ClinicAnswer:
    added, of = _added(answer), chosen(options, answer.areas, answer.kinds, answer.options)
    return ClinicAnswer(answer.answer, of, answer.row, replace(_text(answer.text, place), added=added), added, place)


def chosen(
    options: Mapping[str, Option], areas: list[str] | None, kinds: list[schema.KindWord] | None, names: list[str] | None
) -> tuple[str, ...]:
    """The options that meet every one of the lists that are given."""
    return tuple(
        option.id
        for option in options.values()
        if (areas is None or option.area in areas)
        and (kinds is None or option.kind in kinds)
        and (names is None or option.id in names)
    )


def _sells(sells: schema.SellsShape, place: Place, options: Mapping[str, Option]) -> Sells:
    return Sells(tuple(name for name in options if name in sells.options), Added(sells.source, sells.dated), place)


def _added(block: _Dated) -> Added:
    return Added(block.source, block.dated, block.from_ or "", block.until or "")


def _text(text: str, place: Place) -> CitedText:
    return CitedText(text, (), False, place)


def build_glossary(files: Files) -> dict[str, Term]:
    """The terms of glossary.yaml."""
    if "glossary.yaml" not in files.loaded:
        return {}
    file, tree = file_of(files, "glossary.yaml", schema.GlossaryFile)
    return {
        t.term: Term(
            id=t.term,
            name=t.name,
            also=tuple(t.also),
            means=cited_text(t.means, t.claims, tree.at("terms", step, "means")),
            by_clinic=t.by_clinic,
            place=tree.at("terms", step),
        )
        for step, t in enumerate(file.terms)
    }


def build_general_questions(files: Files) -> dict[str, GeneralQuestion]:
    """The questions that everybody may take along."""
    file, tree = file_of(files, "clinic.yaml", schema.ClinicFile)
    return {
        g.general: GeneralQuestion(g.general, g.question, True, tree.at("general-questions", step))
        for step, g in enumerate(file.general_questions)
    }


def build_matters(files: Files) -> dict[str, Matter]:
    """What may matter to a visitor."""
    if "matters.yaml" not in files.loaded:
        return {}
    file, tree = file_of(files, "matters.yaml", schema.MattersFile)
    return {
        m.matter: Matter(m.matter, m.name, tuple(m.rows), True, tree.at("matters", step))
        for step, m in enumerate(file.matters)
    }


def build_readiness(files: Files) -> dict[str, Readiness]:
    """What is asked about being ready to decide."""
    if "matters.yaml" not in files.loaded:
        return {}
    file, tree = file_of(files, "matters.yaml", schema.MattersFile)
    return {
        r.ready: Readiness(r.ready, r.ask, r.if_not, True, tree.at("readiness", step))
        for step, r in enumerate(file.readiness)
    }
