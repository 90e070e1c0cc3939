"""Files whose names all lead somewhere to the frozen Rulebook; nothing can fail here any more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from . import schema
from .build_clinic import chosen, clinic, clinic_caveats, clinic_question
from .declared_names import Files
from .fingerprint import of_value
from .model import (
    KINDS,
    Allowed,
    Area,
    AskedWhen,
    Caveat,
    Choice,
    CitedText,
    Claim,
    CommonQuestion,
    Condition,
    Conflict,
    Counterpart,
    Document,
    Doubt,
    Example,
    FactRow,
    GeneralQuestion,
    GridRow,
    Heading,
    Hold,
    Lexicon,
    Matter,
    NoteExample,
    NotUsed,
    OfLanguage,
    Option,
    Paragraph,
    Passkey,
    Promise,
    Question,
    Readiness,
    ReadStatement,
    ReasonWords,
    Reviewer,
    Rule,
    Rulebook,
    Side,
    SignOff,
    Standards,
    Term,
    TranslatedText,
    Translation,
    Verdict,
    Word,
)
from .problems import Place
from .schema_errors import S
from .yaml_tree import Node


def build(files: Files) -> Rulebook:
    """The rulebook that these files make. They must have passed broken_links and wrong_order."""
    questions, questions_at = _file(files, "questions.yaml", schema.QuestionsFile)
    areas, areas_at = _file(files, "areas.yaml", schema.AreasFile)
    grid, grid_at = _file(files, "grid.yaml", schema.GridFile)
    source, source_at = _file(files, "source.yaml", schema.SourceFile)
    promises, promises_at = _file(files, "promises.yaml", schema.PromisesFile)
    conflicts, conflicts_at = _file(files, "conflicts.yaml", schema.ConflictsFile)
    standards, standards_at = _file(files, "standards.yaml", schema.StandardsFile)
    added, added_at = _file(files, "clinic.yaml", schema.ClinicFile)
    area_ids = tuple(area.area for area in areas.areas)
    rows = [row.row for row in grid.rows]
    facts = [fact.fact for fact in areas.facts]
    options = {name: _option(name, *_file(files, f"{name}.yaml", schema.OptionFile), rows) for name in files.listed}
    of_clinic = list(clinic_caveats(added, added_at, options, area_ids))
    first = [caveat for caveat in of_clinic if caveat.puts_support_first]
    caveats = {caveat.id: caveat for caveat in (*first, *_caveats(files, options, area_ids), *of_clinic)}
    asked = [_question(q, questions_at, step, area_ids) for step, q in enumerate(questions.questions)]
    asked += clinic_question(added, added_at, area_ids)
    sign_offs = [name for name in files.loaded if schema.shape_of(name) is schema.SignOffFile]
    signed: dict[str, dict[str, SignOff]] = {}
    for name in sign_offs:
        language, unit = schema.signed_unit(name, files.languages)
        signed.setdefault(language, {})[unit] = _sign_off(unit, *_file(files, name, schema.SignOffFile))
    translations = [name for name in files.loaded if schema.shape_of(name) is schema.TranslationFile]
    # Who signed, by which key, what is held back, and other languages change nothing of what a rulebook says: they do
    # not count for the fingerprint.
    unread = {*sign_offs, *translations, "reviewers.yaml", "holds.yaml"}
    plain = {name: tree.plain() for name, (tree, _) in files.loaded.items() if name not in unread}
    return Rulebook(
        fingerprint=of_value(plain),
        layout=of_value([[(q.id, list(q.choices)) for q in asked], _routing(plain)]),
        questions={question.id: question for question in asked},
        areas={area.area: _area(area, areas_at, step, facts) for step, area in enumerate(areas.areas)},
        options=options,
        caveats=caveats,
        facts={f.fact: FactRow(f.fact, f.name, areas_at.at("facts", n)) for n, f in enumerate(areas.facts)},
        grid={
            row.row: GridRow(row.row, row.name, row.question, tuple(row.ask_about or KINDS), grid_at.at("rows", n))
            for n, row in enumerate(grid.rows)
        },
        documents={d.document: _document(d, source_at, step) for step, d in enumerate(source.documents)},
        claims={
            c.claim: Claim(c.claim, c.says, c.passage, c.fingerprint, source_at.at("claims", step), c.area)
            for step, c in enumerate(source.claims)
        },
        not_used=tuple(
            NotUsed(tuple(n.passages), n.reason, source_at.at("not-used", step))
            for step, n in enumerate(source.not_used)
        ),
        promises=tuple(_promise(p, promises_at.at("promises", n), options) for n, p in enumerate(promises.promises)),
        conflicts={
            c.conflict: _conflict(c, conflicts_at.at("conflicts", n)) for n, c in enumerate(conflicts.conflicts)
        },
        standards=_standards(standards, standards_at),
        doubts={
            d.doubt: Doubt(d.doubt, d.claim, d.because, d.question, source_at.at("doubts", n))
            for n, d in enumerate(source.doubts)
        },
        glossary=_glossary(files),
        general_questions=_general_questions(files),
        matters=_matters(files),
        readiness=_readiness(files),
        clinic=clinic(added, added_at, options),
        reviewers=_reviewers(files),
        holds=_holds(files),
        translations={
            t.language: replace(t, sign_offs=signed.get(t.language, {}))
            for t in (_translation(*_file(files, n, schema.TranslationFile)) for n in translations)
        },
        translation_problems=tuple(files.of_translations),
        sign_offs=signed.get("", {}),
    )


def _file(files: Files, name: str, model: type[S]) -> tuple[S, Node]:
    tree, shape = files.loaded[name]
    assert isinstance(shape, model)
    return shape, tree


def _reviewers(files: Files) -> dict[str, Reviewer]:
    if "reviewers.yaml" not in files.loaded:
        return {}
    file, tree = _file(files, "reviewers.yaml", schema.ReviewersFile)
    return {
        r.reviewer: Reviewer(
            name=r.reviewer,
            since=r.since,
            left=r.left or "",
            address=r.address,
            passkeys=tuple(Passkey(key.passkey, key.public_key, key.revoked or "") for key in r.passkeys),
            place=tree.at("reviewers", step),
        )
        for step, r in enumerate(file.reviewers)
    }


def _holds(files: Files) -> dict[str, Hold]:
    if "holds.yaml" not in files.loaded:
        return {}
    file, tree = _file(files, "holds.yaml", schema.HoldsFile)
    return {h.hold: Hold(h.hold, h.by, h.on, h.because, tree.at("holds", n)) for n, h in enumerate(file.holds)}


def _translation(t: schema.TranslationFile, tree: Node) -> Translation:
    return Translation(
        t.language,
        {
            name: TranslatedText(text.text or "", text.of, text.mark or "", tree.at("texts", name))
            for name, text in t.texts.items()
        },
        tree.place,
        t.complete or "",
    )


def _sign_off(unit: str, s: schema.SignOffFile, tree: Node) -> SignOff:
    return SignOff(
        unit=unit,
        by=s.by,
        role=s.role,
        on=s.on,
        until=s.until,
        table=s.table,
        statements={
            statement: ReadStatement(read.fingerprint, read.words, read.by or "", read.on or "")
            for statement, read in s.statements.items()
        },
        place=tree.place,
        signature=s.signature,
    )


def _routing(plain: dict[str, Any]) -> Any:
    asked = [question["asked-when"] for question in plain["questions.yaml"]["questions"]]
    return [asked, [area["in-scope-when"] for area in plain["areas.yaml"]["areas"]]]


def _condition(when: str | dict[str, str | list[str]]) -> Condition:
    if isinstance(when, str):
        return Condition()
    return Condition(tuple((q, (given,) if isinstance(given, str) else tuple(given)) for q, given in when.items()))


def _cited(text: str, claims: str | list[str] | None, place: Place) -> CitedText:
    return CitedText(text, _claims(claims), claims == "silent", place)


def _claims(claims: str | list[str] | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(claims)) if isinstance(claims, list) else ()


def _cell(cell: str | schema.Said, place: Place) -> CitedText:
    if isinstance(cell, str):
        return _cited("", "silent", place)
    return replace(_cited(cell.text, cell.claims, place), also_ask=cell.also_ask)


def _question(q: schema.QuestionShape, tree: Node, step: int, areas: tuple[str, ...]) -> Question:
    asked = AskedWhen()
    if isinstance(q.asked_when, schema.AskedWhenShape):
        scope, answers = q.asked_when.in_scope or (), q.asked_when.answers or {}
        wanted = (scope,) if isinstance(scope, str) else tuple(scope)
        asked = AskedWhen(areas if "any" in wanted else wanted, _condition(answers))
    return Question(
        id=q.question,
        ask=q.ask,
        hint=q.hint or "",
        why=_cited(q.why, q.claims, tree.at("questions", step, "why")),
        choices={
            c.choice: Choice(
                c.choice, c.label, c.hint or "", tree.at("questions", step, "choices", n), _claims(c.claims)
            )
            for n, c in enumerate(q.choices)
        },
        asked_when=asked,
        place=tree.at("questions", step),
    )


def _area(area: schema.AreaShape, tree: Node, step: int, facts: list[str]) -> Area:
    at = ("areas", step)
    return Area(
        id=area.area,
        name=area.name,
        in_scope_when=tuple(_condition(lines) for lines in area.in_scope_when),
        options=tuple(f"{area.area}/{option}" for option in area.options),
        facts={fact: _cell(area.facts[fact], tree.at(*at, "facts", fact)) for fact in facts},
        common_questions=tuple(
            CommonQuestion(c.question, _cited(c.answer, c.claims, place := tree.at(*at, "common-questions", n)), place)
            for n, c in enumerate(area.common_questions)
        ),
        examples=tuple(
            NoteExample(
                name=e.example,
                answers=e.answers,
                notes=tuple(e.notes),
                place=tree.at(*at, "examples", n),
                first=None if e.first is None else tuple(e.first),
            )
            for n, e in enumerate(area.examples)
        ),
        place=tree.at(*at),
    )


_SECTIONS: tuple[tuple[str, Verdict], ...] = (("offered", "fits"), ("ask-first", "ask"), ("not-offered", "ruled-out"))


def _option(name: str, option: schema.OptionFile, tree: Node, rows: list[str]) -> Option:
    rules = []
    for section, verdict in _SECTIONS:
        written: list[schema.RuleShape] = getattr(option, section.replace("-", "_"))
        for step, rule in enumerate(written):
            because = _cited(rule.because, rule.claims, tree.at(section, step, "because"))
            place = tree.at(section, step)
            when = _condition(rule.when)
            rules.append(Rule(rule.rule, verdict, when, because, rule.conflict, place, rule.by_clinic))
    return Option(
        id=name,
        area=name.split("/")[0],
        name=option.name,
        kind=option.kind,
        summary=_cited(option.summary, option.claims, tree.at("summary")),
        rules=tuple(rules),
        grid={row: _cell(option.grid[row], tree.at("grid", row)) for row in rows},
        examples=tuple(
            Example(e.example, e.answers, e.verdict, tuple(e.because), tuple(e.caveats), tree.at("examples", step))
            for step, e in enumerate(option.examples)
        ),
        place=tree.place,
        question=option.question or "",
        never_fits=option.never_fits or "",
    )


def _caveats(files: Files, options: dict[str, Option], areas: tuple[str, ...]) -> Iterator[Caveat]:
    """All caveats: each option's own, then the shared ones, then what the clinic adds; the order of showing."""
    for name in options:
        file, tree = _file(files, f"{name}.yaml", schema.OptionFile)
        for step, own in enumerate(file.expect):
            statement = _cited(own.text, own.claims, tree.at("expect", step))
            yield Caveat(
                id=own.caveat,
                statement=statement,
                when=_condition(own.when),
                options=(name,),
                areas=(),
                first=False,
                by_clinic=False,
                place=statement.place,
                question=own.question or "",
            )
    for file_name in ("caveats.yaml", "clinic.yaml"):
        tree, shape = files.loaded[file_name]
        assert isinstance(shape, schema.CaveatsFile | schema.ClinicFile)
        by_clinic = isinstance(shape, schema.ClinicFile)
        written: list[schema.SharedCaveatShape | schema.ClinicCaveatShape] = [*shape.caveats]
        for step, c in enumerate(written):
            claims = c.claims if isinstance(c, schema.SharedCaveatShape) else None
            on_options = c.shown == "options"
            yield Caveat(
                id=c.caveat,
                statement=_cited(c.text, claims, tree.at("caveats", step)),
                when=_condition(c.when),
                options=chosen(options, c.areas, c.kinds, c.options) if on_options else (),
                areas=() if on_options else tuple(c.areas or areas),
                first=isinstance(c, schema.SharedCaveatShape) and c.first,
                by_clinic=by_clinic,
                place=tree.at("caveats", step),
                question=(isinstance(c, schema.SharedCaveatShape) and c.question) or "",
            )


