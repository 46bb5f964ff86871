"""Checks an Atom feed with jing by the grammar of RFC 4287 and reads it with Python's own XML parser.

Standard input: the feed. Prints {"ok": bool, "error": text, "entries": [{"id", "title", "content", "categories"}]}.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

ATOM = "{http://www.w3.org/2005/Atom}"

feed = sys.stdin.buffer.read()
with tempfile.NamedTemporaryFile(suffix=".xml") as file:
    file.write(feed)
    file.flush()
    grammar = Path(__file__).with_name("atom.rnc")
    checked = subprocess.run(["jing", "-c", str(grammar), file.name], capture_output=True, text=True, check=False)

root = ElementTree.fromstring(feed)
entries = [
    {
        "id": entry.findtext(f"{ATOM}id"),
        "title": entry.findtext(f"{ATOM}title"),
        "updated": entry.findtext(f"{ATOM}updated"),
        "content": entry.findtext(f"{ATOM}content"),
        "categories": [category.get("term") for category in entry.findall(f"{ATOM}category")],
    }
    for entry in root.findall(f"{ATOM}entry")
]
print(json.dumps({"ok": checked.returncode == 0, "error": checked.stdout + checked.stderr, "entries": entries}))
