"""A proxy between an attacking tool and the trial office: every request that passes is one of a logged-in person's.
It puts in the live session, its form token and a fresh number of the form, so that each request is judged by itself and
not by the first; it logs in again when a tool has logged its person out; it counts what the server answered. Not for
changing what is attacked. Pressing what ends the trial itself (SPARED) is answered here and counted."""

import http.client
import json
import re
import socket
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Would end the attacker's own session at every request, lock its own account, or stop the office that is attacked.
SPARED = [
    (r"^POST /logout$", "leaves"),
    (r"^POST /me/zoom$|^POST /me/rail$", "changes how every page looks, and nothing else"),
]
TOKEN = re.compile(rb'name="_csrf" value="([^"]+)"')
LIMIT = 60


class Person:
    """One person's session, or with an empty name the door's; several threads of a tool share it."""

    def __init__(self, port, name, password, address):
        self.port, self.name, self.password, self.address = port, name, password, address
        self.lock = threading.Lock()
        self.cookie = self.csrf = None
        self.entered = 0

    def raw(self, method, path, headers, body=None):
        wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT, source_address=(self.address, 0))
        try:
            wire.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            if not any(name.lower() == "host" for name, _ in headers):
                wire.putheader("Host", f"127.0.0.1:{self.port}")
            for name, value in headers:
                wire.putheader(name, value)
            wire.endheaders(body)
            reply = wire.getresponse()
            return reply.status, reply.getheaders(), reply.read()
        finally:
            wire.close()

    def enter(self, stale):
        """Logs in, unless somebody else has since `stale` was seen."""
        with self.lock:
            if self.cookie != stale:
                return
            status, headers, body = self.raw("GET", "/login", [])
            door = cookies(headers)
            if not self.name:
                self.cookie, self.csrf = line(door), TOKEN.search(body).group(1)
                return
            form = urllib.parse.urlencode({"_csrf": TOKEN.search(body).group(1).decode(), "name": self.name, "password": self.password})
            sent = [("Cookie", line(door)), ("Origin", f"http://127.0.0.1:{self.port}"),
                    ("Content-Type", "application/x-www-form-urlencoded"), ("Content-Length", str(len(form)))]
            status, headers, body = self.raw("POST", "/login", sent, form.encode())
            kept = {**door, **cookies(headers)}
            if status not in (302, 303) or "ink" not in kept:
                raise RuntimeError(f"{self.name} cannot log in: {status}")
            _, _, body = self.raw("GET", "/me", [("Cookie", line(kept))])
            self.csrf = TOKEN.search(body).group(1)
            self.cookie = line(kept)
            self.entered += 1


def cookies(headers):
    set_ = [value.split(";")[0].split("=", 1) for name, value in headers if name.lower() == "set-cookie"]
    return {name: value for name, value in set_}


def line(kept):
    return "; ".join(f"{name}={value}" for name, value in kept.items())


class Tally:
    """What the server answered."""

    def __init__(self):
        self.lock = threading.Lock()
        self.statuses, self.faults, self.spared, self.slowest = {}, {}, {}, (0, "")

    def count(self, status, asked, what, took):
        with self.lock:
            self.statuses[str(status)] = self.statuses.get(str(status), 0) + 1
            self.slowest = max(self.slowest, (took, asked))
            # 503 is said by us, in words, when too much waits
            if status >= 500 or status == 0:
                key = f"{status} " + re.sub(r"[0-9A-Za-z]{10,}|\d+", "#", asked.split("?")[0])
                self.faults.setdefault(key, what[:2000])

    def said(self):
        with self.lock:
            return {"statuses": self.statuses, "faults": self.faults, "spared": self.spared,
                    "slowest": [round(self.slowest[0], 2), self.slowest[1][:200]]}


class Ear:
    """Where the office would ask if it could be made to ask (SSRF, XXE). What tools ask here themselves goes by the relay."""

    def __init__(self):
        heard = self.heard = []

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                heard.append(self.requestline)
                self.send_error(404)

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()


def relay(person, tally, ear):
    """A proxy for one person, on a port of its own; gives the server."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version, sys_version = "relay", ""

        def log_message(self, *_):
            pass

        def do_any(self):
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length) if length else b""
            at = urllib.parse.urlsplit(self.path)
            if at.port == ear.port:
                return self.answer(200, [("Content-Type", "application/json")], b"{}")
            path = (at.path or "/") + ("?" + at.query if at.query else "")
            asked = f"{self.command} {path}"
            for pattern, _ in SPARED:
                if re.search(pattern, asked):
                    with tally.lock:
                        tally.spared[asked] = tally.spared.get(asked, 0) + 1
                    return self.answer(204, [], b"")
            for _ in range(2):
                cookie = person.cookie
                began = time.monotonic()
                try:
                    status, headers, page = person.raw(self.command, path, *self.dressed(cookie, body))
                except (OSError, http.client.HTTPException) as e:
                    status, headers, page = 0, [], repr(e).encode()
                where = dict((n.lower(), v) for n, v in headers).get("location", "")
                if cookie and status in (302, 303) and where.startswith("/login") and person.name:
                    person.enter(cookie)
                    continue
                break
            tally.count(status, asked, f"{asked}\n{body.decode('utf-8', 'replace')}\n-> {page[:300].decode('utf-8', 'replace')}",
                        time.monotonic() - began)
            self.answer(status or 502, headers, page)

        def dressed(self, cookie, body):
            """Headers and body as a browser of this person would send them now."""
            kind = self.headers.get("Content-Type", "")
            if body and person.csrf:
                fresh = ("a%x" % time.monotonic_ns()).encode()
                if "multipart" in kind:
                    body = re.sub(rb'(name="_csrf"\r?\n\r?\n)[^\r\n]*', lambda m: m[1] + person.csrf, body)
                    body = re.sub(rb'(name="_op"\r?\n\r?\n)[^\r\n]*', lambda m: m[1] + fresh, body)
                else:
                    body = re.sub(rb"(^|&)_csrf=[^&]*", lambda m: m[1] + b"_csrf=" + person.csrf, body)
                    body = re.sub(rb"(^|&)_op=[^&]*", lambda m: m[1] + b"_op=" + fresh, body)
            gone = ("cookie", "content-length", "proxy-connection", "connection", "accept-encoding", "origin", "referer")
            headers = [(n, v) for n, v in self.headers.items() if n.lower() not in (*gone, "content-type")]
            if kind:
                # wapiti says it twice when a form is posted, which is refused before anything is read
                headers.append(("Content-Type", kind.split(",")[0]))
            if cookie:
                headers.append(("Cookie", cookie))
            if self.command == "POST":
                headers.append(("Origin", f"http://127.0.0.1:{person.port}"))
            if body or self.command == "POST":
                headers.append(("Content-Length", str(len(body))))
            return headers, body or None

        def answer(self, status, headers, page):
            self.send_response_only(status)
            for name, value in headers:
                if name.lower() not in ("content-length", "transfer-encoding", "connection", "content-encoding"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(page)

        do_GET = do_POST = do_HEAD = do_PUT = do_DELETE = do_OPTIONS = do_PATCH = do_any

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, request, address):
            pass  # a tool that hangs up

    server = Server(("127.0.0.1", 0), Handler)
    server.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
