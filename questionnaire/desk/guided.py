"""Edits of many rule files at once, by forms: what would be other is shown first, and just that is saved then."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TypeVar

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..decide.in_force import may_be_withdrawn
from ..review import guided_edits, rename_edits
from ..review.edits_of_files import EditError, Files
from ..review.rename_edits import Renaming
from ..rulebook.model import Rulebook
from ..rulebook.problems import Problem, RulebookError
from . import renamed, save, trial
from .access import allow
from .database import writing
from .keep import Act, keep
from .read import option_table
from .resend import typed_fields
from .rulebooks import Draft, Drafts, current, digest_of, patience, rules_folder, withdrawn
from .save import SaveError
from .trial import Trial

blueprint = Blueprint("guided", __name__)
T = TypeVar("T")
MOST_LINES = 300
"""Of all files that would be other, on one page."""


@dataclass(frozen=True)
class Edit:
    """An edit that somebody asks for. `then`: where they are led once it is saved; `renaming`: if it is one.

    `of`: the option whose table is shown, by the name that it has then.
    """

    files: Files
    act: Act
    then: str
    of: str = ""
    renaming: Renaming | None = None


@dataclass(frozen=True)
class Shown:
    """What a page shows of an edit that was tried: all of it empty where nothing was, or could be.

    `seen`: what tells whether just this is saved; `lines`: what would be other in each file.
    """

    tried: Trial | None = None
    seen: str = ""
    lines: Mapping[str, list[str]] = field(default_factory=dict)
    more: int = 0
    elsewhere: tuple[Problem, ...] = ()
    table: Mapping[str, object] | None = None


def made(make: Callable[[Draft], Edit]) -> Response | Shown:
    """Try an edit; save it where that was asked for and it is what was shown before. Else what is to be shown."""
    draft, shown = current(), Shown()
    try:
        edit = make(draft)
        files = {name: data or b"" for name, data in edit.files.items()}
        if not files:
            raise EditError("Nothing is to be changed.")
        read = {name: save.sha256(save.content(rules_folder(), name)) for name in files}
        if digest_of(rules_folder()) != draft.digest:
            raise SaveError("The rule files changed just now. Please look again.")
        tried = trial.attempt(draft, files)
        shown = _shown(draft, edit, files, tried)
        if request.form.get("do") == "save" and _may_be_saved(shown, tried):
            return _saved(edit, files, read, tried, draft)
    except (EditError, SaveError) as fault:
        flash(sentence(str(fault)), "wrong")
    except (RulebookError, AssertionError) as fault:
        flash(f"This can't be written into the files: {fault}", "wrong")
    return shown


def worked(draft: Draft, key: tuple[str, ...], work: Callable[[], T]) -> T:
    """What some work on the draft's files gives, done once and beside pages. Raises Building, and what it raises."""
    drafts: Drafts = current_app.extensions["desk_drafts"]
    return drafts.compared((draft.digest, *key), work, patience())


def _may_be_saved(shown: Shown, tried: Trial) -> bool:
    """Whether what is sent is what was shown, and can be read; tells why not."""
    if request.form.get("seen") != shown.seen:
        flash("Somebody changed the rule files since you looked, or you typed something else. Look again.", "wrong")
    elif not tried.can_be_saved:
        flash("Nothing was saved: with this the rule files could not be read. See below.", "wrong")
    else:
        return True
    return False


def _saved(edit: Edit, files: Mapping[str, bytes], read: Mapping[str, str], tried: Trial, draft: Draft) -> Response:
    """Save an edit that was tried, and lead on. Raises SaveError."""
    if edit.renaming:
        with writing() as db:
            renamed.note_who_changed(db, edit.renaming)
    committed = keep(edit.act, files, read, tried.changed, draft.digest)
    if edit.renaming:
        with writing() as db:
            renamed.carry(db, edit.renaming)
    flash(f"Saved. Visitors are shown it once it is published.{'' if committed else save.NO_COMMIT}", "done")
    return redirect(edit.then)


