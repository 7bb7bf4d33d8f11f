# SPDX-License-Identifier: GPL-3.0-or-later
"""A household's own sentences count at once: from the command line, the API, a file, or a repository of sentences."""
import json
import os
import time
import urllib.error
import urllib.request

import entente


class OwnSentences(entente.Case):
    def setUp(self):
        super().setUp()
        _, devices = self.simulate("entente.light.color1", "entente.fan.tower1")
        self.add("reading lamp", devices[0], "--room", "den")
        self.add("tower", devices[1], "--room", "den")

    def is_on(self, name):
        return self.json_of("ask", "is the %s on" % name)["reply"].startswith("Yes")

    def request(self, address, method, path, body):
        request = urllib.request.Request(address + path, method=method, data=body.encode())
        try:
            with urllib.request.urlopen(request, timeout=entente.PATIENCE) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def test_a_sentence_stands_for_several_commands(self):
        self.serve()
        done = self.run_entente("sentences", "add", "story time", "--do", "turn on the reading lamp", "--do",
                                "turn on the tower", "--reply", "Once upon a time.")
        self.assertEqual(done.returncode, 0, done.err)
        told = self.json_of("ask", "story time")
        self.assertEqual((told["outcome"], told["reply"]), ("done", "Once upon a time."), told)
        self.assertTrue(self.is_on("reading lamp"))
        self.assertTrue(self.is_on("tower"))
        self.assertIn("story-time (en)", self.run_entente("sentences", "list").out)
        self.assertEqual(self.run_entente("sentences", "remove", "story-time").returncode, 0)
        self.assertEqual(self.json_of("ask", "story time")["outcome"], "not_understood")

    def test_a_file_with_a_mistake_is_refused_with_its_line(self):
        _, address = self.serve()
        good = 'intents: {Hello: {data: [{sentences: ["hello [house]"]}]}}\nresponses: {intents: {Hello: {default: Hi}}}'
        self.assertEqual(self.request(address, "PUT", "/api/v1/sentences/en/hello", good)[0], 200)
        self.assertEqual(self.json_of("ask", "hello house")["reply"], "Hi")
        code, answer = self.request(address, "PUT", "/api/v1/sentences/en/hello", "intents:\n  A: {data: [{sentences: ['(']}]}")
        self.assertEqual(code, 400)
        self.assertIn("line 2: '(': at character 1: '(' is never closed", answer["error"]["message"])
        self.assertEqual(self.json_of("ask", "hello house")["reply"], "Hi")
        code, answer = self.request(address, "PUT", "/api/v1/sentences/tlh/hello", good)
        self.assertEqual(code, 404)
        self.assertIn("this home does not speak 'tlh'", answer["error"]["message"])

    def test_a_file_is_read_when_it_is_saved(self):
        self.serve()
        self.path("state/sentences/en/a.yaml", 'intents: {A: {data: [{sentences: ["abracadabra"]}]}}\n'
                                               'responses: {intents: {A: {default: Done.}}}')
        deadline = time.monotonic() + entente.PATIENCE
        while self.json_of("ask", "abracadabra")["reply"] != "Done." and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual(self.json_of("ask", "abracadabra")["reply"], "Done.")

    def test_a_repository_of_sentences_stands_beside_ours(self):
        repository = os.path.join(self.folder.name, "repository")
        self.path("repository/intents.yaml", "HassTurnOn: {slot_combinations: {name_only: {}}}")
        self.path("repository/rules/en/verbs.yaml", "expansion_rules: {on: (ignite|kindle)}")
        self.path("repository/sentences/en/HassTurnOn/name_only.yaml",
                  'data: [{sentences: ["<on> {name}"], name_domains: [light], response: default}]')
        config = self.path("config.toml", 'sentence_folders = ["%s"]' % repository)
        done = self.run_entente("--config", config, "ask", "kindle reading lamp")
        self.assertEqual(done.returncode, 0, done.out + done.err)
        self.assertTrue(self.is_on("reading lamp"))


entente.main()
