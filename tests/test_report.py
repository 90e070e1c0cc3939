"""The report for clinicians: it holds all that it should, nothing from elsewhere, and its panel decides as the site does."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import partial
from html import escape
from html.parser import HTMLParser
from random import Random

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe

from questionnaire.decide.build_tables import build
from questionnaire.decide.outcome import decide
from questionnaire.decide.routing import next_question
from questionnaire.decide.sign_off_units import unit_fingerprint, unit_statements
from questionnaire.review import phrases
from questionnaire.review.claims_against_document import lines
from questionnaire.review.report import report
from questionnaire.review.report.article_coverage import evenness
from questionnaire.review.report.sheets import anchor, cautious_last, is_shared
from questionnaire.review.report.try_it_panel import row_name
from questionnaire.rulebook.fingerprint import of_text
from questionnaire.rulebook.load import load
from questionnaire.rulebook.statements import statements

from .edits import put
from .signing import signed

DAY = date(2026, 11, 22)
VOID = {"meta", "br", "input", "link", "img", "hr"}


class Structure(HTMLParser):
    """What the page is made of: its text, ids and links, and whether every element is closed where it should be."""

    def __init__(self, page):
        super().__init__()
        self.open, self.ids, self.links, self.tags, self.texts, self.data = [], [], [], Counter(), [], ""
        self.feed(page)
        self.close()
        assert self.open == []
        self.text = " ".join(" ".join(self.texts).split())

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags[tag] += 1
        if tag not in VOID:
            self.open.append((tag, attributes.get("id")))
        if "id" in attributes:
            self.ids.append(attributes["id"])
        for name in ("href", "src", "for", "aria-labelledby"):
            if name in attributes:
                self.links.append((name, attributes[name]))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag, f"</{tag}> at line {self.getpos()[0]} closes another element"

    def handle_data(self, data):
        if self.open and self.open[-1] == ("script", "report-data"):
            self.data = data
        elif not self.open or self.open[-1][0] not in ("script", "style"):
            self.texts.append(data)


@pytest.fixture(scope="module")
def page_text(tables):
    return report(tables, DAY)


@pytest.fixture(scope="module")
def structure(page_text):
    return Structure(page_text)


def flat(text):
    return " ".join(text.split())


def with_option(tables, **fields):
    """The tables with other values in the fields of one option."""
    options = dict(tables.rulebook.options)
    options["hip-dips/implants"] = replace(options["hip-dips/implants"], **fields)
    return replace(tables, rulebook=replace(tables.rulebook, options=options))


def test_it_holds_every_text_that_visitors_read(structure, rulebook):
    for statement in statements(rulebook):
        assert flat(statement.text) in structure.text, statement.id
    for promise in rulebook.promises:
        assert flat(promise.says) in structure.text


def test_every_option_has_a_sheet_with_its_fingerprint_and_nothing_looks_like_a_form_that_is_none(structure, tables):
    for option in tables.rulebook.options:
        assert anchor(option) in structure.ids
        assert f"Not signed {option} {unit_fingerprint(tables, option)}" in structure.text
    assert structure.tags["form"] == 1  # the try-it panel
    assert structure.text.count("Signature") == 0


def test_a_text_that_several_share_stands_once(page_text, rulebook):
    shared = [caveat for caveat in rulebook.caveats.values() if is_shared(caveat)]
    assert len(shared) > 8
    for caveat in shared:
        assert page_text.count(f'id="caveat-{caveat.id}"') == 1


def test_it_needs_nothing_but_itself(page_text, structure):
    for outside in ("http:", "https:", "//www", "@import", "url(", "fetch(", "<link", "<img", "<iframe"):
        assert outside not in page_text
    assert all(name != "src" for name, _ in structure.links)
    assert all(target.startswith("#") for name, target in structure.links if name == "href")


def test_every_id_is_there_once_and_every_link_leads_somewhere(structure):
    assert [id for id, times in Counter(structure.ids).items() if times > 1] == []
    for _, target in structure.links:
        assert target.removeprefix("#") in structure.ids
    assert structure.tags["main"] == structure.tags["h1"] == 1


def test_the_embedded_data_agrees_with_every_row_of_every_table_and_its_line(structure, tables):
    data = json.loads(structure.data)
    for table in tables.options.values():
        embedded, merged, rows_on = data["options"][table.option], cautious_last(table), Counter()
        assert embedded["questions"] == list(table.questions)
        assert embedded["rows"].keys() == {row_name(key) for key in table.rows}
        for key, row in table.rows.items():
            verdict, because, caveats, number = embedded["rows"][row_name(key)]
            assert verdict == row.verdict
            assert because == [rule.id for rule in row.because]
            assert caveats == [caveat.id for caveat in row.caveats]
            assert (merged.lines[number].verdict, merged.lines[number].because) == (row.verdict, row.because)
            rows_on[number] += 1
        assert [rows_on[number] for number in range(len(merged.lines))] == [line.rows for line in merged.lines]
    for area, notes in tables.notes.items():
        embedded = next(one for one in data["areas"] if one["id"] == area)["notes"]["rows"]
        assert embedded == {row_name(key): [note.id for note in row] for key, row in notes.rows.items()}


def test_an_answer_that_makes_no_difference_has_no_column(tables):
    fat, plla = (cautious_last(tables.options[f"hip-dips/{name}"]) for name in ("fat-transfer", "plla-injections"))
    assert [*fat.columns] == ["donor-fat", "tolerance"]
    cells = [plla.words(line, partial(phrases.choices, tables.rulebook)) for line in plla.lines]
    assert ("“Surgery”, “Injections” or “I am not sure”", "any answer", "“No”") in cells


def test_text_is_escaped_on_the_page_and_in_the_data(tables):
    nasty = "</script><script>alert(1)</script> <b>&amp; “x”"
    summary = replace(tables.rulebook.options["hip-dips/implants"].summary, text=nasty)
    page = report(with_option(tables, name=nasty, summary=summary), DAY)
    assert nasty not in page
    assert "alert(1)</script>" not in page
    assert escape(nasty) in page
    assert json.loads(Structure(page).data)["options"]["hip-dips/implants"]["name"] == nasty


def test_every_passage_is_covered_or_not_used_with_the_reason(page_text, structure, rulebook):
    for document in rulebook.documents.values():
        for paragraph in document.paragraphs.values():
            assert {f"passage-{passage}" for passage in paragraph.passages} <= {*structure.ids}
    for claim in rulebook.claims.values():
        assert f"{claim.id} {flat(claim.says)}" in structure.text
    for entry in rulebook.not_used:
        assert f"Not used. {flat(entry.reason)}" in structure.text
    assert "Neither used nor listed" not in page_text


def test_a_passage_says_which_options_it_feeds_and_in_what(structure):
    about = structure.text.split("graft-loss-first-year In the")[-1].split("graft-amount-surgeon")[0]
    assert "Hip dips: Fat transfer (fat grafting) – “What it cannot do”, “When you would see a change”" in about
    assert "caveat graft-loss" in about


def test_an_open_conflict_and_the_silences_of_the_article_stand_on_the_option_s_sheet(page_text):
    start = page_text.index('<article class="sheet" id="hip-dips--coolsculpting"')
    sheet = Structure(page_text[start : page_text.index("</article>", start)] + "</article>").text
    assert "Why take fat away from a place that is already hollow? Open" in sheet
    assert "Not said: When you would see a change, Getting back to daily life, Risks, Cost." in sheet
    assert "change-when-not-said (sometimes)" in sheet


def made_up_document(tables):
    """A document of one paragraph of our own, and tables whose passage HD-1 it is."""
    sentences = [f"Made-up sentence number {number}." for number in range(1, 5)]
    known = next(iter(tables.rulebook.documents.values()))
    paragraph = replace(known.paragraphs["HD-1"], fingerprint=of_text(" ".join(sentences)))
    documents = {known.id: replace(known, paragraphs={**known.paragraphs, "HD-1": paragraph})}
    return replace(
        tables, rulebook=replace(tables.rulebook, documents=documents)
    ), f"A heading\n\n{' '.join(sentences)}"


def test_with_a_document_its_own_sentences_stand_beside_our_words(tables):
    changed, document = made_up_document(tables)
    page = Structure(report(changed, DAY, {"hip-dips-vs-love-handles": document}))
    assert "HD-1.2 Made-up sentence number 2." in page.text
    assert "This paragraph is not in the document that was given." in page.text
    assert "4 sentences found" in page.text


def test_the_article_is_found_sentence_by_sentence_and_is_not_there_unless_it_is_given(tables, article):
    text = article.read_text()
    (document,) = tables.rulebook.documents
    without, with_it = Structure(report(tables, DAY)).text, Structure(report(tables, DAY, {document: text})).text
    sentences = [s for line in lines(text) for s in line.sentences if len(line.sentences) > 1 and len(s) > 40]
    assert len(sentences) > 60
    for sentence in sentences:
        assert flat(sentence) in with_it
        assert flat(sentence) not in without
    assert "not in the document that was given" not in with_it


def test_what_changed_since_an_older_version_is_counted_for_each_option(tables, rules):
    put(rules, "hip-dips/fat-transfer.yaml", "{tolerance: [injections, ", "{tolerance: [not-sure, injections, ")
    page = Structure(report(build(load(rules)), DAY, old=tables)).text
    assert "In 6 of 45 combinations Fat transfer (fat grafting) goes from ask to ruled-out, for example" in page
    assert "Its table has not changed since rulebook" in page


def test_a_rulebook_against_itself_has_no_changes(tables):
    assert "Nothing: it is the same rulebook." in Structure(report(tables, DAY, old=tables)).text


@pytest.mark.parametrize(
    ("until", "fields", "stands"),
    [
        ("2027-11-22", {}, "Signed hip-dips/implants"),
        ("2026-11-21", {}, "Due again hip-dips/implants"),
        ("2027-11-22", {"name": "Other"}, "Changed since signed hip-dips/implants"),
    ],
)
def test_where_the_sign_off_of_an_option_stands_is_shown(tables, until, fields, stands):
    now = with_option(signed(tables, "hip-dips/implants", until=until, day=DAY), **fields)
    page = Structure(report(now, DAY)).text
    assert (
        f"{stands} {unit_fingerprint(now, 'hip-dips/implants')} Signed by Dr Able (plastic surgeon) on 2026-11-22, to be read again by {until}."
        in page
    )
    assert ("1 of 18 texts of this option changed since Dr Able read them on 2026-11-22." in page) == bool(fields)


def test_the_report_has_every_unit_and_every_sentence_of_the_pages(tables):
    page = Structure(report(signed(tables), DAY)).text
    assert "The 15 options at a glance Reviewed: 15." in page
    for unit in ("hip-dips", "questions", "shared", "clinic", "pages"):
        count, fingerprint = len(unit_statements(tables, unit)), unit_fingerprint(tables, unit)
        assert f"{unit} {count} {fingerprint} Signed : by Dr Able on 2026-11-26, until 2999-01-01" in page
    assert "All options shown were reviewed by a clinician." in page


def test_an_example_that_does_not_hold_says_so(tables):
    first, *others = tables.rulebook.options["hip-dips/implants"].examples
    wrong = with_option(tables, examples=(replace(first, verdict="ruled-out"), *others))
    assert Structure(report(wrong, DAY)).text.count("Does not hold: it gives 'fits', not 'ruled-out'.") == 1


def test_the_evenness_table_counts_every_combination(tables):
    lines = evenness(tables)
    assert {line.option.id for line in lines} == tables.options.keys()
    for line in lines:
        assert sum(line.combinations.values()) == len(tables.options[line.option.id].rows)
        assert sum(line.rules.values()) == len(line.option.rules)
        assert line.silences == sum(cell.silent for cell in line.option.grid.values())


# In a real browser.


@pytest.fixture
def opened(page, page_text, tmp_path):
    """The report as a clinician opens it, from a file; it must log no fault and ask for nothing else."""
    faults, requested = [], []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("console", lambda message: faults.append(message.text))
    page.on("request", lambda request: requested.append(request.url))
    file = tmp_path / "report.html"
    file.write_text(page_text)
    page.goto(file.as_uri())
    yield page
    assert faults == []
    assert {url.split("#")[0] for url in requested} == {file.as_uri()}


def give(page, answers):
    page.get_by_role("button", name="Clear").click()
    for question, choice in answers.items():
        page.locator(f"#try-{question}").select_option(choice)


def random_visit(rulebook, random):
    answers = {}
    while question := next_question(rulebook, answers):
        answers[question.id] = random.choice([*question.choices])
    return answers


def test_the_panel_decides_as_the_site_does(opened, tables):
    random = Random(8)
    for _ in range(10):
        answers = random_visit(tables.rulebook, random)
        give(opened, answers)
        outcome = decide(tables, answers)
        shown = opened.evaluate("""[...document.querySelectorAll(".result")].map((card) => [
            card.dataset.option, card.dataset.verdict,
            [...card.querySelectorAll("code")].map((rule) => rule.textContent),
            [...card.querySelectorAll("li")].map((caveat) => caveat.textContent)])""")
        assert {option: [verdict, because, caveats] for option, verdict, because, caveats in shown} == {
            result.option.id: [
                result.row.verdict,
                [rule.id for rule in result.row.because],
                ["Added by the clinic: " * caveat.by_clinic + caveat.statement.text for caveat in result.row.caveats],
            ]
            for result in outcome.results
        }
        notes = opened.evaluate("[...document.querySelectorAll('[data-note]')].map((note) => note.dataset.note)")
        assert notes == [note.id for note in outcome.notes]
        lit = opened.evaluate("[...document.querySelectorAll('.lit')].map((line) => line.id)")
        tables_shown = [tables.options[one.option.id] for one in outcome.results]
        line_of = {
            one.option: cautious_last(one).line_of(tuple(map(answers.get, one.questions))) for one in tables_shown
        }
        assert {*lit} == {f"{anchor(option)}-line-{number}" for option, number in line_of.items()}
        disabled = opened.evaluate("[...document.querySelectorAll('select:disabled')].map((one) => one.name)")
        assert disabled == [question for question in tables.rulebook.questions if question not in answers]


def test_a_visitor_who_sees_neither_gets_no_options(opened):
    give(opened, {"area": "not-sure", "shape": "neither"})
    assert "No area is in scope" in opened.locator("#try-summary").inner_text()
    assert opened.locator(".result").count() == 0


def test_an_option_waits_for_the_answers_that_it_reads(opened):
    give(opened, {"area": "hip-dips", "tolerance": "surgery"})
    waiting = opened.locator("[data-option='hip-dips/fat-transfer']")
    assert waiting.get_attribute("data-verdict") == "waiting"
    assert "Still open: donor-fat, timing" in waiting.inner_text()
    assert opened.locator("[data-option='hip-dips/leave-as-is']").get_attribute("data-verdict") == "fits"


def test_answers_at_random_leave_no_question_open(opened):
    for _ in range(5):
        opened.get_by_role("button", name="Fill in at random").click()
        assert opened.locator("[data-verdict='waiting']").count() == 0
        assert opened.evaluate("[...document.querySelectorAll('select')].every((one) => one.disabled || one.value)")


def test_without_javascript_the_page_reads_in_full_and_says_what_is_missing(browser, page_text, tmp_path):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    (tmp_path / "report.html").write_text(page_text)
    page.goto((tmp_path / "report.html").as_uri())
    assert page.get_by_text("This part needs JavaScript").is_visible()
    assert not page.locator("#try-form").is_visible()
    assert page.get_by_role("heading", name="Every sentence, and what it is used for").is_visible()
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_it_has_no_accessibility_fault_that_axe_finds_and_does_not_scroll_sideways(opened, width, scheme):
    opened.set_viewport_size({"width": width, "height": 900})
    opened.emulate_media(color_scheme=scheme)
    give(opened, {"area": "hip-dips", "donor-fat": "enough", "tolerance": "surgery", "timing": "soon", "upkeep": "no"})
    levels = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
    axe = Axe().run(opened, options={"resultTypes": ["violations"], "runOnly": levels})
    assert axe.violations_count == 0, axe.generate_report()
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_on_a4_nothing_is_wider_than_the_page_and_the_panel_is_left_out(opened):
    opened.set_viewport_size({"width": 680, "height": 1000})  # 180 mm
    opened.emulate_media(media="print")
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not opened.locator("#try").is_visible()


def test_our_rules_can_be_read_in_half_an_hour_on_a_screen_and_on_paper(page, tmp_path, own_tables):
    file = tmp_path / "report.html"
    file.write_text(report(own_tables, DAY))
    page.goto(file.as_uri())
    assert len(page.locator("body").inner_text().split()) <= 9000
    assert len(pypdfium2.PdfDocument(page.pdf(format="A4", prefer_css_page_size=True))) <= 35


def test_a_code_opens_what_a_text_rests_on_and_one_press_opens_them_all(opened):
    first = opened.locator("details.rests").first
    assert not first.locator("ul").is_visible()
    first.locator("summary").click()
    assert first.locator("ul").is_visible()
    opened.get_by_role("button", name="Open them all").click()
    assert opened.locator("details.rests:not([open])").count() == 0
    opened.get_by_role("button", name="Close them all").click()
    assert opened.locator("details.rests[open]").count() == 0
