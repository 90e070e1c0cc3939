"""An option's decision table for reading: merged rows as text, CSV or Markdown."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from ..decide.build_tables import DecisionTables
from . import phrases
from .merge_rows import Cell, caveat_conditions, merged_table


def table_lines(tables: DecisionTables, option_id: str) -> tuple[list[str], list[list[str]]]:
    """The head and the lines of an option's merged table, as texts.

    A question that makes no difference in any line has no column. Raises KeyError for an option that does not exist.
    """
    merged = merged_table(tables.options[option_id])

    def ids(question: str, chosen: Cell) -> str:
        return " or ".join(choice for choice in tables.rulebook.questions[question].choices if choice in chosen)

    head = [*merged.columns, "verdict", "deciding rules", "reasons", "combinations"]
    return head, [
        [
            *merged.words(line, ids),
            phrases.VERDICT[line.verdict],
            ", ".join(rule.id for rule in line.because),
            " ".join(rule.because.text for rule in line.because),
            f"{line.rows:,}",
        ]
        for line in merged.lines
    ]


def caveat_lines(tables: DecisionTables, option_id: str) -> list[str]:
    """Which caveats every row carries, and when the others are carried."""
    always, sometimes = caveat_conditions(tables, option_id)
    lines = [f"Every row carries: {phrases.listed(caveat.id for caveat in always)}."]
    return lines + [f"{c.id}: only {phrases.condition(tables.rulebook, c.when)}." for c in sometimes]


def as_csv(tables: DecisionTables, option_id: str) -> str:
    """The table for a spreadsheet."""
    head, lines = table_lines(tables, option_id)
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows([[_plain(cell) for cell in line] for line in (head, *lines)])
    return file.getvalue()


def _plain(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t")) else cell


def as_markdown(tables: DecisionTables, option_id: str) -> str:
    """The table for a document, with the caveats below it."""
    head, lines = table_lines(tables, option_id)
    rows = ["| " + " | ".join(text.replace("|", "\\|") for text in line) + " |" for line in [head, *lines]]
    rows.insert(1, "|" + "---|" * len(head))
    caveats = [f"- {line}" for line in caveat_lines(tables, option_id)]
    return "\n".join([f"## {tables.rulebook.options[option_id].name}", "", *rows, "", *caveats]) + "\n"


def as_text(tables: DecisionTables, option_id: str) -> str:
    """Columns for a terminal; reasons stand below, once for each rule, so that lines stay short."""
    head, lines = table_lines(tables, option_id)
    reasons = head.index("reasons")
    columns = [[line[n] for line in [head, *lines]] for n in range(len(head)) if n != reasons]
    total = len(tables.options[option_id].rows)
    option = tables.rulebook.options[option_id]
    count = f"{phrases.count(total, 'combination')} of answers in {phrases.count(len(lines), 'line')}"
    written = [f"{option.name} ({option_id}): {count}", "", *_columns(columns), ""]
    written += [
        f"{rule.id}: {rule.because.text}{f' ({phrases.added(rule.added)})' if rule.added else ''}"
        for rule in tables.rulebook.rules[option_id]
    ]
    return "\n".join([*written, "", *caveat_lines(tables, option_id)]) + "\n"


def _columns(columns: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(text) for text in column) for column in columns]
    rows = [
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in zip(*columns, strict=True)
    ]
    return [rows[0], "  ".join("-" * width for width in widths), *rows[1:]]
