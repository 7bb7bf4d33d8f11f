#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a minute each of three noises to measure recognition in: pink, a fan's hum, clatter as of a kitchen.

    make_noise.py FOLDER      writes FOLDER/{pink,fan,clatter}.wav, the same at every run
"""
import array
import math
import os
import random
import sys
import wave

RATE = 16_000
LENGTH = 60 * RATE


def pink(chance):
    rows = [0.0] * 12
    for i in range(LENGTH):
        # Voss: row k changes every 2^k samples.
        row = (i & -i).bit_length() - 1 if i else 0
        if row < len(rows):
            rows[row] = chance.uniform(-1, 1)
        yield sum(rows) + chance.uniform(-1, 1)


def fan(chance):
    low = 0.0
    for i in range(LENGTH):
        low = 0.97 * low + 0.03 * chance.uniform(-1, 1)
        yield 6 * low + 0.2 * math.sin(2 * math.pi * 97 * i / RATE) + 0.1 * math.sin(2 * math.pi * 194 * i / RATE)


def clatter(chance):
    sound = [0.02 * chance.uniform(-1, 1) for _ in range(LENGTH)]
    for _ in range(150):
        at, loud = chance.randrange(LENGTH), chance.uniform(0.2, 1.0)
        rings = [(chance.uniform(800, 6000), chance.uniform(0.01, 0.08)) for _ in range(5)]
        for i in range(min(4000, LENGTH - at)):
            sound[at + i] += loud * sum(math.exp(-i / RATE / decay) * math.sin(2 * math.pi * pitch * i / RATE)
                                        for pitch, decay in rings) / 5
    return sound


def write(path, samples):
    samples = list(samples)
    loudest = max(abs(sample) for sample in samples)
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(array.array("h", (int(16_000 * sample / loudest) for sample in samples)).tobytes())


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for make in (pink, fan, clatter):
        write(os.path.join(sys.argv[1], make.__name__ + ".wav"), make(random.Random(1)))


main()
