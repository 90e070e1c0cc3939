"""What staff keep beside the rules to sign-offs, reviewers, holds and translations."""

from __future__ import annotations

from .. import schema
from ..declared_names import Files
from ..model import Hold, Passkey, ReadStatement, Reviewer, SignOff, TranslatedText, Translation
from ..yaml_tree import Node
from .build_basics import file_of


def build_reviewers(files: Files) -> dict[str, Reviewer]:
    """Those whose sign-offs are proved by a passkey."""
    if "reviewers.yaml" not in files.loaded:
        return {}
    file, tree = file_of(files, "reviewers.yaml", schema.ReviewersFile)
    return {
        r.reviewer: Reviewer(
            name=r.reviewer,
            since=r.since,
            left=r.left or "",
            address=r.address,
            passkeys=tuple(Passkey(key.passkey, key.public_key, key.revoked or "") for key in r.passkeys),
            place=tree.at("reviewers", step),
        )
        for step, r in enumerate(file.reviewers)
    }


def build_holds(files: Files) -> dict[str, Hold]:
    """The options that are held back."""
    if "holds.yaml" not in files.loaded:
        return {}
    file, tree = file_of(files, "holds.yaml", schema.HoldsFile)
    return {h.hold: Hold(h.hold, h.by, h.on, h.because, tree.at("holds", n)) for n, h in enumerate(file.holds)}


def build_translation(t: schema.TranslationFile, tree: Node) -> Translation:
    """The texts of one language."""
    return Translation(
        t.language,
        {
            name: TranslatedText(text.text or "", text.of, text.mark or "", tree.at("texts", name))
            for name, text in t.texts.items()
        },
        tree.place,
        t.complete or "",
    )


def build_sign_off(language: str, unit: str, s: schema.SignOffFile, tree: Node) -> SignOff:
    """The sign-off of the unit that its file is named after, in the language of its folder."""
    return SignOff(
        unit=unit,
        by=s.by,
        role=s.role,
        on=s.on,
        until=s.until,
        table=s.table,
        statements={
            statement: ReadStatement(read.fingerprint, read.words, read.by or "", read.on or "")
            for statement, read in s.statements.items()
        },
        place=tree.place,
        signature=s.signature,
        language=language,
    )
