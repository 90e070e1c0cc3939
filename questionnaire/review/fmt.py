"""A rule file with its fields in the fixed order; comments stay with the line below them, and no text changes."""

from __future__ import annotations

from pathlib import Path

from ..rulebook import schema
from ..rulebook.file_text import END_MARK, text_of
from ..rulebook.rule_files import rule_files
from ..rulebook.schema_errors import fields
from ..rulebook.yaml_tree import Node, read_bytes


def formatted(text: str, name: str) -> str:
    """A rule file's text with its fields in order. `name` is its path below the rules folder.

    Only blocks that stand on lines of their own are sorted. Raises RulebookError for a file that can't be read.
    """
    tree = read_bytes(text.encode(), name)
    lines = [line.rstrip() for line in text_of(text.encode(), name).split("\n")]
    mark = max(number for number, line in enumerate(lines) if END_MARK.fullmatch(line))
    end = [line for line in lines[mark:] if line]  # the mark, and comments below it
    body = _sorted(tree, lines, 0, mark, schema.shape_of(name), ())
    ordered = "\n".join([*body, *end, ""])
    if read_bytes(ordered.encode(), name).plain() != tree.plain():
        raise AssertionError(f"formatting {name} would change its meaning")
    return ordered


def unformatted(folder: Path) -> list[tuple[Path, str]]:
    """The rule files of a folder that are not in order, each with the text that would be. Raises RulebookError."""
    disordered = []
    for path in rule_files(folder):
        name = path.relative_to(folder).as_posix()
        text = text_of(path.read_bytes(), name)
        ordered = formatted(text, name)
        if ordered != text:
            disordered.append((path, ordered))
    return disordered


def _sorted(
    node: Node, lines: list[str], first: int, last: int, model: type[schema.Shape], path: tuple[str | int, ...]
) -> list[str]:
    """The lines from `first` to before `last`, which hold `node`, with its fields in order."""
    inner = _parts(node)
    if not inner:
        return lines[first:last]
    # What stands above the first part belongs to the whole block: a file's head, a list item's own comment.
    starts = [line for _, _, line in inner]
    for number in range(1, len(starts)):
        while starts[number] > first and lines[starts[number] - 1].lstrip().startswith("#"):
            starts[number] -= 1
    ends = [*starts[1:], last]
    blocks = [
        (key, _sorted(part, lines, start, end, model, (*path, key)))
        for (key, part, _), start, end in zip(inner, starts, ends, strict=True)
    ]
    known = fields(model, path) if isinstance(node.value, dict) else []
    if known and {key for key, _ in blocks} <= set(known):
        first_block = blocks[0][1]
        blocks.sort(key=lambda block: known.index(str(block[0])))
        _move_dash(first_block, blocks[0][1])
    return lines[first : starts[0]] + [line for _, block in blocks for line in block]


def _parts(node: Node) -> list[tuple[str | int, Node, int]]:
    """What a block holds, each with the line (from 0) it starts on; nothing for a scalar or what shares a line."""
    parts: list[tuple[str | int, Node, int]] = []
    if isinstance(node.value, dict):
        parts = [(key, part, node.keys[key].line - 1) for key, part in node.value.items()]
    elif isinstance(node.value, list):
        parts = [(number, part, part.place.line - 1) for number, part in enumerate(node.value)]
    return parts if len({line for _, _, line in parts}) == len(parts) else []


def _move_dash(old: list[str], new: list[str]) -> None:
    """Move the dash of a list's item, in place, from the block that was first in it to the one that is first now."""
    old_at, new_at = (
        next(number for number, line in enumerate(lines) if not line.lstrip().startswith("#")) for lines in (old, new)
    )
    indent, dash, rest = old[old_at].partition("- ")
    if dash and not indent.strip() and old is not new:
        old[old_at] = f"{indent}  {rest}"
        new[new_at] = f"{indent}- {new[new_at][len(indent) + 2 :]}"