def _shown(draft: Draft, edit: Edit, files: Mapping[str, bytes], tried: Trial) -> Shown:
    seen = hashlib.sha256(draft.digest.encode())
    for name, data in files.items():
        seen.update(f"\0{name}\0{len(data)}\0".encode() + data)
    moved = {f"{edit.renaming.after}.yaml": f"{edit.renaming.before}.yaml"} if edit.renaming else {}
    lines, left = {}, MOST_LINES
    for name, data in files.items():
        if name in moved.values() and moved.keys() & files.keys():
            continue
        every = list(_lines(save.content(rules_folder(), moved.get(name, name)), data))
        lines[name if data else f"{name} is taken away"] = every[: max(0, left)] if data else []
        left -= len(every) if data else 0
    return Shown(
        tried=tried,
        seen=seen.hexdigest(),
        lines=lines,
        more=max(0, -left),
        elsewhere=tuple(sorted(tried.new)),
        table=option_table(tried.draft, edit.of) if tried.draft and edit.of else None,
    )


def _lines(old: bytes, new: bytes) -> Iterator[str]:
    """The lines that only one of both has, each after a sign that says which."""
    before, after = (data.decode("utf-8", "replace").splitlines() for data in (old, new))
    every = difflib.unified_diff(before, after, n=0, lineterm="")
    return (line for line in islice(every, 2, None) if not line.startswith("@@"))


def sentence(words: str) -> str:
    """A fault of a command as a sentence for people."""
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "!", "?")) else ".")


def page(template: str, shown: Shown, **values: object) -> str:
    """The page of an edit: its form, as it was sent, and what it would make."""
    return render_template(f"desk/{template}", shown=shown, why=request.values.get("why", ""), **values)


@blueprint.route("/edit/rename", methods=["GET", "POST"])
@allow("editor")
def rename() -> str | Response:
    """Another id, or other words for visitors, for an option, a choice, a question or a caveat; first, for which."""
    rulebook, thing = current().tables.rulebook, request.values.get("thing", "")
    options, kinds = rulebook.options, things(rulebook)
    if thing not in {name for names in kinds.values() for name in names}:
        thing = renamed.option_now(options, thing)
    if not thing:
        if request.values.get("thing"):
            flash(f"There is no “{request.values['thing']}” any more, or not yet. Choose what to rename.", "wrong")
        return page("rename-what.html", Shown(), kinds=kinds, typed=typed_fields())
    id_now, called_now = _id(thing), _called(rulebook, thing)
    new, called = (
        " ".join(request.values.get(name, old).split()) for name, old in (("new", id_now), ("called", called_now))
    )

    def make(draft: Draft) -> Edit:
        return _renaming(draft, thing, new if new != id_now else "", called if called != called_now else "")

    shown = made(make) if request.method == "POST" else Shown()
    if isinstance(shown, Response):
        return shown
    return page("rename.html", shown, thing=thing, new=new, called=called, called_now=called_now)


def _renaming(draft: Draft, thing: str, new: str, called: str) -> Edit:
    """The renaming of something, after trying that its id alone changes nothing else. Raises EditError."""
    rulebook, folder = draft.tables.rulebook, rules_folder()
    if not new and not called:
        raise EditError("That is what it is called now. Type another id, or other words.")
    if new and thing in withdrawn()[0]:
        raise EditError("It is withdrawn, and under another id visitors would be offered it again")
    make = partial(rename_edits.renaming, folder, rulebook, thing)
    renaming = worked(draft, ("rename", thing, new, called), partial(make, new, called))
    if new:
        ids = worked(draft, ("rename", thing, new, ""), partial(make, new)).files
        if then := trial.attempt(draft, {name: data or b"" for name, data in ids.items()}).draft:
            refuse = partial(rename_edits.refuse_more_than_names, thing, draft.tables, then.tables)
            worked(draft, ("only names", then.digest), refuse)
    of = renaming.after if renaming.kind == "option" else ""
    then_url = url_for("read.read_unit", unit=of) if of else url_for("guided.rename")
    what = renamed.about(renaming)
    act = Act(renamed.DONE, what, f"Rename {what} at the desk", request.form.get("why", ""))
    return Edit(renaming.files, act, then_url, of, renaming)


