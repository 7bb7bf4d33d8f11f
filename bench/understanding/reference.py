#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reference (hassil) on the tests of a repository of sentences, judged as `entente bench understanding` judges.

    bench/understanding/reference.py --hassil PATH [--hassil PATH …] DIR LANG [options]

    --hassil PATH   where its source lies, and its dependency unicode-rbnf's; PyYAML is a Debian package (python3-yaml)
    --sample N      a random N of the sentences instead of all
    --damaged FILE  damaged sentences instead: what `entente --json bench understanding DIR LANG --perturb KIND
                    --verbose` prints; the same sentences for both, judged in the same way
    --seed N        chooses the sample
    --json          figures as JSON
    --verbose       each sentence that is not right

Right means intent and slots, for undamaged sentences the slot combination, too. Time is processor time of recognition
alone, after a first sentence that warms it up.
"""

import argparse
import importlib.metadata
import json
import random
import sys
import time
from pathlib import Path

import yaml

UNNAMED_AREA = "__context_area__"  # of speakers in test files that name none


def load_yaml(path):
    with open(path, encoding="utf-8") as file:
        return yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}


def import_hassil(paths):
    sys.path[:0] = paths
    real = importlib.metadata.version

    def version(name):  # a package that runs from its source has no metadata
        try:
            return real(name)
        except importlib.metadata.PackageNotFoundError:
            return "0"

    importlib.metadata.version = version
    import hassil

    return hassil


def merged(target, files, key):
    for file in sorted(files):
        target.update(load_yaml(file).get(key) or {})


def block_of(block, combination, about):
    """A block of the repository as hassil takes it."""
    slots = dict(block.get("slots") or {})
    context = {}
    domains = block.get("name_domains")
    if isinstance(domains, str):
        domains = about["name_domain_groups"][domains]
    if domains:
        context["domain"] = domains
    if block.get("inferred_domain"):
        slots["domain"] = block["inferred_domain"]
    if about.get("context_area"):
        context["area"] = {"slot": True}
    return {"sentences": block["sentences"], "slots": slots, "requires_context": context,
            "response": block.get("response", "default"),
            "metadata": dict(block.get("metadata") or {}, slot_combination=combination)}


def intents_of(root, language, schema):
    common = load_yaml(root / "sentences" / language / "_common.yaml")
    whole = {"language": language, "intents": {}, "lists": {}, "expansion_rules": {},
             "skip_words": common.get("skip_words") or [], "settings": common.get("settings") or {}}
    merged(whole["expansion_rules"], (root / "rules" / language).glob("*.yaml"), "expansion_rules")
    merged(whole["lists"], (root / "lists").glob("*.yaml"), "lists")
    merged(whole["lists"], (root / "lists" / language).glob("*.yaml"), "lists")
    for intent, about in schema.items():
        data = whole["intents"].setdefault(intent, {"data": []})["data"]
        for combination, details in about["slot_combinations"].items():
            path = root / "sentences" / language / intent / (combination + ".yaml")
            if not path.exists():
                continue
            blocks = load_yaml(path)["data"]
            full = [block for block in blocks if not block.get("speech_to_phrase")]
            data += [block_of(block, combination, details) for block in full or blocks]
    return whole


class TestFile:
    def __init__(self, hassil, path, about):
        content = load_yaml(path)
        self.path, self.about, self.intent = path, about, path.parent.name
        entities, areas = content.get("entities") or [], content.get("areas") or []
        self.lists = {
            "name": hassil.TextSlotList.from_tuples(
                [(one["name"], one["name"], {"domain": one["domain"]}) for one in entities], name="name"),
            "area": hassil.TextSlotList.from_strings([one["name"] for one in areas], name="area"),
            "floor": hassil.TextSlotList.from_strings([one["name"] for one in content.get("floors") or []],
                                                      name="floor")}
        self.area = next((one["name"] for one in areas if one.get("context_area")), UNNAMED_AREA)
        self.tests = [(sentence, group.get("slots") or {})
                      for group in content.get("tests") or [] for sentence in group["sentences"]]
        inferred = about.get("inferred_domains") or {}
        self.inferred = sorted({domain for group in inferred.values() for domain in group})


def plain(value):
    return value.casefold() if isinstance(value, str) else value


def same_value(got, expected, exact):
    if not exact:
        got = [plain(one) for one in got] if isinstance(got, list) else plain(got)
        expected = [plain(one) for one in expected] if isinstance(expected, list) else plain(expected)
    if isinstance(got, list):
        return set(got) <= set(expected) if isinstance(expected, list) else expected in got
    return got in expected if isinstance(expected, list) else got == expected


def same_meaning(result, file, expected, or_slots, exact):
    if result.intent.name != file.intent:
        return False
    if exact and (result.intent_metadata or {}).get("slot_combination") != file.path.stem:
        return False
    got = {name: entity.value for name, entity in result.entities.items()}
    if file.about.get("context_area") and got.pop("area", None) != file.area:
        return False
    expected = dict(expected)
    if file.inferred:
        expected["domain"] = file.inferred
    return got.keys() == expected.keys() and all(
        same_value(value, expected[name], exact) or same_value(value, or_slots.get(name), exact)
        for name, value in got.items())


class Tally:
    def __init__(self):
        self.sentences = self.right = self.refused = self.wrong = 0
        self.times = []

    def figures(self):
        times = sorted(self.times)
        at = lambda percent: times[max(0, -(-len(times) * percent // 100) - 1)] * 1e6
        return {"sentences": self.sentences, "right": self.right, "refused": self.refused, "wrong": self.wrong,
                "per_second": len(times) / max(sum(times), 1e-9), "p50_us": at(50), "p99_us": at(99)}


def run(hassil, intents, cases, exact, verbose):
    tally = Tally()
    if cases:  # the first warms it up
        file, sentence = cases[0][:2]
        hassil.recognize_best(sentence, intents, slot_lists=file.lists, best_slot_name="name")
    for file, sentence, expected, or_slots in cases:
        started = time.process_time()
        result = hassil.recognize_best(sentence, intents, slot_lists=file.lists, intent_context={"area": file.area},
                                       best_slot_name="name")
        tally.times.append(time.process_time() - started)
        right = result is not None and same_meaning(result, file, expected, or_slots, exact)
        tally.sentences += 1
        tally.right += right
        tally.refused += result is None
        tally.wrong += result is not None and not right
        if verbose and not right:
            got = result and (result.intent.name, {name: one.value for name, one in result.entities.items()})
            print(f"{file.intent}/{file.path.stem}: {sentence!r}\n  expected {expected}\n  got      {got}")
    return tally.figures()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hassil", action="append", required=True)
    parser.add_argument("folder", type=Path)
    parser.add_argument("language")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--damaged", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    hassil = import_hassil(options.hassil)

    schema = load_yaml(options.folder / "intents.yaml")
    started = time.process_time()
    intents = hassil.Intents.from_dict(intents_of(options.folder, options.language, schema))
    load_ms = (time.process_time() - started) * 1000
    files = []
    for path in sorted((options.folder / "tests" / options.language).glob("*/*.yaml")):
        about = schema.get(path.parent.name, {}).get("slot_combinations", {}).get(path.stem)
        if about is not None:
            files.append(TestFile(hassil, path, about))

    def sampled(cases):
        if options.sample and options.sample < len(cases):
            cases = random.Random(options.seed).sample(cases, options.sample)
        return cases

    report = {"language": options.language, "load_ms": load_ms}
    if options.damaged is None:
        cases = [(file, sentence, slots, {}) for file in files for sentence, slots in file.tests]
        report["exact"] = run(hassil, intents, sampled(cases), True, options.verbose)
    else:
        tests = {(str(file.path), sentence): (file, slots) for file in files for sentence, slots in file.tests}
        for kind, damaged in json.loads(options.damaged.read_text(encoding="utf-8"))["kinds"].items():
            cases = []
            for one in damaged.get("examples", []):
                file, slots = tests[(one["file"], one["was"])]
                cases.append((file, one["sentence"], slots, one["or_slots"] or {}))
            if cases:
                report[kind] = run(hassil, intents, sampled(cases), False, options.verbose)
    if options.json:
        print(json.dumps(report, indent=2))
        return
    print(f"hassil, {options.language}: read in {load_ms:.0f} ms")
    for kind, figures in report.items():
        if isinstance(figures, dict):
            percent = lambda name: 100 * figures[name] / figures["sentences"]
            print(f"  {kind:<16}{figures['sentences']:>6} sentences  right {percent('right'):5.1f} %  refused "
                  f"{percent('refused'):5.1f} %  wrong {percent('wrong'):5.1f} %  {figures['per_second']:8.0f}/s  p50 "
                  f"{figures['p50_us']:6.0f} µs  p99 {figures['p99_us']:6.0f} µs")


if __name__ == "__main__":
    main()
