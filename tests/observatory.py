"""The score that Mozilla's HTTP Observatory gives a response: its published rules and points, in our own code.

From the scoring table and tests of github.com/mdn/mdn-http-observatory (src/grader/charts.js and src/analyzer/tests).
Redirection is left at 0, as for any site whose proxy sends plain HTTP on to the same host; so is the list of preloaded
hosts, which would add 5. Nonces and hashes in a policy, and scripts of other hosts, which we never have, take all.
"""

import re

SIX_MONTHS = 15_552_000
BROAD = {"ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"}
INLINE = {"'unsafe-inline'", "data:"}
PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}


def score(page):
    """The points of a response that came over TLS. Bonuses count only where the rest is worth 90 or more."""
    points = modifiers(page).values()
    kept = 100 + sum(value for value in points if value < 0)
    return kept + sum(value for value in points if value > 0) if kept >= 90 else max(kept, 0)


def modifiers(page):
    """What each of the Observatory's tests adds or takes away."""
    shared, embedded, referrer, sniffing, frames = (
        page.headers.get(name, "").lower()
        for name in (
            "Access-Control-Allow-Origin",
            "Cross-Origin-Resource-Policy",
            "Referrer-Policy",
            "X-Content-Type-Options",
            "X-Frame-Options",
        )
    )
    framed = 5 if "frame-ancestors" in directives(page) else 0 if frames in ("deny", "sameorigin") else -20
    return {
        "content-security-policy": content_security_policy(page),
        "cookies": cookies(page),
        "cross-origin-resource-sharing": 0 if shared in ("", "*") else -50,
        "cross-origin-resource-policy": {"": 0, "cross-origin": 0, "same-origin": 10, "same-site": 10}.get(
            embedded, -5
        ),
        "referrer-policy": 0 if not referrer else 5 if referrer.split(",")[-1].strip() in PRIVATE else -5,
        "strict-transport-security": strict_transport_security(page),
        "subresource-integrity": -50
        if re.search(r'<script[^>]*src="?(https?:)?//', page.get_data(as_text=True))
        else 0,
        "x-content-type-options": 0 if sniffing == "nosniff" else -5,
        "x-frame-options": framed,
    }


def directives(page):
    policies = "; ".join(page.headers.getlist("Content-Security-Policy")).lower()
    parts = list(filter(None, map(str.split, policies.split(";"))))
    return {name: set(sources) or {"'none'"} for name, *sources in reversed(parts)}


def content_security_policy(page):
    policy = directives(page)
    if not policy:
        return -25
    default = policy.get("default-src", {"*"})
    script, objects, style = (policy.get(name, default) for name in ("script-src", "object-src", "style-src"))
    foreign = any(source.startswith(("http:", "ftp:", "'nonce", "'sha")) for some in policy.values() for source in some)
    if script & (BROAD | INLINE) or objects & BROAD or foreign:
        return -20
    if "'unsafe-eval'" in script | style:
        return -10
    if style & (BROAD | INLINE):
        return 0
    return 10 if default == {"'none'"} else 5


def cookies(page):
    """All have to be Secure, HttpOnly where they name a session, and SameSite."""
    points = 0
    for cookie in page.headers.getlist("Set-Cookie"):
        name, *attributes = (part.strip().lower() for part in cookie.split(";"))
        session = "sess" in name.partition("=")[0] or "login" in name.partition("=")[0]
        if "secure" not in attributes:
            return -40 if session else -20
        if session and "httponly" not in attributes:
            return -30
        points = 5 if {"samesite=lax", "samesite=strict"} & set(attributes) else 0
    return points


def strict_transport_security(page):
    age = re.fullmatch(r"max-age=(\d+)[^,]*", ",".join(page.headers.getlist("Strict-Transport-Security")).lower())
    return -20 if age is None else 0 if int(age[1]) >= SIX_MONTHS else -10
