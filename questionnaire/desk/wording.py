"""Changing what a text says in another language: the words alone, tried before they are saved, as for the original."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..rulebook.statements import Statement, statements
from . import save, trial
from .access import allow
from .keep import Act, keep
from .languages import asked_language, spoken, with_words, words_file
from .rulebooks import Draft, current, rules_folder
from .save import SaveError
from .schema_form import LONG
from .trial import Trial
from .units import word_diff

blueprint = Blueprint("wording", __name__)


@blueprint.route("/wording", methods=["GET", "POST"])
@allow("editor")
def wording() -> str | Response:
    """The form for the words of one text in a language; what they would make, and saving them."""
    draft, language = current(), asked_language()
    statement = _statement(draft, request.values.get("statement", ""))
    known = draft.tables.rulebook.translations[language].texts if language else abort(404)
    theirs = known[statement.id].text if statement.id in known else ""
    if request.method == "GET":
        return _page(draft, language, statement, theirs, theirs)
    begun, do = " ".join(request.form.get("begun", "").split()), request.form.get("do")
    mine = " ".join(request.form.get("text", "").split())
    if do not in ("check", "save"):
        abort(400)
    if begun != theirs:
        flash(
            "Somebody else changed this meanwhile. Below is what you typed; above it stands what they saved.", "wrong"
        )
        return _page(draft, language, statement, theirs, mine)
    if not 1 <= len(mine) <= LONG:
        flash(f"A text has 1 to {LONG:,} characters.", "wrong")
        return _page(draft, language, statement, theirs, mine)
    data = save.content(rules_folder(), words_file(language))
    new = with_words(data, language, statement, mine)
    tried = trial.attempt(draft, {words_file(language): new})
    if do == "save" and tried.can_be_saved:
        try:
            file = words_file(language)
            act = Act("changed", file, f"Change {file} at the desk", request.form.get("why", ""))
            committed = keep(act, {file: new}, {file: save.sha256(data)}, tried.changed)
        except SaveError as fault:
            flash(str(fault), "wrong")
        else:
            flash(f"Saved. Visitors are shown it once it is published.{'' if committed else save.NO_COMMIT}", "done")
            unit = url_for("read.read_unit", unit=statement.unit, language=language)
            return redirect(f"{unit}#{statement.id}")
    return _page(draft, language, statement, theirs, mine, tried)


def _statement(draft: Draft, name: str) -> Statement:
    """The text of the original with this id; ends the request with 404 where no rule file has one."""
    texts: Mapping[str, Statement] = {one.id: one for one in statements(draft.tables.rulebook) if one.text}
    return texts.get(name) or abort(404)


def _page(draft: Draft, language: str, statement: Statement, now: str, text: str, tried: Trial | None = None) -> str:
    """The form with these words; `now`: what the file says."""
    of_it = [
        problem
        for problem, way in (tried.problems if tried else ())
        if way is not None and way[:2] == ("texts", statement.id)
    ]
    return render_template(
        "desk/wording.html",
        language=spoken(language),
        statement=statement,
        now=now,
        text=text,
        tried=tried,
        of_it=of_it,
        elsewhere=[problem for problem in (tried.new if tried else ()) if problem not in of_it],
        change=word_diff(now, text),
        why=request.form.get("why", ""),
    )
