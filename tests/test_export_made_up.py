"""Exports of rulebooks that nobody wrote: each format holds them whole, or says which rule it can't hold and why."""

import re
from dataclasses import replace
from random import Random

import pytest
import zen

from judges import programs
from judges.cases import cases
from judges.offline import data_of, faults_in_browser, faults_in_data
from questionnaire import offline
from questionnaire.decide.build_tables import build
from questionnaire.decide.outcome import decide
from questionnaire.offline.visit_tree import every_visit
from questionnaire.review.export import files_of
from questionnaire.review.export.collect import collect_tables
from questionnaire.review.export.names import variable
from questionnaire.rulebook.model import AskedWhen, Choice, Condition

from .random_rulebooks import ODD_IDS, PLACE, rulebook
from .small import rule, small_rulebook
from .written_rulebooks import written_rulebook

SEEDS = range(12)


@pytest.mark.parametrize("seed", SEEDS)
def test_engines_of_others_give_every_row_of_a_made_up_rulebook(seed):
    tables = build(rulebook(seed, questions=4 + seed % 4, odd=ODD_IDS), allow_gaps=True)
    asked = list(cases(tables))
    served = [case.served for case in asked]
    assert programs.gorules(files_of(tables, "jdm"), asked) == served
    assert programs.panzi_json_logic(files_of(tables, "jsonlogic"), asked) == served
    for form in ("dmn", "fhir"):
        files_of(tables, form)


@pytest.mark.parametrize("seed", SEEDS)
def test_texts_that_are_hard_to_hold_come_out_of_an_engine_as_they_are(seed):
    tables = build(written_rulebook(seed), allow_gaps=True)
    collected = {table.name: table for table in collect_tables(tables)}
    decision = zen.ZenEngine().create_decision(files_of(tables, "jdm")["guide.jdm.json"])
    for table in tables.options.values():
        for of in table.rows:
            answers = table.answers(of)
            named = {variable(question): choice for question, choice in answers.items()}
            lines = decision.evaluate(named)["result"][variable(table.option)]
            assert [line["text"] for line in lines] == [line.text for line in collected[table.option].matched(answers)]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_offline_file_of_a_made_up_rulebook_says_what_its_site_would_say(page, tmp_path, seed):
    tables = build(written_rulebook(seed), allow_gaps=True)
    whole = [answers for answers in every_visit(tables.rulebook) if has_outcome(tables, answers)]
    visits = Random(seed).sample(whole, min(5, len(whole)))
    file = tmp_path / "guide.html"
    file.write_text(offline.files(tables, {}, visits)["guide.html"])
    assert list(faults_in_data(tables, data_of(file.read_text()), visits)) == []
    assert list(faults_in_browser(page, tables, file, visits * 2, options=5)) == []


def has_outcome(tables, answers):
    """Not where no rule of some option matches: `flask rules check` refuses that, and made-up rulebooks have it."""
    try:
        return decide(tables, answers) is not None
    except KeyError:
        return False


def test_a_file_in_which_nothing_is_shown_says_so(page, tables, tmp_path):
    file = tmp_path / "guide.html"
    visit = next(answers for answers in every_visit(tables.rulebook) if answers["area"] == "both")
    file.write_text(offline.files(tables, {"REQUIRE_SIGN_OFF": True}, [visit])["guide.html"])
    page.goto(file.as_uri())
    for place in ("/options", "/compare", "/sheet", "/matters"):
        page.evaluate("([given, place]) => { answers = given; go(place); }", [visit, place])
        page.wait_for_function("(place) => page === place", arg=place)
        assert page.locator("input[name=keep]").count() == 0
        assert "Error" not in page.title()


# ---- what a format can't hold


def hidden(tables):
    """A rule whose table says something else than its condition."""
    option = tables.rulebook.options["hip-dips/fat-transfer"]
    other = replace(option.rules[-1], when=Condition((("tolerance", ("surgery",)),)))
    options = {**tables.rulebook.options, option.id: replace(option, rules=(*option.rules[:-1], other))}
    return replace(tables, rulebook=replace(tables.rulebook, options=options))


def quoted(_):
    text = replace(rule("all", "fits").because, text='"it\'s" `so`')
    return build(small_rulebook({"right/lift": [replace(rule("all", "fits"), because=text)]}))


def namesakes(_):
    """Two questions that have one name where `-` is a minus."""
    small = small_rulebook({"right/lift": [rule("all", "fits")]})
    more = {name: replace(small.questions["top"], id=name) for name in ("1top", "q-1top")}
    return build(replace(small, questions={**small.questions, **more}))


def many_scopes(_):
    """A question of an area that is in scope by each of seven conditions of two lines."""
    small = small_rulebook({"right/lift": [rule("all", "fits")]})
    scope = tuple(Condition((("side", ("right",)), ("top", ("yes",)))) for _ in range(7))
    questions = {**small.questions, "height": replace(small.questions["height"], asked_when=AskedWhen(("up",)))}
    return build(
        replace(
            small, areas={**small.areas, "up": replace(small.areas["up"], in_scope_when=scope)}, questions=questions
        )
    )


def many_visits(tables):
    choices = {str(number): Choice(str(number), "some", "", PLACE) for number in range(40)}
    some = dict(list(tables.rulebook.questions.items()))
    asked = {
        name: replace(one, choices=choices, asked_when=AskedWhen()) if name in ("timing", "upkeep", "tried") else one
        for name, one in some.items()
    }
    return replace(tables, rulebook=replace(tables.rulebook, questions=asked))


BEYOND = r"hip-dips/fat-transfer: '[\w-]+'(, '[\w-]+')* can't be said as a condition on answers \(.*\)"
REFUSED = [
    *((form, hidden, BEYOND) for form in ("dmn", "jdm", "jsonlogic", "fhir")),
    ("jdm", quoted, r"right/lift: the text of 'all' holds \", ' and ` \(or \$\{\), which no text of GoRules can hold"),
    *((form, namesakes, "'q-1top' and '1top' would both be called q_1top") for form in ("dmn", "jdm")),
    (
        "fhir",
        many_scopes,
        r"question 'height' would stand in 128 groups, which no form shows: so many ways its areas \(up\) are in scope; "
        "give them fewer conditions, or each fewer lines",
    ),
    (
        "html",
        many_visits,
        "there are more than 20,000 ways to answer, which is too much for one file; .*'tried' has 40",
    ),
]


@pytest.mark.parametrize(("form", "of", "message"), REFUSED, ids=[f"{form} {of.__name__}" for form, of, _ in REFUSED])
def test_what_a_format_can_not_hold_is_named_and_nothing_is_written(
    runner, tables, tmp_path, monkeypatch, form, of, message
):
    monkeypatch.setattr("questionnaire.cli.export_command.the_tables", lambda folder: of(tables))
    monkeypatch.setattr("questionnaire.cli.export_command.in_force", lambda whole, *_: whole)
    result = runner.invoke(args=["rules", "export", form, "--to", str(tmp_path / "out")])
    assert result.exit_code == 1, result.output
    said = " ".join(result.stderr.split())
    assert re.fullmatch(f"Error: nothing was written: {message}", said), said
    assert list(tmp_path.iterdir()) == []
