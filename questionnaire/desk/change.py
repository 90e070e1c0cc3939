"""Changing rule files by forms: what a form gives is tried before it is saved, and nobody's words are written over."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..decide.sign_off_units import statement_fingerprint, unit_statements
from ..decide.tables import DecisionTables
from ..review.rename_edits import CONDITIONS
from ..rulebook import schema
from ..rulebook.model import Rulebook
from ..rulebook.page_sentences import UNIT as PAGES
from ..rulebook.problems import RulebookError
from ..rulebook.statements import Statement
from ..rulebook.yaml_edit import edited, same
from ..rulebook.yaml_tree import read_bytes
from . import renamed, save, trial
from .access import allow, current_person
from .change_page import FORM, form_page, parts, shape_of
from .database import now, reading, writing
from .examples import example
from .keep import Act, keep
from .languages import with_words, words_file
from .models import Remark, Reply
from .rulebooks import Draft, current, rules_folder
from .save import SaveError
from .schema_form import ABSENT, put
from .trial import Path_, Trial

blueprint = Blueprint("change", __name__)
NOT_HERE = ("reviewers.yaml", "holds.yaml")
"""What signing and holding back write: an editor changes neither who proves a sign-off nor what a reviewer holds."""


@blueprint.get("/change")
@allow("editor")
def files() -> str:
    """Every rule file that can be changed here."""
    rulebook = current().tables.rulebook
    options = {f"{option.id}.yaml": option.name for option in rulebook.options.values()}
    shared = {
        file: shape.__doc__ or ""
        for file, shape in schema.FILES.items()
        if file not in NOT_HERE and (rules_folder() / file).is_file()
    }
    about = {file: doc.partition(": ")[2].split("\n")[0] for file, doc in shared.items()}
    return render_template("desk/files.html", options=options, shared=about)


@blueprint.get("/change/<path:file>")
@allow("editor")
def part(file: str) -> str:
    """A file's parts, or the form for one of them."""
    draft, file = current(), _file_now(file)
    _, values = _read(file)
    path = _path(values)
    if not path:
        return render_template("desk/parts.html", file=file, parts=parts(values, file, draft))
    return form_page(draft, file, path, _at(values, path))


@blueprint.post("/change/<path:file>")
@allow("editor")
def changed(file: str) -> str | Response:
    """Try what the form gives; save it where that was asked for and nobody else changed the same meanwhile."""
    draft, file = current(), _file_now(file)
    data, values = _read(file)
    form_of, do = shape_of(draft, file), request.form.get("do", "check")
    begun = _begun()
    path = _path(values, begun)
    if not path or do not in ("check", "save", "remove", "accept"):
        abort(400)
    theirs = _at(values, path)
    mine = form_of.read(form_of.at(*path), FORM, request.form, begun if theirs is not ABSENT else ABSENT)
    if do == "remove":
        mine = ABSENT
    if gone := _answers_that_are_gone(draft.tables.rulebook):
        flash(f"You ticked what is called otherwise by now: {', '.join(gone)}. Please tick it anew.", "wrong")
        do = "check"
    if not same(_plain(theirs), _plain(begun)):
        flash(
            "Somebody else changed this meanwhile. Below is what you typed; beside it stands what they saved.", "wrong"
        )
        return form_page(draft, file, path, mine, begun=theirs, theirs=theirs)
    try:
        new = edited(data, put(values, path, mine), file)
    except (RulebookError, AssertionError) as fault:
        flash(f"This can't be written into the file: {fault}", "wrong")
        return form_page(draft, file, path, mine, begun=begun)
    tried = trial.attempt(draft, {file: new})
    if do == "accept" and path[0] == "examples" and tried.draft and isinstance(mine, dict):
        mine = _as_it_is(tried.draft.tables, file.removesuffix(".yaml"), mine)
        tried = trial.attempt(draft, {file: edited(data, put(values, path, mine), file)})
        do = "check"
    if do == "check" or not tried.can_be_saved:
        if do != "check":
            flash("Nothing was saved: with this the rule files could not be read. See below.", "wrong")
        return form_page(draft, file, path, mine, begun=begun, tried=tried)
    try:
        committed = _keep(file, data, new, tried, request.form.get("why", ""))
    except SaveError as fault:
        flash(str(fault), "wrong")
        return form_page(draft, file, path, mine, begun=begun, tried=tried)
    flash(f"Saved. Visitors are shown it once it is published.{'' if committed else save.NO_COMMIT}", "done")
    return redirect(url_for("change.part", file=file))


