"""Reading at the desk: units as pages, ticks, remarks, what waits, trying and trying blind."""

import html
import json
import re

from questionnaire.desk import database
from questionnaire.desk.models import Remark
from questionnaire.rulebook.load import load
from questionnaire.rulebook.statements import statements

from .test_change import send

UNIT = "hip-dips/fat-transfer"


def test_every_statement_of_every_unit_stands_on_its_page(someone, rules):
    reviewer = someone("reviewer")
    home = reviewer.page("/")
    pages = {
        unit: html.unescape(reviewer.page(f"/units/{unit}")) for unit in re.findall(r'href="/units/([^"]+)"', home)
    }
    assert {"questions", "shared", "clinic", "pages", "hip-dips", "love-handles", UNIT} <= pages.keys()
    for statement in statements(load(rules)):
        assert f'id="{statement.id}"' in pages[statement.unit]
        assert (statement.text or "The article does not say.") in pages[statement.unit]


def test_there_is_no_page_of_what_is_no_unit(someone):
    for path in ("/units/nothing", "/units/../rules", "/remark/nothing?statement=x", f"/remark/{UNIT}?statement=x"):
        assert someone("reviewer", f"R {path}").get(path).status_code == 404


def test_what_was_ticked_stays_ticked_until_the_text_is_another(someone, rules):
    reviewer = someone("reviewer")
    page = reviewer.page(f"/units/{UNIT}")
    shown = [html.unescape(value) for value in re.findall(r'name="shown" value="([^"]+)"', page)]
    reviewer.post(f"/units/{UNIT}", {"shown": shown, "read": shown[:3]}, text=page)
    assert "You have read 3 of" in reviewer.page(f"/units/{UNIT}")
    reviewer.post(f"/units/{UNIT}", {"shown": shown, "read": shown[1:3]}, page=f"/units/{UNIT}")
    assert "You have read 2 of" in reviewer.page(f"/units/{UNIT}")
    path = rules / f"{UNIT}.yaml"
    path.write_text(path.read_text().replace("summary: A surgeon", "summary: Some surgeon"))
    assert "You have read 1 of" in reviewer.page(f"/units/{UNIT}")
    assert "You have read 0 of" in someone("reviewer", "Another").page(f"/units/{UNIT}")


def test_what_most_visitors_meet_comes_first(someone):
    home = someone("reviewer").page("/")
    names = re.findall(r'href="/units/([^"]+)"', home)
    assert names[0] == "hip-dips"
    met = [int(n.replace(",", "")) for n in re.findall(r"<td>([\d,]+) of [\d,]+</td>", home)]
    assert met == sorted(met, reverse=True)


def test_the_document_stands_beside_what_rests_on_it(someone, desk, tmp_path, article):
    desk.config["DESK_DOCUMENTS"] = (article,)
    assert "<q>" in someone("reviewer").page(f"/units/{UNIT}")


def test_a_remark_is_made_answered_closed_and_goes_stale(someone, rules, desk):
    reviewer, editor = someone("reviewer", "Dr Baker"), someone("editor")
    fields = {"statement": f"{UNIT}.summary", "text": "Too <short>?", "proposed": ""}
    address = f"/remark/{UNIT}?statement={UNIT}.summary"
    assert "Say what you would remark" in reviewer.post(f"/remark/{UNIT}", {**fields, "text": ""}, page=address).text
    reviewer.post(f"/remark/{UNIT}", fields, page=address)
    assert "Too &lt;short&gt;?" in editor.page("/remarks")
    editor.post("/remarks/1", {"do": "answer", "text": "It is."}, page="/remarks")
    assert "It is." in reviewer.page("/remarks")
    assert someone("reviewer", "X").post("/remarks/1", {"do": "close"}, page="/remarks").status_code == 403
    reviewer.post("/remarks/1", {"do": "close"}, page="/remarks")
    assert 'remarks">1 remark' not in reviewer.page("/")
    assert "; the text is another since" not in reviewer.page("/remarks")
    path = rules / f"{UNIT}.yaml"
    path.write_text(path.read_text().replace("summary: A surgeon", "summary: Some surgeon"))
    assert "; the text is another since" in reviewer.page("/remarks")
    with desk.app_context():
        assert [remark.state for remark in database.reading().query(Remark)] == ["closed"]


