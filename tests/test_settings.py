"""What a clinic may set: every setting is checked at the start, and all that is wrong is said at once."""

import re

import pytest

from questionnaire import SettingError, create_app, given, settings
from questionnaire.settings import SETTINGS
from questionnaire.web.accent import PAPERS, contrast, tokens, with_accent

from .conftest import PROJECT, RULES
from .test_web import FULL, text, walk

SHEET = (PROJECT / "static" / "guide.css").read_text()
LOGO = '<svg xmlns="http://www.w3.org/2000/svg"/>'


@pytest.fixture
def file(tmp_path):
    return tmp_path / "settings.toml"


def clinic(**given):
    return create_app({"TESTING": True, "SECRET_KEY": "for tests only", "RULES": str(RULES), **given}).test_client()


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("FLASK_SECRET_KEY", "short", "FLASK_SECRET_KEY: it is too short"),
        ("FLASK_REQUIRE_SIGN_OFF", "maybe", "FLASK_REQUIRE_SIGN_OFF is 'maybe': it may be true or false"),
        ("FLASK_CLINIC_NAME", "x" * 201, "it may be one line of at most 200 characters"),
        ("FLASK_CLINIC_SUPPORT", "a|b|c|d|e|f", "it may be one to five lines"),
        ("FLASK_CLINIC_BOOKING", "javascript:alert(1)", "it may be an address that begins with https://"),
        ("FLASK_CLINIC_BOOKING", 'https://x" onclick="y', "it may be an address that begins with https://"),
        ("FLASK_CLINIC_ACCENT", "teal", "it may be a colour such as #1f5f5b"),
        ("FLASK_CLINIC_LOGO", "nowhere.svg", "it may be a file that is there"),
        ("FLASK_LANGUAGE", "../de", "it may be a language such as de"),
        ("FLASK_PRODUCTON", "true", "'FLASK_PRODUCTON' is no setting; did you mean 'FLASK_PRODUCTION'?"),
        ("FLASK_SECRETKEY", "x" * 40, "'FLASK_SECRETKEY' is no setting; did you mean 'FLASK_SECRET_KEY'?"),
        ("FLASK_SETTINGS_FILE", "/nowhere", "'FLASK_SETTINGS_FILE' is no setting"),
        ("FLASK_RULES_FOLDER", "/nowhere", "'FLASK_RULES_FOLDER' is no setting"),
        ("FLASK_ENVIRONMENT", "production", "'FLASK_ENVIRONMENT' is no setting"),
        ("FLASK_CLINIC_CONTACT", "call \x1b[31mus", "characters that can be seen"),
        ("FLASK_CLINIC_CONTACT", "call \u202eus", "characters that can be seen"),
        ("FLASK_CLINIC_NAME", "Elm \udcff", "FLASK_CLINIC_NAME: it holds bytes that are no text in UTF-8"),
        ("FLASK_SECRET_KEY", "\udcff" * 40, "FLASK_SECRET_KEY: it holds bytes that are no text in UTF-8"),
        ("FLASK_OLD_SECRET_KEYS", f"{'a' * 20},{'b' * 20}", "FLASK_OLD_SECRET_KEYS: it may be keys with | between"),
        ("FLASK_OLD_SECRET_KEYS", f"{'a' * 20} {'b' * 20}", "FLASK_OLD_SECRET_KEYS: it may be keys with | between"),
        ("FLASK_LIMIT_STORAGE", "redis://:pass/word@localhost:6379/0", "its host or port can't be read"),
        ("FLASK_LIMIT_STORAGE", "redis://[::1:6379", "its host or port can't be read"),
    ],
)
def test_a_setting_that_can_t_be_taken_is_refused_by_name(variable, value, said):
    with pytest.raises(SettingError, match=re.escape(said)):
        settings({variable: value})


