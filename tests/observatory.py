"""The score that Mozilla's HTTP Observatory gives a response: its published rules and points, in our own code.

From the scoring table and tests of github.com/mdn/mdn-http-observatory (src/grader/charts.js and src/analyzer/tests).
Redirection is left at 0, as for any site whose proxy sends plain HTTP on to the same host; so is the list of preloaded
hosts, which would add 5.
"""

import re

BASE, NEEDED_FOR_BONUS = 100, 90
SIX_MONTHS = 15_552_000
BROAD = {"ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"}
INLINE = {"'unsafe-inline'", "data:"}
PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}


def score(page):
    """The points of a response that came over TLS. Bonuses count only where the rest is worth 90 or more."""
    points = modifiers(page).values()
    kept = BASE + sum(value for value in points if value < 0)
    return kept + sum(value for value in points if value > 0) if kept >= NEEDED_FOR_BONUS else max(kept, 0)


def modifiers(page):
    """What each of the Observatory's tests adds or takes away."""
    return {
        "content-security-policy": content_security_policy(page),
        "cookies": cookies(page),
        "cross-origin-resource-sharing": cross_origin_resource_sharing(page),
        "cross-origin-resource-policy": cross_origin_resource_policy(page),
        "redirection": 0,
        "referrer-policy": referrer_policy(page),
        "strict-transport-security": strict_transport_security(page),
        "subresource-integrity": subresource_integrity(page),
        "x-content-type-options": x_content_type_options(page),
        "x-frame-options": x_frame_options(page),
    }


def directives(page):
    found = {}
    for policy in page.headers.getlist("Content-Security-Policy"):
        for part in filter(None, map(str.split, policy.lower().split(";"))):
            found.setdefault(part[0], set(part[1:]) or {"'none'"})
    return found


def content_security_policy(page):
    policy = directives(page)
    if not policy:
        return -25
    default = policy.get("default-src", {"*"})
    script, objects, style = (policy.get(name, default) for name in ("script-src", "object-src", "style-src"))
    passive = policy.get("img-src", default) | policy.get("media-src", default)
    active = script.union(*(sources for name, sources in policy.items() if name not in ("img-src", "media-src")))
    if any(source.startswith(("'nonce-", "'sha256-", "'sha384-", "'sha512-")) for source in script):
        script = script - {"'unsafe-inline'"}
    if script & (BROAD | INLINE) or objects & BROAD:
        return -20
    if any(source.startswith(("http:", "ftp:")) for source in active):
        return -20
    if "'unsafe-eval'" in script | style:
        return -10
    if any(source.startswith(("http:", "ftp:")) for source in passive):
        return -10
    if style & (BROAD | INLINE):
        return 0
    return 10 if default == {"'none'"} else 5


def cookies(page):
    worst, seen, same_site = 0, False, True
    protected = strict_transport_security(page) >= 0
    for cookie in page.headers.getlist("Set-Cookie"):
        seen = True
        name, *rest = (part.strip().lower() for part in cookie.split(";"))
        attributes = dict(part.partition("=")[::2] for part in rest)
        session = "sess" in name.partition("=")[0] or "login" in name.partition("=")[0]
        secure = "secure" in attributes
        site = attributes.get("samesite")
        same_site = same_site and site is not None
        if (site is not None and site not in ("lax", "strict", "none")) or (site == "none" and not secure):
            worst = min(worst, -20)
        if not secure:
            worst = min(worst, (-10 if session else -5) if protected else (-40 if session else -20))
        if "csrf" in name.partition("=")[0] and site is None:
            worst = min(worst, -20)
        if session and "httponly" not in attributes:
            worst = min(worst, -30)
    return 5 if seen and same_site and worst == 0 else worst


def cross_origin_resource_sharing(page):
    shared = page.headers.get("Access-Control-Allow-Origin")
    open_to_all = shared not in (None, "*") and page.headers.get("Access-Control-Allow-Credentials") == "true"
    return -50 if open_to_all else 0


def cross_origin_resource_policy(page):
    said = page.headers.get("Cross-Origin-Resource-Policy")
    return {None: 0, "cross-origin": 0, "same-origin": 10, "same-site": 10}.get(said, -5)


def referrer_policy(page):
    said = page.headers.get("Referrer-Policy")
    if said is None:
        return 0
    return 5 if said.split(",")[-1].strip().lower() in PRIVATE else -5


def strict_transport_security(page):
    said = page.headers.getlist("Strict-Transport-Security")
    age = re.search(r"max-age=(\d+)", said[0].lower()) if len(said) == 1 else None
    if age is None or "," in said[0]:
        return -20
    return 0 if int(age[1]) >= SIX_MONTHS else -10


def subresource_integrity(page):
    if page.mimetype not in ("text/html", "application/xhtml+xml"):
        return 0
    worst, whole = 0, False
    for script in re.findall(r"<script\b[^>]*>", page.get_data(as_text=True)):
        source = re.search(r'\bsrc="?([^"\s>]+)', script)
        integrity = "integrity=" in script
        if source is None:
            continue
        if re.match(r"https?://", source[1]) or source[1].startswith("//"):
            over_tls = source[1].startswith("https://")
            worst = min(worst, (0 if over_tls else -20) if integrity else (-5 if over_tls else -50))
        whole = whole or integrity
    return 5 if whole and worst == 0 else worst


def x_content_type_options(page):
    return 0 if page.headers.get("X-Content-Type-Options", "").lower() == "nosniff" else -5


def x_frame_options(page):
    if "frame-ancestors" in directives(page):
        return 5
    said = page.headers.get("X-Frame-Options", "").lower()
    return 0 if said in ("deny", "sameorigin") or said.startswith("allow-from") else -20
