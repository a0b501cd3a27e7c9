"""A real SMTP server for one test, commanded over its standard input.

One JSON line in, one JSON line out. Every mail it takes is answered for by `mails`.
  {"do": "start", "port": 0, "tls": "none|starttls|implicit", "cert": "", "key": "", "login": "", "password": ""}
  {"do": "mood", "mood": "accept|later|refuse|refuse_to|later_to|drop|drop_silent|bad_sender"}
  {"do": "mails"}  -> [{"from", "to", "subject", "from_name", "message_id", "text", "html", "logged_in", "tls"}]
  {"do": "stop"}
"""
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class Box:
    def __init__(self):
        self.mood = "accept"
        self.victim = ""
        self.mails = []
        self.tries = 0

    async def handle_MAIL(self, server, session, envelope, address, options):
        self.tries += 1
        if self.mood == "bad_sender":
            return "553 5.7.1 Sender address rejected: not owned by user"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        hit = not self.victim or self.victim == address
        if self.mood == "refuse_to" and hit:
            return "550 5.1.1 User unknown"
        if self.mood == "later_to" and hit:
            return "451 4.7.1 Greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.mood == "later":
            return "452 4.3.1 Insufficient system storage"
        if self.mood == "refuse":
            return "554 5.7.1 Message refused"
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = {p.get_content_type(): p.get_content() for p in mail.walk() if not p.is_multipart()}
        self.mails.append({
            "from": envelope.mail_from,
            "from_name": mail["From"].addresses[0].display_name,
            "to": envelope.rcpt_tos,
            "subject": mail["Subject"],
            "message_id": mail["Message-ID"],
            "raw_subject": raw(envelope.content, b"Subject"),
            "auto": mail["Auto-Submitted"],
            "text": parts.get("text/plain", ""),
            "html": parts.get("text/html", ""),
            "logged_in": bool(session.authenticated),
            "tls": server.transport.get_extra_info("ssl_object") is not None,
        })
        if self.mood in ("drop", "drop_silent"):
            # taken, and the line goes before anybody says so
            server.transport.abort()
            return "421 gone"
        return "250 OK"


def raw(content, name):
    for line in content.split(b"\r\n"):
        if line.lower().startswith(name.lower() + b":"):
            return line.decode("ascii")
    return ""


def controller(box, order):
    context = None
    if order["tls"] != "none":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(order["cert"], order["key"])

    def check(server, session, envelope, mechanism, data):
        login = getattr(data, "login", b"").decode()
        password = getattr(data, "password", b"").decode()
        return AuthResult(success=(login, password) == (order["login"], order["password"]), handled=False)

    keep = {"hostname": "127.0.0.1", "port": order["port"]}
    if order["login"]:
        keep.update(authenticator=check, auth_required=True, auth_require_tls=order["tls"] == "starttls")
    if order["tls"] == "starttls":
        keep.update(tls_context=context, require_starttls=True)
    elif order["tls"] == "implicit":
        keep.update(ssl_context=context)
    return Controller(box, **keep)


def free_port():
    import socket
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def main():
    box, running = Box(), None
    for line in sys.stdin:
        order = json.loads(line)
        answer = {}
        if order["do"] == "start":
            order["port"] = order["port"] or free_port()
            running = controller(box, order)
            running.start()
            answer["port"] = order["port"]
        elif order["do"] == "mood":
            box.mood, box.victim = order["mood"], order.get("victim", "")
        elif order["do"] == "mails":
            answer = {"mails": box.mails, "tries": box.tries}
        elif order["do"] == "stop" and running:
            running.stop()
            running = None
        print(json.dumps(answer), flush=True)


main()
