import html
import re

import pytest

from questionnaire.desk import create_app, database, people
from questionnaire.desk.rulebooks import Drafts

from .authenticator import Authenticator

ADDRESS = "http://localhost:8001"


class Visitor:
    """Somebody at the desk, by its pages alone: a test client, and a passkey once they have one."""

    def __init__(self, app):
        self.app, self.client, self.passkey = app, app.test_client(), Authenticator()

    def get(self, path, **how):
        return self.client.get(path, base_url=ADDRESS, **how)

    def page(self, path):
        response = self.get(path)
        assert response.status_code == 200, (path, response.status_code, response.text)
        return response.text

    def post(self, path, fields=None, page=None, passkey=True, text=None, **how):
        """Send the form of a page (the one at `path`, if not said) with these fields, and a passkey if it asks for one."""
        text = text or self.page(page or path)
        token = re.search(r'name="csrf_token" value="([^"]+)"', text)
        data = {"csrf_token": token[1] if token else "", **(fields or {})}
        asked = re.search(r'data-passkey="(\w+)" data-options="([^"]+)"', text)
        if asked and passkey:
            data["credential"] = getattr(self.passkey, asked[1])(html.unescape(asked[2]))
        return self.client.post(path, base_url=ADDRESS, data=data, **how)


DRAFTS = Drafts()
"""Of all tests of a process: rule files with the same bytes are built once."""


@pytest.fixture
def desk(tmp_path, rules):
    config = {"TESTING": True, "LIMIT_POSTS": 0, "DESK_PATIENCE": 100}
    folders = {"RULES": str(rules), "RELEASES": str(tmp_path / "releases")}
    app = create_app({**config, **folders, "DESK_DATABASE": str(tmp_path / "desk.sqlite3")})
    app.extensions["desk_drafts"] = DRAFTS
    return app


@pytest.fixture
def nobody(desk):
    return Visitor(desk)


@pytest.fixture
def someone(desk):
    """Makes a person of a role, with a passkey and signed in."""

    def make(role, name=None):
        visitor = Visitor(desk)
        visitor.name = name or f"A {role}"
        with desk.app_context(), database.writing() as db:
            secret = people.invite(db, visitor.name, role, "a test")
        response = visitor.post(f"/invitations/{secret}")
        assert response.status_code == 302, response.text
        return visitor

    return make
