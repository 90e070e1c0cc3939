"""Every name that one rule file uses must be given by another: the check of all of them, before anything is built."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from . import clinic_references, schema
from .declared_names import Files, Names, names
from .problems import Problem, error, nearest
from .schema import Shape
from .schema_errors import Path, blocks
from .yaml_tree import Node


def broken_links(files: Files) -> Iterator[Problem]:
    """Every name that leads nowhere and every name given twice, over all files that could be read."""
    known = names(files)
    seen: dict[tuple[str, str], str] = {}
    for tree, shape in files.loaded.values():
        for path, block in blocks(shape):
            yield from _given_twice(tree, path, block, seen)
            yield from _conditions(tree, path, block, known)
            yield from _names_used(tree, path, block, known)
            yield from _kept_whole(tree, path, block, known)
        if isinstance(shape, schema.OptionFile):
            yield from _examples(tree, shape, known)


def _unknown(tree: Node, path: Path, what: str, used: Iterable[str], known: Iterable[str] | None) -> Iterator[Problem]:
    if known is None:
        return
    valid = list(known)
    for step, name in enumerate(used):
        if name not in valid:
            message = f"the {what} '{name}' does not exist"
            yield error(tree.at(*path, name, step), f"unknown-{what}", message, nearest(name, valid))


def _same_labels(tree: Node, path: Path, block: schema.QuestionShape | schema.ClinicQuestionShape) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    choices: Sequence[schema.ChoiceShape | schema.ClinicChoiceShape] = block.choices
    for step, choice in enumerate(choices):
        first = seen.setdefault(choice.label, choice.choice)
        if first != choice.choice:
            message = f"'{choice.choice}' has the same label as '{first}': “{choice.label}”"
            place = tree.at(*path, "choices", step, "label")
            yield error(place, "given-twice", message, "visitors could not tell them apart; give one another label")


MAX_ANSWERS = 3500
"""Bytes of all answers in a visitor's cookie: browsers drop one of over 4,096, and more than the answers is in it."""


def _too_long_for_a_cookie(tree: Node, file: schema.QuestionsFile) -> Iterator[Problem]:
    """A problem at the longest pair of ids, where the cookie could not hold an answer to every question."""
    lengths = [
        len(f"{question.question}={max((choice.choice for choice in question.choices), key=len)}&")
        for question in file.questions
    ]
    if sum(lengths) > MAX_ANSWERS:
        message = (
            f"answers to all questions take up to {sum(lengths):,} bytes, and a visitor's cookie has {MAX_ANSWERS:,}"
        )
        place = tree.at("questions", lengths.index(max(lengths)), "question")
        yield error(place, "too-long", message, "give questions and choices shorter ids; this one is the longest")


PROMISED = ["never", "carries", "lacks", "because", "asks", "same-verdict-as"]
PROMISED += ["notes", "no-notes", "notes-begin-with", "going-further"]
"""What a promise may promise; each promises one of these."""

_ID_FIELDS = {
    schema.QuestionShape: "question",
    schema.AreaShape: "area",
    schema.FactRowShape: "fact",
    schema.GridRowShape: "row",
    schema.DocumentShape: "document",
    schema.ClaimShape: "claim",
    schema.OwnCaveatShape: "caveat",
    schema.SharedCaveatShape: "caveat",
    schema.ClinicCaveatShape: "caveat",
    schema.PromiseShape: "promise",
    schema.ConflictShape: "conflict",
    schema.HoldShape: "hold",
    schema.DoubtShape: "doubt",
    schema.TermShape: "term",
    schema.GeneralQuestionShape: "general",
    schema.MatterShape: "matter",
    schema.ReadinessShape: "ready",
    schema.ClinicQuestionShape: "question",
    schema.ClinicAnswerShape: "answer",
}
_OWN_ID_FIELDS = {
    schema.ChoiceShape: "choice",
    schema.ClinicChoiceShape: "choice",
    schema.RuleShape: "rule",
    schema.ClinicRuleShape: "rule",
    schema.ExampleShape: "example",
}


def _given_twice(tree: Node, path: Path, block: Shape, seen: dict[tuple[str, str], str]) -> Iterator[Problem]:
    what = _ID_FIELDS.get(type(block)) or _OWN_ID_FIELDS.get(type(block))
    if not what:
        return
    name = getattr(block, what)
    place = tree.at(*path, what)
    # A choice is named within its question, a rule and an example within their option's file.
    owner = f"{place.file}:{path[:2]}" if what == "choice" else place.file if type(block) in _OWN_ID_FIELDS else ""
    key = (f"{owner} {what}", name)
    if key in seen:
        message = f"the {what} '{name}' is given twice (first at {seen[key]})"
        yield error(place, "given-twice", message, "give one of them another name, or remove it")
    seen.setdefault(key, f"{place.file}:{place.line}")


