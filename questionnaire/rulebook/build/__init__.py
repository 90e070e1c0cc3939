"""Files whose names all lead somewhere to the frozen Rulebook; nothing can fail here any more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .. import schema
from ..declared_names import Files
from ..fingerprint import of_value
from ..model import KINDS, Claim, Doubt, FactRow, GridRow, NotUsed, Rulebook, SignOff
from .build_basics import file_of
from .build_clinic import (
    build_general_questions,
    build_glossary,
    build_matters,
    build_readiness,
    clinic,
    clinic_caveats,
    clinic_question,
)
from .build_options import build_caveats, build_option
from .build_questions import build_area, build_question
from .build_sources import build_conflict, build_document
from .build_staff import build_holds, build_reviewers, build_sign_off, build_translation
from .build_standards import build_promise, build_standards


def build(files: Files) -> Rulebook:
    """The rulebook that these files make. They must have passed broken_links and wrong_order."""
    questions, questions_at = file_of(files, "questions.yaml", schema.QuestionsFile)
    areas, areas_at = file_of(files, "areas.yaml", schema.AreasFile)
    grid, grid_at = file_of(files, "grid.yaml", schema.GridFile)
    source, source_at = file_of(files, "source.yaml", schema.SourceFile)
    promises, promises_at = file_of(files, "promises.yaml", schema.PromisesFile)
    conflicts, conflicts_at = file_of(files, "conflicts.yaml", schema.ConflictsFile)
    standards, standards_at = file_of(files, "standards.yaml", schema.StandardsFile)
    added, added_at = file_of(files, "clinic.yaml", schema.ClinicFile)
    area_ids = tuple(area.area for area in areas.areas)
    rows = [row.row for row in grid.rows]
    facts = [fact.fact for fact in areas.facts]
    options = {
        name: build_option(name, *file_of(files, f"{name}.yaml", schema.OptionFile), rows) for name in files.listed
    }
    of_clinic = list(clinic_caveats(added, added_at, options, area_ids))
    first = [caveat for caveat in of_clinic if caveat.puts_support_first]
    caveats = {caveat.id: caveat for caveat in (*first, *build_caveats(files, options, area_ids), *of_clinic)}
    asked = [build_question(q, questions_at, step, area_ids) for step, q in enumerate(questions.questions)]
    asked += clinic_question(added, added_at, area_ids)
    sign_offs = [name for name in files.loaded if schema.shape_of(name) is schema.SignOffFile]
    signed: dict[str, dict[str, SignOff]] = {}
    for name in sign_offs:
        language, unit = schema.signed_unit(name, files.languages)
        signed.setdefault(language, {})[unit] = build_sign_off(
            language, unit, *file_of(files, name, schema.SignOffFile)
        )
    translations = [name for name in files.loaded if schema.shape_of(name) is schema.TranslationFile]
    # Who signed, by which key, what is held back, and other languages change nothing of what a rulebook says: they do
    # not count for the fingerprint.
    unread = {*sign_offs, *translations, "reviewers.yaml", "holds.yaml"}
    plain = {name: tree.plain() for name, (tree, _) in files.loaded.items() if name not in unread}
    return Rulebook(
        fingerprint=of_value(plain),
        layout=of_value([[(q.id, list(q.choices)) for q in asked], _routing(plain)]),
        questions={question.id: question for question in asked},
        areas={area.area: build_area(area, areas_at, step, facts) for step, area in enumerate(areas.areas)},
        options=options,
        caveats=caveats,
        facts={f.fact: FactRow(f.fact, f.name, areas_at.at("facts", n)) for n, f in enumerate(areas.facts)},
        grid={
            row.row: GridRow(row.row, row.name, row.question, tuple(row.ask_about or KINDS), grid_at.at("rows", n))
            for n, row in enumerate(grid.rows)
        },
        documents={d.document: build_document(d, source_at, step) for step, d in enumerate(source.documents)},
        claims={
            c.claim: Claim(c.claim, c.says, c.passage, c.fingerprint, source_at.at("claims", step), c.area)
            for step, c in enumerate(source.claims)
        },
        not_used=tuple(
            NotUsed(tuple(n.passages), n.reason, source_at.at("not-used", step))
            for step, n in enumerate(source.not_used)
        ),
        promises=tuple(
            build_promise(p, promises_at.at("promises", n), options) for n, p in enumerate(promises.promises)
        ),
        conflicts={
            c.conflict: build_conflict(c, conflicts_at.at("conflicts", n)) for n, c in enumerate(conflicts.conflicts)
        },
        standards=build_standards(standards, standards_at),
        doubts={
            d.doubt: Doubt(d.doubt, d.claim, d.because, d.question, source_at.at("doubts", n))
            for n, d in enumerate(source.doubts)
        },
        glossary=build_glossary(files),
        general_questions=build_general_questions(files),
        matters=build_matters(files),
        readiness=build_readiness(files),
        clinic=clinic(added, added_at, options),
        reviewers=build_reviewers(files),
        holds=build_holds(files),
        translations={
            t.language: replace(t, sign_offs=signed.get(t.language, {}))
            for t in (build_translation(*file_of(files, n, schema.TranslationFile)) for n in translations)
        },
        translation_problems=tuple(files.of_translations),
        sign_offs=signed.get("", {}),
    )


def _routing(plain: dict[str, Any]) -> Any:
    asked = [question["asked-when"] for question in plain["questions.yaml"]["questions"]]
    return [asked, [area["in-scope-when"] for area in plain["areas.yaml"]["areas"]]]
