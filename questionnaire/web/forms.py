"""The forms: one question with its choices, a reference code, and starting again. All carry a CSRF token."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length

from ..rulebook.model import Question

STALE = "{} If this comes back, allow cookies for this site."


class QuestionForm(FlaskForm):  # type: ignore[misc]
    """One question; the value of the answer is the choice's id."""

    again = "Your answer was not saved. Please press Continue again."

    answer = RadioField(validate_choice=True, validators=[InputRequired("Choose one of the answers.")])

    @classmethod
    def of(cls, question: Question, chosen: str | None) -> QuestionForm:
        """The form of a question, with the answer that was given earlier."""
        form = cls(answer=chosen)
        form.answer.choices = {choice.id: choice.label for choice in question.choices.values()}
        return form


class ReferenceForm(FlaskForm):  # type: ignore[misc]
    again = "The code was not read. Please press the button again."
    code = StringField(
        validators=[InputRequired("Enter a reference code."), Length(max=60, message="This is too long for a code.")]
    )


class StartAgainForm(FlaskForm):  # type: ignore[misc]
    """Nothing but the token: it clears the answers."""

    again = "Your answers were not cleared yet. Please press the button again."


def problem(form: FlaskForm) -> str:
    """The first thing that is wrong with a form that was sent, in words for the visitor; empty where nothing is."""
    errors = form.errors
    if "csrf_token" in errors:
        return STALE.format(form.again)
    for messages in errors.values():
        if "Not a valid choice." in messages:
            return "Choose one of the answers below."
        return str(messages[0])
    return ""
