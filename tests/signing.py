"""Units signed by an imaginary clinician: in memory, or in a folder of rules."""

from dataclasses import replace
from datetime import date

from questionnaire.decide.build_tables import build
from questionnaire.decide.sign_off_units import units
from questionnaire.review.sign import new_sign_off
from questionnaire.rulebook.load import load
from questionnaire.rulebook.sign_off_file import as_yaml, file_of
from questionnaire.rulebook.write_file import write_file

DAY = date(2026, 11, 26)
WHO = ("Dr Able", "plastic surgeon")


def signed(tables, *names, until="2999-01-01", day=DAY):
    """The tables with these units signed; all of them, if none is named."""
    new = {name: new_sign_off(tables, name, *WHO, until, day) for name in names or units(tables.rulebook)}
    return replace(tables, rulebook=replace(tables.rulebook, sign_offs={**tables.rulebook.sign_offs, **new}))


def sign_in(folder, *names, until="2999-01-01", day=DAY):
    """Sign these units of the rules in a folder, without asking who changed them; all of them, if none is named."""
    tables = build(load(folder))
    for name in names or units(tables.rulebook):
        write_file(file_of(folder, name), as_yaml(new_sign_off(tables, name, *WHO, until, day)).encode())
