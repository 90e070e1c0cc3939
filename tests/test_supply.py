"""What is installed and how it runs: lists and hashes agree, and every way of starting the site is the same one."""

import json
import re
from configparser import ConfigParser

import pytest

from deploy import healthy, lock, sbom

from .browser import serving
from .conftest import PROJECT

HASH = "--hash=sha256:" + "0" * 64
SITE = 'Flask==3.1.3  # pages\nWTForms==3.3.2\nengine==2 ; python_version >= "3.13" --config-settings="--a=b c --d"\n'


def part(name, version="1", licence="MIT"):
    return {
        "name": name,
        "bom-ref": name,
        "purl": f"pkg:pypi/{name}@{version}",
        "version": version,
        "licenses": [{"license": {"name": licence}}] if licence else [],
    }


def bill(*parts, needs=None):
    dependencies = [{"ref": name, "dependsOn": list(refs)} for name, refs in (needs or {}).items()]
    return {"metadata": {}, "components": list(parts), "dependencies": dependencies}


def test_the_lists_and_the_files_with_hashes_name_the_same_versions():
    assert not lock.problems()


def test_every_file_that_may_be_installed_has_a_hash_and_only_the_engine_is_compiled():
    for path in PROJECT.glob("requirements*.lock"):
        text = path.read_text()
        assert len(lock.pins(text)) == len(re.findall(r"^[\w.-]+==", text, re.M))
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", one) for pin in lock.pins(text) for one in pin.hashes)
        assert re.findall("--only-binary (.*)", text) == [":all:"]
        assert set(re.findall("--no-binary (.*)", text)) <= {"durable-rules"}


def test_a_line_keeps_its_marker_and_its_options_when_hashes_are_written():
    wanted = lock.pins(SITE)
    written = lock.pins(f"flask==3.1.3 \\\n    {HASH}\nengine==2 \\\n    {HASH}\n")
    lines = lock.locked(wanted, written)
    text = "".join(map(str, lines))
    assert text == (
        f"flask==3.1.3 \\\n    {HASH}\n"
        f'engine==2 ; python_version >= "3.13" --config-settings="--a=b c --d" \\\n    {HASH}\n'
    )
    assert lock.pins(text) == lines


@pytest.mark.parametrize(
    ("locked", "said"),
    [
        (f"flask==3.1.4 {HASH}", "x.lock: flask==3.1.3 of x.txt is not in it as it is there"),
        ("flask==3.1.3", "x.lock: flask==3.1.3 has no hash"),
        (f"flask==3.1.3 {HASH}\nextra==1 {HASH}", "x.txt: extra==1 is brought along and not listed"),
        (f"flask==3.1.3 {HASH}\nextra==1 ; sys_platform == 'win32' {HASH}", None),
    ],
)
def test_a_version_that_differs_a_missing_hash_and_a_package_that_is_not_listed_are_named(locked, said):
    found = lock.differences("x", lock.pins("Flask==3.1.3"), lock.pins(locked), whole=True)
    assert found == ([said] if said else [])


def test_the_list_of_components_has_the_site_alone_with_what_needs_what():
    site = lock.pins(f"flask==1 {HASH}\njinja2==1 {HASH}")
    everything = bill(
        part("Flask"), part("jinja2"), part("pytest"), needs={"Flask": ["jinja2", "pytest"], "pytest": []}
    )
    made = sbom.narrowed(everything, site, {"bom-ref": "guide"})
    assert [one["name"] for one in made["components"]] == ["Flask", "jinja2"]
    assert made["dependencies"] == [{"ref": "Flask", "dependsOn": ["jinja2"]}, {"ref": "guide", "dependsOn": ["Flask"]}]
    assert made["components"][0]["externalReferences"][0]["hashes"] == [{"alg": "SHA-256", "content": "0" * 64}]
    assert not sbom.problems(made, site)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([part("flask", licence="")], "flask has no licence"),
        ([part("flask", licence="UNKNOWN")], "flask has no licence"),
        ([part("flask", version="")], "flask has no version"),
        ([part("flask", version="2")], "flask is installed as 2, and the lock names 1"),
        ([], "flask is not installed"),
    ],
)
def test_a_component_without_licence_or_version_is_named(parts, said):
    assert said in sbom.problems(bill(*parts), lock.pins(f"flask==1 {HASH}"))


def unit(name):
    """A systemd unit as {section: {key: last value}}."""
    read = ConfigParser(strict=False, interpolation=None, delimiters="=", comment_prefixes="#")
    read.optionxform = str
    read.read(PROJECT / "deploy" / name)
    return read


def test_make_run_the_container_and_the_service_start_the_same_server():
    make = re.search(r"python (-m questionnaire.serve .*)", (PROJECT / "Makefile").read_text())[1].split()
    container = json.loads(re.search(r"^CMD (.*)", (PROJECT / "Dockerfile").read_text(), re.M)[1])[1:]
    service = unit("options-guide.service")["Service"]["ExecStart"].split()[1:]
    port = make.index("--port") + 1
    host = make.index("--host") + 1
    assert [*make[:port], "${PORT}", *make[port + 1 :]] == service
    assert [*make[:host], "0.0.0.0", "--port", "8000", *make[port + 1 :]] == container


def test_the_container_has_all_that_it_copies_and_runs_as_nobody_in_particular():
    said = (PROJECT / "Dockerfile").read_text()
    let_in = re.findall(r"^!(.*)", (PROJECT / ".dockerignore").read_text(), re.M)
    copied = [name for line in re.findall(r"^COPY (?!--)(.*) \S+$", said, re.M) for name in line.split()]
    assert sorted(copied) == sorted(let_in)
    assert all((PROJECT / name).exists() for name in copied)
    final = said.split("FROM")[-1]
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", final, re.M)
    assert '"-m", "deploy.healthy"' in re.search(r"^HEALTHCHECK .*CMD (\[.*\])$", final, re.M)[1]
    assert re.findall(r"^VOLUME (.*)", final, re.M) == ["/app/instance"]


@pytest.mark.parametrize("name", ["options-guide.service", "options-guide-health.service"])
def test_a_service_may_gain_nothing_and_write_nothing_else(name):
    service = unit(name)["Service"]
    assert (service["NoNewPrivileges"], service["CapabilityBoundingSet"], service["LimitCORE"]) == ("yes", "", "0")
    assert service["ProtectSystem"] == "strict"
    assert service.get("ReadWritePaths", "") == ("" if "health" in name else "/opt/options-guide/instance")


def test_the_health_check_says_whether_the_site_is_ready_and_asks_for_a_name_that_is_allowed(
    tmp_path, capsys, monkeypatch
):
    with serving(tmp_path, FLASK_ALLOWED_HOSTS=".clinic.example|127.0.0.1") as address:
        assert healthy.ready(address, "clinic.example")[0]
        assert healthy.ready(address, "other.example") == (False, "400: This site is not served under that name.")
        monkeypatch.setenv("FLASK_ALLOWED_HOSTS", ".clinic.example")
        assert healthy.main(address) == 0
        assert '"ready":true' in capsys.readouterr().out
        assert healthy.main(address, "0", "strict") == 0
    assert healthy.main(address) == 1
    assert "no answer" in capsys.readouterr().out
    monkeypatch.delenv("FLASK_ALLOWED_HOSTS")
    with serving(tmp_path, FLASK_REQUIRE_SIGN_OFF="true") as address:  # nothing is signed, so nothing is shown
        assert (healthy.main(address), healthy.main(address, "0", "strict")) == (0, 1)