def _promise(p: schema.PromiseShape, place: Place, options: dict[str, Option]) -> Promise:
    further = p.going_further
    return Promise(
        id=p.promise,
        says=p.says,
        when=_condition(p.when),
        options=chosen(options, p.for_.areas, p.for_.kinds, p.for_.options),
        never=tuple(p.never),
        carries=tuple(p.carries),
        notes_begin_with=dict(p.notes_begin_with),
        going_further=(further.question, tuple(further.order)) if further else None,
        place=place,
        lacks=tuple(p.lacks),
        because=tuple(p.because),
        asks=tuple(p.asks),
        same_verdict_as=p.same_verdict_as or "",
        notes={area: tuple(notes) for area, notes in p.notes.items()},
        no_notes={area: tuple(notes) for area, notes in p.no_notes.items()},
    )


def _conflict(c: schema.ConflictShape, place: Place) -> Conflict:
    decided = c.decision if isinstance(c.decision, schema.DecisionShape) else None
    return Conflict(
        id=c.conflict,
        about=c.about,
        sides=tuple(Side(side.says, tuple(side.passages)) for side in c.sides),
        follows=tuple(c.follows),
        because=decided.because if decided else "",
        decided_by=decided.by if decided else "",
        touches=tuple(c.touches),
        place=place,
    )


