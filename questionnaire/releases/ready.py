"""Tables that are at hand, so that nobody has to read rule files or a release for them."""

from __future__ import annotations

from dataclasses import dataclass

from ..decide.tables import DecisionTables
from .manifest import Release


@dataclass(frozen=True)
class Ready:
    """Tables at hand. `release`: what was published with them; None for those of the project's own rule files."""

    tables: DecisionTables
    release: Release | None = None