def test_a_secret_that_can_t_be_taken_is_not_repeated():
    with pytest.raises(SettingError) as fault:
        settings({"FLASK_SECRET_KEY": "my dog's name"})
    assert "dog" not in str(fault.value)


def test_what_flask_itself_reads_is_no_misspelt_setting():
    own = ("FLASK_APP", "FLASK_DEBUG", "FLASK_RUN_PORT", "FLASK_SETTINGS", "FLASK_RULES_CHECK_JSON")
    assert settings(dict.fromkeys(own, "x")) == {}


def test_a_named_file_of_settings_must_be_there(tmp_path):
    with pytest.raises(SettingError, match=r"FLASK_SETTINGS: there is no file /nowhere/settings\.toml"):
        given({"FLASK_SETTINGS": "/nowhere/settings.toml"})


def test_a_file_that_is_nested_too_deeply_is_refused(file):
    for odd in ("clinic-name = " + "[" * 5000, "limit-posts = " + "1" * 5000):
        file.write_text(odd)
        with pytest.raises(SettingError, match=re.escape(f"{file} can't be read")):
            settings({}, file)
    file.write_text("limit-posts = 0x" + "f" * 5000)
    with pytest.raises(SettingError, match=r"limit-posts in .* is too long a number"):
        settings({}, file)


def test_all_settings_that_can_t_be_taken_are_named_at_once(file):
    file.write_text('clinic-nam = "A"\nclinic-accent = "red"\n')
    with pytest.raises(SettingError) as fault:
        settings({"FLASK_REQUIRE_SIGN_OFF": "maybe"}, file)
    lines = str(fault.value).split("\n")
    assert len(lines) == 3
    assert lines[0].startswith(f"'clinic-nam' in {file} is no setting; did you mean 'clinic-name'?")


def test_a_file_that_is_no_toml_is_refused_with_the_line(file):
    file.write_text("clinic-name = A clinic\n")
    with pytest.raises(SettingError, match=r"can't be read: .*line 1"):
        settings({}, file)


def test_settings_are_read_as_they_are_meant(file):
    assert settings({}) == settings({}, file) == {}
    assert settings({"FLASK_SECRET_KEY": "12345678901234567890"}) == {"SECRET_KEY": "12345678901234567890"}
    assert settings({"FLASK_REQUIRE_SIGN_OFF": "False"}) == {"REQUIRE_SIGN_OFF": False}
    assert settings({"FLASK_REQUIRE_SIGN_OFF": "YES", "FLASK_RULES": "x"}) == {"REQUIRE_SIGN_OFF": True, "RULES": "x"}
    assert settings({"FLASK_CLINIC_SUPPORT": "one | two"}) == {"CLINIC_SUPPORT": ("one", "two")}


def test_the_environment_wins_over_the_file(file):
    file.write_text('clinic-name = "From the file"\nrequire-sign-off = true\nclinic-support = ["A", "B"]\n')
    found = settings({"FLASK_CLINIC_NAME": "From the environment"}, file)
    assert found == {"CLINIC_NAME": "From the environment", "REQUIRE_SIGN_OFF": True, "CLINIC_SUPPORT": ("A", "B")}


def test_the_settings_file_that_the_environment_names_is_read(file, monkeypatch):
    file.write_text('clinic-name = "The Elm Clinic"\n')
    monkeypatch.setenv("FLASK_SETTINGS", str(file))
    assert "offered by The Elm Clinic" in text(clinic().get("/"))


def test_readme_explains_every_setting():
    readme = (PROJECT / "README.md").read_text()
    for setting in SETTINGS:
        assert f"| `{setting.variable}` | {setting.does} |" in readme, setting.variable


def test_without_settings_the_pages_are_neutral():
    client = clinic()
    page = client.get("/")
    assert "offered by" not in page.text
    assert "logo" not in page.text
    walk(client, FULL)
    assert "Talk to the clinic" not in client.get("/options").text


