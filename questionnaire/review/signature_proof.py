"""Who signed, proved by a passkey: what is signed of a sign-off, and whether its signature is of who it says.

It takes nothing but the sign-off and `reviewers.yaml`: whoever has a copy of the rule files can prove it, offline. What
the browser signed is a challenge, as of WebAuthn (https://www.w3.org/TR/webauthn-3/#sctn-verifying-assertion), which is
made from all of the sign-off; so a signature is for that unit and language, these statements, that table, role and day
alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict

from ..rulebook.model import Passkey, Reviewer, SignOff

PURPOSE = "options-guide sign-off 1"
FIELDS = ("authenticatorData", "clientDataJSON", "signature")
"""What is kept of a browser's answer, beside the passkey's id."""


def challenge(sign_off: SignOff) -> bytes:
    """What a passkey signs: a SHA-256 over every field of a sign-off but its place and signature.

    A sign-off of the original has no language, and is signed as it was before there were others.
    """
    fields = {name: value for name, value in asdict(sign_off).items() if name not in ("place", "signature")}
    if not sign_off.language:
        del fields["language"]
    return hashlib.sha256(json.dumps([PURPOSE, fields], sort_keys=True).encode()).digest()


def signature_of(credential: str) -> dict[str, str]:
    """What a sign-off keeps of a browser's answer, to be proved later."""
    answer = json.loads(credential)
    return {"passkey": answer["id"], **{field: answer["response"][field] for field in FIELDS}}


def proof_fault(sign_off: SignOff, reviewers: Mapping[str, Reviewer]) -> str:
    """Why a sign-off is not proved to be of who it names; empty where it is, or where a typed name is all there is.

    A name that is among the reviewers has to be proved: else whoever can write the file could take the signature away.
    """
    reviewer = reviewers.get(sign_off.by)
    if sign_off.signature is None:
        return "a typed name is not enough for who has a passkey" if reviewer else ""
    if reviewer is None:
        return "the name is not in reviewers.yaml"
    if sign_off.on < reviewer.since or (reviewer.left and sign_off.on > reviewer.left):
        return "they were no reviewer on that day"
    key = next((key for key in reviewer.passkeys if key.id == sign_off.signature.get("passkey")), None)
    if key is None:
        return "the passkey is not one of theirs"
    if key.revoked:
        return f"the passkey is revoked since {key.revoked}"
    return _signature_fault(sign_off, reviewer, key)


def _signature_fault(sign_off: SignOff, reviewer: Reviewer, key: Passkey) -> str:
    """Why a signature is not one of this passkey for this sign-off; empty where it is."""
    from urllib.parse import urlsplit

    from webauthn import base64url_to_bytes, verify_authentication_response
    from webauthn.helpers import parse_client_data_json
    from webauthn.helpers.exceptions import WebAuthnException

    written = sign_off.signature or {}
    try:
        client = parse_client_data_json(base64url_to_bytes(written["clientDataJSON"]))
        if client.challenge != challenge(sign_off):
            return "the signature is of something else than this"
        if client.origin != reviewer.address:
            return f"it was signed at {client.origin}, and not at {reviewer.address}"
        verify_authentication_response(
            credential={
                "id": key.id,
                "rawId": key.id,
                "type": "public-key",
                "response": {field: written[field] for field in FIELDS},
                "clientExtensionResults": {},
            },
            expected_challenge=challenge(sign_off),
            expected_rp_id=urlsplit(reviewer.address).hostname or "",
            expected_origin=reviewer.address,
            credential_public_key=base64url_to_bytes(key.public_key),
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except (WebAuthnException, KeyError, ValueError) as fault:
        return f"the signature is not one of their passkey ({fault})"
    return ""
