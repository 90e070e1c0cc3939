"""A folder of rule files to one Rulebook, or to every problem in it at once; nothing is ever half-loaded."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from . import schema
from .build import build
from .declared_names import Files
from .file_format import format_problems
from .model import Rulebook
from .problems import Place, Problem, RulebookError, error, nearest
from .question_order import wrong_order
from .references import broken_links
from .rule_files import FORMAT_FILE, rule_files
from .schema_errors import fit
from .yaml_tree import read


def load(folder: Path) -> Rulebook:
    """Read every rule file below `folder` and return the rulebook they make.

    Raises RulebookError with every problem, each at its file, line and column. Those of translations are left in the
    rulebook: what is wrong in one language keeps no other from visitors.
    """
    if not folder.is_dir():
        what = "this is a file, not a folder of rule files" if folder.exists() else "there is no such folder"
        raise RulebookError([error(Place(str(folder)), "missing-file", what, "check its name")])
    if wrong_format := list(format_problems(folder, Place(_shown(folder / FORMAT_FILE)))):
        raise RulebookError(wrong_format)
    files = Files()
    problems = _take(folder, schema.FILES, files)
    areas = files.of("areas.yaml")
    if isinstance(areas, schema.AreasFile):
        problems += _option_files(folder, areas, files)
        option_files = [f"{name}.yaml" for name in files.listed if (folder / f"{name}.yaml").is_file()]
        problems += _take(folder, dict.fromkeys(option_files, schema.OptionFile), files)
        files.languages += sorted(path.stem for path in (folder / schema.TRANSLATIONS).glob("*.yaml"))
        signed, unknown = _sign_offs(folder, [area.area for area in areas.areas], files.languages)
        problems += unknown
        problems += _take(folder, dict.fromkeys(signed, schema.SignOffFile), files)
        _take_translations(folder, files)
        problems += _not_listed(folder, files)
    problems += broken_links(files)
    questions = files.of("questions.yaml")
    if isinstance(questions, schema.QuestionsFile) and isinstance(areas, schema.AreasFile):
        problems += wrong_order(files.loaded["questions.yaml"][0], questions, areas)
    if problems:
        raise RulebookError(problems)
    return build(files)


def _shown(path: Path) -> str:
    """The path as the reader would open it: relative to where they stand, if it lies below."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative


def _take(folder: Path, models: Mapping[str, type[schema.Shape]], files: Files) -> list[Problem]:
    """Read these files, take those that could be read, and give the problems of the others."""
    problems: list[Problem] = []
    for name, model in models.items():
        path = folder / name
        if not path.is_file():
            if name in schema.OPTIONAL and not any(other.is_file() for other in _alike(path)):
                continue
            missing = error(Place(_shown(path)), "missing-file", f"the rule file '{name}' is missing", "put it back")
            problems.append(_missing(path, missing))
            continue
        try:
            tree = read(path, _shown(path))
        except RulebookError as refused:
            problems += refused.problems
            continue
        shape, faults = fit(tree, model)
        problems += faults
        if shape is not None:
            files.loaded[name] = (tree, shape)
    return problems


def _option_files(folder: Path, areas: schema.AreasFile, files: Files) -> Iterator[Problem]:
    """List each option that areas.yaml names, and say which is named twice or has no file."""
    tree = files.loaded["areas.yaml"][0]
    for step, area in enumerate(areas.areas):
        for position, option in enumerate(area.options):
            name = f"{area.area}/{option}"
            place = tree.at("areas", step, "options", position)
            if name in files.listed:
                yield error(place, "given-twice", f"the option '{name}' is listed twice", "remove one of them")
                continue
            files.listed.append(name)
            if not (folder / f"{name}.yaml").is_file():
                message = f"the option '{name}' is listed, but its file '{name}.yaml' is missing"
                advice = "put the file there, or take the option off the list"
                yield _missing(folder / f"{name}.yaml", error(place, "missing-file", message, advice))


def _sign_offs(folder: Path, areas: list[str], languages: list[str]) -> tuple[list[str], list[Problem]]:
    """The files of the sign-offs, and a problem for each that can belong to no unit.

    A name `area/option` may be that of an option which is gone: a check warns of it.
    """
    names, problems = [], []
    units = [*areas, "questions", "shared", "clinic", "pages"]
    for path in rule_files(folder / schema.SIGN_OFFS) if (folder / schema.SIGN_OFFS).is_dir() else ():
        name = path.relative_to(folder).as_posix()
        _, unit = schema.signed_unit(name, languages)
        if unit in units or (unit.count("/") == 1 and path.suffix == ".yaml"):
            names.append(name)
            continue
        message = f"'{unit}' is no unit that can be signed"
        advice = f"delete the file, or call it as its unit ({nearest(unit, units)}, or an option)"
        problems.append(error(Place(_shown(path)), "not-listed", message, advice))
    return names, problems


def _take_translations(folder: Path, files: Files) -> None:
    """Take the files of the translations, without the texts of them that have another form than a text has."""
    for path in sorted((folder / schema.TRANSLATIONS).glob("*.yaml")):
        try:
            tree = read(path, _shown(path), is_translation=True)
        except RulebookError as refused:
            files.of_translations += refused.problems
            continue
        shape, problems = fit(tree, schema.TranslationFile)
        texts = tree.node("texts").value
        if shape is None and isinstance(texts, dict):
            for name in [name for name, text in texts.items() if fit(text, schema.TranslatedShape)[0] is None]:
                del texts[name]
            shape, _ = fit(tree, schema.TranslationFile)
        if shape is not None and path.stem != shape.language:
            message = f"the file is called '{path.name}', and its language is '{shape.language}'"
            problems.append(error(tree.at("language"), "file-name", message, f"call it '{shape.language}.yaml'"))
        elif shape is not None:
            files.loaded[f"{schema.TRANSLATIONS}/{path.name}"] = (tree, shape)
        files.of_translations += problems


def _alike(path: Path) -> list[Path]:
    """Where the file that belongs at `path` probably stands: other endings of names, that some editors add."""
    return [path.with_suffix(ending) for ending in (".yml", ".yaml.txt", ".txt", ".yaml.yaml", ".YAML")]


def _missing(path: Path, problem: Problem) -> Problem:
    """The problem of a rule file that is not there: its name has another ending than .yaml, or else `problem`."""
    for other in _alike(path):
        if other.is_file():
            ending = other.name.removeprefix(path.stem)
            message = f"the name of this file ends in '{ending}', and rule files end in '.yaml'"
            advice = f"call it '{path.name}' (let your system show endings of names)"
            return error(Place(_shown(other)), "file-name", message, advice)
    return problem


def _not_listed(folder: Path, files: Files) -> Iterator[Problem]:
    """Name each file that areas.yaml does not list; those of sign-offs are not listed there."""
    expected = {*schema.FILES, *(f"{name}.yaml" for name in files.listed)}
    misnamed = {other for name in expected - set(files.loaded) for other in _alike(folder / name)}
    for path in rule_files(folder):
        name = path.relative_to(folder).as_posix()
        known_place = schema.shape_of(name) is schema.SignOffFile or name.startswith(f"{schema.TRANSLATIONS}/")
        if not known_place and name not in expected and path not in misnamed:
            known = sorted(expected - set(files.loaded) - schema.OPTIONAL) or sorted(expected)
            message = f"the file '{name}' is not listed"
            advice = f"list it under its area's options in areas.yaml, or move it away ({nearest(name, known)})"
            yield error(Place(_shown(path)), "not-listed", message, advice)
