"""Options side by side: rows that differ first, and what is silent for all of them in one list."""

from questionnaire.web.page_tables import grid_of


def test_rows_that_differ_come_first_and_rows_that_are_silent_for_all_are_named(rulebook):
    options = [rulebook.options[f"hip-dips/{name}"] for name in ("leave-as-is", "vacuum-therapy", "emsculpt")]
    grid = grid_of(rulebook, options)
    assert [row.name for row in grid.rows] + grid.silent != []
    assert {"Risks", "Cost"} <= set(grid.silent)
    alike = [len({cell.text for cell in row.cells}) == 1 for row in grid.rows]
    assert alike == sorted(alike)
    assert all(len(row.cells) == 3 for row in grid.rows)
    assert {row.name for row in grid.rows} | set(grid.silent) == {row.name for row in rulebook.grid.values()}


def test_one_option_alone_has_a_row_for_all_that_is_said_of_it(rulebook):
    option = rulebook.options["hip-dips/fat-transfer"]
    grid = grid_of(rulebook, [option])
    assert [row.cells[0].text for row in grid.rows] == [cell.text for cell in option.grid.values() if not cell.silent]
