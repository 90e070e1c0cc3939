"""`make sbom`: one file that names all that the site runs with: versions, licences, hashes, and what needs what.

`python -m deploy.sbom PYTHON FILE` describes what is installed for PYTHON, as CycloneDX. The tools' Python
runs it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from .lock import PROJECT, Pin, pins

Bill = dict[str, Any]


def narrowed(bill: Bill, site: list[Pin], own: Bill) -> Bill:
    """Only what the site runs with, with the hashes of the lock; what tests and pip bring along is left out.

    `own` is the project itself, which needs all that nothing else needs.
    """
    hashes = {pin.name: pin.hashes for pin in site}
    kept = [part for part in bill["components"] if _name(part) in hashes]
    refs = {part["bom-ref"] for part in kept}
    needs = {
        entry["ref"]: [ref for ref in entry.get("dependsOn", ()) if ref in refs]
        for entry in bill["dependencies"]
        if entry["ref"] in refs
    }
    brought = {ref for refs in needs.values() for ref in refs}
    needs[own["bom-ref"]] = sorted(refs - brought)
    return {
        **bill,
        "metadata": {**bill["metadata"], "component": own},
        "components": [_with_files(part, hashes[_name(part)]) for part in kept],
        "dependencies": [{"ref": ref, "dependsOn": needed} for ref, needed in sorted(needs.items())],
    }


def problems(bill: Bill, site: list[Pin]) -> list[str]:
    """What a bill lacks: something of the lock, another version than there, a version or a licence that nobody gave."""
    found = {_name(part): part for part in bill["components"]}
    said = [f"{name} has no version" for name, part in found.items() if not part.get("version")]
    said += [f"{name} has no licence" for name, part in found.items() if not licences(part)]
    said += [f"{pin.name} is not installed" for pin in site if pin.name not in found and not pin.marker]
    said += [
        f"{pin.name} is installed as {found[pin.name]['version']}, and the lock names {pin.version}"
        for pin in site
        if pin.name in found and found[pin.name].get("version", pin.version) != pin.version
    ]
    return said


def licences(part: Bill) -> list[str]:
    """The licences that a component says it has, those it does not know left out."""
    given = [entry.get("expression") or entry.get("license", {}) for entry in part.get("licenses", ())]
    named = [one if isinstance(one, str) else one.get("id") or one.get("name") or "" for one in given]
    return [one for one in named if one and one.upper() != "UNKNOWN"]


def _name(part: Bill) -> str:
    return str(part["purl"]).removeprefix("pkg:pypi/").split("@")[0].replace(".", "-").replace("_", "-").lower()


def _with_files(part: Bill, hashes: tuple[str, ...]) -> Bill:
    files = {
        "type": "distribution",
        "url": f"https://pypi.org/project/{_name(part)}/{part.get('version', '')}/#files",
        "comment": "the files of which one was installed, by their hashes in requirements.lock",
        "hashes": [{"alg": "SHA-256", "content": one.removeprefix("--hash=sha256:")} for one in hashes],
    }
    return {**part, "externalReferences": [*part.get("externalReferences", ()), files]}


def _describe(python: str, to: Path) -> None:
    tool = Path(sys.executable).with_name("cyclonedx-py")
    said = subprocess.run(
        [tool, "environment", "--output-reproducible", python], check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    own = {
        "type": "application",
        "bom-ref": project["name"],
        "name": project["name"],
        "version": project["version"],
        "description": project["description"],
    }
    site = pins((PROJECT / "requirements.lock").read_text())
    bill = narrowed(json.loads(said), site, own)
    if faults := problems(bill, site):
        sys.exit("\n".join(faults))
    text = json.dumps(bill, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    _prove(text)
    to.write_text(text)
    print(f"{to}: {len(bill['components'])} components, each with a version and a licence")


def _prove(text: str) -> None:
    """Stop if the text is no CycloneDX."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    if fault := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        sys.exit(f"this is no CycloneDX 1.6: {fault}")


if __name__ == "__main__":
    _describe(sys.argv[1], Path(sys.argv[2]))
