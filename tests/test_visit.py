"""A visit is read from a cookie and written to it without Flask: what counts, what was changed, and what is refused."""

from dataclasses import replace

import pytest

from questionnaire.decide.reference_code import decode
from questionnaire.web.visit import CHECK, NOTICES, OPTIONS, START, Notice, Visit

from . import plain
from .small import question, small_rulebook
from .visitor import FULL


def altered(rulebook, *questions):
    """The rulebook with these questions in place of those of the same id."""
    return replace(rulebook, questions={**rulebook.questions, **{one.id: one for one in questions}})


def reworded(rulebook, question_id, **parts):
    return altered(rulebook, replace(rulebook.questions[question_id], **parts))


def relabelled(rulebook, question_id, **labels):
    """The rulebook with other labels on a question's choices."""
    choices = dict(rulebook.questions[question_id].choices)
    for choice, label in labels.items():
        choices[choice] = replace(choices[choice], label=label)
    return reworded(rulebook, question_id, choices=choices)


def test_every_visit_there_can_be_is_written_and_read_as_the_same(rulebook):
    for answers in list(plain.visits(rulebook))[::40]:
        for count in (len(answers), len(answers) // 2):
            visit = Visit.of(rulebook, dict(list(answers.items())[:count]))
            assert Visit.parse(rulebook, visit.serialize()) == visit
        assert visit.next is not None
        whole = Visit.of(rulebook, answers)
        assert whole.complete
        assert decode(rulebook, whole.reference).answers == answers


def test_a_cookie_is_text_that_anybody_can_read(rulebook):
    visit = Visit.of(rulebook, {"area": "hip-dips", "donor-fat": "enough"}).with_notice(
        "own-code", OPTIONS, "K7MPX-4RT92"
    )
    marks = rulebook.questions["area"].layout_mark + rulebook.questions["donor-fat"].layout_mark
    assert visit.serialize() == (
        f"area=hip-dips&donor-fat=enough&_layout={marks}&_notice=own-code._options.K7MPX-4RT92"
    )
    assert Visit.of(rulebook, {}).serialize() == ""


def test_answers_without_marks_are_taken_where_the_rulebook_knows_them(rulebook):
    visit = Visit.parse(rulebook, "area=hip-dips&donor-fat=enough&tolerance=nothing-we-know&unknown=x")
    assert visit.answers == {"area": "hip-dips", "donor-fat": "enough"}
    assert not visit.changed


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "x",
        "=",
        "&&&",
        "area",
        "area=",
        "area=gone",
        "area=%ff",
        "area=%00",
        "_layout=zzzz&_notice=&_release=../x&_seen=%0a",
        "_notice=cleared._nowhere",
        "_notice=unknown._start",
        "_notice=own-code._options.<script>",
        "_notice=own-code._options",
        "_notice=cleared._start.K7MPX-4RT92",
        "&".join("a=b" for _ in range(600)),
        "area=both" + "&x=y" * 2000,
        "eyJhbnN3ZXJzIjp7fX0.x.y",
    ],
)
def test_a_cookie_that_holds_nothing_of_ours_is_an_empty_visit(rulebook, cookie):
    visit = Visit.parse(rulebook, cookie)
    assert visit.serialize() == ""
    assert (visit.answers, visit.notices, visit.changed) == ({}, (), False)
    assert visit.next is next(iter(rulebook.questions.values()))


def test_a_question_that_is_not_asked_of_these_answers_does_not_count(rulebook):
    visit = Visit.parse(rulebook, "area=hip-dips&noticeable=clear&shape=both")
    assert visit.answers == {"area": "hip-dips"}


