"""A bundle: the active release and what is withdrawn, in one archive under a publisher's seal, for servers elsewhere.

It is a gzipped tar; behind it stands the seal, as a second part of the gzip of always the same length, which programs
that unpack archives pass over. So every byte is proved before any of it is unpacked.
"""

from __future__ import annotations

import io
import json
import os
import tarfile
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from . import journal, manifest, seals
from .disk import content, remove, replace, sync_folder, write_new
from .folder import MANIFEST, SEAL, active, active_or_none, number, open_release, prove, servable
from .journal import HISTORY, MOST_BYTES, WITHDRAWN
from .manifest import NAME, ReleaseError
from .publishing import DRAFT, activate, alone, disk_faults
from .withdrawn_options import WITHDRAWN_OPTIONS

FORMAT = 1
ABOUT = "bundle.json"
TRAVEL = (WITHDRAWN, WITHDRAWN_OPTIONS)
"""The files beside the release that go along."""
MOST_UNPACKED = 256 * 1024 * 1024
GZIP = 31
"""What zlib calls a gzip with its head and its end."""
LINE = 134
"""Bytes of a seal's line: a public key, a signature, and what stands between and behind them."""


def _stored(line: bytes) -> bytes:
    """A gzip that holds a line as it is."""
    packing = zlib.compressobj(0, zlib.DEFLATED, GZIP)
    return packing.compress(line) + packing.flush()


SEALED = len(_stored(bytes(LINE)))
"""Bytes of a seal at the end of a bundle."""


@dataclass(frozen=True)
class Bundle:
    """What a bundle holds: which release is to be active, as of when (UTC), and every file by its path."""

    release: str
    made: str
    files: Mapping[str, bytes]

    def lines(self, file: str) -> set[str]:
        """The lines of one of the files that go along."""
        return set(self.files.get(file, b"").decode(errors="replace").splitlines())


def pack(releases: Path, key: Path) -> tuple[str, bytes]:
    """The name of the active release and its bundle, sealed by the private key in a file; the same bytes every time.

    Raises ReleaseError, also where that key did not seal the release itself.
    """
    name = active(releases)
    if name is None:
        raise ReleaseError("nothing was published yet, so there is nothing to bundle")
    if name in journal.withdrawals(releases):
        raise ReleaseError(f"release {name} is the active one, and was withdrawn")
    release, files = prove(releases, name, [seals.public_key(key)])
    packed = {f"{name}/{path}": data for path, data in files.items()}
    packed |= {f"{name}/{file}": content(releases / name / file, MOST_BYTES) for file in (MANIFEST, SEAL)}
    packed |= {file: content(releases / file, MOST_BYTES) for file in TRAVEL if (releases / file).exists()}
    times = [line[0] for file in (HISTORY, *TRAVEL) for line in journal.lines(releases, file) or ()]
    made = max(filter(_is_time, [release.published, *times]))
    about = json.dumps({"format": FORMAT, "release": name, "made": made}) + "\n"
    packing = zlib.compressobj(9, zlib.DEFLATED, GZIP)
    tar = _tar({ABOUT: about.encode(), **packed}, int(datetime.fromisoformat(made).timestamp()))
    body = packing.compress(tar) + packing.flush()
    return name, body + _stored(seals.seal(key, seals.BUNDLE, body))


def unpack(data: bytes, trusted: Collection[str]) -> Bundle:
    """What a bundle holds, after its seal was proved. Raises ReleaseError for anything else than `pack` made."""
    body, end = data[:-SEALED], data[-SEALED:]
    try:
        line = zlib.decompressobj(GZIP).decompress(end, LINE)
    except zlib.error:
        line = b""
    if _stored(line) != end:
        raise ReleaseError("it is cut off, or is none: no seal stands at its end")
    seals.check_seal(line, seals.BUNDLE, body, trusted)
    try:
        unpacking = zlib.decompressobj(GZIP)
        tar = unpacking.decompress(body, MOST_UNPACKED)
        if not unpacking.eof or unpacking.unused_data:
            raise ReleaseError(f"it holds more than {MOST_UNPACKED:,} bytes")
        files = _untar(tar)
        about = json.loads(files.pop(ABOUT))
        if about["format"] != FORMAT:
            raise ReleaseError(f"it has the format {about['format']}, and this version reads {FORMAT}")
        name, made = about["release"], about["made"]
        if not (NAME.fullmatch(name) and _is_time(made)):
            raise ValueError(name)
    except (zlib.error, tarfile.TarError, ValueError, LookupError, TypeError):
        raise ReleaseError("it is sealed, and holds no release") from None
    return Bundle(name, made, files)


