"""The rulebook in the forms of other programs: the same rows in an engine of others, whole folders, clear refusals."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
import zen

from questionnaire.decide.build_tables import build
from questionnaire.decide.in_force import in_force
from questionnaire.decide.routing import areas_in_scope, combinations, deciding, is_asked
from questionnaire.releases.withdrawn_options import withdraw_option
from questionnaire.review.export import FORMATS, ExportError, export, files_of
from questionnaire.review.export.collect import collect_tables
from questionnaire.rulebook.load import load
from questionnaire.rulebook.model import Condition

from .clinic import write_clinic
from .conftest import RULES
from .small import caveat, rule, small_rulebook

SMALL = small_rulebook(
    {
        "left/push": [
            rule("deep", "fits", depth="deep"),
            rule("flat", "ask", depth="flat"),
            rule("red", "ruled-out", colour="red"),
        ],
        "up/pull": [rule("all", "fits"), rule("low-and-two", "ask", height="low", last="two")],
        "right/lift": [rule("all", "fits")],
    },
    [
        caveat("for-two", options=("left/push", "up/pull"), last="two"),
        caveat("note", areas=("left", "up"), top="yes"),
        caveat("first", areas=("left",), first=True, last="one"),
    ],
)
DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"


def small_tables():
    return build(SMALL)


@pytest.fixture(scope="module")
def clinics(tmp_path_factory):
    """Our first rulebook with the clinic's own rules, answers and question, as it holds on a day of theirs."""
    rules = Path(shutil.copytree(RULES, tmp_path_factory.mktemp("clinic") / "rules"))
    write_clinic(rules)
    return in_force(build(load(rules)), "2026-11-26")


@pytest.fixture(params=["frozen", "small", "clinic"])
def exported(request, tables):
    """Our first rulebook, one with nested gates and three areas, and one to which the clinic adds."""
    made = {"frozen": lambda: tables, "small": small_tables, "clinic": lambda: request.getfixturevalue("clinics")}
    return made[request.param]()


def test_gorules_gives_every_row_of_every_table(exported):
    graph = json.loads(files_of(exported, "jdm")["guide.jdm.json"])
    decision = zen.ZenEngine().create_decision(json.dumps(graph))
    for table in exported.options.values():
        for key, row in table.rows.items():
            answers = {question.replace("-", "_"): choice for question, choice in table.answers(key).items()}
            lines = decision.evaluate(answers)["result"][table.option.replace("/", "__").replace("-", "_")]
            ranked = sorted(("fits", "ask", "ruled-out").index(line["verdict"]) for line in lines if "verdict" in line)
            reasons = {line["adds"] for line in lines if line.get("verdict") == row.verdict}
            assert ("fits", "ask", "ruled-out")[ranked[-1]] == row.verdict
            assert reasons == {rule.id for rule in row.because}
            assert [line["adds"] for line in lines if "verdict" not in line] == [c.id for c in row.caveats]


def enabled(items, answers):
    """The linkIds of questions that a reader of enableWhen asks, by the words of FHIR R4 alone."""
    for item in items:
        given = [answers.get(c["question"]) == c["answerCoding"]["code"] for c in item.get("enableWhen", ())]
        if not given or (any(given) if item.get("enableBehavior", "any") == "any" else all(given)):
            if item["type"] == "choice":
                yield item["linkId"]
            yield from enabled(item.get("item", ()), answers)


def test_a_questionnaire_asks_what_we_ask_on_every_way_through_the_gates(exported):
    rulebook = exported.rulebook
    items = json.loads(files_of(exported, "fhir")["questionnaire.json"])["item"]
    ways = list(combinations(rulebook, None, deciding(rulebook, None, rulebook.questions)))
    assert len(ways) > 3
    for way in ways:
        asked = [question.id for question in rulebook.questions.values() if is_asked(rulebook, question, way)]
        assert list(enabled(items, way)) == asked


def test_a_response_holds_the_given_answers_in_the_groups_of_their_questions(tables):
    answers = {"area": "hip-dips", "tolerance": "self-care"}
    response = json.loads(files_of(tables, "fhir", answers)["questionnaire-response.json"])
    assert response["questionnaire"] == f"urn:options-guide:{tables.rulebook.fingerprint}|{tables.rulebook.fingerprint}"
    assert [item["answer"][0]["valueCoding"]["code"] for item in response["item"]] == ["hip-dips", "self-care"]