def test_answers_wait_while_a_question_is_open_that_decides_what_is_asked(rulebook):
    visit = Visit.of(rulebook, FULL).with_answer(rulebook.questions["area"], "not-sure")
    assert visit.next.id == "shape"
    assert set(visit.waiting) == set(FULL) - {"area"}
    again = Visit.parse(rulebook, visit.serialize())
    assert again.with_answer(rulebook.questions["shape"], "both").complete
    assert (
        again.with_answer(rulebook.questions["shape"], "neither")
        .serialize()
        .startswith("area=not-sure&shape=neither&_")
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda rulebook: reworded(rulebook, "noticeable", ask="How large are they?"),
        lambda rulebook: relabelled(rulebook, "noticeable", clear="A little", slight="Clearly"),
        lambda rulebook: altered(rulebook, question("noticeable", "little much", areas=("love-handles",))),
    ],
    ids=["the question", "two labels exchanged", "a choice renamed"],
)
def test_an_answer_whose_question_is_worded_anew_is_dropped_and_the_others_stay(rulebook, change):
    cookie = Visit.of(rulebook, FULL).serialize()
    after = Visit.parse(change(rulebook), cookie)
    assert after.changed
    assert after.answers == {name: choice for name, choice in FULL.items() if name != "noticeable"}
    assert after.next.id == "noticeable"
    assert not Visit.parse(after.rulebook, after.serialize()).changed


def test_a_question_that_was_renamed_is_asked_and_the_others_stay(rulebook):
    questions = {
        ("how-much" if name == "upkeep" else name): replace(one, id="how-much") if name == "upkeep" else one
        for name, one in rulebook.questions.items()
    }
    after = Visit.parse(replace(rulebook, questions=questions), Visit.of(rulebook, FULL).serialize())
    assert (after.changed, after.next.id) == (True, "how-much")
    assert len(after.answers) == len(FULL) - 1


def test_another_hint_or_another_order_of_questions_changes_no_answer(rulebook):
    cookie = Visit.of(rulebook, FULL).serialize()
    hinted = reworded(rulebook, "noticeable", hint="Take your time.")
    moved = replace(rulebook, questions=dict(sorted(rulebook.questions.items(), key=lambda one: one[0] != "area")))
    for after in (hinted, moved):
        assert Visit.parse(after, cookie).answers == FULL
        assert not Visit.parse(after, cookie).changed


def test_an_answer_can_be_given_to_the_next_question_and_changed_later(rulebook):
    visit = Visit.of(rulebook, {"area": "both"})
    assert [name for name, one in rulebook.questions.items() if visit.can_answer(one)] == ["area", "donor-fat"]


def test_an_answer_that_is_being_sent_is_taken_though_an_earlier_one_was_dropped(rulebook):
    answers = dict(list(FULL.items())[:6])
    after = Visit.parse(reworded(rulebook, "noticeable", ask="How large?"), Visit.of(rulebook, answers).serialize())
    asked = rulebook.questions["upkeep"]
    assert after.can_answer(asked)
    assert after.with_answer(asked, "yes").answers["upkeep"] == "yes"


def test_the_number_of_questions_is_known_once_what_decides_it_is_answered(rulebook):
    questions = rulebook.questions
    visit = Visit.of(rulebook, {"area": "hip-dips"})
    assert visit.total(questions["donor-fat"]) == 6
    assert visit.total(questions["area"]) is None
    assert Visit.of(rulebook, {"area": "not-sure"}).total(questions["shape"]) is None
    assert visit.before(questions["area"]) is None
    assert visit.before(questions["donor-fat"]) is questions["area"]


def test_notices_stay_for_their_own_page_alone(rulebook):
    visit = Visit.of(rulebook, FULL).with_notice("changed", CHECK).with_notice("changed", CHECK).cleared()
    assert visit.notices == (Notice("cleared", START),)
    assert Visit.parse(rulebook, visit.serialize()) == visit
    assert visit.on_page(START) == visit
    assert visit.on_page(CHECK).serialize() == ""
    for code, references in NOTICES.items():
        visit = Visit.of(rulebook, {}).with_notice(code, "area", *("K7MPX-4RT92", "ABCDE-FGHJKMNP")[:references])
        assert Visit.parse(rulebook, visit.serialize()) == visit


