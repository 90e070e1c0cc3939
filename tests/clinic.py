"""The worked example of docs/clinic.md, in a copy of the rule files."""

import re

from .conftest import PROJECT

EXAMPLE = re.search(r"```yaml\n(.*?)\.\.\.\n```", (PROJECT / "docs" / "clinic.md").read_text(), re.S)[1]
"""What clinic.yaml may hold and ours does not."""


def write_clinic(rules, added=EXAMPLE):
    """Put lines at the end of clinic.yaml, which has none of these keys yet."""
    path = rules / "clinic.yaml"
    path.write_text(f"{path.read_text().removesuffix('...' + chr(10))}{added}...\n")
