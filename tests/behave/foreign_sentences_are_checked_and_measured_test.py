# SPDX-License-Identifier: GPL-3.0-or-later
"""A repository of sentences in the layout of the Home Assistant intents: what is wrong with it, how much is right."""
import json

import entente

REPOSITORY = {
    "intents.yaml": """
Glow:
  supported: true
  slot_combinations:
    named:
      slots: [name]
      name_domains: {required: [light]}
    here:
      slots: [domain]
      context_area: true
      inferred_domains: {required: [light]}
Warmth:
  supported: true
  slot_combinations:
    wished:
      slots: [degrees]
""",
    "lists/common.yaml": "lists:\n  degrees:\n    range: {type: number, from: 5, to: 30}\n",
    "rules/en/words.yaml": "expansion_rules:\n  glow: \"(let|make)\"\n",
    "sentences/en/_common.yaml": "language: en\nskip_words: [kindly]\n",
    "sentences/en/Glow/named.yaml": """
language: en
data:
  - sentences: ["<glow> [the] {name} glow", "{name} shall glow"]
    name_domains: [light]
    response: one
""",
    "sentences/en/Glow/here.yaml": """
language: en
data:
  - sentences: ["glow here"]
    inferred_domain: light
    response: here
""",
    "sentences/en/Warmth/wished.yaml": """
language: en
data:
  - sentences: ["a warmth of {degrees} degrees"]
    response: default
""",
    "responses/en/Glow.yaml": """
language: en
responses:
  intents:
    Glow:
      one: "The {{ slots.name }} glows, {{ state.state }}"
      here: "{{ slots.area }} glows"
""",
    "responses/en/Warmth.yaml": """
language: en
responses:
  intents:
    Warmth:
      default: "{{ slots.degrees }} it is"
""",
    "tests/en/Glow/named.yaml": """
language: en
entities:
  - {name: Moss Orb, domain: light, state: {in: lit, out: "on"}}
tests:
  - sentences: ["let the moss orb glow", "kindly make moss orb glow", "Moss orb shall glow!"]
    slots: {name: Moss Orb}
    response: The Moss Orb glows, lit
""",
    "tests/en/Glow/here.yaml": """
language: en
areas:
  - {name: Den, context_area: true}
tests:
  - sentences: ["glow here"]
    slots: {domain: light}
    response: Den glows
""",
    "tests/en/Warmth/wished.yaml": """
language: en
tests:
  - sentences: ["a warmth of 12 degrees"]
    slots: {degrees: 12}
    response: 12 it is
  - sentences: ["a warmth of twelve degrees"]
    slots: {degrees: 12}
    response: twelve it is
""",
}

# The older layout: classic files, one home for all tests.
OLDER = {
    "intents.yaml": "Glow:\n  supported: true\n",
    "sentences/en/_common.yaml": "language: en\nexpansion_rules:\n  glow: \"(let|make)\"\n",
    "sentences/en/light_Glow.yaml": """
language: en
intents:
  Glow:
    data:
      - sentences: ["<glow> [the] {name} glow"]
        requires_context: {domain: light}
      - sentences: ["<glow> the {area} glow"]
        slots: {domain: light}
        response: room
""",
    "responses/en/Glow.yaml": """
language: en
responses:
  intents:
    Glow:
      default: "{{ slots.name }} glows"
      room: "{{ query.matched | length }} in the {{ slots.area }}"
""",
    "tests/en/_fixtures.yaml": """
language: en
areas:
  - {name: "Den[s]", id: den_id}
entities:
  - {name: "Moss (orb|ball)", id: light.moss, area: den_id, state: "on"}
  - {name: Fern, id: switch.fern, area: den_id}
""",
    "tests/en/light_Glow.yaml": """
language: en
tests:
  - sentences: ["let moss orb glow", "make the Moss Ball glow"]
    intent: {name: Glow, slots: {name: [moss orb, Moss Ball]}}
  - sentences: ["make the den glow"]
    intent: {name: Glow, slots: {area: Den, domain: light}}
""",
}