def _conditions(tree: Node, path: Path, block: Shape, known: Names) -> Iterator[Problem]:
    if known.choices is None:
        return
    places: list[tuple[Path, Mapping[str, str | list[str]]]] = []
    for key in ("when", "answers"):
        lines = vars(block).get(key)
        if isinstance(lines, dict):
            places.append(((*path, key), lines))
    if isinstance(block, schema.AreaShape):
        places += [((*path, "in-scope-when", step), lines) for step, lines in enumerate(block.in_scope_when)]
    choices = {**known.choices, **known.clinic_choices} if isinstance(block, schema.ClinicRuleShape) else known.choices
    for where, lines in places:
        for question, given in lines.items():
            if question in known.clinic_choices and question not in choices:
                message = f"the question '{question}' is the clinic's own, and only rules in clinic.yaml may read it"
                yield error(tree.at(*where, question), "unknown-question", message, "leave this line out")
                continue
            if question not in choices:
                message = f"the question '{question}' does not exist"
                yield error(tree.at(*where, question), "unknown-question", message, nearest(question, choices))
                continue
            for choice in [given] if isinstance(given, str) else given:
                if choice not in choices[question]:
                    message = f"the question '{question}' has no choice '{choice}'"
                    advice = nearest(choice, choices[question])
                    yield error(tree.at(*where, question), "unknown-choice", message, advice)


def _names_used(tree: Node, path: Path, block: Shape, known: Names) -> Iterator[Problem]:
    claims = vars(block).get("claims")
    if isinstance(claims, list) and not isinstance(block, schema.SourceFile):
        yield from _unknown(tree, (*path, "claims"), "claim", claims, known.claims)
    if isinstance(block, schema.AskedWhenShape):
        wanted = [block.in_scope] if isinstance(block.in_scope, str) else block.in_scope or []
        areas = None if known.areas is None else ["any", *known.areas]
        yield from _unknown(tree, (*path, "in-scope"), "area", wanted, areas)
        if block.in_scope is None and block.answers is None:
            advice = "write 'always', 'in-scope: ...', 'answers: ...', or both of the last two"
            yield error(tree.at(*path), "missing-key", "this says nothing of when the question is asked", advice)
    if isinstance(block, schema.RuleShape) and block.conflict:
        yield from _unknown(tree, (*path, "conflict"), "conflict", [block.conflict], known.conflicts)
    if isinstance(block, schema.ClaimShape):
        yield from _unknown(tree, (*path, "passage"), "passage", [block.passage], known.passages)
    if isinstance(block, schema.DoubtShape):
        yield from _unknown(tree, (*path, "claim"), "claim", [block.claim], known.claims)
    if isinstance(block, schema.ClaimShape | schema.HeadingShape) and block.area:
        yield from _unknown(tree, (*path, "area"), "area", [block.area], known.areas)
    if isinstance(block, schema.NotUsedShape | schema.SideShape):
        yield from _unknown(tree, (*path, "passages"), "passage", block.passages, known.passages)
    if isinstance(block, schema.ConflictShape):
        yield from _unknown(tree, (*path, "follows"), "passage", block.follows, known.passages)
        yield from _unknown(tree, (*path, "touches"), "option", block.touches, known.options)
    if isinstance(block, schema.HoldShape):
        yield from _unknown(tree, (*path, "hold"), "option", [block.hold], known.options)
    if isinstance(block, schema.SharedCaveatShape | schema.ClinicCaveatShape | schema.ForShape):
        yield from _unknown(tree, (*path, "areas"), "area", block.areas or (), known.areas)
        yield from _unknown(tree, (*path, "options"), "option", block.options or (), known.options)
    if isinstance(block, schema.MatterShape):
        yield from _unknown(tree, (*path, "rows"), "row", block.rows, known.rows)
    for key, what, used, there in clinic_references.names_used(block, known):
        yield from _unknown(tree, (*path, key), what, used, there)
    if isinstance(block, schema.NoteExampleShape):
        yield from _unknown(tree, (*path, "notes"), "caveat", block.notes, known.caveats)
        yield from _unknown(tree, (*path, "first"), "caveat", block.first or (), known.caveats)
    if isinstance(block, schema.RequiredShape):
        yield from _unknown(tree, (*path, "caveats"), "caveat", block.caveats, known.caveats)
    if isinstance(block, schema.PromiseShape):
        for key, caveats in (("carries", block.carries), ("lacks", block.lacks)):
            yield from _unknown(tree, (*path, key), "caveat", caveats, known.caveats)
        yield from _unknown(tree, (*path, "asks"), "row", block.asks, known.rows)
        other = [block.same_verdict_as] if block.same_verdict_as else []
        yield from _unknown(tree, (*path, "same-verdict-as"), "option", other, known.options)
        begin = {area: [note] for area, note in block.notes_begin_with.items()}
        for key, by_area in (("notes", block.notes), ("no-notes", block.no_notes), ("notes-begin-with", begin)):
            yield from _unknown(tree, (*path, key), "area", by_area, known.areas)
            for area, notes in by_area.items():
                yield from _unknown(tree, (*path, key, area), "caveat", notes, known.caveats)
    if isinstance(block, schema.GoingFurtherShape) and known.choices is not None:
        yield from _unknown(tree, (*path, "question"), "question", [block.question], known.choices)
        yield from _unknown(tree, (*path, "order"), "choice", block.order, known.choices.get(block.question, []))


