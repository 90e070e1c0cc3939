"""What a clinic may set: every setting is checked at the start, and all that is wrong is said at once."""

import re

import pytest

from questionnaire import SettingError, create_app, read_settings, settings
from questionnaire.settings import RETIRED, SETTINGS

from .conftest import PROJECT
from .visitor import FULL, HOST, LIVE, production, send, site, text, walk

LOGO = '<svg xmlns="http://www.w3.org/2000/svg"/>'


@pytest.fixture
def file(tmp_path):
    return tmp_path / "settings.toml"


def clinic(**config):
    return site(**config).test_client()


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("FLASK_REQUIRE_SIGN_OFF", "maybe", "FLASK_REQUIRE_SIGN_OFF is 'maybe': it may be true or false"),
        ("FLASK_CLINIC_NAME", "x" * 201, "it may be one line of at most 200 characters"),
        ("FLASK_CLINIC_SUPPORT", "a|b|c|d|e|f", "it may be one to five lines"),
        ("FLASK_CLINIC_BOOKING", "javascript:alert(1)", "it may be an address that begins with https://"),
        ("FLASK_CLINIC_BOOKING", 'https://x" onclick="y', "it may be an address that begins with https://"),
        ("FLASK_CLINIC_ACCENT", "teal", "it may be a colour such as #1f5f5b"),
        ("FLASK_CLINIC_LOGO", "nowhere.svg", "it may be a file that is there"),
        ("FLASK_LANGUAGE", "../de", "it may be a language such as de"),
        ("FLASK_PRODUCTON", "true", "'FLASK_PRODUCTON' is no setting; did you mean 'FLASK_PRODUCTION'?"),
        ("FLASK_SETTINGS_FILE", "/nowhere", "'FLASK_SETTINGS_FILE' is no setting"),
        ("FLASK_RULES_FOLDER", "/nowhere", "'FLASK_RULES_FOLDER' is no setting"),
        ("FLASK_ENVIRONMENT", "production", "'FLASK_ENVIRONMENT' is no setting"),
        ("FLASK_CLINIC_CONTACT", "call \x1b[31mus", "characters that can be seen"),
        ("FLASK_CLINIC_CONTACT", "call \u202eus", "characters that can be seen"),
        ("FLASK_CLINIC_NAME", "Elm \udcff", "FLASK_CLINIC_NAME: it holds bytes that are no text in UTF-8"),
        ("FLASK_ALLOWED_HOSTS", "https://guide.example", "it may be names such as guide.clinic.example"),
        ("FLASK_ALLOWED_HOSTS", "*", "it may be names such as guide.clinic.example"),
        ("FLASK_TRUSTED_PROXIES", "many", "FLASK_TRUSTED_PROXIES is 'many': it may be a whole number from 0 to 5"),
        ("FLASK_LIMIT_POSTS", "-1", "it may be a whole number from 0 to 100000"),
        ("FLASK_METRICS_PORT", "70000", "it may be a whole number from 0 to 65000"),
        ("FLASK_LIMIT_STORAGE", "redis://:pass/word@localhost:6379/0", "its host or port can't be read"),
        ("FLASK_LIMIT_STORAGE", "redis://[::1:6379", "its host or port can't be read"),
    ],
)
def test_a_setting_that_can_t_be_taken_is_refused_by_name(variable, value, said):
    with pytest.raises(SettingError, match=re.escape(said)):
        settings({variable: value})


def test_an_address_that_may_hold_a_password_is_not_repeated():
    with pytest.raises(SettingError, match="FLASK_LIMIT_STORAGE: it may be memory:// or an address") as fault:
        settings({"FLASK_LIMIT_STORAGE": "mysql://user:my-dog@x"})
    assert "dog" not in str(fault.value)