def test_an_answer_goes_on_with_the_rules_of_now(rulebook):
    visit = replace(Visit.of(rulebook, FULL), release="0002-0123456789ab", seen="0123456789ab")
    assert Visit.parse(rulebook, visit.serialize()) == visit
    after = visit.with_answer(rulebook.questions["timing"], "soon")
    assert (after.release, after.seen) == ("", "0123456789ab")


def test_what_is_kept_is_in_the_cookie_and_in_the_code(rulebook):
    visit = Visit.of(rulebook, FULL).with_kept(["love-handles/liposuction", "hip-dips/exercise"])
    assert "&_kept=love-handles/liposuction.hip-dips/exercise" in visit.serialize()
    assert Visit.parse(rulebook, visit.serialize()) == visit
    assert decode(rulebook, visit.reference).kept == ("hip-dips/exercise", "love-handles/liposuction")


@pytest.mark.parametrize("kept", ["", ".", "hip-dips", "hip-dips/nothing-we-know.<script>", "%00", "x." * 1500])
def test_what_no_rulebook_knows_is_not_kept(rulebook, kept):
    visit = Visit.parse(rulebook, f"{Visit.of(rulebook, FULL).serialize()}&_kept={kept}")
    assert (visit.kept, visit.answers) == ((), FULL)


def test_an_option_is_kept_once_and_while_its_area_is_in_scope(rulebook):
    visit = Visit.of(rulebook, FULL).with_kept(
        ["hip-dips/exercise", "love-handles/liposuction", "hip-dips/exercise", "x"]
    )
    assert visit.kept == ("hip-dips/exercise", "love-handles/liposuction")
    changed = visit.with_answer(rulebook.questions["tolerance"], "self-care")
    assert changed.kept == visit.kept
    open_again = visit.with_answer(rulebook.questions["area"], "not-sure")
    assert (open_again.next.id, open_again.kept) == ("shape", visit.kept)
    assert Visit.parse(rulebook, open_again.serialize()).kept == visit.kept
    one_area = open_again.with_answer(rulebook.questions["shape"], "dip-below-hip-bone")
    assert one_area.kept == ("hip-dips/exercise",)
    assert visit.cleared().kept == ()


def test_what_matters_is_in_the_cookie_and_stays_when_answers_change(rulebook):
    visit = replace(Visit.of(rulebook, FULL), matters={"cost": "lot", "soon": "not", "settled": "no"})
    assert "&_matters=cost.lot.soon.not.settled.no" in visit.serialize()
    assert Visit.parse(rulebook, visit.serialize()).matters == visit.matters
    assert visit.with_answer(rulebook.questions["tolerance"], "self-care").matters == visit.matters
    assert visit.cleared().matters == {}


@pytest.mark.parametrize("text", ["cost", "cost.yes", "settled.lot", "x.lot", "lot.cost", ".", "cost.<script>"])
def test_what_nobody_asks_about_what_matters_is_left_out(rulebook, text):
    visit = Visit.parse(rulebook, f"{Visit.of(rulebook, FULL).serialize()}&_matters={text}")
    assert (visit.matters, visit.answers) == ({}, FULL)


def test_a_visit_that_keeps_every_option_fits_into_a_cookie_with_every_notice(rulebook):
    matters = {**dict.fromkeys(rulebook.matters, "little"), **dict.fromkeys(rulebook.readiness, "yes")}
    visit = replace(Visit.of(rulebook, FULL), matters=matters, release="r" * 100, seen="0" * 12)
    visit = visit.with_kept(rulebook.options)
    for code, references in NOTICES.items():
        visit = visit.with_notice(code, "hoped-for", *(("K7MPX-" + "4" * 35,) * references))
    assert len(visit.kept) == len(rulebook.options)
    assert not visit.too_large


def test_a_visit_of_very_many_long_questions_is_known_to_be_too_large():
    some = small_rulebook()
    many = {name: question(name, "yes no") for name in (f"{'a-very-long-question-' * 3}{n}" for n in range(60))}
    visit = Visit.of(replace(some, questions=many), dict.fromkeys(many, "yes"))
    assert visit.too_large
    assert not Visit.of(visit.rulebook, dict(list(visit.answers.items())[:40])).too_large
