"""Changing rule files at the desk: tried before it is saved, saved whole, and never over somebody else's change."""

import html
import re
import subprocess

import pytest

from questionnaire.desk import database
from questionnaire.desk.models import Change

FILE = "hip-dips/fat-transfer.yaml"
RULE = f"/change/{FILE}?at=not-offered.0"


@pytest.fixture
def editor(someone):
    return someone("editor", "Eve Editor")


def fields(page):
    """What the form of a page would send, as a browser does."""
    form = page[page.index("data-try") : page.index('name="do"')]
    sent = []
    for tag in re.finditer(r"<(input|textarea|select)([^>]*)>([^<]*(?:<option.*?)?)(?=</|<)", form, re.S):
        kind, attributes = tag[1], dict(re.findall(r'([\w:-]+)="([^"]*)"', tag[2]))
        name = html.unescape(attributes.get("name", ""))
        if kind == "textarea":
            sent.append((name, html.unescape(tag[3].removeprefix("\n"))))
        elif attributes.get("type") == "checkbox":
            sent += [(name, html.unescape(attributes["value"]))] if re.search(r"\bchecked\b", tag[2]) else []
        elif kind == "input" and name not in ("csrf_token", "why"):
            sent.append((name, html.unescape(attributes.get("value", ""))))
    for select in re.finditer(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r"<option(?: value=\"([^\"]*)\")? selected>([^<]*)", select[2])
        if chosen:
            sent.append((select[1], chosen[1] if chosen[1] is not None else chosen[2]))
    return sent


def send(editor, address, do, page=None, **new):
    """Send the form of an address with other values in some fields; underscores stand for slashes."""
    sent = fields(page or editor.page(address))
    for name, value in new.items():
        name = "f/" + name.replace("_", "/") if name != "why" else name
        sent = [one for one in sent if one[0] != name]
        sent += [(name, one) for one in (value if isinstance(value, list) else [value])]
    data = {}
    for name, value in [*sent, ("do", do)]:
        data.setdefault(name, []).append(value)
    return editor.post(address.partition("?")[0], data, page=address, text=page)


def test_a_form_that_is_sent_back_as_it_is_changes_nothing(editor, rules):
    before = (rules / FILE).read_bytes()
    for at in ("name", "summary", "claims", "offered.0", "not-offered.1", "expect.0", "grid", "examples.0"):
        assert send(editor, f"/change/{FILE}?at={at}", "save").status_code == 302, at
        assert (rules / FILE).read_bytes() == before, at


def test_every_part_of_every_file_has_a_form(editor, rules):
    for path in rules.rglob("*.yaml"):
        file = path.relative_to(rules).as_posix()
        if file.startswith("sign-offs/"):
            continue
        parts = editor.page(f"/change/{file}")
        links = [html.unescape(link) for link in re.findall(r'href="(/change/[^"]+at=[^"]+)"', parts)]
        assert links, file
        for link in (links[0], links[-1]):
            assert "data-try" in editor.page(link)


def test_other_words_are_tried_then_saved_and_nothing_else_of_the_file_changes(editor, rules):
    before = (rules / FILE).read_text()
    tried = send(editor, RULE, "check", because="This is an operation, and you would not have one.")
    assert "What it would make" in tried.text
    assert "This is an operation, and you would not have one." in tried.text
    assert (rules / FILE).read_text() == before, "only tried"
    saved = send(editor, RULE, "save", because="This is an operation, and you would not have one.", why="Plainer")
    assert saved.location == f"/change/{FILE}"
    after = (rules / FILE).read_text()
    (old,) = set(before.splitlines()) - set(after.splitlines())
    (new,) = set(after.splitlines()) - set(before.splitlines())
    assert old.startswith("    because: ")
    assert new == "    because: This is an operation, and you would not have one."
    assert "changed: hip-dips/fat-transfer.yaml" in editor.page("/log")
    assert "Plainer" in editor.page("/log")


def test_a_change_shows_whom_it_would_reach_and_which_examples_would_fail(editor):
    tried = send(editor, RULE, "check", when_tolerance=["devices", "self-care"]).text
    assert "For visitors, against the rule files as they are" in tried
    assert "ways to answer the questions, at least one option gets another verdict." in tried
    assert "The new table" in tried
    assert "The checks would find, elsewhere in the files:" in tried
    assert "If “How far would you go" in tried or "is answered with" in tried


def test_a_draft_with_gaps_is_shown_and_can_be_tried(editor):
    tried = send(editor, RULE, "save", when_tolerance="self-care")
    assert tried.status_code == 302
    assert "combinations of answers no rule says anything." in editor.page(f"/units/{FILE.removesuffix('.yaml')}")
    answers = {"area": "hip-dips", "donor-fat": "enough", "tolerance": "devices", "timing": "months", "upkeep": "yes"}
    page = editor.post("/try", {**answers, "hoped-for": "softer"}).text
    assert "For these answers no rule of some option says anything." in page
    for path in ("/", "/releases", "/change", "/blind"):
        editor.page(path)


