"""Option files, caveats.yaml and grid.yaml to options, caveats and the rows of the grid."""

from __future__ import annotations

from collections.abc import Iterator

from .. import schema
from ..declared_names import Files
from ..model import Caveat, Example, Option, Rule, Verdict
from ..yaml_tree import Node
from .build_basics import cell_text, cited_text, condition_of, file_of
from .build_clinic import chosen

_SECTIONS: tuple[tuple[str, Verdict], ...] = (("offered", "fits"), ("ask-first", "ask"), ("not-offered", "ruled-out"))


def build_option(name: str, option: schema.OptionFile, tree: Node, rows: list[str]) -> Option:
    """An option of its file; `rows`: those of the grid."""
    rules = []
    for section, verdict in _SECTIONS:
        written: list[schema.RuleShape] = getattr(option, section.replace("-", "_"))
        for step, rule in enumerate(written):
            because = cited_text(rule.because, rule.claims, tree.at(section, step, "because"))
            place = tree.at(section, step)
            when = condition_of(rule.when)
            rules.append(Rule(rule.rule, verdict, when, because, rule.conflict, place, rule.by_clinic))
    return Option(
        id=name,
        area=name.split("/")[0],
        name=option.name,
        kind=option.kind,
        summary=cited_text(option.summary, option.claims, tree.at("summary")),
        rules=tuple(rules),
        grid={row: cell_text(option.grid[row], tree.at("grid", row)) for row in rows},
        examples=tuple(
            Example(e.example, e.answers, e.verdict, tuple(e.because), tuple(e.caveats), tree.at("examples", step))
            for step, e in enumerate(option.examples)
        ),
        place=tree.place,
        question=option.question or "",
        never_fits=option.never_fits or "",
    )


def build_caveats(files: Files, options: dict[str, Option], areas: tuple[str, ...]) -> Iterator[Caveat]:
    """All caveats: each option's own, then the shared ones, then what the clinic adds; the order of showing."""
    for name in options:
        file, tree = file_of(files, f"{name}.yaml", schema.OptionFile)
        for step, own in enumerate(file.expect):
            statement = cited_text(own.text, own.claims, tree.at("expect", step))
            yield Caveat(
                id=own.caveat,
                statement=statement,
                when=condition_of(own.when),
                options=(name,),
                areas=(),
                first=False,
                by_clinic=False,
                place=statement.place,
                question=own.question or "",
            )
    for file_name in ("caveats.yaml", "clinic.yaml"):
        tree, shape = files.loaded[file_name]
        assert isinstance(shape, schema.CaveatsFile | schema.ClinicFile)
        by_clinic = isinstance(shape, schema.ClinicFile)
        written: list[schema.SharedCaveatShape | schema.ClinicCaveatShape] = [*shape.caveats]
        for step, c in enumerate(written):
            claims = c.claims if isinstance(c, schema.SharedCaveatShape) else None
            on_options = c.shown == "options"
            yield Caveat(
                id=c.caveat,
                statement=cited_text(c.text, claims, tree.at("caveats", step)),
                when=condition_of(c.when),
                options=chosen(options, c.areas, c.kinds, c.options) if on_options else (),
                areas=() if on_options else tuple(c.areas or areas),
                first=isinstance(c, schema.SharedCaveatShape) and c.first,
                by_clinic=by_clinic,
                place=tree.at("caveats", step),
                question=(isinstance(c, schema.SharedCaveatShape) and c.question) or "",
            )
