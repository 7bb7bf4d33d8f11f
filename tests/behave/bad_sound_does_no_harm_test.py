# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever comes in as sound, the server answers, and hears the next command as if nothing had been."""
import concurrent.futures
import json
import math
import random
import struct
import urllib.error
import urllib.request

import entente


def wav(samples, rate=16000):
    data = struct.pack("<%dh" % len(samples), *(max(-32768, min(32767, int(sample))) for sample in samples))
    return b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " + struct.pack(
        "<IHHIIHH", 16, 1, 1, rate, 2 * rate, 2, 16) + b"data" + struct.pack("<I", len(data)) + data


def samples_of(bytes_of_wav):
    data = bytes_of_wav[44:]
    return list(struct.unpack("<%dh" % (len(data) // 2), data[:len(data) // 2 * 2]))


class BadSound(entente.Case):
    def setUp(self):
        super().setUp()
        _, devices = self.simulate("entente.light.color1")
        self.add("kitchen light", devices[0])
        sound = self.path("on.wav")
        self.assertEqual(self.run_entente("say", "turn on the kitchen light", "-o", sound).returncode, 0)
        with open(sound, "rb") as file:
            self.command = file.read()
        _, self.server = self.serve()

    def listen(self, sound):
        """The status, and the answer or the error."""
        request = urllib.request.Request(self.server + "/api/v1/listen", data=sound, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=entente.PATIENCE * 2) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def hears_commands(self):
        status, answer = self.listen(self.command)
        self.assertEqual((status, answer["heard"]), (200, "turn on the kitchen light"))

    def test_sound_that_is_no_speech_moves_no_device(self):
        random.seed(1)
        second = 16000
        sounds = {
            "silence": [0] * 3 * second,
            "a constant": [20000] * 3 * second,
            "noise": [random.gauss(0, 8000) for _ in range(3 * second)],
            "a square at full scale": [32767 if i // 40 % 2 else -32768 for i in range(3 * second)],
            "200 ms": [8000 * math.sin(i / 5) for i in range(second // 5)],
            "one sample": [1],
            "music": [6000 * sum(math.sin(2 * math.pi * tone * i / second) for tone in (220, 277, 330))
                      * math.exp(-(i % 8000) / 4000) for i in range(20 * second)],
        }
        for name, sound in sounds.items():
            with self.subTest(name):
                status, answer = self.listen(wav(sound))
                self.assertNotEqual(answer.get("outcome"), "done", answer)
                self.assertLess(status, 500)
        self.hears_commands()

    def test_a_rate_that_is_a_lie_does_no_harm(self):
        sound = samples_of(self.command)
        for rate in (8000, 44100, 192000):
            with self.subTest(rate):
                status, _ = self.listen(wav(sound, rate))
                self.assertLess(status, 500)
        for rate in (0, 1, 4000000000):
            with self.subTest(rate):
                header = wav(sound, 16000)
                status, answer = self.listen(header[:24] + struct.pack("<I", rate) + header[28:])
                self.assertEqual(status // 100, 4, answer)
        self.hears_commands()

    def test_a_command_that_clips_is_heard(self):
        sound = samples_of(self.command)
        gain = 1.6 * 32768 / max(map(abs, sound))
        status, answer = self.listen(wav([int(gain * sample) for sample in sound]))
        self.assertEqual((status, answer["heard"]), (200, "turn on the kitchen light"))

    def test_many_at_once_are_each_heard_right(self):
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(self.listen, [self.command] * 12))
        self.assertEqual({(status, answer["heard"]) for status, answer in answers}, {(200, "turn on the kitchen light")})


entente.main()
