"""What the pages have in common: the visit and its rules, what to tell on a page, and where the visit goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ..decide.routing import areas_in_scope
from . import rate_limits
from .notices import words
from .rulebook_store import rulebook_store
from .served_rulebook import current_rulebook, use_rulebook
from .visit import CHECK, OPTIONS, Visit
from .visit_cookie import read_visit, save_visit

Page = str | tuple[str, int] | AnyResponse


def render_for_all(template: str, visit: Visit, **values: Any) -> Response:
    """A page that everybody without a cookie gets alike: a cache between us and them may keep it for five minutes."""
    response = make_response(render_template(template, visit=visit, **values))
    if not request.environ.get("HTTP_COOKIE"):
        response.headers["Cache-Control"] = "public, max-age=0, s-maxage=300"
    return response


def read_visit_and_rules() -> Visit:
    """The visit of this request, and from here on its rules: those of the earlier release that a reference code
    brought back, or those of now. `?today` asks for those of now.
    """
    visit = read_visit(current_rulebook().rulebook)
    if "today" in request.args or _is_under_its_rules(visit):
        return visit
    store = rulebook_store()
    if store.takes_work(visit.release):
        rate_limits.count(reference=True)  # to open a release takes as long as some dozen pages
    if earlier := store.named(visit.release):
        use_rulebook(earlier)
    return read_visit(current_rulebook().rulebook)


def arrive(visit: Visit, page: str) -> list[str]:
    """What to tell on this page, in words. Saves the visit without the notices of other pages."""
    visit = _save(visit.on_page(page), page)
    return [words(notice, visit) for notice in visit.notices]


def onward(visit: Visit, *codes: str) -> AnyResponse:
    """Save the visit, and lead to the question that is next; with all answered to the answers, or to the end where no
    area is in scope. `codes`: the notices to tell there.
    """
    if visit.next is not None:
        page, address = visit.next.id, url_for("pages.question", question_id=visit.next.id)
    elif areas_in_scope(visit.rulebook, visit.answers):
        page, address = CHECK, url_for("pages.check")
    else:
        page, address = OPTIONS, url_for("pages.options")
    _save(visit, page, *codes)
    return redirect(address, 303)


def save_choice(visit: Visit) -> None:
    """Save what the visitor has just chosen, from here on under the rules that answer this request."""
    save_visit(visit if _is_under_its_rules(visit) else replace(visit, release=""))


def _save(visit: Visit, page: str, *codes: str) -> Visit:
    """Save the visit with notices for a page, unless it is under other rules than its own.

    Under others some answers may not count. They are not lost for that: nothing is saved then.
    """
    for code in (*codes, *(("changed",) if visit.changed else ())):
        visit = visit.with_notice(code, page)
    if _is_under_its_rules(visit):
        save_visit(visit)
    return visit


def _is_under_its_rules(visit: Visit) -> bool:
    """Whether the rules of this request are those that the answers were given under, or that took their place."""
    release = current_rulebook().release
    return not visit.release or (release is not None and release.name == visit.release)