def test_a_site_that_still_has_a_secret_key_starts_and_is_told_once_that_it_needs_none(file, monkeypatch, caplog):
    file.write_text('old-secret-keys = ["short"]\n')
    assert settings({"FLASK_SECRET_KEY": "x"}, file) == {RETIRED: ("FLASK_SECRET_KEY", f"old-secret-keys in {file}")}
    monkeypatch.setenv("FLASK_SETTINGS", str(file))
    monkeypatch.setenv("FLASK_SECRET_KEY", "my-dog")
    assert clinic().get("/healthz").status_code == 200
    assert caplog.messages == [
        f"No longer needed, and not read: FLASK_SECRET_KEY, old-secret-keys in {file}. Leave them out."
    ]


@pytest.mark.parametrize("line", ["clinic-name = 'B'", '"clinic-name" = "B"', "clinic-name=3"])
def test_a_setting_that_stands_twice_in_the_file_is_named_with_both_lines(file, line):
    file.write_text(f"clinic-name = 'A'\nlimit-posts = 5\n{line}\n")
    with pytest.raises(
        SettingError, match=rf"^{file}, line 3: clinic-name stands here and in line 1; keep one of them$"
    ):
        settings({}, file)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"ALLOWED_HOSTS": ()}, "production needs allowed-hosts"),
        ({"TRUSTED_PROXIES": None}, "production needs trusted-proxies"),
        ({"RELEASES": "/nowhere/away"}, "releases: there is no folder /nowhere/away; mount it, or make it"),
    ],
)
def test_production_does_not_start_without_what_it_needs_and_says_why(config, said):
    with pytest.raises(SettingError, match=re.escape(said)):
        production(**config)


def test_production_takes_an_empty_folder_of_releases_and_no_debugging(monkeypatch, tmp_path):
    assert production(RELEASES=str(tmp_path)).test_client().get("/healthz", base_url=LIVE).status_code == 200
    monkeypatch.setenv("FLASK_DEBUG", "1")
    with pytest.raises(SettingError, match="leave FLASK_DEBUG out"):
        production()


def test_a_site_for_visitors_is_set_up_by_its_settings_alone(monkeypatch):
    given = {"PRODUCTION": "true", "ALLOWED_HOSTS": f"{HOST}|.clinic.example", "TRUSTED_PROXIES": "1"}
    for name, value in (given | {"LIMIT_POSTS": "2", "LIMIT_STORAGE": "memory://"}).items():
        monkeypatch.setenv(f"FLASK_{name}", value)
    client = create_app({"TESTING": True}).test_client()
    proxied = {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https"}
    for named, code in ((HOST, 200), (f"{HOST}:443", 200), ("b.clinic.example", 200), ("clinic.com", 400)):
        page = client.get("/questions/area", headers={**proxied, "Host": named})
        assert page.status_code == code
        assert "Strict-Transport-Security" in page.headers
    assert send(client, times=3, base_url=LIVE) == [400, 400, 429]


def test_what_flask_itself_reads_is_no_misspelt_setting():
    own = ("FLASK_APP", "FLASK_DEBUG", "FLASK_RUN_PORT", "FLASK_SETTINGS", "FLASK_RULES_CHECK_JSON")
    assert settings(dict.fromkeys(own, "x")) == {}


def test_a_named_file_of_settings_must_be_there(tmp_path):
    with pytest.raises(SettingError, match=r"FLASK_SETTINGS: there is no file /nowhere/settings\.toml"):
        read_settings({"FLASK_SETTINGS": "/nowhere/settings.toml"})


def test_a_file_that_is_no_toml_or_nested_too_deeply_is_refused(file):
    for odd in ("clinic-name = " + "[" * 5000, "limit-posts = " + "1" * 5000):
        file.write_text(odd)
        with pytest.raises(SettingError, match=re.escape(f"{file} can't be read")):
            settings({}, file)
    file.write_text("clinic-name = A clinic\n")
    with pytest.raises(SettingError, match=r"can't be read: .*line 1"):
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


def test_settings_are_read_as_they_are_meant(file):
    assert settings({}) == settings({}, file) == {}
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