def things(rulebook: Rulebook) -> dict[str, dict[str, str]]:
    """What can be renamed: {kind: {id: what visitors read, or the id}}."""
    questions = rulebook.questions.values()
    return {
        "Options": {option.id: option.name for option in rulebook.options.values()},
        "Questions": {question.id: question.ask for question in questions},
        "Choices": {
            f"{question.id}={choice.id}": f"{choice.label} ({question.ask})"
            for question in questions
            for choice in question.choices.values()
        },
        "Caveats": {caveat: caveat for caveat in rulebook.caveats},
    }


def _id(thing: str) -> str:
    """The part of an id that can be another."""
    return thing.rpartition("/" if "/" in thing else "=")[2]


def _called(rulebook: Rulebook, thing: str) -> str:
    """What visitors read in the place of an id; empty for a caveat."""
    question, _, choice = thing.partition("=")
    if thing in rulebook.options:
        return rulebook.options[thing].name
    if choice:
        return rulebook.questions[question].choices[choice].label
    return rulebook.questions[thing].ask if thing in rulebook.questions else ""


@blueprint.route("/edit/retire", methods=["GET", "POST"])
@allow("editor")
def retire() -> str | Response:
    """An option out of the rule files, wherever it is named."""
    rulebook, option = current().tables.rulebook, request.values.get("option", "")

    def make(draft: Draft) -> Edit:
        pure = partial(guided_edits.retire, rules_folder(), option, draft.tables.rulebook)
        files = worked(draft, ("retire", option), pure)
        act = Act("retired", option, f"Take {option} out of the rules at the desk", request.form.get("why", ""))
        return Edit(files, act, url_for("change.files"))

    shown = made(make) if request.method == "POST" else Shown()
    if isinstance(shown, Response):
        return shown
    options = {one.id: one.name for one in rulebook.options.values() if may_be_withdrawn(rulebook, one.id)}
    return page("retire.html", shown, options=options, option=option)


@blueprint.route("/edit/answer-all", methods=["GET", "POST"])
@allow("editor")
def answer_all() -> str | Response:
    """An answer to a question in every example that it is asked in and that does not answer it."""
    draft, answer = current(), request.values.get("answer", "")

    def make(draft: Draft) -> Edit:
        question, _, choice = answer.partition("=")
        pure = partial(guided_edits.answer_all, rules_folder(), question, choice, draft.tables)
        files = worked(draft, ("answer all", answer), pure)
        told = f"Answer {answer} in all examples at the desk"
        act = Act("answered in all examples", answer, told, request.form.get("why", ""))
        return Edit(files, act, url_for("guided.accept"))

    shown = made(make) if request.method == "POST" else Shown()
    if isinstance(shown, Response):
        return shown
    questions = draft.tables.rulebook.questions
    lacking = [(questions[name], number) for name, number in guided_edits.not_answered(draft.tables).items()]
    return page("answer-all.html", shown, lacking=lacking, answer=answer)


@blueprint.route("/edit/accept", methods=["GET", "POST"])
@allow("editor")
def accept() -> str | Response:
    """What the rules give now, in the examples of an option or an area that say something else."""
    draft, scope = current(), request.values.get("scope", "")
    rulebook = draft.tables.rulebook

    def make(draft: Draft) -> Edit:
        pure = partial(guided_edits.accept, rules_folder(), scope, draft.tables)
        files = worked(draft, ("accept", scope), pure)
        told = f"Accept what the examples of {scope} give at the desk"
        act = Act("accepted what examples give", scope, told, request.form.get("why", ""))
        return Edit(files, act, url_for("guided.accept"), scope if scope in rulebook.options else "")

    shown = made(make) if request.method == "POST" else Shown()
    if isinstance(shown, Response):
        return shown
    failing = {one.place.file for one in draft.problems if one.check == "example"}
    areas = rulebook.areas.values() if "areas.yaml" in failing else ()
    scopes = {one.id: one.name for one in rulebook.options.values() if f"{one.id}.yaml" in failing}
    scopes |= {area.id: area.name for area in areas}
    return page("accept.html", shown, scopes=scopes, scope=scope)
