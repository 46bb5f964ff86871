"""A mail server (aiosmtpd) that runs until its standard input ends, with a certificate of an authority of its own.

Argument: JSON with `folder`, and where wanted `user` and `password` (sign-in is then needed, after STARTTLS only), `starttls`
(false: it offers none), `grey` (so many recipients are put off first), `cut` (after so many mails the line is cut instead of
an answer), `refuse` (recipients that are refused). Prints {"port", "ca"}; each mail it took becomes a line of
`folder`/mails.ndjson.
"""

import json
import pathlib
import socket
import ssl
import sys

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

asked = json.loads(sys.argv[1])
folder = pathlib.Path(asked["folder"])


class Handler:
    grey = asked.get("grey", 0)
    cut = asked.get("cut", 0)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.grey > 0:
            self.grey -= 1
            return "451 4.7.1 Greylisted, come back later"
        if address in asked.get("refuse", []):
            return "550 5.1.1 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "content": envelope.content.decode("utf-8", "surrogateescape"),
            "tls": session.ssl is not None,
            "user": session.auth_data.login.decode() if session.auth_data else None,
        }
        with open(folder / "mails.ndjson", "a") as file:
            file.write(json.dumps(mail) + "\n")
        if self.cut > 0:
            self.cut -= 1
            server.transport.abort()
        return "250 2.0.0 Taken"


def authenticate(server, session, envelope, mechanism, data):
    right = (asked.get("user", "").encode(), asked.get("password", "").encode())
    # Not handled: the server itself then says 535.
    return AuthResult(success=(data.login, data.password) == right, handled=False, auth_data=data)


authority = trustme.CA()
authority.cert_pem.write_to_path(folder / "ca.pem")
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)

with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]

options = {}
if asked.get("starttls", True):
    options["tls_context"] = context
if "user" in asked:
    options.update(authenticator=authenticate, auth_required=True, auth_require_tls=asked.get("starttls", True))
controller = Controller(Handler(), hostname="127.0.0.1", port=port, **options)
controller.start()
print(json.dumps({"port": port, "ca": str(folder / "ca.pem")}), flush=True)
sys.stdin.read()
controller.stop()
