"""Reads a calendar with the icalendar library and checks that every component has what RFC 5545 requires of it.

Standard input: the calendar. Prints {"ok": bool, "errors": [text], "components": [{property: text}]}.
"""

import json
import sys

from icalendar import Calendar

# Bytes: text mode would take the carriage returns away.
given = sys.stdin.buffer.read()
errors = []
for number, line in enumerate(given.split(b"\r\n"), 1):
    if b"\n" in line or b"\r" in line:
        errors.append(f"line {number} is broken by a single CR or LF")
    # 75 octets (section 3.1), and the blank that a folded line begins with.
    if len(line) > 76:
        errors.append(f"line {number} has {len(line)} octets")

calendar = Calendar.from_ical(given)
components = []
for component in calendar.walk():
    for name, why in component.errors:
        errors.append(f"{component.name}: {name}: {why}")
    for required in component.required:
        if required not in component:
            errors.append(f"{component.name} has no {required}")
    for single in component.singletons:
        if isinstance(component.get(single), list):
            errors.append(f"{component.name} has several {single}")
    if component.name in ("VTODO", "VEVENT"):
        if "DTEND" in component and component.decoded("DTEND") <= component.decoded("DTSTART"):
            errors.append(f"{component.name} ends before it starts")
        if "DUE" in component and "DURATION" in component:
            errors.append("DUE stands beside DURATION")
        told = {"KIND": component.name}
        for name, value in component.property_items(recursive=False):
            if name in ("BEGIN", "END"):
                continue
            if name == "CATEGORIES":
                told[name] = ",".join(str(one) for one in value.cats)
            elif hasattr(value, "dt"):
                told[name] = value.dt.isoformat()
            else:
                told[name] = str(value)
        components.append(told)
print(json.dumps({"ok": not errors, "errors": errors, "components": components}))