def test_the_clinic_s_own_stands_on_the_pages_where_it_belongs(tmp_path):
    logo = tmp_path / "logo.svg"
    logo.write_text(LOGO)
    client = clinic(
        CLINIC_NAME="The <Elm> Clinic",
        CLINIC_CONTACT="Telephone 0123",
        CLINIC_BOOKING="https://elm.example/visit",
        CLINIC_SUPPORT=("Call 999 if it can't wait.",),
        CLINIC_LOGO=logo,
    )
    start = client.get("/").text
    assert "offered by The &lt;Elm&gt; Clinic" in start
    address = re.search(r'<img class="logo" src="([^"]+)" alt=""', start)[1]
    assert client.get(address).text == LOGO
    assert client.get(address).mimetype == "image/svg+xml"
    for page in ("/", "/nowhere", "/questions/area"):
        assert "Telephone 0123" in client.get(page).text
    walk(client, FULL)
    page = client.get("/options").text
    assert '<a href="https://elm.example/visit" rel="noreferrer">Talk to the clinic</a>' in page
    assert "Call 999 if it can&#39;t wait. <small>Added by the clinic, not from the article.</small>" in page
    walk(client, {"area": "not-sure", "shape": "neither"})
    assert "Call 999" in client.get("/options").text


def test_text_and_edges_of_controls_can_be_told_from_every_paper():
    known = tokens(SHEET)
    for mode in (0, 1):
        for paper in ("paper", "card", "note"):
            for ink in ("ink", "soft", "accent", "wrong"):
                assert contrast(known[ink][mode], known[paper][mode]) >= 4.5, (ink, paper, mode)
            assert contrast(known["edge"][mode], known[paper][mode]) >= 3, (paper, mode)
        assert contrast(known["on-accent"][mode], known["accent"][mode]) >= 4.5


def test_contrast_is_that_of_the_guideline():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # a pair that is known to fail just so
    assert contrast("#1f5f5b", "#1f5f5b") == 1


def test_the_stylesheet_takes_the_clinic_s_accent_and_makes_a_dark_one():
    sheet = with_accent(SHEET, "#7a1f5c", None)
    light, dark = tokens(sheet)["accent"]
    assert light == "#7a1f5c"
    assert all(contrast(dark, tokens(sheet)[paper][1]) >= 4.5 for paper in PAPERS)
    served = clinic(CLINIC_ACCENT="#7a1f5c")
    address = re.search(r'href="(/static/[^"]+guide\.css)"', served.get("/").text)[1]
    assert "--accent: light-dark(#7a1f5c, " in served.get(address).text
    assert address not in clinic().get("/").text


@pytest.mark.parametrize(
    ("light", "dark", "said"),
    [
        ("#8fd0c8", None, "clinic-accent is #8fd0c8: against #f3ecdc its contrast is 1.5 to 1"),
        ("#1f5f5b", "#1f5f5b", "clinic-accent-dark is #1f5f5b"),
        ("#ffff00", None, "choose a darker tone"),
    ],
)
def test_an_accent_with_too_little_contrast_stops_the_start_with_the_reason(light, dark, said):
    own = {"CLINIC_ACCENT": light, **({"CLINIC_ACCENT_DARK": dark} if dark else {})}
    with pytest.raises(SettingError, match=re.escape(said)):
        clinic(**own)


def test_the_stylesheet_is_small_and_every_file_s_address_changes_with_it():
    assert len(SHEET.encode()) <= 12_000
    client = clinic()
    address = re.search(r'href="(/static/[^"]+guide\.css)"', client.get("/").text)[1]
    page = client.get(address)
    assert page.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for named in re.findall(r"url\(\.\./([^)]+)\)", page.text):
        assert "immutable" in client.get(f"/static/{named}").headers["Cache-Control"]
    old = client.get("/static/0123456789/guide.css")
    assert (old.text, old.headers["Cache-Control"]) == (page.text, "no-store")
    assert client.get("/static/0123456789/nothing.css").status_code == 404
