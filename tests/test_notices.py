"""What happened to a visitor's answers is told on the page that they land on, until they leave it: never silently."""

import pytest

from questionnaire import create_app
from questionnaire.web.notices import words
from questionnaire.web.visit import NOTICES, OPTIONS, Notice, Visit

from .visitor import COOKIE, FULL, answers, hidden, notices, post, reference, text, walk

CHANGED = (
    "Some of the questions have new words since you saw them, so we ask you these again. We have kept your answers to"
)


@pytest.fixture
def publish(rules, client):
    """Takes a visitor, with the answers in their browser, to the same site with other rule files."""

    def change(file, old, new):
        path = rules / file
        before = path.read_text()
        assert old in before
        path.write_text(before.replace(old, new))
        later = create_app({"TESTING": True, "RULES": str(rules), "LIMIT_POSTS": 0}).test_client()
        if held := client.get_cookie(COOKIE):
            later.set_cookie(COOKIE, held.value)
        return later

    return change


def test_an_answer_without_the_others_is_not_taken_and_the_first_question_says_why(client):
    post(client, "/questions/area", answer="both")
    client.delete_cookie(COOKIE)
    sent = client.post("/questions/donor-fat", data={"answer": "enough"})
    assert (sent.status_code, sent.location) == (303, "/questions/area")
    lost = [
        "This browser no longer holds your answers, so this one was not taken. Please start here. If you have a reference "
        "code, you can use it instead."
    ]
    assert notices(client.get("/questions/area")) == lost
    client.head("/")
    assert not notices(client.get("/privacy"))
    assert notices(client.get("/questions/area")) == lost, "a reload still says it"
    assert not notices(post(client, "/questions/area", answer="both"))
    assert answers(client) == {"area": "both"}


@pytest.mark.parametrize("address", ["/options", "/check", "/questions/timing"])
def test_a_page_that_needs_answers_says_that_there_are_none(client, address):
    page = client.get(address, follow_redirects=True)
    assert page.request.path == "/questions/area"
    assert notices(page) == [
        "This browser holds no answers. They go a day after the last one, or with “Start again”. Please start here. If "
        "you have a reference code, you can use it instead."
    ]


def test_somebody_whose_browser_takes_no_cookies_reads_what_to_do(client):
    assert "allow cookies for this site" in text(client.get("/questions/area"))
    post(client, "/questions/area", answer="both")
    assert "allow cookies" not in text(client.get("/questions/donor-fat"))


def test_a_stale_tab_says_that_its_question_is_not_asked_any_more(client):
    walk(client, {**FULL, "area": "hip-dips"})
    page = client.post("/questions/noticeable", data={"answer": "clear"}, follow_redirects=True)
    assert page.request.path == "/check"
    [told] = notices(page)
    assert "The question that you answered is not asked any more, so your answer was not taken." in told
    assert "Your other answers are kept." in told
    assert "noticeable" not in answers(client)
    client.get("/questions/timing")
    assert not notices(client.get("/check"))


def test_an_answer_to_a_question_that_comes_later_is_not_taken_and_says_so(client):
    post(client, "/questions/area", answer="both")
    page = client.post("/questions/hoped-for", data={"answer": "gone"}, follow_redirects=True)
    assert page.request.path == "/questions/donor-fat"
    assert notices(page) == ["Your answer was not taken, as this question comes first. Your other answers are kept."]
    assert answers(client) == {"area": "both"}


@pytest.mark.parametrize("address", ["/options", "/check", "/questions/noticeable", "/questions/shape"])
def test_a_question_that_was_worded_anew_is_asked_again_and_the_page_says_what_was_kept(
    publish, client, rulebook, address
):
    walk(client, FULL)
    later = publish("questions.yaml", rulebook.questions["noticeable"].ask, "How large do they look to you?")
    page = later.get(address, follow_redirects=True)
    assert page.request.path == "/questions/noticeable"
    [told] = notices(page)
    assert told.startswith(CHANGED)
    assert rulebook.questions["tried"].ask in told
    assert "How large" not in told
    assert notices(later.get("/questions/noticeable")) == [told]
    done = post(later, "/questions/noticeable", answer="slight")
    assert done.request.path == "/check"
    assert not notices(done)
    assert answers(later) == {**FULL, "noticeable": "slight"}


def test_a_page_that_needs_no_new_answer_tells_of_a_changed_question_too(publish, client, rulebook):
    walk(client, FULL)
    later = publish("questions.yaml", rulebook.questions["noticeable"].ask, "How large do they look to you?")
    page = later.get("/questions/timing")
    assert page.status_code == 200
    assert notices(page)[0].startswith(CHANGED)
    assert notices(later.get("/questions/timing")) == notices(page)


def test_the_answer_that_is_just_being_sent_is_kept_where_an_earlier_question_changed(publish, client, rulebook):
    walk(client, FULL)
    later = publish("questions.yaml", rulebook.questions["noticeable"].ask, "How large do they look to you?")
    page = later.post("/questions/timing", data={"answer": "soon"}, follow_redirects=True)
    assert page.request.path == "/questions/noticeable"
    assert notices(page)[0].startswith(CHANGED)
    assert answers(later) == {
        name: choice for name, choice in {**FULL, "timing": "soon"}.items() if name != "noticeable"
    }


def test_a_form_that_was_opened_before_its_question_changed_is_shown_again_and_nothing_is_stored(
    publish, client, rulebook
):
    walk(client, {"area": "hip-dips"} | {k: v for k, v in FULL.items() if k != "area"})
    client.post("/start-again")
    post(client, "/questions/area", answer="love-handles")
    form = client.get("/questions/noticeable")
    labels = [choice.label for choice in rulebook.questions["noticeable"].choices.values()]
    later = publish("questions.yaml", f"label: {labels[0]}", "label: Not at all")
    page = later.post("/questions/noticeable", data={**hidden(form), "answer": "slight"})
    assert page.status_code == 409
    assert "This question has new words since you opened it. Your answer was not taken." in text(page)
    assert "Not at all" in text(page)
    assert "checked" not in page.text
    assert answers(later) == {"area": "love-handles"}
    taken = later.post("/questions/noticeable", data={"answer": "slight"})
    assert taken.location == "/questions/tried", "a form without the mark is taken"


def test_a_result_whose_rules_changed_since_it_was_seen_says_so(publish, client):
    walk(client, FULL)
    renamed = ("hip-dips/exercise.yaml", "name: Exercise for hip dips", "name: Moving")
    assert not notices(publish(*renamed).get("/options")), "never seen before"
    assert not notices(client.get("/options"))
    later = publish("hip-dips/exercise.yaml", "name: Moving", "name: Moves")
    page = later.get("/options")
    [told] = notices(page)
    assert told.startswith("The rules were changed since you last saw this page.")
    assert notices(later.get("/options")) == [told], "a reload still says it"
    assert not notices(later.get("/check"))
    assert not notices(later.get("/options")), "but only once it is told"
    assert reference(later) != reference(client)


def test_every_notice_has_words(app, rulebook):
    codes = ("K7MPX-4RT92", "ABCDE-FGHJK")
    with app.app_context():
        for code, count in NOTICES.items():
            for given in ({}, FULL):
                told = words(Notice(code, OPTIONS, codes[:count]), Visit.of(rulebook, given))
                assert told.endswith((".", "?"))
                assert all(reference in told for reference in codes[:count])