class Foreign(entente.Case):
    def write(self, **changes):
        for name, content in {**REPOSITORY, **changes}.items():
            self.path("foreign/" + name, content)
        return self.path("foreign")

    def figures(self, *arguments, code):
        done = self.run_entente("--json", "bench", "understanding", *arguments)
        self.assertEqual(done.returncode, code, done.out + done.err)
        return {name: figure["value"] for name, figure in json.loads(done.out)["figures"].items()}

    def test_a_sound_repository_is_clean(self):
        [english] = self.json_of("sentences", "check", self.write())
        self.assertEqual((english["language"], english["problems"], english["intents"], english["templates"]),
                         ("en", [], 2, 4))

    def test_what_is_wrong_is_named_with_file_and_line(self):
        broken = "language: en\ndata:\n  - sentences:\n      - \"glow (here\"\n    inferred_domain: light\n"
        folder = self.write(**{"sentences/en/Glow/here.yaml": broken})
        done = self.run_entente("sentences", "check", folder)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.out, r"Glow/here\.yaml:4: ")

    def test_a_folder_that_is_not_there_is_named(self):
        done = self.run_entente("sentences", "check", self.path("nowhere"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("nowhere: no such file or folder", done.err)

    def test_a_single_classic_file_is_checked_in_its_own_language(self):
        file = self.path("one.yaml", "language: nl\nintents:\n  A:\n    data:\n      - sentences: [\"doe dit\"]\n")
        [dutch] = self.json_of("sentences", "check", file)
        self.assertEqual((dutch["language"], dutch["templates"], dutch["problems"]), ("nl", 1, []))

    def test_every_test_is_run_with_slots_combination_and_reply(self):
        right = self.figures(self.write(), "en", "--devices", "50", code=0)
        self.assertEqual((right["sentences"], right["all_right"], right["templates_untested"]), (6, 6, 0))
        self.assertGreater(right["own_homes_per_second"], 100)

    def test_each_kind_of_mistake_is_counted_and_shown(self):
        for file, before, after, wrong, shown in (
                ("tests/en/Glow/named.yaml", "glows, lit", "glows, on", "response_right", "The Moss Orb glows, lit"),
                ("tests/en/Glow/named.yaml", "slots: {name: Moss Orb}", "slots: {name: Fern}", "slots_right",
                 'name="Moss Orb"'),
                ("tests/en/Glow/here.yaml", "\"glow here\"", "\"moss glow\"", "intent_right", "did not understand"),
                ("intents.yaml", "name_domains: {required: [light]}", "name_domains: {required: [fan]}", "slots_right",
                 "")):
            with self.subTest(file=file, after=after):
                folder = self.write(**{file: REPOSITORY[file].replace(before, after)})
                figures = self.figures(folder, "en", code=1)
                self.assertLess(figures[wrong], figures["sentences"])
                done = self.run_entente("bench", "understanding", folder, "en", "--verbose")
                self.assertIn(shown, done.out)

    def test_the_older_layout_is_run_too(self):
        for name, content in OLDER.items():
            self.path("older/" + name, content)
        right = self.figures(self.path("older"), "en", code=0)
        self.assertEqual((right["sentences"], right["all_right"]), (3, 3))

    def test_a_template_that_no_test_says_is_named(self):
        folder = self.write(**{"tests/en/Glow/named.yaml": REPOSITORY["tests/en/Glow/named.yaml"].replace(
            ', "Moss orb shall glow!"', "")})
        done = self.run_entente("bench", "understanding", folder, "en", "--verbose")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no test for Glow/named: {name} shall glow", done.out)

    def test_a_language_without_tests_is_an_error(self):
        done = self.run_entente("bench", "understanding", self.write(), "tlh")
        self.assertEqual(done.returncode, 1)
        self.assertIn("tests/tlh", done.err)

    def test_damaged_sentences_are_the_same_for_the_same_seed(self):
        folder = self.write()
        once, again, other = (self.json_of("bench", "understanding", folder, "en", "--perturb", "all", "--verbose",
                                           "--seed", seed)["kinds"] for seed in ("1", "1", "2"))
        sentences = lambda kinds: {kind: [one["sentence"] for one in kinds[kind].get("examples", [])] for kind in kinds}
        self.assertEqual(sentences(once), sentences(again))
        self.assertNotEqual(sentences(once), sentences(other))
        self.assertEqual(sentences(once)["upper"][0], "GLOW HERE")
        for kind, tally in once.items():
            total = sum(tally[what] for what in ("right", "refused", "asked", "wrong"))
            self.assertEqual(total, tally["sentences"], kind)
        self.assertEqual(once["upper"]["right"], once["upper"]["sentences"])

    def test_an_unknown_kind_of_damage_is_refused_with_those_there_are(self):
        done = self.run_entente("bench", "understanding", self.write(), "en", "--perturb", "shout")
        self.assertEqual(done.returncode, 2)
        self.assertIn("drop-article", done.err)

    def test_sentences_that_must_be_refused_are_shown_when_they_are_not(self):
        folder = self.write()
        talk = self.path("talk.txt", "# a comment\nwhat a lovely evening it was\nlet the moss orb glow\n")
        done = self.run_entente("bench", "understanding", "--reject", talk, folder, "en")
        self.assertEqual(done.returncode, 1)
        self.assertIn("\"let the moss orb glow\"", done.out)
        talk = self.path("talk.txt", "what a lovely evening it was  # said in the garden\n")
        self.assertEqual(self.run_entente("bench", "understanding", "--reject", talk, folder, "en").returncode, 0)


entente.main()
