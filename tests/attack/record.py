"""Walks the trial office as one person and writes down what can be attacked: forms with their fields as a browser would send
them, addresses with something asked, addresses with an id in their path. Not for attacking. A field of one name is attacked
once in one kind of address (the address without its ids): what is to be attacked in a request is marked with a star."""

import re
import urllib.parse
from html.parser import HTMLParser

FROM = ["/todo", "/me", "/help", "/start", "/register", "/admin"]
ALIKE = 3
MOST = 900


class Page(HTMLParser):
    """The links and forms of one page."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.links, self.forms = [], []
        self.form = self.choice = self.area = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "a" and a.get("href"):
            self.links.append(a["href"])
        elif tag == "form":
            self.form = {"action": a.get("action") or "", "method": (a.get("method") or "get").upper(), "fields": [],
                         "files": []}
            self.forms.append(self.form)
        elif self.form is None or not a.get("name") and tag != "option":
            return
        elif tag == "input":
            self.input(a)
        elif tag == "button":
            if "disabled" not in a and a["name"] not in dict(self.form["fields"]):
                self.form["fields"].append((a["name"], a.get("value") or ""))
        elif tag == "select":
            self.choice = (a["name"], [])
        elif tag == "option" and self.choice:
            self.choice[1].append((a.get("value") or "", "selected" in a))
        elif tag == "textarea":
            self.area = (a["name"], "")

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "select" and self.choice:
            name, options = self.choice
            chosen = [v for v, on in options if on and v] or [v for v, _ in options if v] or [""]
            self.form["fields"].append((name, chosen[0]))
            self.choice = None
        elif tag == "textarea" and self.area:
            name, text = self.area
            self.form["fields"].append((name, text.strip() or "说明"))
            self.area = None

    def handle_data(self, data):
        if self.area:
            self.area = (self.area[0], self.area[1] + data)

    def input(self, a):
        kind, name, value = a.get("type", "text"), a["name"], a.get("value") or ""
        fields = self.form["fields"]
        if kind == "file":
            self.form["files"].append(name)
        elif kind == "radio":
            if "checked" in a:
                fields[:] = [f for f in fields if f[0] != name]
            if name not in dict(fields):
                fields.append((name, value))
        elif kind == "checkbox":
            if name not in dict(fields) or "checked" in a:
                fields.append((name, value or "on"))
        elif kind in ("submit", "image", "reset", "button"):
            return
        else:
            usual = {"date": "2026-11-20", "time": "09:30", "number": "1", "month": "2026-11", "password": "Abc-12345", "email": "a@b.cn", "tel": "5550123"}
            fields.append((name, value if value or kind == "hidden" else usual.get(kind, "测试")))


def kind(path):
    """An address without its ids."""
    parts = ["#" if re.search(r"\d", p) or len(p) > 24 else p for p in path.split("/")]
    if len(parts) > 2 and parts[1] in ("start", "register", "procedures"):
        parts[2] = "#"
    return "/".join(parts)


def walk(person, known):
    """All that can be attacked as this person and is not in `known`, and how many pages were walked."""
    met, kinds, queue, found, pages = set(FROM), {}, list(FROM), [], 0
    while queue and len(met) < MOST:
        at = queue.pop(0)
        status, headers, body = person.raw("GET", at, [("Cookie", person.cookie)])
        kept = {n.lower(): v for n, v in headers}
        page = Page(body.decode("utf-8", "replace")) if kept.get("content-type", "").startswith("text/html") else None
        links = page.links if page else []
        pages += 1
        if status == 200:
            address(found, known, at)
        for form in page.forms if page else []:
            written(found, known, at, form)
        for link in links + [kept.get("location", "")]:
            link = link.split("#")[0]
            if not link.startswith("/") or link.startswith(("//", "/assets/")) or link in met:
                continue
            at_, _, asked = link.partition("?")
            k = kind(at_) + "?" + "&".join(sorted(n for n, _ in urllib.parse.parse_qsl(asked, True)))
            kinds[k] = kinds.get(k, 0) + 1
            if kinds[k] <= ALIKE:
                met.add(link)
                queue.append(link)
    return found, pages


def address(found, known, at):
    """An address with ids, or with something asked."""
    path, _, asked = at.partition("?")
    pairs = urllib.parse.parse_qsl(asked, True)
    marked(found, known, ("GET", path, pairs))
    parts = path.split("/")
    ids = [i for i, p in enumerate(parts) if re.search(r"\d", p) or (i == 2 and parts[1] in ("start", "register", "procedures"))]
    if ids and ("PATH", kind(path)) not in known:
        known.add(("PATH", kind(path)))
        for i in ids:
            parts[i] += "*"
        found.append({"method": "GET", "at": "/".join(parts), "data": "", "fields": len(ids)})


def written(found, known, at, form):
    """A form, as it would be sent."""
    action = urllib.parse.urljoin(at, form["action"] or at)
    path, _, asked = action.partition("?")
    if form["method"] == "GET":
        return marked(found, known, ("GET", path, form["fields"]))
    marked(found, known, ("POST", path, form["fields"]), asked)


def marked(found, known, request, asked=""):
    """One request, with a star behind every value that nothing has been put into yet."""
    method, path, pairs = request
    new = {n for n, _ in pairs} - {"_csrf", "_op"}
    new = {n for n in new if (method, kind(path), n) not in known}
    known |= {(method, kind(path), n) for n in new}
    if not new:
        return
    data, left = [], set(new)
    for name, value in pairs:
        star = "*" if name in left else ""
        left.discard(name)
        data.append(urllib.parse.quote(name) + "=" + urllib.parse.quote(value.replace("*", "")) + star)
    data = "&".join(data)
    if method == "GET":
        found.append({"method": "GET", "at": f"{path}?{data}", "data": "", "fields": len(new)})
    else:
        found.append({"method": "POST", "at": path + ("?" + asked if asked else ""), "data": data, "fields": len(new)})