def test_answers_are_tried(someone):
    reviewer = someone("reviewer")
    first = reviewer.post("/try", {"area": "hip-dips"})
    assert 'name="donor-fat"' in first.text
    assert 'name="noticeable"' not in first.text
    answers = {
        "area": "hip-dips",
        "donor-fat": "enough",
        "tolerance": "surgery",
        "timing": "months",
        "upkeep": "yes",
        "hoped-for": "softer",
    }
    page = html.unescape(reviewer.post("/try", answers).text)
    assert "Fat transfer (fat grafting)</a>: fits" in page
    assert "open-to-surgery" in page
    assert "no area is in scope" in reviewer.post("/try", {"area": "not-sure", "shape": "neither"}).text
    assert 'role="alert"' in reviewer.post("/try", {"code": "nonsense"}).text


def test_a_difference_in_a_blind_try_becomes_a_remark_with_one_press(someone, desk):
    reviewer = someone("reviewer")
    page = reviewer.page("/blind")
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]+)"', page))
    fields.pop("csrf_token")
    assert "The rules give" not in page
    gives = re.search(r"The rules give: <b>([^<]+)", reviewer.post("/blind", {**fields, "expected": "fits"}).text)[1]
    expected = "ruled-out" if gives == "fits" else "fits"
    seen = reviewer.post("/blind", {**fields, "expected": expected, "why": "I thought so."}).text
    assert "Make the difference a remark" in seen
    reviewer.post("/blind", {**fields, "expected": expected, "why": "I thought so.", "do": "remark"})
    assert f"and the rules give “{gives}”. I thought so." in html.unescape(reviewer.page("/remarks"))
    assert reviewer.post("/blind", {**fields, "expected": "maybe"}).status_code == 302


def test_what_was_expected_in_a_blind_try_becomes_an_example_with_one_press(someone, rules):
    editor = someone("editor")
    page = editor.page("/blind?option=love-handles/liposuction")
    while 'value="love-handles/liposuction"' not in page:  # another area was drawn
        page = editor.page("/blind?option=love-handles/liposuction")
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]+)"', page))
    gives = re.search(r"The rules give: <b>([^<]+)", editor.post("/blind", {**fields, "expected": "fits"}).text)[1]
    expected = "ruled-out" if gives == "fits" else "fits"
    sent = {**fields, "expected": expected, "why": "Just as I thought", "do": "example"}
    tried = editor.post("/blind", sent).text
    assert "Change love-handles/liposuction.yaml" in tried
    assert "the example &#39;Just as I thought&#39;" in tried, "it says what the rules give instead"
    accepted = send(editor, "/change/love-handles/liposuction.yaml", "accept", page=tried).text
    assert "The checks find nothing new." in accepted
    assert send(editor, "/change/love-handles/liposuction.yaml", "save", page=accepted).status_code == 302
    assert "  - example: Just as I thought\n" in (rules / "love-handles/liposuction.yaml").read_text()
    reviewer = someone("reviewer")
    assert reviewer.post("/blind", sent).status_code == 403


def test_remarks_are_printed_for_programs(someone, desk, runner, monkeypatch):
    reviewer = someone("reviewer")
    address = f"/remark/{UNIT}?statement={UNIT}.summary"
    reviewer.post(f"/remark/{UNIT}", {"statement": f"{UNIT}.summary", "text": "Why?"}, page=address)
    monkeypatch.setattr("questionnaire.desk.create_app", lambda: desk)
    (remark,) = json.loads(runner.invoke(args=["desk", "remarks", "--json"]).stdout)["remarks"]
    assert (remark["by"], remark["state"], remark["stale"], remark["remark"]) == ("A reviewer", "open", False, "Why?")
    assert "A reviewer on hip-dips/fat-transfer.summary (open): Why?" in runner.invoke(args=["desk", "remarks"]).stdout


def test_the_commands_of_the_desk(desk, runner, monkeypatch):
    monkeypatch.setattr("questionnaire.desk.create_app", lambda: desk)
    first = runner.invoke(args=["desk", "welcome"]).stdout
    assert first.startswith("The desk: http://localhost:8001  (stop with Ctrl-C)\nNobody is there yet.")
    assert "http://localhost:8001/invitations/" in first
    invited = runner.invoke(args=["desk", "invite", "Dr Able", "--role", "reviewer"])
    assert re.fullmatch(r"http://localhost:8001/invitations/[\w-]{43}\n", invited.stdout)
    assert runner.invoke(args=["desk", "invite", "Dr Able", "--role", "doctor"]).exit_code == 2
    log = runner.invoke(args=["desk", "log"])
    assert log.exit_code == 0
    assert log.stdout.splitlines()[-1].endswith("whoever has the command line\tinvited\tDr Able\tas reviewer")
