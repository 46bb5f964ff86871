"""Checks a signed webhook with the library of the Standard Webhooks project.

Arguments: the secret. Standard input: {"headers": {...}, "body": "..."}. Prints {"ok": bool, "error": text}.
"""

import json
import sys

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

request = json.load(sys.stdin)
try:
    Webhook(sys.argv[1]).verify(request["body"].encode(), request["headers"])
    print(json.dumps({"ok": True, "error": None}))
except WebhookVerificationError as error:
    print(json.dumps({"ok": False, "error": str(error)}))
