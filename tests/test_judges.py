"""The judges that need no npm: they agree with what is served, and each finds a wrong row put into an export."""

import pytest

from judges import programs
from judges.__main__ import with_wrong_row
from judges.cases import cases, ways
from questionnaire.review.export import files_of

from .test_export import small_tables

JUDGES = {"jdm": programs.gorules, "jsonlogic": programs.panzi_json_logic}


@pytest.mark.parametrize("form", JUDGES)
def test_a_judge_agrees_on_every_row_and_finds_a_wrong_one(tables, form):
    asked = list(cases(tables))
    files = files_of(tables, form)
    served = [case.served for case in asked]
    assert len(asked) == sum(len(table.rows) for table in (*tables.options.values(), *tables.notes.values())) + 2 * len(
        ways(tables)
    )
    assert JUDGES[form](files, asked) == served
    assert JUDGES[form](with_wrong_row(files, form), asked) != served


@pytest.mark.parametrize("form", JUDGES)
def test_a_judge_agrees_on_areas_without_notes_and_nested_gates(form):
    asked = list(cases(small_tables()))
    assert JUDGES[form](files_of(small_tables(), form), asked) == [case.served for case in asked]
