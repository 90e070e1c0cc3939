"""What is installed and how it runs: names, versions and hashes agree, and every way of starting the site is the same."""

import json
import re
import tomllib
from configparser import ConfigParser

import pytest
from ruamel.yaml import YAML

from questionnaire.releases.follow import AT_START
from questionnaire.settings import production_faults, settings

from .conftest import PROJECT

PROJECT_FILE = tomllib.loads((PROJECT / "pyproject.toml").read_text())
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-build.txt")


def pins(name):
    """The versions and hashes in a file of requirements, by the names of packages."""
    text = re.sub(r"\\\n\s*", " ", (PROJECT / name).read_text())
    lines = [line for line in text.splitlines() if "==" in line]
    return {line.split("==")[0]: (line.split("==")[1].split()[0], re.findall(r"--hash=(\S+)", line)) for line in lines}


def named(requirements):
    return {re.sub(r"[-_.]+", "-", line.split("==")[0]).lower(): line.split("==")[1] for line in requirements}


def test_there_are_three_files_of_requirements_and_each_package_in_them_has_hashes():
    assert {path.name for path in PROJECT.glob("*requirements*")} == set(LOCKS)
    for name in LOCKS:
        hashes = [hash for _, hashes in pins(name).values() for hash in hashes or [""]]
        assert hashes
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in hashes)


@pytest.mark.parametrize("name", LOCKS)
def test_only_the_engine_is_compiled_and_no_address_of_an_index_is_written_down(name):
    text = (PROJECT / name).read_text()
    assert re.findall(r"^--(?:only|no)-binary .*", text, re.M) == ["--only-binary :all:", "--no-binary durable-rules"]
    assert "://" not in text


def test_what_pyproject_names_is_what_is_installed():
    groups = PROJECT_FILE["dependency-groups"]
    site = named(PROJECT_FILE["project"]["dependencies"])
    everything = site | named([*groups["dev"], *groups["bench"], *groups["tools"]])
    for name, wanted in ((LOCKS[0], site), (LOCKS[1], everything), (LOCKS[2], named(groups["build"]))):
        assert {package: pins(name).get(package, ("missing",))[0] for package in wanted} == wanted
    assert pins(LOCKS[0]).items() <= pins(LOCKS[1]).items(), "tests run with what the site runs with"


def test_pip_and_uv_compile_the_engine_in_the_same_way():
    flags = PROJECT_FILE["tool"]["uv"]["config-settings-package"]["durable-rules"]["--global-option"]
    for name in LOCKS[:2]:
        line = re.search(r"^durable-rules==.*", (PROJECT / name).read_text(), re.M)[0]
        assert f'--config-settings="--global-option={flags}"' in line


def unit():
    """The systemd unit as {section: {key: last value}}."""
    read = ConfigParser(strict=False, interpolation=None, delimiters="=", comment_prefixes="#")
    read.optionxform = str
    read.read(PROJECT / "deploy" / "options-guide.service")
    return read


def test_make_run_the_container_and_the_service_start_the_same_server():
    """None of them has words of its own for it: all is in gunicorn.conf.py."""
    make = re.search(r"exec \$\(BIN\)/(.*)", (PROJECT / "Makefile").read_text())[1]
    container = json.loads(re.search(r"^CMD (.*)", (PROJECT / "Dockerfile").read_text(), re.M)[1])
    assert [make, *container, unit()["Service"]["ExecStart"]] == [
        "gunicorn",
        "/app/.venv/bin/gunicorn",
        "/opt/options-guide/.venv/bin/gunicorn",
    ]


def test_the_container_has_all_that_it_copies_and_runs_as_nobody_in_particular():
    text = (PROJECT / "Dockerfile").read_text()
    let_in = re.findall(r"^!(.*)", (PROJECT / ".dockerignore").read_text(), re.M)
    copied = [name for line in re.findall(r"^COPY (?!--)(.*) \S+$", text, re.M) for name in line.split()]
    assert sorted(copied) == sorted(let_in)
    assert all((PROJECT / name).exists() for name in copied)
    final = text.split("FROM")[-1]
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", final, re.M)
    assert "/readyz" in re.search(r"^HEALTHCHECK .*CMD (\[.*\])$", final, re.M)[1]
    assert re.findall(r"^VOLUME (.*)", final, re.M) == ["/app/instance"]


def test_the_service_may_gain_nothing_and_write_nothing_else():
    service = unit()["Service"]
    assert (service["NoNewPrivileges"], service["CapabilityBoundingSet"], service["LimitCORE"]) == ("yes", "", "0")
    assert (service["ProtectSystem"], service["ReadWritePaths"]) == ("strict", "/opt/options-guide/instance")


def test_kubernetes_runs_the_same_container_with_settings_that_hold():
    parts = {part["kind"]: part for part in YAML(typ="safe").load_all(PROJECT / "deploy" / "kubernetes.yaml")}
    assert [*parts] == ["ConfigMap", "Deployment", "Service", "PodDisruptionBudget", "HorizontalPodAutoscaler"]
    pod = parts["Deployment"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    docker = (PROJECT / "Dockerfile").read_text()
    user = pod["securityContext"]
    assert f"USER {user['runAsUser']}:{user['runAsGroup']}\n" in docker
    assert f"EXPOSE {container['ports'][0]['containerPort']}\n" in docker
    assert (user["runAsNonRoot"], container["securityContext"]["readOnlyRootFilesystem"]) == (True, True)
    mounted = {mount["mountPath"] for mount in container["volumeMounts"]}
    assert mounted == {*re.findall(r"^VOLUME (.*)", docker, re.M), "/tmp"}
    assert all("emptyDir" in volume for volume in pod["volumes"])  # no shared disk

    config = parts["ConfigMap"]["data"]
    read = settings(config)
    assert production_faults(read, False, "") == []
    probes = [container[f"{name}Probe"] for name in ("startup", "liveness", "readiness")]
    assert [probe["httpGet"]["path"] for probe in probes] == ["/healthz", "/healthz", "/readyz"]
    assert {probe["httpGet"]["httpHeaders"][0]["value"] for probe in probes} == {*read["ALLOWED_HOSTS"]}
    assert probes[0]["periodSeconds"] * probes[0]["failureThreshold"] > AT_START


def test_make_help_has_at_most_ten_commands():
    assert len(re.findall(r"^[a-z]+:.*## ", (PROJECT / "Makefile").read_text(), re.M)) <= 10


def test_the_site_and_the_desk_write_releases_as_one_group_and_nobody_writes_the_code():
    units = [
        dict(
            line.split("=", 1) for line in (PROJECT / f"deploy/{name}.service").read_text().splitlines() if "=" in line
        )
        for name in ("options-guide", "options-guide-desk")
    ]
    assert [unit["Group"] for unit in units] == ["options-guide"] * 2
    assert [unit["UMask"] for unit in units] == ["0007"] * 2
    written = [unit["ReadWritePaths"].replace("/opt/options-guide/", "").split() for unit in units]
    assert written == [["instance"], ["instance", "rules"]]
