"""The forms: one question with its choices, a reference code, and starting again. All carry a CSRF token."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length

from ..rulebook.model import Question
from .language import gettext


class QuestionForm(FlaskForm):  # type: ignore[misc]
    """One question; the value of the answer is the choice's id."""

    answer = RadioField(validate_choice=True, validators=[InputRequired()])

    @classmethod
    def of(cls, question: Question, chosen: str | None) -> QuestionForm:
        """The form of a question, with the answer that was given earlier."""
        form = cls(answer=chosen)
        form.answer.choices = {choice.id: choice.label for choice in question.choices.values()}
        return form

    def stale(self) -> str:
        return gettext("Your answer was not saved. Please press Continue again.")

    def wrong(self) -> str:
        return gettext("Choose one of the answers to carry on.")


class ReferenceForm(FlaskForm):  # type: ignore[misc]
    code = StringField(validators=[InputRequired(), Length(max=60)])

    def stale(self) -> str:
        return gettext("The code was not read. Please press the button again.")

    def wrong(self) -> str:
        return gettext("This is too long for a code.") if self.code.data else gettext("Enter a reference code.")


class StartAgainForm(FlaskForm):  # type: ignore[misc]
    """Nothing but the token: it clears the answers."""

    def stale(self) -> str:
        return gettext("Your answers were not cleared yet. Please press the button again.")

    wrong = stale


def problem(form: QuestionForm | ReferenceForm | StartAgainForm) -> tuple[str, int]:
    """What is wrong with a form that was sent, in words for the visitor, and the status; ("", 200) where nothing is."""
    if not form.errors:
        return "", 200
    if "csrf_token" in form.errors:
        cookies = gettext("If this comes back, allow cookies for this site.")
        return f"{form.stale()} {cookies}", 403
    return form.wrong(), 400
