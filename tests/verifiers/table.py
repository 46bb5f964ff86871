"""Reads a table with Python's csv module, strictly, and looks for cells that a spreadsheet would take for formulas.

Standard input: the table. Prints {"ok": bool, "errors": [text], "rows": [{column: cell}]}.
"""

import csv
import datetime
import io
import json
import sys

text = sys.stdin.buffer.read().decode("utf-8")
reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
errors, rows = [], []
for number, row in enumerate(reader, 2):
    if None in row or None in row.values():
        errors.append(f"row {number} has another number of cells than the header")
        continue
    for column, cell in row.items():
        if cell.lstrip().startswith(("=", "+", "-", "@")) or cell.startswith(("\t", "\r", "\n")):
            errors.append(f"row {number}: {column} is a formula: {cell!r}")
    try:
        datetime.date.fromisoformat(row["due"])
        datetime.datetime.fromisoformat(row["updated"])
    except ValueError as error:
        errors.append(f"row {number}: {error}")
    rows.append(row)
print(json.dumps({"ok": not errors, "errors": errors, "rows": rows}))
