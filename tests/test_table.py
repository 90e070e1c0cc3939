"""`flask rules table`: decision tables in few lines, as text, CSV and Markdown."""

import csv
import io

from questionnaire.decide.build_tables import build
from questionnaire.review import table
from questionnaire.review.merge_rows import merge, merged_table

from .edits import FAT, run
from .random_rulebooks import rulebook as made_up


def test_a_table_is_read_in_few_lines_and_every_combination_is_in_exactly_one(tables):
    for table_ in tables.options.values():
        lines = merged_table(table_).lines
        assert sum(line.rows for line in lines) == len(table_.rows)
        assert len(lines) <= 15
        for key, row in table_.rows.items():
            (line,) = [one for one in lines if all(c in cell for c, cell in zip(key, one.cells, strict=True))]
            assert (line.verdict, line.because) == (row.verdict, row.because)


def test_merging_made_up_tables_loses_and_doubles_nothing():
    for seed in range(150):
        for table_ in build(made_up(seed, questions=4), allow_gaps=True).options.values():
            results = {key: row.verdict for key, row in table_.rows.items()}
            lines = merge(results) if results else []
            for key, verdict in results.items():
                found = [v for cells, v, _ in lines if all(c in cell for c, cell in zip(key, cells, strict=True))]
                assert found == [verdict], seed


def test_table_as_text_leaves_out_the_question_that_makes_no_difference(runner):
    said = run(runner, f"table {FAT}").stdout
    assert said.startswith(
        "Fat transfer (fat grafting) (hip-dips/fat-transfer): 45 combinations of answers in 7 lines\n"
    )
    head = said.splitlines()[2].split()
    assert head == ["donor-fat", "tolerance", "verdict", "deciding", "rules", "combinations"]
    assert (
        "change-when-not-said: only if “When would you hope to see a change?” is answered with “Within weeks”." in said
    )


def test_table_as_csv_and_markdown_have_the_same_lines_with_the_reasons(runner, tables):
    rows = list(csv.reader(io.StringIO(run(runner, f"table {FAT} --format csv").stdout)))
    head, lines = table.table_lines(tables, FAT)
    assert rows == [head, *lines]
    assert "reasons" in head
    markdown = run(runner, f"table {FAT} --format markdown").stdout
    assert markdown.count("\n| ") == len(lines) + 1