def _kept_whole(tree: Node, path: Path, block: Shape, known: Names) -> Iterator[Problem]:
    """Blocks that need one line for each row, and lines that need each other."""
    if isinstance(block, schema.QuestionsFile):
        yield from _too_long_for_a_cookie(tree, block)
    if isinstance(block, schema.QuestionShape | schema.ClinicQuestionShape):
        yield from _same_labels(tree, path, block)
    yield from clinic_references.kept_together(tree, path, block, known)
    if isinstance(block, schema.OptionFile):
        yield from _every_row(tree, (*path, "grid"), "row", block.grid, known.rows)
    if isinstance(block, schema.AreaShape):
        yield from _every_row(tree, (*path, "facts"), "fact", block.facts, known.facts)
        if block.area == "any":
            yield error(tree.at(*path, "area"), "wrong-value", "an area can't be called 'any'", "choose another name")
    if isinstance(block, schema.DocumentShape):
        for code in block.paragraphs:
            yield from _unknown(tree, (*path, "paragraphs", code), "heading", [code.rsplit("-", 1)[0]], block.headings)
    if isinstance(block, schema.PromiseShape):
        asserts = [bool(getattr(block, key.replace("-", "_"))) for key in PROMISED]
        if sum(asserts) != 1:
            advice = f"give it exactly one of {', '.join(PROMISED)}"
            message = f"the promise '{block.promise}' promises {'nothing' if not any(asserts) else 'several things'}"
            yield error(tree.at(*path), "wrong-value", message, advice)
    if isinstance(block, schema.ConflictShape) and bool(block.follows) == (block.decision == "open"):
        message = f"the conflict '{block.conflict}' is {'open, so nothing' if block.follows else 'decided, so a side'}"
        advice = "remove 'follows'" if block.follows else "add 'follows' with the passages that the rules follow"
        yield error(tree.at(*path, "decision"), "wrong-value", f"{message} can be followed", advice)
    if isinstance(block, schema.SharedCaveatShape) and block.first and block.shown != "notes":
        yield error(tree.at(*path, "first"), "wrong-value", "only a note can stand first", "remove 'first'")
    if (
        isinstance(block, schema.SharedCaveatShape | schema.ClinicCaveatShape)
        and block.shown == "notes"
        and (block.kinds or block.options)
    ):
        message = "a note is shown for areas, not for kinds or options"
        yield error(tree.at(*path), "wrong-value", message, "remove 'kinds' and 'options', or write 'shown: options'")
    if isinstance(block, schema.RuleShape | schema.TermShape) and block.by_clinic and block.claims:
        message = "this rests on claims and is marked as the clinic's"
        yield error(tree.at(*path, "by-clinic"), "wrong-value", message, "keep 'claims' or 'by-clinic: true'")
    if isinstance(block, schema.GlossaryFile):
        yield from _words_explained_twice(tree, block)


def _words_explained_twice(tree: Node, file: schema.GlossaryFile) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for step, term in enumerate(file.terms):
        for word in (term.name, *term.also):
            first = seen.setdefault(word.lower(), term.term)
            if first != term.term:
                message = f"'{first}' and '{term.term}' both explain “{word}”"
                yield error(tree.at("terms", step), "given-twice", message, "keep it in one of them")


def _every_row(tree: Node, path: Path, what: str, given: Iterable[str], rows: list[str] | None) -> Iterator[Problem]:
    if rows is None:
        return
    yield from _unknown(tree, path, what, given, rows)
    for row in rows:
        if row not in given:
            message = f"the {what} '{row}' is missing"
            yield error(tree.at(*path), "missing-key", message, f"add '{row}', or '{row}: silent' if nothing is said")


def _examples(tree: Node, option: schema.OptionFile, known: Names) -> Iterator[Problem]:
    rules = [rule.rule for rule in (*option.offered, *option.ask_first, *option.not_offered)]
    for step, example in enumerate(option.examples):
        path: Path = ("examples", step)
        yield from _unknown(tree, (*path, "because"), "rule", example.because, rules)
        yield from _unknown(tree, (*path, "caveats"), "caveat", example.caveats, known.caveats)
