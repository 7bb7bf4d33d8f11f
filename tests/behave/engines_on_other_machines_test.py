# SPDX-License-Identifier: GPL-3.0-or-later
"""Engines on other machines hear and speak for us, and whatever they do the built-in ones answer instead."""
import json
import os
import unittest
import time
import wave

import entente
import speech_servers

SAID = "turn on the kitchen light"
ELSEWHERE = "turn off the kitchen light"  # what the other machine claims to have heard


class Engines(entente.Case):
    kinds = (("wyoming", speech_servers.Wyoming), ("openai", speech_servers.OpenAi))

    def server(self, make, **options):
        server = make(ELSEWHERE, **options)
        self.addCleanup(self.close, server)
        return server

    @staticmethod
    def close(server):
        try:
            server.close()
        except OSError:
            pass

    def config(self, kind, url, uses, **more):
        lines = ["[[speech.engines]]", 'kind = "%s"' % kind, 'url = "%s"' % url, "for = %s" % json.dumps(uses)]
        lines += ["%s = %s" % (key, json.dumps(value)) for key, value in more.items()]
        return self.path("engines.toml", 'languages = ["en"]\n' + "\n".join(lines) + "\n")

    @classmethod
    def setUpClass(cls):
        """What the built-in voice says, made once."""
        case = cls("nothing")
        case.setUp()
        try:
            sound = case.path("said.wav")
            assert case.run_entente("say", SAID, "-o", sound).returncode == 0
            with open(sound, "rb") as file:
                cls.said = file.read()
        finally:
            case.doCleanups()

    def nothing(self):
        pass

    def hear(self, config):
        sound = self.path("said.wav", self.said)
        done = self.run_entente("--config", config, "--json", "listen", sound)
        return json.loads(done.out)["heard"], done.err

    def speak(self, config):
        """The seconds of sound that came out, its rate, and what the log says."""
        sound = self.path("out.wav")
        done = self.run_entente("--config", config, "say", "Good morning.", "-o", sound)
        self.assertEqual(done.returncode, 0, done.err)
        with wave.open(sound) as file:
            return file.getnframes() / file.getframerate(), file.getframerate(), done.err

    def test_another_machine_hears_and_speaks(self):
        for kind, make in self.kinds:
            with self.subTest(kind):
                server = self.server(make)
                heard, log = self.hear(self.config(kind, server.url, ["recognise"]))
                self.assertEqual(heard, ELSEWHERE)
                self.assertNotIn("away", log)
                self.assertGreater(server.samples, 16000)
                seconds, rate, _ = self.speak(self.config(kind, server.url, ["speak"]))
                self.assertAlmostEqual(seconds, 1, places=2)
                self.assertEqual(rate, {"wyoming": 22050, "openai": 24000}[kind])

    def test_whatever_another_machine_does_the_built_in_recogniser_answers(self):
        for kind, make in self.kinds:
            for mood in ("gone", "hangs up", "garbage", "gigabyte", "endless line", "error", "late"):
                with self.subTest(kind=kind, mood=mood):
                    server = self.server(make, mood=mood)
                    heard, log = self.hear(self.config(kind, server.url, ["recognise"], timeout_ms=500))
                    self.assertEqual(heard, SAID)
                    self.assertEqual(log.count("is away"), 1, log)

    def test_whatever_another_machine_does_a_built_in_voice_speaks(self):
        for kind, make in self.kinds:
            for mood in ("gone", "hangs up", "garbage", "gigabyte", "endless line", "error", "late"):
                with self.subTest(kind=kind, mood=mood):
                    server = self.server(make, mood=mood)
                    _, rate, log = self.speak(self.config(kind, server.url, ["speak"], timeout_ms=500))
                    self.assertEqual(rate, 16000)  # flite's
                    self.assertEqual(log.count("is away"), 1, log)

    def test_what_another_machine_breaks_off_is_said_again(self):
        for kind, make in self.kinds:
            with self.subTest(kind):
                server = self.server(make, mood="breaks off")
                seconds, rate, log = self.speak(self.config(kind, server.url, ["speak"]))
                self.assertEqual(rate, {"wyoming": 22050, "openai": 24000}[kind])
                self.assertGreater(seconds, 1.0)
                self.assertIn("is away", log)

    def test_a_machine_that_is_not_there_is_named_once(self):
        for kind, make in self.kinds:
            with self.subTest(kind):
                server = self.server(make)
                server.close()
                config = self.config(kind, server.url, ["recognise", "speak"], name="the attic")
                heard, log = self.hear(config)
                self.assertEqual(heard, SAID)
                self.assertRegex(log, r"'the attic' is away \(.*refused\); the built-in engine hears instead")

    def test_a_machine_that_comes_back_is_used_again(self):
        server = self.server(speech_servers.Wyoming, mood="hangs up")
        config = self.config("wyoming", server.url, ["recognise"], name="the attic", rest_s=1)
        sound = self.path("said.wav", self.said)
        process, _ = self.serve("--config", config)
        self.assertEqual(self.json_of("listen", sound)["heard"], SAID)
        server.mood = "well"
        deadline = time.monotonic() + entente.PATIENCE
        heard = SAID
        while heard == SAID and time.monotonic() < deadline:
            heard = self.json_of("listen", sound)["heard"]
        self.assertEqual(heard, ELSEWHERE)
        _, log = self.end(process)
        self.assertEqual((log.count("'the attic' is away"), log.count("'the attic' is back")), (1, 1), log)

    def test_a_language_that_only_another_machine_knows(self):
        server = self.server(speech_servers.Wyoming)
        server.text = "Wie spät ist es?"
        config = self.path("engines.toml", 'languages = ["de"]\n[[speech.engines]]\nkind = "wyoming"\nurl = "%s"\n'
                                           'for = ["recognise"]\n' % server.url)
        heard, _ = self.hear(config)
        self.assertEqual(heard, "Wie spät ist es?")
        self.assertEqual(server.languages[-1], "de")
        server.mood = "hangs up"
        done = self.run_entente("--config", config, "listen", self.path("said.wav"))
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.err, "hung up|connection reset")

    def test_the_key_is_sent_and_never_shown(self):
        server = self.server(speech_servers.OpenAi)
        key = self.path("key", "sk-very-secret\n")
        self.hear(self.config("openai", server.url, ["recognise"], api_key_file=key))
        self.assertEqual(server.keys, ["Bearer sk-very-secret"])
        server.mood = "error"
        self.environment["SOME_KEY"] = "sk-very-secret"
        heard, log = self.hear(self.config("openai", server.url, ["recognise"], api_key_env="SOME_KEY"))
        self.assertEqual(heard, SAID)
        self.assertIn("the key is refused (401): Incorrect API key provided: ….", log)
        self.assertNotIn("secret", log)

    def test_an_engine_whose_key_is_missing_is_left_out(self):
        server = self.server(speech_servers.OpenAi)
        heard, log = self.hear(self.config("openai", server.url, ["recognise"], api_key_env="NO_SUCH_KEY", name="cloud"))
        self.assertEqual(heard, SAID)
        self.assertIn("left out: 'cloud': the environment has no NO_SUCH_KEY (api_key_env)", log)

    def test_wrong_settings_are_named(self):
        table = "[[speech.engines]]\n"
        for text, says in (
                ('kind = "alexa"\nurl = "tcp://a:1"\nfor = ["speak"]', ':2: speech.engines[0].kind is "alexa"; it takes'),
                ('url = "tcp://a:1"\nfor = ["speak"]', ":1: speech.engines[0].kind is missing"),
                ('kind = "wyoming"\nfor = ["speak"]', ":1: speech.engines[0].url is missing; it is written tcp://"),
                ('kind = "wyoming"\nurl = "http://a"\nfor = ["speak"]', ":3: speech.engines[0].url is no address"),
                ('kind = "wyoming"\nurl = "tcp://a:1"', ":1: speech.engines[0].for is missing"),
                ('kind = "wyoming"\nurl = "tcp://a:1"\nfor = ["think"]', ':4: speech.engines[0].for holds "think"'),
                ('kind = "wyoming"\nurl = "tcp://a:1"\nfor = ["wake"]\napi_key_env = "X"',
                 ":5: speech.engines[0].api_key_env is not a setting"),
                ('kind = "openai"\nurl = "http://a/v1"\nfor = ["wake"]', ':4: speech.engines[0].for holds "wake"'),
                ('kind = "openai"\nurl = "http://192.168.1.5/v1"\nfor = ["speak"]\napi_key_env = "X"',
                 ":3: speech.engines[0].url sends the key in the clear"),
                ('kind = "openai"\nurl = "https://a/v1"\nfor = ["speak"]\ntimeout_ms = 5',
                 ":5: speech.engines[0].timeout_ms is 5, outside 200 to 60000")):
            with self.subTest(text):
                config = self.path("wrong.toml", table + text + "\n")
                done = self.run_entente("--config", config, "ask", "hello")
                self.assertEqual(done.returncode, 2, done.err)
                self.assertIn("wrong.toml" + says, done.err)
                self.assertEqual(done.err.count("wrong.toml"), 1, done.err)


entente.main()