def test_a_dmn_file_has_one_decision_of_hit_policy_collect_for_each_option(tables):
    root = ElementTree.fromstring(files_of(tables, "dmn")["guide.dmn"])
    decisions = {decision.get("name"): decision for decision in root.iter(f"{DMN}decision")}
    for option in tables.rulebook.options.values():
        decision = decisions[option.id.replace("/", "__").replace("-", "_")]
        assert decision.find(f"{DMN}decisionTable").get("hitPolicy") == "COLLECT"
        assert decision.findtext(f"{DMN}description") == option.name


def test_the_areas_of_a_way_follow_from_the_lines_alone(exported):
    rulebook = exported.rulebook
    scope = collect_tables(exported)[0]
    for answers in combinations(rulebook, None, scope.questions):
        assert {line.adds for line in scope.matched(answers)} == set(areas_in_scope(rulebook, answers))


@pytest.mark.parametrize("form", FORMATS)
def test_an_export_names_its_rulebook_and_what_it_leaves_out_and_is_the_same_twice(tables, form):
    files = files_of(tables, form)
    manifest = json.loads(files["manifest.json"])
    assert manifest["rulebook"] == tables.rulebook.fingerprint
    assert manifest["export"] == form
    assert manifest["leaves-out"]
    assert tables.rulebook.fingerprint in files["README.md"]
    assert all(f"- {what}\n" in files["README.md"] for what in manifest["leaves-out"])
    assert set(manifest["files"]) == set(files) - {"manifest.json"}
    assert files_of(tables, form) == files


def test_a_rule_that_is_more_than_a_condition_on_answers_is_named_and_nothing_is_exported(tables):
    rulebook = tables.rulebook
    option = rulebook.options["hip-dips/fat-transfer"]
    hidden = replace(option.rules[-1], when=Condition((("tolerance", ("surgery",)),)))
    options = {**rulebook.options, option.id: replace(option, rules=(*option.rules[:-1], hidden))}
    other = replace(tables, rulebook=replace(rulebook, options=options))
    with pytest.raises(ExportError) as refused:
        files_of(other, "dmn")
    assert str(refused.value).startswith(f"hip-dips/fat-transfer: '{hidden.id}'")
    assert "can't be said as a condition on answers" in str(refused.value)


def test_a_text_that_gorules_can_not_hold_is_named():
    text = replace(SMALL.options["right/lift"].rules[0].because, text='"it\'s" `so`')
    other = replace(SMALL.options["right/lift"], rules=(replace(rule("all", "fits"), because=text),))
    tables = build(replace(SMALL, options={**SMALL.options, "right/lift": other}))
    files_of(tables, "dmn")
    with pytest.raises(ExportError) as refused:
        files_of(tables, "jdm")
    assert str(refused.value) == (
        "right/lift: the text of 'all' holds \", ' and ` (or ${), which no text of GoRules can hold"
    )


def test_what_the_clinic_adds_is_marked_in_every_form(clinics):
    texts = json.loads(files_of(clinics, "jsonlogic")["texts.json"])
    assert texts["options"]["hip-dips/implants"]["rules"]["not-done-here"]["rests-on"] == "clinic"
    for name, form in (("guide.jdm.json", "jdm"), ("guide.dmn", "dmn")):
        assert '"clinic' in files_of(clinics, form)[name].replace("\\", "")
    asked = json.loads(files_of(clinics, "fhir")["questionnaire.json"])["item"]
    notes = [extension["valueMarkdown"] for item in asked for extension in item.get("extension", ())]
    assert len(notes) == 1
    assert notes[0].startswith("Added by the clinic, not from the article: ")


def test_an_export_says_until_when_it_holds(tables):
    files = files_of(tables, "dmn", until="2026-12-31")
    assert json.loads(files["manifest.json"])["holds-until"] == "2026-12-31"
    assert (
        "It holds until 2026-12-31: then a line of the clinic's begins or ends, so export again." in files["README.md"]
    )


