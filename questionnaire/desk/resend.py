"""A form whose session ended, or whose page is from before a restart: nothing typed is lost, it can be sent again."""

from __future__ import annotations

from flask import render_template, request

OURS = ("csrf_token", "credential")


def resend_page(signed_in: bool) -> tuple[str, int]:
    """A page with all that the form of this request held, and a button that sends it again."""
    return render_template("desk/resend.html", fields=typed_fields(), signed_in=signed_in), 403


def typed_fields() -> list[tuple[str, str]]:
    """What the form of this request held, field by field, without what the desk itself put there."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in OURS]
