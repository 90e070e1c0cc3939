"""Checks of sign-offs: is what was signed what visitors read, and what is withheld where a sign-off is required?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from ...decide.build_tables import DecisionTables
from ...decide.in_force import may_be_withdrawn
from ...decide.in_language import in_language
from ...decide.sign_off_units import held_back, reviewed_options, standings
from ...rulebook.problems import Problem, error, nearest, warning
from ...rulebook.schema import TRANSLATIONS
from ..phrases import count
from ..signature_proof import proof_fault
from ..unsigned import why
from .registry import check

NAMED = 5
"""Of the texts that changed in a unit, how many a problem names; `flask rules unsigned` names all."""


@check
def sign_off(tables: DecisionTables) -> Iterator[Problem]:
    """A sign-off no longer holds: what it was given for has changed, or its day has passed.

    Bad: a rule, or any text, was changed after its unit was signed.
    Good: what changed was read (`flask rules unsigned`) and signed again with `flask rules sign`.
    """
    yield from _not_as_signed(tables)
    for language, translation in tables.rulebook.translations.items():
        if translation.sign_offs:
            yield from _not_as_signed(in_language(tables, language))


def _not_as_signed(tables: DecisionTables) -> Iterator[Problem]:
    language = tables.rulebook.language
    of_language = f" --language {language}" if language else ""
    in_it = f" in '{language}'" if language else ""
    stand = standings(tables, date.today())
    for unit, standing in stand.items():
        signed = standing.sign_off
        if signed is None or standing.state == "signed":
            continue
        sign = f"flask rules sign {unit}{of_language}"
        advice = f"have it read again ('flask rules unsigned{of_language}') and signed with '{sign}'"
        if standing.state == "overdue":
            yield warning(signed.place, "sign-off", f"'{unit}'{in_it}: {why(standing)}", advice)
            continue
        more = ", ..." if len(standing.changed) > NAMED else ""
        names = f": {', '.join(standing.changed[:NAMED])}{more}" if standing.changed and signed.statements else ""
        places = [text.place for text in standing.statements if text.id in standing.changed[:1]]
        at = places[0] if places else signed.place
        if language and Path(at.file).parent.name != TRANSLATIONS:  # what changed is not its words
            at = tables.rulebook.translations[language].place
        yield error(at, "sign-off", f"'{unit}'{in_it}: {why(standing)}{names}", advice)
    for unit, signed in tables.rulebook.sign_offs.items():
        if unit not in stand and "/" in unit:
            advice = f"delete its file ({nearest(unit, tables.rulebook.options)})"
            yield warning(
                signed.place, "sign-off", f"there is no option '{unit}' any more that was signed here", advice
            )


@check
def signature(tables: DecisionTables) -> Iterator[Problem]:
    """A sign-off is not proved by the passkey of who is said to have given it, though it should be.

    Bad: a signature that was copied from another unit; one of who has left; none, where that reviewer has a passkey.
    Good: signed at the desk by somebody in `reviewers.yaml`, or with `flask rules sign` by somebody who is not there.
    """
    of_languages = [each.sign_offs for each in tables.rulebook.translations.values()]
    for signed in [one for each in (tables.rulebook.sign_offs, *of_languages) for one in each.values()]:
        if fault := proof_fault(signed, tables.rulebook.reviewers):
            advice = "have the unit signed again, by somebody who may sign"
            what = f"'{signed.unit}'" + (f" in '{signed.language}'" if signed.language else "")
            message = f"the sign-off of {what} by {signed.by} is not proved: {fault}"
            yield error(signed.place, "signature", message, advice)


@check
def hold(tables: DecisionTables) -> Iterator[Problem]:
    """A reviewer holds an option back, so no page shows it; leaving things as they are can't be held back.

    Bad: in holds.yaml `hold: hip-dips/leave-as-is`. A hold on another option is a warning, as long as it stands.
    Good: the option was mended, signed, and `flask rules hold OPTION --lift` took the hold away.
    """
    for held in tables.rulebook.holds.values():
        if may_be_withdrawn(tables.rulebook, held.option):
            message = f"'{held.option}' is held back by {held.by} since {held.on}, so no page shows it: {held.because}"
            advice = f"mend it, then lift that at the desk, or by 'flask rules hold {held.option} --lift'"
            yield warning(held.place, "hold", message, advice)
        else:
            message = f"'{held.option}' can't be held back: leaving things as they are is always listed"
            yield error(held.place, "hold", message, "take this hold away")


@check
def leaving_not_signed(tables: DecisionTables) -> Iterator[Problem]:
    """Options of an area are reviewed, and leaving things as they are is not, so with REQUIRE_SIGN_OFF none is shown.

    Bad: love-handles/liposuction is signed, love-handles/leave-as-is is not.
    Good: `leave-as-is` is signed first, in each area.
    """
    rulebook = tables.rulebook
    for leaving, reviewed in held_back(rulebook, reviewed_options(tables, date.today())).items():
        options = count(reviewed, "reviewed option")
        message = f"'{leaving}' is not signed, so {options} of its area can't be shown where a sign-off is required"
        advice = f"have '{leaving}' read, and sign it first"
        yield warning(rulebook.options[leaving].place, "leaving-not-signed", message, advice)
