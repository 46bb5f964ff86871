"""Reads a message for Slack with Slack's own library. Standard input: {text, blocks}. Prints {"kinds": [...], "faults": [...]}."""

import json
import sys

from slack_sdk.models.blocks import Block

blocks = Block.parse_all(json.load(sys.stdin)["blocks"])
faults = []
for block in blocks:
    try:
        block.validate_json()
    except Exception as fault:
        faults.append(str(fault))
print(json.dumps({"kinds": [block.type for block in blocks], "faults": faults}))
