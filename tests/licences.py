"""Checks that every crate in the lock file has a licence that deny.toml allows. No crate is downloaded twice for it."""

import json
import re
import subprocess
import sys
import tomllib


def main():
    with open("deny.toml", "rb") as file:
        rules = tomllib.load(file)["licenses"]
    allowed = set(rules["allow"])
    clarified = {rule["crate"]: rule["expression"] for rule in rules.get("clarify", [])}
    metadata = json.loads(
        subprocess.run(["cargo", "metadata", "--format-version", "1", "--locked"], check=True, capture_output=True).stdout
    )
    wrong = []
    for package in metadata["packages"]:
        expression = clarified.get(package["name"]) or package["license"] or "none"
        if not permitted(expression, allowed):
            wrong.append(f"{package['name']} {package['version']}: {expression}")
    if wrong:
        print("licences that deny.toml does not allow:", *wrong, sep="\n  ", file=sys.stderr)
        return 1
    print(f"{len(metadata['packages'])} crates, all licences allowed")
    return 0


def permitted(expression, allowed):
    """True where the SPDX expression can be met with allowed licences (`/` is an old spelling of OR)."""
    tokens = re.findall(r"\(|\)|[^\s()]+", expression.replace("/", " OR "))
    position = 0

    def either():
        nonlocal position
        result = both()
        while position < len(tokens) and tokens[position] == "OR":
            position += 1
            result = both() or result
        return result

    def both():
        nonlocal position
        result = single()
        while position < len(tokens) and tokens[position] == "AND":
            position += 1
            result = single() and result
        return result

    def single():
        nonlocal position
        token = tokens[position]
        position += 1
        if token == "(":
            result = either()
            position += 1
            return result
        if position < len(tokens) and tokens[position] == "WITH":
            token = f"{token} WITH {tokens[position + 1]}"
            position += 2
        return token in allowed

    return either()


if __name__ == "__main__":
    sys.exit(main())
