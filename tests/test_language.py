"""The language of the pages: a made-up one finds every text that is not in the catalogue or the rule files."""

import dataclasses
import html
import io
import re
from html.parser import HTMLParser

import pytest
from babel.messages.pofile import read_po, write_po

from questionnaire import SettingError, create_app
from questionnaire.cli.edit_commands import write_catalogue
from questionnaire.cli.readability_command import ERRORS, pages

from .conftest import PROJECT, RULES
from .visitor import FULL, post, reference, text, walk

POT = PROJECT / "translations" / "messages.pot"
SPOKEN = {"alt", "aria-label", "content", "data-copy", "data-copied", "data-by-hand", "placeholder", "title"}


def pseudo(said):
    """A text in a language that nobody speaks: in brackets, with accents, its placeholders untouched."""
    parts = re.split(r"(%\(\w+\)s)", said)
    accented = str.maketrans("aeiouAEIOU", "àéîöûÀÉÎÖÛ")
    return "⟦" + "".join(part if part.startswith("%(") else part.translate(accented) for part in parts) + "⟧"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a catalogue for `eo`, every text translated by `pseudo`."""
    folder = tmp_path_factory.mktemp("translations")
    made = read_po(io.BytesIO(POT.read_bytes()), locale="eo")
    for said in made:
        if said.id:
            said.string = tuple(map(pseudo, said.id)) if said.pluralizable else pseudo(said.id)
    with (folder / "eo.po").open("wb") as file:
        write_po(file, made)
    return folder


@pytest.fixture
def esperanto(folder):
    settings = {"RULES": str(RULES), "TRANSLATIONS": str(folder), "LANGUAGE": "eo"}
    named = {"CLINIC_NAME": "⟦clinic⟧", "CLINIC_CONTACT": "⟦contact⟧", "CLINIC_SUPPORT": ("⟦line⟧",)}
    return create_app({**settings, **named, "CLINIC_BOOKING": "tel:1"})


class Said(HTMLParser):
    """Everything that a page says, in its text and in the attributes that people meet."""

    def __init__(self, page):
        super().__init__()
        self.said = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag != "meta" or str(named.get("property", named.get("name"))).endswith(("title", "description", "alt")):
            self.said += [value for name, value in attrs if name in SPOKEN and value]

    def handle_data(self, data):
        self.said.append(data)


CODES = re.compile(
    r"([A-Z]{1,3}\d?-\d+\.\d+ ?)+|[A-Z2-9]{5}-[A-Z0-9]{5}|[A-Z0-9]{5}|[0-9a-f]{12}\.?|x+|http://localhost/reference"
)


def of_rules(value, found):
    """Every string anywhere in a rulebook."""
    if isinstance(value, str):
        found.add(" ".join(value.split()))
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            of_rules(getattr(value, field.name), found)
    elif isinstance(value, dict):
        for one in value.values():
            of_rules(one, found)
    elif isinstance(value, (tuple, list)):
        for one in value:
            of_rules(one, found)
    return found


def left_over(page, known):
    """What a page says that is neither in brackets nor a text of the rule files."""
    page = re.sub(r"<script type=.application/ld.*?</script>", "", page, flags=re.S)
    term = r'<span class="keep"><button[^>]*>([^<]*)</button>([^<]*)</span><span class="meaning".*?</span>'
    page = re.sub(term, r"\1\2", page)
    for said in Said(page).said:
        before = ""
        while before != said:
            before, said = said, re.sub(r"⟦[^⟦⟧]*⟧", " ", said)
        said = " ".join(said.split()).removeprefix(": ")
        if re.search(r"[A-Za-z]{2}", said) and said not in known:
            parts = [part for part in re.split(r"[;·–]|, (?=[A-Z])| \(\d+\)", said) if re.search(r"[A-Za-z]{2}", part)]
            yield from (part for part in map(str.strip, parts) if part not in known and not CODES.fullmatch(part))


def test_no_page_has_a_text_outside_the_catalogue_and_the_rule_files(esperanto, rulebook):
    known = of_rules(rulebook, set())
    known |= {term.name[0].upper() + term.name[1:] for term in rulebook.glossary.values()}  # as /words begins them
    with esperanto.app_context():
        every = list(pages(rulebook))
    assert len(every) > 25
    for where, page in every:
        assert not list(left_over(page, known)), where


def test_errors_and_messages_speak_the_language_too(esperanto, rulebook):
    known = of_rules(rulebook, set())
    client = esperanto.test_client()
    client.get("/questions/area")
    faulty = [
        client.post("/questions/area", data={"answer": "both", "layout": "0000"}),
        post(client, "/questions/area", answer=""),
        post(client, "/questions/area", answer="neither"),
        client.post("/reference", data={"code": "x"}),
        *[post(client, "/reference", code=code) for code in ("", "K7MPX", "K7MPX-4RT9O", "K7MPX-4RT92", "x" * 61)],
        client.post("/start-again", headers={"Sec-Fetch-Site": "cross-site"}),
    ]
    walk(client, FULL)
    code = reference(client)
    walk(client, {**FULL, "area": "hip-dips"})
    told = [post(client, "/reference", code=code)]
    client.delete_cookie("options-guide-80")
    told.append(client.post("/questions/timing", data={"answer": "soon"}, follow_redirects=True))
    assert all(page.status_code in (400, 403, 409) for page in faulty)
    for page in [*faulty, *told]:
        assert not list(left_over(page.text, known)), page.request.path


def test_a_page_in_another_language_says_so_and_its_dates_are_in_it(esperanto):
    client = esperanto.test_client()
    assert '<html lang="eo">' in client.get("/").text
    walk(client, FULL)
    assert re.search(r"\d{4}-\w+-\d\d|\d+-a de \w+ \d{4}", text(client.get("/options")))


def test_a_language_from_right_to_left_is_set_so(folder, tmp_path):
    (tmp_path / "ar.po").write_text((folder / "eo.po").read_text().replace("Language: eo", "Language: ar"))
    settings = {"RULES": str(RULES), "TRANSLATIONS": str(tmp_path), "LANGUAGE": "ar"}
    assert '<html lang="ar" dir="rtl">' in create_app(settings).test_client().get("/").text


def test_the_catalogue_is_the_one_that_the_pages_have(tmp_path):
    write_catalogue(tmp_path / "messages.pot")
    assert POT.read_text() == (tmp_path / "messages.pot").read_text(), "run `make docs`"


@pytest.mark.parametrize(
    ("spoiled", "said"),
    [
        (lambda po: re.sub(r"%\(total\)s⟧", "%(totalo)s⟧", po, count=1), r"eo\.po:\d+: .*placeholder"),
        (lambda po: "nonsense " + po, r"eo\.po can't be used"),
        (lambda po: po.replace("charset=utf-8", "charset=bogus", 1), r"eo\.po can't be used"),
        (lambda po: po.replace("charset=utf-8", "charset=utf-16", 1), r"eo\.po can't be used"),
        (
            lambda po: re.sub(r"Plural-Forms: [^\\]*", "Plural-Forms: nplurals=2; plural=(n", po),
            r"eo\.po can't be used",
        ),
        (lambda po: po.replace("⟦Stàrt nöw⟧", "⟦Stàrt<script>⟧"), r"eo\.po:\d+: the text has no <script>"),
        (lambda po: re.sub(r"%\(total\)s⟧", "%(total)3000000s⟧", po, count=1), r"eo\.po:\d+: the text has no %"),
    ],
)
def test_a_catalogue_that_would_break_a_page_stops_the_start_and_says_where(folder, tmp_path, spoiled, said):
    (tmp_path / "eo.po").write_text(spoiled((folder / "eo.po").read_text()))
    with pytest.raises(SettingError, match=said):
        create_app({"RULES": str(RULES), "TRANSLATIONS": str(tmp_path), "LANGUAGE": "eo"})


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("de", r"^language is de: there is no catalogue .*de\.po; docs/translating\.md says how to make one$"),
        ("xx", r"^language is xx: no language has this code; give one such as de or pt-BR$"),
    ],
)
def test_a_language_that_is_not_there_stops_the_start_in_words(tmp_path, code, said):
    with pytest.raises(SettingError, match=said):
        create_app({"RULES": str(RULES), "TRANSLATIONS": str(tmp_path), "LANGUAGE": code})


def test_a_text_that_is_not_translated_yet_stays_english(folder, tmp_path, caplog):
    po = (folder / "eo.po").read_text()
    (tmp_path / "eo.po").write_text(po.replace('msgstr "⟦Stàrt nöw⟧"', 'msgstr ""'))
    app = create_app({"RULES": str(RULES), "TRANSLATIONS": str(tmp_path), "LANGUAGE": "eo"})
    assert "Start now" in text(app.test_client().get("/"))
    assert "1 texts are not translated yet" in caplog.text


def test_every_page_can_be_read_at_the_age_that_the_standards_ask_for(runner, rulebook):
    done = runner.invoke(args=["rules", "words"])
    assert done.exit_code == 0, done.output
    ages = [float(age) for age in re.findall(r"│ +(\d+\.\d) +│", done.output)]
    assert len(ages) > len(rulebook.questions) + 6 + 8 + len(rulebook.options) + len(ERRORS)
    assert max(ages) <= rulebook.standards.age_of_file == 11


def test_a_page_that_is_too_hard_is_named(rules, runner):
    path = rules / "standards.yaml"
    path.write_text(path.read_text().replace("each-file: 11", "each-file: 8"))
    app = create_app({"RULES": str(rules)})
    done = app.test_cli_runner().invoke(args=["rules", "words"])
    assert done.exit_code == 1
    assert "/how-it-works" in done.output
    assert "make sentences shorter" in html.unescape(done.output)
