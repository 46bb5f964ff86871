"""Reads a mail with Python's own parser and checks its DKIM signature with dkimpy.

Standard input: {"content": "...", "dns": {"name.": "v=DKIM1; ..."}}. Prints {"headers": {lower-case name: text}, "text",
"html", "defects": [...], "dkim": bool or null where there is none}.
"""

import email
import email.policy
import json
import sys

import dkim

asked = json.load(sys.stdin)
content = asked["content"].encode("utf-8", "surrogateescape").replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
message = email.message_from_bytes(content, policy=email.policy.default)
defects = [repr(defect) for part in message.walk() for defect in part.defects]
defects += [repr(defect) for value in message.values() for defect in getattr(value, "defects", [])]
body = {part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()}


def record(name, timeout=5):
    text = asked.get("dns", {}).get(name.decode())
    return text.encode() if text else None


signed = "DKIM-Signature" in message
print(
    json.dumps(
        {
            "headers": {name.lower(): str(value) for name, value in message.items()},
            "type": message.get_content_type(),
            "text": body.get("text/plain"),
            "html": body.get("text/html"),
            "defects": defects,
            "dkim": dkim.verify(content, dnsfunc=record) if signed else None,
        }
    )
)