def _standards(s: schema.StandardsFile, tree: Node) -> Standards:
    return Standards(
        words=tuple(Word(w.word, w.because, tuple(w.unless)) for w in s.words),
        names_left_aside=tuple(s.names_left_aside),
        age_of_file=s.reading_age.each_file,
        age_of_text=s.reading_age.each_text,
        required={kind: tuple(c for r in s.required_caveats if kind in r.kinds for c in r.caveats) for kind in KINDS},
        lexicon=Lexicon(
            backed=tuple(s.backed_words),
            hedges=tuple(s.hedges),
            softeners=tuple(s.softeners),
            sure=tuple(s.sure),
            opposites=tuple((tuple(pair.one), tuple(pair.other)) for pair in s.opposites),
            negations=tuple(s.negations),
            silences=tuple(s.silences),
            treatments=tuple(map(tuple, s.treatments)),
            asserting=tuple(s.asserting),
            reasons=tuple(
                ReasonWords(r.verdict, _condition(r.answers or {}), tuple(r.never), tuple(r.needs)) for r in s.reasons
            ),
            choices=tuple(ReasonWords(None, _condition(c.answers), tuple(c.never), tuple(c.needs)) for c in s.choices),
        ),
        exceptions=tuple(
            Allowed(e.check, e.text, e.because, tree.at("exceptions", step)) for step, e in enumerate(s.exceptions)
        ),
        languages={language: _of_language(shape) for language, shape in s.languages.items()},
    )