def take_up(releases: Path, bundle: Bundle, trusted: Collection[str]) -> bool:
    """Make the bundle's release the active one in this folder, and its withdrawals ours; whether anything changed.

    Options and releases that are withdrawn here stay so, until a later line of the bundle restores them. Raises
    ReleaseError; then the active release is as before.
    """
    name = bundle.release
    with alone(releases), disk_faults(releases):
        merged = {file: sorted(_lines(releases, file) | bundle.lines(file)) for file in TRAVEL}
        withdrawn = journal.withdrawn_in(line.split("\t") for line in merged[WITHDRAWN])
        if name in withdrawn:
            raise ReleaseError(f"its release {name} is withdrawn")
        newer = [one for one in servable(releases) if number(one) > number(name) and one not in withdrawn]
        if newer:
            raise ReleaseError(f"its release {name} is older than release {newer[-1]}, which was not withdrawn")
        changed = _write_lines(releases, WITHDRAWN_OPTIONS, merged)
        if not _is_there(releases, bundle, trusted):
            _install(releases, bundle, trusted)
            changed = True
        if active_or_none(releases) != name:
            activate(releases, name)
            changed = True
        # last: while nothing else is active, servers would look for an earlier release in the place of a withdrawn one
        changed |= _write_lines(releases, WITHDRAWN, merged)
    return changed


def _is_there(releases: Path, bundle: Bundle, trusted: Collection[str]) -> bool:
    """Whether the very release of the bundle is in the folder already, whole."""
    try:
        prove(releases, bundle.release, trusted)
        here = content(releases / bundle.release / MANIFEST, MOST_BYTES)
    except (ReleaseError, OSError):
        return False
    return here == bundle.files.get(f"{bundle.release}/{MANIFEST}")


def _install(releases: Path, bundle: Bundle, trusted: Collection[str]) -> None:
    """Write the release beside the others, prove it as a server will, and rename it to its place."""
    name = bundle.release
    release = manifest.from_text(bundle.files.get(f"{name}/{MANIFEST}", b"").decode(errors="replace"))
    wanted = {f"{name}/{path}" for path in (*release.files, MANIFEST, SEAL)}
    if set(bundle.files) - set(TRAVEL) != wanted:
        raise ReleaseError("it holds other files than its release has")
    for left_over in releases.glob(f"{DRAFT}*"):  # of a process that was killed
        remove(left_over)
    draft = releases / f"{DRAFT}{os.getpid()}"
    try:
        for path in wanted:
            to = draft / path
            to.parent.mkdir(parents=True, exist_ok=True)
            write_new(to, bundle.files[path])
        for below, _, _ in os.walk(draft, topdown=False):
            sync_folder(Path(below))
        open_release(draft, name, None, trusted)
        remove(releases / name)  # one of that name that is damaged; what servers have of it is in their memory
        os.rename(draft / name, releases / name)
        sync_folder(releases)
    finally:
        remove(draft)


def _lines(releases: Path, file: str) -> set[str]:
    return {"\t".join(line) for line in journal.lines(releases, file) or ()}


def _write_lines(releases: Path, file: str, merged: Mapping[str, Sequence[str]]) -> bool:
    """Put lines in the place of those of a file, in the order of their times; whether there are any new ones."""
    if set(merged[file]) == _lines(releases, file):
        return False
    replace(releases / file, "".join(f"{line}\n" for line in merged[file]).encode())
    return True


def _tar(files: Mapping[str, bytes], moment: int) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as tar:
        for path, data in files.items():
            member = tarfile.TarInfo(path)
            member.size, member.mtime = len(data), moment
            tar.addfile(member, io.BytesIO(data))
    return written.getvalue()


def _untar(data: bytes) -> dict[str, bytes]:
    """Plain files alone, each path once. Nothing is written: `_install` takes what the manifest names."""
    files: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as tar:
        for member in tar:
            opened = tar.extractfile(member) if member.isreg() else None
            if opened is None or member.name in files:
                raise ValueError(member.name)
            files[member.name] = opened.read()
    return files


def _is_time(text: object) -> bool:
    """Whether this is a moment as manifests and journals have it."""
    try:
        return isinstance(text, str) and text.endswith("Z") and bool(datetime.fromisoformat(text))
    except ValueError:
        return False
