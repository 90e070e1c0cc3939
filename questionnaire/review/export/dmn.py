"""The rulebook as DMN 1.3 (https://www.omg.org/spec/DMN/1.3): one decision an option, a table of hit policy COLLECT."""

from __future__ import annotations

import json
from xml.etree import ElementTree

from ...decide.tables import DecisionTables
from ...rulebook.model import VERDICTS
from .collect import CollectTable, Line, collect_tables
from .names import any_of, check_names, variable

TITLE = "DMN 1.3"
HOW = """\
`guide.dmn` has one input for each question, `-` in its id written as `_` (`donor-fat` is `donor_fat`), and one
decision for each option (`hip-dips/exercise` is `hip_dips__exercise`), for the notes of each area
(`notes__hip_dips`), for `areas_in_scope` and for `questions_asked`. A question that was not asked is null. Every
decision is a table of hit policy COLLECT: all rows that match count, and an area or a question may be listed more
than once. In the list of an option, rows with a `verdict` are rules: the most cautious verdict counts (`ruled-out`
over `ask` over `fits`), and the rules that gave it are the reasons. All others are caveats. Read only the options of
areas in scope. Conditions are lists of texts, S-FEEL and nothing more. Who shows a text whose `rests_on` is `clinic`
has to say that the clinic adds it, and that it is not from the article."""
LEAVES_OUT = (
    "summaries, the side-by-side grid, facts about the areas, common questions and the glossary",
    "hints, choices' labels and why a question is asked",
    "which single answer would give an option another verdict",
    "claims, passages and sign-offs",
    "how the tables are drawn (DMNDI)",
)
MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"
OUTPUTS = ("verdict", "adds", "text", "rests_on")


def files(tables: DecisionTables) -> dict[str, str]:
    """The files of the export, by name. Raises ExportError."""
    collected = collect_tables(tables)
    rulebook = tables.rulebook
    check_names(tuple(rulebook.questions), collected)
    root = ElementTree.Element(
        "definitions",
        {
            "xmlns": MODEL,
            "id": "options_guide",
            "name": "options_guide",
            "namespace": f"urn:options-guide:{rulebook.fingerprint}",
        },
    )
    _text(root, "description", f"Rulebook {rulebook.fingerprint}. Left out: {'; '.join(LEAVES_OUT)}.")
    for question in rulebook.questions.values():
        name = variable(question.id)
        data = ElementTree.SubElement(root, "inputData", {"id": f"input_{name}", "name": name})
        _text(data, "description", question.ask)
        ElementTree.SubElement(data, "variable", {"id": f"variable_{name}", "name": name, "typeRef": "string"})
    choices = {name: tuple(question.choices) for name, question in rulebook.questions.items()}
    for table in collected:
        _decision(root, table, choices)
    ElementTree.indent(root, " ")
    return {"guide.dmn": ElementTree.tostring(root, "unicode", xml_declaration=False) + "\n"}


def _decision(root: ElementTree.Element, table: CollectTable, choices: dict[str, tuple[str, ...]]) -> None:
    name = variable(table.name)
    decision = ElementTree.SubElement(root, "decision", {"id": f"decision_{name}", "name": name})
    if table.title:
        _text(decision, "description", table.title)
    ElementTree.SubElement(decision, "variable", {"id": f"result_{name}", "name": name})
    for question in table.questions:
        required = ElementTree.SubElement(
            decision, "informationRequirement", {"id": f"needs_{name}__{variable(question)}"}
        )
        ElementTree.SubElement(required, "requiredInput", {"href": f"#input_{variable(question)}"})
    element = ElementTree.SubElement(decision, "decisionTable", {"id": f"table_{name}", "hitPolicy": "COLLECT"})
    for question in table.questions:
        column = f"{name}__{variable(question)}"
        entry = ElementTree.SubElement(element, "input", {"id": f"in_{column}", "label": question})
        expression = ElementTree.SubElement(entry, "inputExpression", {"id": f"reads_{column}", "typeRef": "string"})
        _text(expression, "text", variable(question))
        values = ElementTree.SubElement(entry, "inputValues", {"id": f"values_{column}"})
        _text(values, "text", any_of(choices[question]))
    for output in OUTPUTS:
        attributes = {"id": f"out_{name}__{output}", "name": output, "typeRef": "string"}
        column_element = ElementTree.SubElement(element, "output", attributes)
        if output == "verdict":
            values = ElementTree.SubElement(column_element, "outputValues", {"id": f"verdicts_{name}"})
            _text(values, "text", any_of(VERDICTS))
    for number, line in enumerate(table.lines, 1):
        _rule(element, f"{name}__{number}", table.questions, line)


def _rule(element: ElementTree.Element, name: str, questions: tuple[str, ...], line: Line) -> None:
    rule = ElementTree.SubElement(element, "rule", {"id": f"rule_{name}"})
    read = dict(line.when.lines)
    for number, question in enumerate(questions, 1):
        entry = ElementTree.SubElement(rule, "inputEntry", {"id": f"if_{name}_{number}"})
        _text(entry, "text", any_of(read[question]) if question in read else "-")
    for number, value in enumerate((line.verdict, line.adds, line.text, line.rests_on), 1):
        entry = ElementTree.SubElement(rule, "outputEntry", {"id": f"then_{name}_{number}"})
        _text(entry, "text", json.dumps(value, ensure_ascii=False) if value else "null")


def _text(parent: ElementTree.Element, tag: str, words: str) -> None:
    ElementTree.SubElement(parent, tag).text = words
