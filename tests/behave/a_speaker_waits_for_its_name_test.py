# SPDX-License-Identifier: GPL-3.0-or-later
"""The speaker that always listens, on synthesised sound in place of a microphone."""
import json
import os
import struct
import time
import unittest
import urllib.request

import entente

WEIGHTS = os.path.join("models", "wake", "phones.bin")
NO_ENGINE = "nothing here waits for a wake word"


def frames(path):
    with open(path, "rb") as file:
        return file.read()[44:]


class Speaker(entente.Case):
    def say(self, text):
        path = self.path("said.wav")
        self.assertEqual(self.run_entente("say", text, "-o", path).returncode, 0)
        with open(path, "rb") as file:
            header = file.read(44)
        self.assertEqual(struct.unpack("<I", header[24:28])[0], 16000)
        return frames(path)

    def sound(self, *parts):
        """A file of spoken texts and of seconds of silence."""
        data = b"".join(self.say(part) if isinstance(part, str) else b"\0\0" * int(16000 * part) for part in parts)
        header = b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " + struct.pack(
            "<IHHIIHH", 16, 1, 1, 16000, 32000, 2, 16) + b"data" + struct.pack("<I", len(data))
        return self.path("room.wav", header + data)

    def run_speaker(self, *arguments):
        done = self.run_entente("--json", "speaker", "--demo", *arguments)
        return done, [json.loads(line) for line in done.out.splitlines() if line.startswith("{")]

    @unittest.skipUnless(os.path.exists(WEIGHTS), "the wake network's weights are not there")
    def test_a_name_and_a_command_are_done_and_answered(self):
        sink = self.path("played.wav")
        done, events = self.run_speaker("--source", self.sound(1, "hey computer", 0.2, "turn on the bedroom lamp", 2),
                                        "--sink", sink)
        self.assertEqual(done.returncode, 0, done.out + done.err)
        replies = [event for event in events if "reply" in event]
        self.assertEqual([(reply["heard"], reply["outcome"]) for reply in replies],
                         [("turn on the bedroom lamp", "done")])
        states = [event["state"] for event in events if "state" in event]
        self.assertEqual(states, ["listening", "thinking", "speaking", "asleep"])
        self.assertTrue(any(frames(sink)), "the reply was not played")

    @unittest.skipUnless(os.path.exists(WEIGHTS), "the wake network's weights are not there")
    def test_a_command_without_the_name_is_not_for_it(self):
        done, events = self.run_speaker("--source", self.sound(1, "turn on the bedroom lamp", 2))
        self.assertEqual((done.returncode, events), (1, []), done.err)

    @unittest.skipIf(os.path.exists(WEIGHTS), "the wake network's weights are there")
    def test_without_an_engine_it_says_so(self):
        done, _ = self.run_speaker("--source", self.sound(1))
        self.assertEqual(done.returncode, 1)
        self.assertIn(NO_ENGINE, done.err)

    def test_a_source_that_is_no_sound_is_named(self):
        done, _ = self.run_speaker("--source", self.path("room.wav", b"no sound"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("room.wav", done.err)

    def test_a_server_without_a_microphone_runs_and_says_so(self):
        process, address = self.serve("--speaker", "--log-level", "info")
        with urllib.request.urlopen(address + "/api/v1/health", timeout=5) as answer:
            self.assertEqual(answer.status, 200)
        time.sleep(0.2)
        code, error = self.end(process)
        self.assertEqual(code, 0, error)
        self.assertTrue("no microphone" in error or NO_ENGINE in error, error)

    def test_a_speaker_without_a_name_is_refused(self):
        config = self.path("config.toml", "[speaker]\nnames = []\n")
        done = self.run_entente("--config", config, "speaker", "--demo")
        self.assertEqual(done.returncode, 2)
        self.assertIn("speaker.names", done.err)


entente.main()
