"""`make judges`: what programs of others say of each export, and whether each of them finds a wrong row put into it."""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from questionnaire import offline as guide
from questionnaire.decide.build_tables import build
from questionnaire.decide.in_force import in_force
from questionnaire.decide.routing import is_asked
from questionnaire.decide.tables import DecisionTables
from questionnaire.offline.visit_tree import every_visit
from questionnaire.review.export import files_of
from questionnaire.review.export.fhir import response
from questionnaire.rulebook.load import load
from tests.browser import serving
from tests.firefox import FIREFOX, firefox
from tests.random_rulebooks import ODD_IDS, rulebook

from . import offline, programs
from .cases import Case, Said, cases, ways
from .programs import Files
from .visits_in_firefox import faults_in_firefox

JUDGES: tuple[tuple[str, str, Callable[[Files, Sequence[Case]], list[Said]]], ...] = (
    ("zen-engine", "jdm", programs.gorules),
    ("dmn-moddle and feelin", "dmn", programs.dmn),
    ("json-logic-js", "jsonlogic", programs.json_logic_js),
    ("panzi-json-logic", "jsonlogic", programs.panzi_json_logic),
)


def judge_tables(tables: DecisionTables) -> bool:
    """Ask each judge for every row, and again with a wrong row put in. Gives whether all is as it should be."""
    asked = list(cases(tables))
    served = [case.served for case in asked]
    good = [
        _tell(
            name, form, judge(files := files_of(tables, form), asked), judge(with_wrong_row(files, form), asked), served
        )
        for name, form, judge in JUDGES
    ]
    return all(good)


def judge_made_up(count: int = 12) -> bool:
    """Ask each judge for every row of rulebooks that nobody wrote, with ids that mean something to programs."""
    every = [build(rulebook(seed, questions=4 + seed % 4, odd=ODD_IDS), allow_gaps=True) for seed in range(count)]
    asked = [list(cases(tables)) for tables in every]
    served = [[case.served for case in some] for some in asked]
    good = []
    for name, form, judge in JUDGES:
        said = [judge(files_of(tables, form), some) for tables, some in zip(every, asked, strict=True)]
        rows = [
            one == other
            for some, others in zip(said, served, strict=True)
            for one, other in zip(some, others, strict=True)
        ]
        print(f"{name:<22} {form:<10} {sum(rows):>4} of {len(rows)} agree in {count} rulebooks that are made up")
        good.append(all(rows))
    faults = [fault for tables in every for fault in programs.fhir_faults(files_of(tables, "fhir", ways(tables)[0]))]
    print(f"{'npm fhir':<22} {'fhir':<10} {len(faults)} faults in {count} rulebooks that are made up")
    return all(good) and not faults


def judge_forms(tables: DecisionTables) -> bool:
    """Ask LHC-Forms which questions it shows on every way through the gates, and `fhir` whether the files are valid."""
    rulebook, every = tables.rulebook, ways(tables)
    files = files_of(tables, "fhir", every[0])
    wrong = with_wrong_row(files, "fhir")
    responses = [response(rulebook, way) for way in every]
    asked = [[one.ask for one in rulebook.questions.values() if is_asked(rulebook, one, way)] for way in every]
    shown = _tell(
        "LHC-Forms in Chromium", "fhir", programs.lforms(files, responses), programs.lforms(wrong, responses), asked
    )
    name = "questionnaire.json"
    nonsense = {**files, name: files[name].replace('"type": "choice"', '"type": "nonsense"', 1)}
    return _tell("npm fhir", "fhir", [programs.fhir_faults(files)], [programs.fhir_faults(nonsense)], [[]]) and shown


