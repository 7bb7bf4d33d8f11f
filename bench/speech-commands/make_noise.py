#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a minute each of the noises to measure recognition in, the same at every run.

    make_noise.py FOLDER [CLIPS]    writes FOLDER/{kitchen,fan,traffic,music,pink}.wav, and from the voices in the
                                    folder CLIPS (FLAC or WAV, 16 kHz; needs flac or sox) FOLDER/cafe.wav

kitchen: crockery and cutlery over running water; fan: broad low noise and a hum; traffic: a street's rumble, cars that
pass, a horn; music: chords, bass, a tune and drums; cafe: thirty voices at once, half of them backwards and none at its
own speed, so that nobody can be understood, over cups.
"""
import array
import math
import os
import pathlib
import random
import subprocess
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


def strike(sound, at, loud, rings):
    """Something hard is hit: tones that die away."""
    for i in range(min(4000, LENGTH - at)):
        sound[at + i] += loud * sum(math.exp(-i / RATE / decay) * math.sin(2 * math.pi * pitch * i / RATE)
                                    for pitch, decay in rings) / len(rings)


def clatter(chance, sound, count, loudest):
    for _ in range(count):
        rings = [(chance.uniform(800, 6000), chance.uniform(0.01, 0.08)) for _ in range(5)]
        strike(sound, chance.randrange(LENGTH), chance.uniform(0.2, 1.0) * loudest, rings)


def kitchen(chance):
    sound, before, water = [], 0.0, 0.0
    for i in range(LENGTH):
        now = chance.uniform(-1, 1)
        if i % 400 == 0:
            water = 0.9 * water + 0.1 * chance.uniform(0, 1)
        running = 1 if i // (8 * RATE) % 2 else 0.3
        sound.append(0.08 * running * water * (now - 0.6 * before) + 0.02 * math.sin(2 * math.pi * 100 * i / RATE))
        before = now
    clatter(chance, sound, 150, 1.0)
    return sound


def hill(i, middle, width):
    """Swells and dies away around `middle`, all in samples."""
    return 1 / (1 + ((i - middle) / width) ** 2)


def traffic(chance):
    sound, low, lower = [], 0.0, 0.0
    cars = [(chance.randrange(LENGTH), chance.uniform(0.4, 1.5) * RATE, chance.uniform(0.3, 1.0)) for _ in range(14)]
    near = 0.0
    for i in range(LENGTH):
        now = chance.uniform(-1, 1)
        low += 0.25 * (now - low)
        lower += 0.02 * (now - lower)
        if i % 160 == 0:
            near = sum(loud * hill(i, at, width) for at, width, loud in cars)
        engine = math.sin(2 * math.pi * 55 * i / RATE) + 0.5 * math.sin(2 * math.pi * 111 * i / RATE)
        sound.append(2 * lower + near * (0.5 * low + 0.1 * now) + (0.02 + 0.05 * near) * engine)
    for _ in range(3):
        at, pitch = chance.randrange(LENGTH - RATE), chance.uniform(350, 450)
        for i in range(RATE * 2 // 3):
            edge = min(1.0, i / 800, (RATE * 2 // 3 - i) / 800)
            sound[at + i] += 0.25 * edge * sum(math.sin(2 * math.pi * pitch * k * ratio * i / RATE) / k
                                               for k in (1, 2, 3, 4) for ratio in (1, 1.26)) / 2
    return sound


def note(sound, at, seconds, pitch, loud, decay, harmonics):
    length = min(int(seconds * RATE), LENGTH - at)
    partials = [(2 * math.pi * pitch * k / RATE, 1 / k ** 1.3) for k in range(1, harmonics + 1) if pitch * k < RATE / 2]
    for i in range(max(length, 0)):
        edge = min(1.0, i / 100, (length - i) / 400) * math.exp(-i / RATE / decay)
        sound[at + i] += loud * edge * sum(height * math.sin(step * i) for step, height in partials)


def drum(chance, sound, at, loud, decay, colour):
    last = 0.0
    for i in range(min(int(6 * decay * RATE), LENGTH - at)):
        last += colour * (chance.uniform(-1, 1) - last)
        sound[at + i] += loud * math.exp(-i / RATE / decay) * last


def music(chance):
    sound = [0.0] * LENGTH
    beat = RATE * 60 // 104
    chords = ((57, 60, 64), (53, 57, 60), (48, 55, 64), (55, 59, 62))  # A minor, F, C, G
    hertz = lambda key: 440 * 2 ** ((key - 69) / 12)
    for number in range(LENGTH // beat):
        at, chord = number * beat, chords[number // 4 % 4]
        if number % 2 == 0:
            for key in chord:
                note(sound, at, 1.1, hertz(key), 0.12, 0.6, 8)
        note(sound, at, 0.5, hertz(chord[0] - 24 + 12 * (number % 2)), 0.3, 0.3, 4)
        for half in range(2):
            if chance.random() < 0.7:
                key = chance.choice(chord) + 12 + chance.choice((0, 0, 2, 12))
                note(sound, at + half * beat // 2, 0.45, hertz(key), 0.16, 0.25, 6)
            drum(chance, sound, at + half * beat // 2, 0.12, 0.02, 0.9)
        drum(chance, sound, at, 0.8 if number % 2 == 0 else 0.4, 0.04, 0.1 if number % 2 == 0 else 0.5)
    return sound


def voice(path):
    if path.suffix == ".flac":
        program = ["flac", "-dcs", "--force-raw-format", "--endian=little", "--sign=signed", str(path)]
    else:
        program = ["sox", str(path), "-t", "raw", "-e", "signed", "-b", "16", "-c", "1", "-r", str(RATE), "-"]
    return array.array("h", subprocess.run(program, check=True, capture_output=True).stdout)


def cafe(chance, folder):
    clips = sorted(path for path in pathlib.Path(folder).iterdir() if path.suffix in (".flac", ".wav"))
    sound = [0.003 * chance.uniform(-1, 1) for _ in range(LENGTH)]
    for speaker in range(30):
        loud, speed, backwards = chance.uniform(0.25, 1.0), chance.uniform(0.8, 1.2), speaker % 2
        at = -chance.randrange(3 * RATE)
        while at < LENGTH:
            samples = voice(chance.choice(clips))
            scale = loud / (1 + max(map(abs, samples)))
            if backwards:
                samples.reverse()
            for i in range(max(0, -at), min(int(len(samples) / speed), LENGTH - at)):
                sound[at + i] += scale * samples[int(i * speed)]
            at += int(len(samples) / speed) - RATE // 2  # the clips begin and end with silence
    clatter(chance, sound, 25, 0.6)
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
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    for make in (pink, fan, kitchen, traffic, music):
        write(os.path.join(sys.argv[1], make.__name__ + ".wav"), make(random.Random(1)))
    if len(sys.argv) == 3:
        write(os.path.join(sys.argv[1], "cafe.wav"), cafe(random.Random(1), sys.argv[2]))


main()
