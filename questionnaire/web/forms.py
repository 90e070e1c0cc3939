"""The forms: one question with its choices, a reference code, and starting again. All carry a CSRF token."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from flask import current_app, session
from flask_wtf import FlaskForm
from flask_wtf.csrf import validate_csrf
from wtforms import Field, RadioField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from ..rulebook.model import Question
from .language import gettext
from .sessions import token

FIELDS: Mapping[str, frozenset[str]] = {
    "pages.question": frozenset({"csrf_token", "answer"}),
    "pages.reference": frozenset({"csrf_token", "code"}),
    "pages.start_again": frozenset({"csrf_token"}),
}
"""The fields that each form has, by its endpoint; whatever else is sent is refused (incoming.py)."""


class Tokens(FlaskForm.Meta.csrf_class):  # type: ignore[misc]
    """Flask-WTF's tokens, also taken where an older key of ours signed them: as sessions are, so that none breaks."""

    def generate_csrf_token(self, csrf_token_field: Field) -> str:
        return token(session)

    def validate_csrf_token(self, form: FlaskForm, field: Field) -> None:
        for key in current_app.config.get("OLD_SECRET_KEYS", ()):
            with suppress(ValidationError):
                validate_csrf(field.data, key, self.meta.csrf_time_limit)
                return
        super().validate_csrf_token(form, field)


class OwnForm(FlaskForm):  # type: ignore[misc]
    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        csrf_class = Tokens


class QuestionForm(OwnForm):
    """One question; the value of the answer is the choice's id."""

    answer = RadioField(validate_choice=True, validators=[InputRequired()])

    @classmethod
    def of(cls, question: Question) -> QuestionForm:
        form = cls()
        form.answer.choices = {choice.id: choice.label for choice in question.choices.values()}
        return form

    def stale(self) -> str:
        return gettext("Your answer was not saved. Please press Continue again.")

    def wrong(self) -> str:
        return gettext("Choose one of the answers to carry on.")


class ReferenceForm(OwnForm):
    code = StringField(validators=[InputRequired(), Length(max=60)])

    def stale(self) -> str:
        return gettext("The code was not read. Please press the button again.")

    def wrong(self) -> str:
        return gettext("This is too long for a code.") if self.code.data else gettext("Enter a reference code.")


class StartAgainForm(OwnForm):
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
