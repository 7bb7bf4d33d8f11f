#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that sentences.yaml covers a speech-commands folder: every value of slots.json is in its list, and every
combination of slots in labels.json can be said; exit code 0 then. Usage: check_coverage.py DIR"""

import itertools
import json
import pathlib
import re
import sys

import yaml

here = pathlib.Path(__file__).parent


def expand(text, rules):
    """Every sentence of a template without permutations or lists."""
    text = re.sub(r"<(\w+)>", lambda match: "(" + rules[match.group(1)] + ")", text)
    match = re.search(r"[(\[]([^()\[\]]*)[)\]]", text)
    if not match:
        yield " ".join(text.split())
        return
    branches = match.group(1).split("|") + ([""] if match.group(0)[0] == "[" else [])
    for branch in branches:
        yield from expand(text[: match.start()] + branch + text[match.end():], rules)


def main():
    folder = pathlib.Path(sys.argv[1])
    grammar = yaml.safe_load((here / "sentences.yaml").read_text())
    slots = json.loads((folder / "slots.json").read_text())
    labels = json.loads((folder / "labels.json").read_text())
    rules = grammar["expansion_rules"]
    said = {name: {text for value in held["values"] for text in expand(value, rules)}
            for name, held in grammar["lists"].items()}
    missing = [(name, value) for name, values in slots.items() for value in values if value not in said[name]]
    extra = [(name, value) for name, values in said.items() for value in values if value not in slots[name]]
    unknown = [clip for clip, label in labels.items()
               if label["intent"] not in grammar["intents"]
               or any(value not in said.get(name, ()) for name, value in label["slots"].items())
               or "coffeeDrink" not in label["slots"]]
    print(f"{sum(map(len, slots.values()))} values, {len(missing)} missing, {len(extra)} extra; "
          f"{len(labels)} labels, {len(unknown)} not covered")
    for problem in itertools.chain(missing, extra, unknown):
        print(problem)
    return 1 if missing or extra or unknown else 0


if __name__ == "__main__":
    sys.exit(main())
