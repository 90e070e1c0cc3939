"""The offline file in Firefox: whole visits by pointer and keyboard, each page beside the served one, and axe on all."""

import pytest

from judges.visits_in_firefox import faults_in_firefox
from questionnaire import offline
from questionnaire.decide.visit_cover import visit_cover

from .firefox import FIREFOX, firefox

pytestmark = [
    pytest.mark.skipif(FIREFOX is None, reason="Firefox is not installed"),
    pytest.mark.timeout(600),
]


@pytest.fixture(scope="module")
def window():
    with firefox() as window:
        yield window


@pytest.fixture(scope="module")
def visits(tables):
    both = next(answers for answers in visit_cover(tables) if answers["area"] == "both")
    return [both, {"area": "not-sure", "shape": "neither"}]


def test_a_visitor_walks_to_the_result_keeps_compares_marks_goes_back_and_returns_by_code(
    window, tables, visits, tmp_path
):
    file = tmp_path / "the guide on a stick.html"
    file.write_text(offline.files(tables, {}, visits)["guide.html"])
    assert list(faults_in_firefox(window, tables, file, visits)) == []


def test_a_wrong_word_on_a_page_is_found(window, tables, visits, tmp_path):
    file = tmp_path / "guide.html"
    file.write_text(offline.files(tables, {}, visits)["guide.html"].replace("My code:", "Your code:"))
    (fault,) = faults_in_firefox(window, tables, file, visits[:1], axe=False)
    assert fault.startswith("/sheet ")
