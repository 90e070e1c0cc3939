"""The rulebook as a GoRules decision model (JDM, https://gorules.io): one collecting decision table an option."""

from __future__ import annotations

import json
from typing import Any

from ...decide.tables import DecisionTables
from .collect import CollectTable, ExportError, Line, collect_tables
from .names import any_of, check_names, variable

TITLE = "GoRules JDM"
HOW = """\
`guide.jdm.json` is one decision. Evaluate it with one visitor's answers, `-` in the name of a question written as
`_`: `{"area": "hip-dips", "donor_fat": "enough"}`. A question that was not asked is left out. The result has a list
for every decision table, under its name written so too (`hip-dips/exercise` is `hip_dips__exercise`, the notes of an
area are `notes__hip_dips`). `areas_in_scope` and `questions_asked` list ids; an id may be listed more than once. In
the list of an option, entries with a `verdict` are rules: the most cautious verdict counts (`ruled-out` over `ask`
over `fits`), and the rules that gave it are the reasons. All others are caveats. Read only the options of areas in
scope. Who shows a text whose `rests_on` is `clinic` has to say that the clinic adds it, and that it is not from the
article."""
LEAVES_OUT = (
    "names, summaries, the side-by-side grid, facts about the areas, common questions and the glossary",
    "hints, choices' labels and why a question is asked",
    "which single answer would give an option another verdict",
    "claims, passages and sign-offs",
)
OUTPUTS = ("verdict", "adds", "text", "rests_on")


def files(tables: DecisionTables) -> dict[str, str]:
    """The files of the export, by name. Raises ExportError."""
    collected = collect_tables(tables)
    check_names(tuple(tables.rulebook.questions), collected)
    nodes = [_table(table, position) for position, table in enumerate(collected)]
    edges = [edge for node in nodes for edge in (_edge("answers", node["id"]), _edge(node["id"], "result"))]
    graph = {
        "contentType": "application/vnd.gorules.decision",
        "rulebook": tables.rulebook.fingerprint,
        "nodes": [
            {"id": "answers", "type": "inputNode", "name": "answers", "position": {"x": 0, "y": 0}},
            *nodes,
            {"id": "result", "type": "outputNode", "name": "result", "position": {"x": 800, "y": 0}},
        ],
        "edges": edges,
    }
    return {"guide.jdm.json": json.dumps(graph, ensure_ascii=False, indent=1) + "\n"}


def _table(table: CollectTable, position: int) -> dict[str, Any]:
    inputs = {question: f"in{number}" for number, question in enumerate(table.questions, 1)}
    return {
        "id": variable(table.name),
        "type": "decisionTableNode",
        "name": table.name,
        "position": {"x": 400, "y": 120 * position},
        "content": {
            "hitPolicy": "collect",
            "executionMode": "single",
            "passThrough": False,
            "outputPath": variable(table.name),
            "inputs": [{"id": column, "name": name, "field": variable(name)} for name, column in inputs.items()],
            "outputs": [{"id": f"out-{name}", "name": name, "field": name} for name in OUTPUTS],
            "rules": [
                {"_id": f"{variable(table.name)}-{number}", **_inputs(inputs, line), **_outputs(table, line)}
                for number, line in enumerate(table.lines, 1)
            ],
        },
    }


def _inputs(columns: dict[str, str], line: Line) -> dict[str, str]:
    read = dict(line.when.lines)
    return {column: any_of(read[question]) if question in read else "" for question, column in columns.items()}


def _outputs(table: CollectTable, line: Line) -> dict[str, str]:
    """An empty cell adds nothing, so a caveat has no verdict."""
    return {
        "out-verdict": f'"{line.verdict}"' if line.verdict else "",
        "out-adds": f'"{line.adds}"',
        "out-text": _literal(table, line) if line.text else "",
        "out-rests_on": f'"{line.rests_on}"' if line.rests_on else "",
    }


def _literal(table: CollectTable, line: Line) -> str:
    """A text as GoRules reads it. Its texts have no escapes: they end at the first sign that they began with."""
    for quote in "\"'`":
        if quote not in line.text and not (quote == "`" and "${" in line.text):
            return f"{quote}{line.text}{quote}"
    raise ExportError(
        f"{table.name}: the text of '{line.adds}' holds \", ' and ` (or ${{), which no text of GoRules can hold"
    )


def _edge(source: str, target: str) -> dict[str, str]:
    return {"id": f"{source}-{target}", "type": "edge", "sourceId": source, "targetId": target}
