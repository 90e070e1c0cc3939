"""The programs of others: each takes the files of an export and cases, and gives what it says of every case."""

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import zen
from json_logic import jsonLogic
from playwright.sync_api import Page, sync_playwright

from questionnaire.review.export.names import variable
from tests.browser import CHROMIUM, FLAGS

from .cases import Case, Said, of_lines

HERE = Path(__file__).parent
Files = Mapping[str, str]


def gorules(files: Files, cases: Sequence[Case]) -> list[Said]:
    """zen-engine evaluates the whole decision for each case."""
    decision = zen.ZenEngine().create_decision(files["guide.jdm.json"])
    return [of_lines(decision.evaluate(_named(case))["result"][variable(case.table)]) for case in cases]


def dmn(files: Files, cases: Sequence[Case]) -> list[Said]:
    """dmn-moddle reads the file, feelin evaluates the cells."""
    asked = [{"table": variable(case.table), "answers": _named(case)} for case in cases]
    return [of_lines(lines) for lines in _node("dmn", files, asked)]


def json_logic_js(files: Files, cases: Sequence[Case]) -> list[Said]:
    """json-logic-js, the first implementation."""
    asked = [{"paths": _paths(case), "answers": case.answers} for case in cases]
    return [_of_values(values) for values in _node("jsonlogic", files, asked)]


def panzi_json_logic(files: Files, cases: Sequence[Case]) -> list[Said]:
    """panzi-json-logic, in Python."""
    logic = json.loads(files["logic.json"])

    def at(path: Sequence[str]) -> Any:
        part = logic
        for step in path:
            part = part[step]
        return part

    return [_of_values([jsonLogic(at(path), dict(case.answers)) for path in _paths(case)]) for case in cases]


def fhir_faults(files: Files) -> list[str]:
    """What npm's `fhir` finds wrong in the FHIR files."""
    names = [name for name in files if name.startswith("questionnaire")]
    results = _node("validate", files, [{"file": name} for name in names])
    return [message["message"] for result in results if not result["valid"] for message in result["messages"]]


def lforms(files: Files, responses: Sequence[Any]) -> list[list[str]]:
    """The questions that LHC-Forms shows in Chromium for each response, by their words."""
    questionnaire = json.loads(files["questionnaire.json"])
    dist = HERE / "node_modules/lforms/dist"
    scripts = (
        "lforms/webcomponent/assets/lib/zone.min.js",
        "lforms/webcomponent/lhc-forms.js",
        "fhir/R4/lformsFHIR.js",
    )
    show = """async ([questionnaire, response]) => {
        const form = LForms.Util.convertFHIRQuestionnaireToLForms(questionnaire, "R4");
        const filled = LForms.Util.mergeFHIRDataIntoLForms("QuestionnaireResponse", response, form, "R4");
        await LForms.Util.addFormToPage(filled, "form");
        await new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown)));
        return document.getElementById("form").innerText;
    }"""
    asks = [question["text"] for question in _questions(questionnaire["item"])]
    with chromium() as page:
        page.set_content('<!doctype html><meta charset="utf-8"><div id="form"></div>')
        for script in scripts:
            page.add_script_tag(path=dist / script)
        texts = [page.evaluate(show, [questionnaire, response]) for response in responses]
    return [[ask for ask in asks if ask in text] for text in texts]


@contextmanager
def chromium() -> Iterator[Page]:
    """A page of the system's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield browser.new_page()
        browser.close()


def _questions(items: Sequence[Any]) -> list[Any]:
    below = [(item, item.get("item", ())) for item in items]
    return [found for item, inner in below for found in ([item] if item["type"] == "choice" else _questions(inner))]


def _named(case: Case) -> dict[str, str]:
    return {variable(question): choice for question, choice in case.answers.items()}


def _paths(case: Case) -> list[list[str]]:
    if case.table in ("areas-in-scope", "questions-asked"):
        return [["areas" if case.table == "areas-in-scope" else "asked"]]
    if case.table.startswith("notes/"):
        return [["notes", case.table.removeprefix("notes/")]]
    return [["options", case.table, part] for part in ("verdict", "because", "caveats")]


def _of_values(values: list[Any]) -> Said:
    verdict, because, added = values if len(values) == 3 else (None, [], values[0])
    return verdict, frozenset(because), tuple(added)


def _node(judge: str, files: Files, cases: Sequence[Any]) -> list[Any]:
    asked = json.dumps({"judge": judge, "files": dict(files), "cases": cases})
    ran = subprocess.run(["node", "judge.mjs"], cwd=HERE, input=asked, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise RuntimeError(ran.stderr.strip())
    said: list[Any] = json.loads(ran.stdout)
    return said
