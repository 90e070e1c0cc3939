"""The words of notices: what happened to a visitor's answers, and what of theirs was kept."""

from __future__ import annotations

from .language import gettext
from .visit import Notice, Visit


def words(notice: Notice, visit: Visit) -> str:
    """A notice in words, for a visit that has it."""
    typed, now, *_ = (*notice.references, "", "")
    kept = "; ".join(visit.rulebook.questions[question].ask for question in visit.answers)
    if notice.code == "changed" and kept:
        return gettext(
            "Some of the questions have new words since you saw them, so we ask you these again. We have kept your "
            "answers to these: %(questions)s",
            questions=kept,
        )
    texts = {
        "lost": gettext(
            "This browser no longer holds your answers, so this one was not taken. Please start here. If you have a "
            "reference code, you can use it instead."
        ),
        "no-answers": gettext(
            "This browser holds no answers. They go a day after the last one, or with “Start again”. Please start "
            "here. If you have a reference code, you can use it instead."
        ),
        "not-asked": gettext(
            "Your other answers have changed what we ask. The question that you answered is not asked any more, so "
            "your answer was not taken. Your other answers are kept."
        ),
        "too-early": gettext("Your answer was not taken, as this question comes first. Your other answers are kept."),
        "changed": gettext("The questions have new words since you saw them. Please answer them again."),
        "new-rules": gettext(
            "The rules were changed since you last saw this page. Options and texts may differ from what you saw. Your "
            "answers are the same, and your reference code is new."
        ),
        "cleared": gettext("Your answers are cleared."),
        "other-rules": gettext(
            "The rules have changed since the code %(typed)s was made. What you see follows the rules of today, so it "
            "may differ from what you saw then. The code for what you see now is %(now)s.",
            typed=typed,
            now=now,
        ),
        "own-code": gettext(
            "You had other answers in this browser. To see them again, use the code %(own)s.", own=typed
        ),
    }
    return texts[notice.code]