def test_a_problem_stands_at_its_field(editor, rules):
    tried = send(editor, RULE, "check", because="This is perfect.").text
    field = tried[tried.index('for="f/because"') : tried.index('id="f/because"')]
    assert "&#39;perfect&#39;" in field


def test_what_can_not_be_read_is_not_saved(editor, rules):
    before = (rules / FILE).read_bytes()
    refused = send(editor, RULE, "save", rule="Two words")
    assert refused.status_code == 200
    assert "Nothing was saved: with this the rule files could not be read." in refused.text
    assert "Two words" in refused.text, "what was typed is kept"
    assert (rules / FILE).read_bytes() == before


def test_an_entry_is_added_and_taken_away(editor, rules):
    before = (rules / FILE).read_text()
    count = before.count("- example:")
    new = f"/change/{FILE}?at=examples.{count}"
    fields_of_new = {
        "example": "Not sure about anything",
        "answers_tolerance": "self-care",
        "verdict": "ruled-out",
        "because": "no-surgery",
    }
    send(editor, new, "save", **fields_of_new)
    assert "  - example: Not sure about anything\n    answers: {tolerance: self-care}\n" in (rules / FILE).read_text()
    send(editor, new, "remove")
    assert (rules / FILE).read_text() == before


def test_two_who_change_the_same_are_shown_both_and_lose_nothing(someone, rules):
    first, second = someone("editor", "First"), someone("editor", "Second")
    page = second.page(RULE)
    send(first, RULE, "save", because="This is an operation. You would not have one.")
    met = send(second, RULE, "save", page=page, because="You would have no surgery, and this is some.")
    assert "Somebody else changed this meanwhile." in met.text
    assert "This is an operation. You would not have one." in met.text
    assert "You would have no surgery, and this is some." in met.text
    assert "This is an operation." in (rules / FILE).read_text()
    sent = send(second, RULE, "save", page=met.text, because="You would have no surgery, and this is some.")
    assert sent.status_code == 302
    assert "You would have no surgery, and this is some." in (rules / FILE).read_text()


def test_two_who_change_other_parts_of_a_file_do_not_meet(someone, rules):
    first, second = someone("editor", "First"), someone("editor", "Second")
    page = second.page(RULE)
    send(first, f"/change/{FILE}?at=not-offered.1", "save", because="There has to be enough fat to move.")
    data = (rules / FILE).read_text()
    (rules / FILE).write_text("# by hand\n" + data)
    assert send(second, RULE, "save", page=page, because="You would have no surgery.").status_code == 302
    assert (rules / FILE).read_text().startswith("# by hand\n")
    assert "You would have no surgery." in (rules / FILE).read_text()


def test_a_save_is_a_commit_and_says_who_can_not_sign(editor, rules, desk):
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@x"]
    subprocess.run(["git", "init", "-q"], cwd=rules, check=True)
    subprocess.run(["git", "add", "."], cwd=rules, check=True)
    subprocess.run([*git, "commit", "-q", "-m", "first"], cwd=rules, check=True)
    send(editor, RULE, "save", because="You would have no surgery.", why="For Dr Baker")
    told = subprocess.run(
        ["git", "log", "-1", "--format=%an: %s"], cwd=rules, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == f"Eve Editor: Change {FILE} at the desk: For Dr Baker"
    with desk.app_context():
        assert [change.unit for change in database.reading().query(Change)] == ["hip-dips/fat-transfer"]


def test_the_words_of_a_remark_are_taken_with_one_press(someone, editor, rules):
    reviewer = someone("reviewer")
    address = "/remark/hip-dips/fat-transfer?statement=hip-dips/fat-transfer.rules.no-surgery.because"
    sent = {"statement": "hip-dips/fat-transfer.rules.no-surgery.because", "proposed": "You would have no surgery."}
    assert reviewer.post("/remark/hip-dips/fat-transfer", sent, page=address).status_code == 302
    send(editor, f"/change/{FILE}?at=not-offered.1", "save", because="There has to be enough fat to move.")
    assert "Take the words and save" in editor.page("/remarks")
    editor.post("/take/1", {}, page="/remarks")
    assert "because: You would have no surgery." in (rules / FILE).read_text()
    assert "Taken as proposed." in reviewer.page("/remarks")
    assert "Take the words and save" not in editor.page("/remarks")
    editor.post("/take/1", {}, page="/remarks")
    assert "The text is another since this remark was made." in editor.page("/remarks")


def test_a_folder_that_can_not_be_read_is_said_and_what_was_typed_is_kept(editor, rules):
    page = editor.page(RULE)
    (rules / "grid.yaml").write_text("rows: [\n")
    met = send(editor, RULE, "save", page=page, because="You would have no surgery.")
    assert met.status_code == 503
    assert "The rule files can't be read just now" in html.unescape(met.text)
    assert "You would have no surgery." in met.text


def test_a_field_that_was_begun_with_other_json_is_refused(editor):
    assert editor.post(f"/change/{FILE}", {"at": "name", "begun": "{"}, page=RULE).status_code == 400