def test_names_that_mean_something_to_an_engine_are_written_so_that_they_do_not():
    asked = {name: replace(question, id=name) for name, question in SMALL.questions.items()}
    some = list(asked.items())
    names = dict(zip(asked, ["in", "date", "1st", "top", "for", "not", "null"], strict=True))

    def renamed(condition):
        return Condition(tuple((names[question], choices) for question, choices in condition.lines))

    questions = {
        names[name]: replace(
            question,
            id=names[name],
            asked_when=replace(question.asked_when, condition=renamed(question.asked_when.condition)),
        )
        for name, question in some
    }
    options = {
        name: replace(option, rules=tuple(replace(one, when=renamed(one.when)) for one in option.rules))
        for name, option in SMALL.options.items()
    }
    areas = {
        name: replace(area, in_scope_when=tuple(map(renamed, area.in_scope_when))) for name, area in SMALL.areas.items()
    }
    tables = build(replace(SMALL, questions=questions, options=options, areas=areas, caveats={}))
    decision = zen.ZenEngine().create_decision(files_of(tables, "jdm")["guide.jdm.json"])
    lines = decision.evaluate({"in_": "left", "date_": "deep", "q_1st": "red"})["result"]
    assert [line["adds"] for line in lines["left__push"]] == ["deep", "red"]


def test_a_folder_is_written_whole_and_an_earlier_export_goes(tmp_path, tables):
    folder = tmp_path / "out"
    export({"old.json": "{}\n", "manifest.json": '{"files": {"old.json": ""}}'}, folder)
    files = files_of(tables, "jsonlogic")
    export(files, folder)
    assert {path.name: path.read_text() for path in folder.iterdir()} == files
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_empty_folder_is_taken_and_one_with_anything_else_is_refused(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    export({"manifest.json": '{"files": {}}'}, folder)
    (folder / "letter.txt").write_text("mine")
    with pytest.raises(ExportError) as refused:
        export({"manifest.json": "{}"}, folder)
    assert (
        str(refused.value)
        == f"{folder} holds 'letter.txt', which is of no export; name another folder, or an empty one"
    )
    assert (folder / "letter.txt").read_text() == "mine"


def test_no_folder_is_made_where_it_can_not_be_whole(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match="is not a folder; name another one"):
        export({}, tmp_path / "file")
    with pytest.raises(ExportError, match="to write it into; make it first"):
        export({}, tmp_path / "none" / "out")
    with pytest.raises(OSError, match="No such file"):
        export({"a.json": "", "below/b.json": ""}, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_command_writes_a_folder_and_says_what(runner, tmp_path):
    result = runner.invoke(
        args=[
            "rules",
            "export",
            "fhir",
            "--to",
            str(tmp_path / "out"),
            "--answer",
            "area=not-sure",
            "--answer",
            "shape=neither",
        ]
    )
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "README.md",
        "manifest.json",
        "questionnaire-response.json",
        "questionnaire.json",
    ]
    assert "questionnaire-response.json" in result.stderr
    again = runner.invoke(args=["rules", "export", "dmn", "--to", str(tmp_path), "--answer", "area=not-sure"])
    assert (again.exit_code, again.stderr) == (
        2,
        "Error: --answer is for fhir alone: only there answers have a form of their own\n",
    )
    refused = runner.invoke(args=["rules", "export", "dmn", "--to", str(tmp_path)])
    assert refused.exit_code == 1
    assert "nothing was written: " in refused.stderr


def test_an_option_that_is_withdrawn_is_ruled_out_in_an_export_of_the_site_s_own_rules(app, tables, tmp_path):
    releases = tmp_path / "releases"
    releases.mkdir()
    withdraw_option(releases, "hip-dips/implants", "We wait for a letter.")
    app.config["RELEASES"] = str(releases)
    runner = app.test_cli_runner()
    assert runner.invoke(args=["rules", "export", "jsonlogic", "--to", str(tmp_path / "own")]).exit_code == 0
    texts = json.loads((tmp_path / "own" / "texts.json").read_text())
    assert texts["options"]["hip-dips/implants"]["rules"]["withdrawn"]["text"] == "We wait for a letter."
    assert (
        runner.invoke(args=["rules", "export", "jsonlogic", str(RULES), "--to", str(tmp_path / "named")]).exit_code == 0
    )
    assert "withdrawn" not in (tmp_path / "named" / "texts.json").read_text()
