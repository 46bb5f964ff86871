"""Reads an event with the library of the CloudEvents project.

Standard input: {"headers": {...}, "body": "..."}. Prints {"attributes": {...}, "data": ...}.
"""

import json
import sys

from cloudevents.http import from_http

request = json.load(sys.stdin)
event = from_http(request["headers"], request["body"].encode())
attributes = {name: str(value) for name, value in event.get_attributes().items()}
print(json.dumps({"attributes": attributes, "data": event.data}))