def _of_language(s: schema.OfLanguageShape) -> OfLanguage:
    ease, length = s.reading_ease, s.sentence_words
    return OfLanguage(
        words=tuple(Word(w.word, w.because, tuple(w.unless)) for w in s.words),
        counterparts=tuple(Counterpart(tuple(c.original), tuple(c.said), tuple(c.also_for)) for c in s.counterparts),
        ease_of_file=ease.each_file if ease else 0,
        ease_of_text=ease.each_text if ease else 0,
        words_of_file=length.each_file if length else 0,
        words_of_text=length.each_text if length else 0,
    )


def _glossary(files: Files) -> dict[str, Term]:
    if "glossary.yaml" not in files.loaded:
        return {}
    file, tree = _file(files, "glossary.yaml", schema.GlossaryFile)
    return {
        t.term: Term(
            id=t.term,
            name=t.name,
            also=tuple(t.also),
            means=_cited(t.means, t.claims, tree.at("terms", step, "means")),
            by_clinic=t.by_clinic,
            place=tree.at("terms", step),
        )
        for step, t in enumerate(file.terms)
    }


def _general_questions(files: Files) -> dict[str, GeneralQuestion]:
    file, tree = _file(files, "clinic.yaml", schema.ClinicFile)
    return {
        g.general: GeneralQuestion(g.general, g.question, True, tree.at("general-questions", step))
        for step, g in enumerate(file.general_questions)
    }


def _matters(files: Files) -> dict[str, Matter]:
    if "matters.yaml" not in files.loaded:
        return {}
    file, tree = _file(files, "matters.yaml", schema.MattersFile)
    return {
        m.matter: Matter(m.matter, m.name, tuple(m.rows), True, tree.at("matters", step))
        for step, m in enumerate(file.matters)
    }


def _readiness(files: Files) -> dict[str, Readiness]:
    if "matters.yaml" not in files.loaded:
        return {}
    file, tree = _file(files, "matters.yaml", schema.MattersFile)
    return {
        r.ready: Readiness(r.ready, r.ask, r.if_not, True, tree.at("readiness", step))
        for step, r in enumerate(file.readiness)
    }


def _document(d: schema.DocumentShape, tree: Node, step: int) -> Document:
    at = ("documents", step)
    return Document(
        id=d.document,
        title=d.title,
        fingerprint=d.fingerprint,
        headings={
            code: Heading(code, h.name, h.fingerprint, tree.at(*at, "headings", code), h.area)
            for code, h in d.headings.items()
        },
        paragraphs={
            code: Paragraph(code, p.sentences, p.fingerprint, tree.at(*at, "paragraphs", code))
            for code, p in d.paragraphs.items()
        },
        place=tree.at(*at),
    )
