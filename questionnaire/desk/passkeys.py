"""Passkeys: what a browser is asked for, and what it answers, proved. The challenge of each form is used once.

The browser is asked to verify who holds the device (by finger, face or PIN), each time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import webauthn
from flask import current_app, request, session
from sqlalchemy import select
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from .database import now, reading, writing
from .models import Passkey, Person

CHALLENGE_LASTS = timedelta(minutes=15)
MOST_CHALLENGES = 20


encoded = bytes_to_base64url
"""Bytes as browsers write them: base64url without padding."""
MadePasskey = VerifiedRegistration


class PasskeyError(Exception):
    """A passkey that does not prove what it should; says why and what to do, for people."""


def origin() -> str:
    """The address that passkeys of this desk are for: scheme, host and port."""
    return str(current_app.config["DESK_ADDRESS"])


def host() -> str:
    """The name that they are bound to: the "relying party" of WebAuthn."""
    return urlsplit(origin()).hostname or ""


def new_passkey(purpose: str, name: str, handle: bytes) -> str:
    """What a browser is asked, as JSON, to make a passkey for somebody."""
    options = webauthn.generate_registration_options(
        rp_id=host(),
        rp_name="Options guide: the desk",
        user_name=name,
        user_id=handle,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    _remember(purpose, options.challenge)
    return webauthn.options_to_json(options)


def ask(purpose: str, person: Person | None = None, challenge: bytes | None = None) -> str:
    """What a browser is asked, as JSON, to show a passkey: of this person, or any. Without a challenge, a random one.

    A challenge that is given stands for what is signed.
    """
    known = reading().scalars(select(Passkey.credential).where(Passkey.person_id == person.id)) if person else ()
    options = webauthn.generate_authentication_options(
        rp_id=host(),
        challenge=challenge,
        allow_credentials=[PublicKeyCredentialDescriptor(id=credential) for credential in known],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    _remember(purpose, options.challenge)
    return webauthn.options_to_json(options)


def made(purpose: str) -> VerifiedRegistration:
    """The passkey that the form of this request made. Raises PasskeyError."""
    challenge, credential = _challenge(purpose), _credential()
    try:
        return webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=host(),
            expected_origin=origin(),
            require_user_verification=True,
        )
    except WebAuthnException as fault:
        raise PasskeyError(f"The passkey could not be made ({fault}). Please try again.") from None


def shown(purpose: str, person: Person | None = None, words: bytes | None = None) -> Passkey:
    """The passkey that the form of this request shows, proved; it must be one of `person`, if given.

    `words`: the challenge that stands for what is signed, as it is now. Raises PasskeyError.
    """
    challenge, credential = _challenge(purpose), _credential()
    if words is not None and words != challenge:
        raise PasskeyError("What you would sign has changed while the page was open. Look at it again.")
    try:
        id_shown = webauthn.helpers.parse_authentication_credential_json(credential).raw_id
        with writing() as db:
            key = db.query(Passkey).filter_by(credential=id_shown).one_or_none()
            if key is None or key.person.ended or (person is not None and key.person_id != person.id):
                raise PasskeyError("This passkey is not one that may be used here.")
            proof = webauthn.verify_authentication_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=host(),
                expected_origin=origin(),
                credential_public_key=key.public_key,
                credential_current_sign_count=key.uses,
                require_user_verification=True,
            )
            key.uses = proof.new_sign_count
            db.flush()
            db.expunge(key)
            return key
    except WebAuthnException as fault:
        raise PasskeyError(f"The passkey was not taken ({fault}). Please try again.") from None


def _credential() -> str:
    credential = request.form.get("credential", "")
    if not credential:
        raise PasskeyError("Your browser sent no passkey. It needs JavaScript for that, and a passkey on this device.")
    return credential


def _remember(purpose: str, challenge: bytes) -> None:
    known = session.get("challenges", {})
    known[purpose] = [bytes_to_base64url(challenge), now().isoformat()]
    session["challenges"] = dict(list(known.items())[-MOST_CHALLENGES:])


def _challenge(purpose: str) -> bytes:
    """The challenge that was given out for a form, which is used up by this."""
    value, given = session.get("challenges", {}).pop(purpose, ("", ""))
    session.modified = True
    if not value or now() - datetime.fromisoformat(given) > CHALLENGE_LASTS:
        raise PasskeyError("This page was open for too long, or was sent before. Please try again.")
    return base64url_to_bytes(value)
