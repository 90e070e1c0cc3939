"""Reference codes: a page to type one in, and results that follow the rules of an earlier release."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, request, session, url_for
from markupsafe import Markup

from ..decide.reference_code import ReferenceCodeError, decode, encode
from .blueprint import Page, pages
from .drawn import page
from .forms import ReferenceForm, problem
from .language import gettext, spoken
from .rulebook_store import answer_from, rulebook_store
from .served_rulebook import current_rulebook
from .visit import Visit


def follow_earlier_rules() -> None:
    """Answer this request from the release of the reference code that brought the result back, if one did.

    To be called before anything asks for the rules; `?today` shows the result under the rules of now.
    """
    if "today" not in request.args:
        answer_from(session.get("release"))


def tell_of_earlier_rules() -> None:
    """Say on a result that a reference code brought back from which day its rules are, and where those of today are."""
    release = current_rulebook().release
    if release is None or current_rulebook() is rulebook_store().now():
        return
    said = gettext(
        "You see the rules of %(day)s, with which your code was made. They have changed since.",
        day=spoken().day(date.fromisoformat(release.day)),
    )
    today = gettext("See the result under the rules of today")
    flash(Markup('{} <a href="{}">{}</a>').format(said, url_for("pages.options", today=""), today))


@pages.route("/reference", methods=["GET", "POST"])
def reference() -> Page:
    rulebook = current_rulebook().rulebook
    visit = Visit(current_rulebook())
    own = visit.code if visit.next is None else ""
    form = ReferenceForm()
    fault, code = ("", 200) if form.validate_on_submit() else problem(form)
    if form.is_submitted() and not fault:
        older = rulebook_store().older(form.code.data)
        try:
            found = decode(older.rulebook if older else rulebook, form.code.data)
        except ReferenceCodeError as wrong:
            fault, code = gettext(wrong.text, **wrong.values), 400
        else:
            visit.replace(dict(found.answers))
            if older and older.release:  # whose answers may not be all that is asked today
                session.update(answers=found.answers, release=older.release.name)
                now = encode(older.rulebook, found.answers)
            else:
                now = visit.code
                if not found.same_rulebook:
                    flash(
                        gettext(
                            "The rules have changed since the code %(typed)s was made. What you see follows the rules "
                            "of today, so it may differ from what you saw then. The code for what you see now is "
                            "%(now)s.",
                            typed=form.code.data.strip().upper(),
                            now=now,
                        )
                    )
            if own and own != now:
                flash(
                    gettext(
                        "You had other answers in this browser. To see them again, use the code %(own)s.",
                        own=own,
                    )
                )
            return redirect(url_for("pages.options"), 303)
    return page("reference.html", visit=visit, form=form, own=own, problem=fault), code
