"""The kill switch: an option that visitors are not offered any more from now on, whatever is published; and back.

Where something is published it needs no rule file that can be read, and nothing to be built: it is for a bad day.
"""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..decide.in_force import may_be_withdrawn
from ..releases.manifest import ReleaseError
from ..releases.withdrawn_options import restore_option, why_not, withdraw_option
from ..rulebook.model import Rulebook
from . import log, passkeys
from .access import allow, current_person
from .guided import sentence
from .passkeys import PasskeyError
from .rulebooks import current, live, releases_folder, withdrawn

blueprint = Blueprint("kill_switch", __name__)


@blueprint.get("/withdrawn-options")
@allow("publisher")
def options() -> str:
    """The options that are not offered now, and the forms that withdraw one or offer it again."""
    return _page()


@blueprint.post("/withdrawn-options")
@allow("publisher")
def change() -> Response | str:
    """Withdraw an option, or offer it again; by passkey."""
    person, folder, do = current_person(), releases_folder(), request.form.get("do")
    option, because = request.form.get("option", ""), " ".join(request.form.get("because", "").split())
    if folder is None:
        abort(404)
    if do not in ("withdraw", "restore"):
        abort(400)
    try:
        passkeys.shown("withdrawn options", person)
        if do == "withdraw":
            if refusal := why_not(_served(), option, because):
                raise ReleaseError(refusal)
            with log.told(person.name, "withdrew the option", option, because):
                withdraw_option(folder, option, because, person.name)
            flash(f"Visitors are not offered {option} any more, within seconds.", "done")
        else:
            with log.told(person.name, "restored the option", option, because):
                restore_option(folder, option, because, person.name)
            flash(f"Visitors are offered {option} again, as its rules say.", "done")
    except (PasskeyError, ReleaseError) as fault:
        flash(sentence(str(fault)), "wrong")
        return _page(option if do == "withdraw" else "", because if do == "withdraw" else "")
    return redirect(url_for("kill_switch.options"))


def _page(option: str = "", because: str = "") -> str:
    folder, rulebook = releases_folder(), _served()
    names = {one.id: one.name for one in rulebook.options.values()}
    away, fault = withdrawn()
    return render_template(
        "desk/kill-switch.html",
        folder=folder,
        away=away.values(),
        names=names,
        fault=fault,
        choices={name: words for name, words in names.items() if name not in away and may_be_withdrawn(rulebook, name)},
        option=option or request.args.get("option", ""),
        because=because,
        options=passkeys.ask("withdrawn options", current_person()) if folder else "",
    )


def _served() -> Rulebook:
    """What visitors are served: the release that is live, or the rule files where there is none."""
    served = live()
    return served[1].rulebook if served else current().tables.rulebook
