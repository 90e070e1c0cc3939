"""The page to type a reference code in."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for

from ..decide.reference_code import ReferenceCodeError, decode
from .forms import ReferenceForm
from .language import gettext
from .rulebook_store import rulebook_store
from .view_helpers import Page, read_visit_and_rules
from .visit import OPTIONS, Visit
from .visit_cookie import save_visit

references = Blueprint("reference", __name__)


@references.route("/reference", methods=["GET", "POST"])
def reference() -> Page:
    """Take a reference code, and lead to the result that it was made from."""
    visit = read_visit_and_rules()
    own = visit.reference if visit.complete else ""
    form = ReferenceForm(request.form)
    problem = form.problem() if request.method == "POST" else ""
    if request.method == "POST" and not problem:
        try:
            restored = _restore(form.code.data, own)
        except ReferenceCodeError as fault:
            problem = gettext(fault.text, **fault.values)
        else:
            save_visit(restored)
            return redirect(url_for("pages.options"), 303)
    page = render_template("reference.html", visit=visit, form=form, own=own, problem=problem)
    return page, 400 if problem else 200


def _restore(typed: str, own: str) -> Visit:
    """The visit that a reference code brings back, with what its visitor has to be told.

    `own`: the code of the answers whose place it takes; empty where there are none. Raises ReferenceCodeError.
    """
    store = rulebook_store()
    older, now = store.older(typed), store.now()
    served = older or now
    decoded = decode(served.rulebook, typed)
    visit = Visit.of(served.rulebook, decoded.answers).with_kept(decoded.kept)
    if older is not None and older.release is not None:
        visit = replace(visit, release=older.release.name)
    elif not decoded.same_rulebook:
        code = "".join(sign for sign in unicodedata.normalize("NFKC", typed).upper() if sign.isalnum())
        visit = visit.with_notice("other-rules", OPTIONS, f"{code[:5]}-{code[5:]}", visit.reference)
    if own and own != visit.reference:
        visit = visit.with_notice("own-code", OPTIONS, own)
    return visit