def judge_offline(tables: DecisionTables) -> bool:
    """Look in the offline file for all that is decided, for every visit; compare some beside the site, in two browsers,
    and again with a wrong word put in.
    """
    visits = every_visit(tables.rulebook)
    text = guide.files(tables, {})["guide.html"]
    wrong = text.replace("Worth asking about\\u003c/span", "Open to you\\u003c/span")
    some, few = visits[::20], visits[::400]

    def in_data(file: Path, all_of: bool) -> Iterator[str]:
        return offline.faults_in_data(tables, offline.data_of(file.read_text(encoding="utf-8")), visits)

    def in_chromium(file: Path, all_of: bool) -> Iterator[str]:
        with programs.chromium() as page:
            yield from offline.faults_in_browser(page, tables, file, some if all_of else some[:5], options=10)

    def in_firefox(file: Path, all_of: bool) -> Iterator[str]:
        with firefox() as window:
            yield from faults_in_firefox(window, tables, file, few if all_of else few[:2], axe=all_of)

    judges = [("every text, in Python", in_data, visits), ("beside the site", in_chromium, some)]
    if FIREFOX:
        judges.append(("walked in Firefox", in_firefox, few))
    else:
        print("walked in Firefox      html       left out: there is no Firefox on this machine")
    good = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "guide.html")
        for name, judge, asked in judges:
            faults = []
            for words in (text, wrong):
                file.write_text(words, encoding="utf-8")
                faults.append(list(judge(file, words is text)))
            ours, planted = faults
            told = f"{len(ours)} faults; with a wrong word put in, {len(planted)}"
            print(f"{name:<22} html       {len(asked):>4} visits, {told}")
            print(*ours[:3], sep="\n", end="")
            good.append(not ours and bool(planted))
    return all(good)


def judge_api() -> bool:
    """Let schemathesis send requests of all kinds to the HTTP API, made from its own description."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), FLASK_API="true") as address:
        program = Path(sys.executable).with_name("schemathesis")
        wanted = ["--checks", "all", "--max-examples", "50", "--seed", "1"]
        command = [program, "run", f"{address}/api/v1/openapi.json", *wanted]
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    count = re.search(r"\d+ generated.*", ran.stdout)
    print(f"{'schemathesis':<22} {'HTTP API':<10} {count[0] if count and not ran.returncode else ran.stdout}")
    return not ran.returncode


def judge_manifest() -> bool:
    """Hold deploy/kubernetes.yaml, and a copy with two faults, against the schemas of Kubernetes.

    Run apart by uv: those schemas are 17,000 files, which nothing else here needs.
    """
    text, failed = Path("deploy/kubernetes.yaml").read_text(), []
    wrong = text.replace("runAsNonRoot: true", 'runAsNonRoot: "yes"').replace("minAvailable: 1", "minAvailabel: 1")
    uv = Path(sys.executable).with_name("uv")
    with tempfile.TemporaryDirectory() as folder:
        for words in (text, wrong):
            Path(folder, "kubernetes.yaml").write_text(words)
            command = [uv, "tool", "run", "--no-config", "kubernetes-validate==1.37.0", "--strict", "kubernetes.yaml"]
            ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            failed.append(len(re.findall(r"^ERROR", ran.stdout + ran.stderr, re.M)) if ran.returncode else 0)
    print(f"{'kubernetes-validate':<22} {'manifests':<10} {failed[0]} faults; with two put in, {failed[1]}")
    return failed == [0, 2]


def with_wrong_row(files: Files, form: str) -> dict[str, str]:
    """The files of an export with one verdict, or one condition of a question, that is another."""
    name, right, wrong = {
        "jdm": ("guide.jdm.json", '"\\"fits\\""', '"\\"ruled-out\\""'),
        "dmn": ("guide.dmn", '<text>"fits"</text>', '<text>"ruled-out"</text>'),
        "jsonlogic": ("logic.json", '"fits"', '"ruled-out"'),
        "fhir": ("questionnaire.json", '"operator": "="', '"operator": "!="'),
    }[form]
    assert right in files[name]
    return {**files, name: files[name].replace(right, wrong, 1)}


def _tell(name: str, form: str, said: Sequence[object], of_wrong: Sequence[object], served: Sequence[object]) -> bool:
    agree = sum(one == other for one, other in zip(said, served, strict=True))
    found = sum(one != other for one, other in zip(of_wrong, served, strict=True))
    print(f"{name:<22} {form:<10} {agree:>4} of {len(served):<4} agree; with a wrong row put in, {found} do not")
    for one, other in [pair for pair in zip(said, served, strict=True) if pair[0] != pair[1]][:3]:
        print(f"  says {json.dumps(one, default=sorted)}, served is {json.dumps(other, default=sorted)}")
    return agree == len(served) and found > 0


if __name__ == "__main__":
    whole = build(load(Path(sys.argv[1] if len(sys.argv) > 1 else "rules")))
    rules = in_force(whole, date.today().isoformat())
    every = [
        judge_tables(rules),
        judge_made_up(),
        judge_forms(rules),
        judge_offline(rules),
        judge_api(),
        judge_manifest(),
    ]
    sys.exit(not all(every))