@blueprint.post("/take/<int:number>")
@allow("editor")
def take(number: int) -> Response:
    """Put the words that a remark proposes in the place of those that it is about."""
    draft, person = current(), current_person()
    remark = reading().get(Remark, number)
    if remark is None or not remark.proposed:
        abort(404)
    tables = draft.in_languages.get(remark.language)
    texts = {one.id: one for one in unit_statements(tables, remark.unit)} if tables else {}
    statement = texts.get(remark.statement)
    back = redirect(url_for("remarks.all_remarks") + f"#remark-{number}")
    if not tables or not statement or statement_fingerprint(tables.rulebook, statement) != remark.fingerprint:
        flash("The text is another since this remark was made. Change it by hand.", "wrong")
        return back
    file = words_file(remark.language) if remark.language and statement.unit != PAGES else statement.place.file
    in_rules = file in schema.FILES or file.removesuffix(".yaml") in draft.tables.rulebook.options
    if not in_rules and not trial.language_of(file):
        flash("These words stand in no rule file. Whoever looks after the site changes them.", "wrong")
        return back
    data = save.content(rules_folder(), file)
    try:
        new = _as_proposed(draft, data, file, statement, remark.proposed)
        tried = trial.attempt(draft, {file: new})
        if any(problem.level == "error" for problem in tried.new):
            raise SaveError(f"With these words the checks find: {next(iter(tried.new)).message}. Change it by hand.")
        _keep(file, data, new, tried, f"As {remark.person.name} proposes")
    except SaveError as fault:
        flash(str(fault), "wrong")
        return back
    with writing() as db:
        db.get_one(Remark, number).state = "answered"
        db.add(Reply(remark_id=number, person_id=person.id, text="Taken as proposed.", state="answered", at=now()))
    flash("Taken and saved.", "done")
    return back


def _keep(file: str, old: bytes, new: bytes, tried: Trial, why: str) -> bool:
    """Save one file that was tried, and say whether it is committed. Raises SaveError."""
    act = Act("changed", file, f"Change {file} at the desk", why)
    return keep(act, {file: new}, {file: save.sha256(old)}, tried.changed)


def _as_proposed(draft: Draft, data: bytes, file: str, statement: Statement, words: str) -> bytes:
    """A file with these words in the place of a statement's. Raises SaveError where they have no place of their own."""
    if language := trial.language_of(file):
        texts = {one.id: one for one in unit_statements(draft.tables, statement.unit)}
        return with_words(data, language, texts[statement.id], words)
    tree = read_bytes(data, file)
    path = trial.field_with(tree, statement.text, statement.place.line)
    if path is None:
        raise SaveError("These words stand at more than one place, or in no rule file. Change them by hand.")
    return edited(data, put(tree.plain(), path, words), file)


def _file_now(file: str) -> str:
    """The file, or the one of the option that has another name since the form was begun."""
    options = current().tables.rulebook.options
    option = "" if file in schema.FILES else renamed.option_now(options, file.removesuffix(".yaml"))
    return f"{option}.yaml" if option else file


def _read(file: str) -> tuple[bytes, dict[str, Any]]:
    """A rule file's bytes and values; ends the request where it is none that can be changed here."""
    rulebook = current().tables.rulebook
    if file in NOT_HERE or (file not in schema.FILES and file.removesuffix(".yaml") not in rulebook.options):
        abort(404)
    data = save.content(rules_folder(), file)
    values: dict[str, Any] = read_bytes(data, file).plain()
    return data, values


def _answers_that_are_gone(rulebook: Rulebook) -> list[str]:
    """The answers in conditions of the form that no question of now has, as where it was renamed meanwhile."""
    gone = []
    for name, value in request.form.items(multi=True):
        *_, key, question = ["", "", *name.split("/")]
        if key in CONDITIONS and value and not question.endswith(":instead"):
            known = rulebook.questions.get(question)
            gone += [] if known and value in known.choices else [f"{question}={value}"]
    return gone


def _as_it_is(tables: DecisionTables, option: str, mine: dict[str, Any]) -> dict[str, Any]:
    """An example with what the rules give for its answers in the place of what it says."""
    try:
        return example(tables, option, mine["example"], mine["answers"])
    except KeyError:
        flash("For these answers no rule says anything.", "wrong")
        return mine


def _begun() -> Any:
    """What stood in the file when the form was begun."""
    try:
        text = request.form.get("begun", "")
        return json.loads(text) if text else ABSENT
    except (ValueError, RecursionError):
        abort(400)


def _path(values: Mapping[str, Any], begun: Any = ABSENT) -> Path_:
    """The part of a file that is meant: a key, and, in a list, which entry; by its name, if others moved it."""
    key, _, number = request.values.get("at", "").partition(".")
    if not key:
        return ()
    if not number:
        return (key,)
    if not number.isdecimal() or not isinstance(values.get(key, []), list):
        abort(404)
    entries = values.get(key, [])
    name = next(iter(begun.values()), None) if isinstance(begun, dict) else None
    places = [n for n, one in enumerate(entries) if isinstance(one, dict) and next(iter(one.values())) == name]
    step = places[0] if name is not None and places else min(int(number), len(entries))
    return (key, step)


def _at(values: Mapping[str, Any], path: Path_) -> Any:
    part: Any = values
    for step in path:
        try:
            part = part[step]
        except (KeyError, IndexError):
            return ABSENT
    return part


def _plain(value: Any) -> Any:
    return None if value is ABSENT else value
