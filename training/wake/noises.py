# SPDX-License-Identifier: GPL-3.0-or-later
"""Made noises, as band energies [frames, 25] with a mean of about 1 each: hiss of all colours that swells, hums, tones
and chords, things that are struck, engines; and babble out of the made voices."""
import numpy as np

import features

RATE = 16000


def _coloured(chance, length):
    spectrum = np.fft.rfft(chance.normal(size=length))
    hertz = np.linspace(0, 8000, len(spectrum))
    knots = np.cumsum(chance.normal(0, 4, 9)) - np.linspace(0, chance.uniform(-5, 35), 9)  # decibels
    gain = 10 ** (np.interp(np.log2(hertz + 60), np.linspace(np.log2(60), np.log2(8060), 9), knots) / 20)
    return np.fft.irfft(spectrum * gain, length)


def _swell(chance, length, depth, seconds):
    points = max(2, int(length / RATE / seconds) + 2)
    return 10 ** (np.interp(np.linspace(0, points - 1, length), np.arange(points), chance.normal(0, depth, points)) / 20)


def _struck(chance, length, count):
    out = np.zeros(length)
    for _ in range(count):
        span = min(length, 8000)
        at, time = chance.integers(0, length - span + 1), np.arange(span) / RATE
        ring = sum(np.exp(-time / chance.uniform(0.005, 0.1)) * np.sin(2 * np.pi * chance.uniform(300, 6500) * time)
                   for _ in range(4))
        out[at:at + span] += ring * chance.uniform(0.05, 1) ** 2
    return out


def _tones(chance, length):
    out, time = np.zeros(length), np.arange(length) / RATE
    at = 0
    while at < length:
        span = int(chance.uniform(0.1, 0.8) * RATE)
        piece = slice(at, min(length, at + span))
        local = time[piece] - time[at]
        for _ in range(chance.integers(1, 5)):
            pitch = 110 * 2 ** (chance.integers(0, 36) / 12)
            for k in range(1, 9):
                if pitch * k < 7500:
                    out[piece] += np.sin(2 * np.pi * pitch * k * local) / k ** 1.2 * np.exp(-local / 0.5)
        at += span
    return out


def make(chance, voices, count=220, seconds=12):
    """`voices`: a list of band energies of speech, for babble."""
    out = []
    length = seconds * RATE
    for i in range(count):
        kind = i % 6
        if kind < 4:
            sound = _coloured(chance, length) * _swell(chance, length, chance.uniform(0, 6), chance.uniform(0.1, 2))
            sound /= sound.std()
            if kind == 1:
                struck = _struck(chance, length, int(chance.integers(10, 120)))
                sound = 0.1 * sound * chance.uniform(0.1, 2) + struck / struck.std()
            if kind == 2:
                tones = _tones(chance, length)
                sound = 0.1 * sound + tones / tones.std()
            if kind == 3:
                hum = chance.uniform(45, 130)
                sound += sum(chance.uniform(0, 2) * np.sin(2 * np.pi * hum * k * np.arange(length) / RATE)
                             for k in range(1, 8))
            energy = features.energies((sound / np.abs(sound).max() * 20000).astype(np.int16))
        else:
            frames = seconds * 100 - 2
            energy = np.zeros((frames, features.BANDS), np.float32)
            for _ in range(int(chance.integers(4, 14))):
                at, loud = -int(chance.integers(0, 200)), chance.uniform(0.1, 1)
                while at < frames:
                    voice = voices[chance.integers(len(voices))]
                    if chance.random() < 0.5:
                        voice = voice[::-1]
                    a, b = max(0, at), min(frames, at + len(voice))
                    if b > a:
                        energy[a:b] += loud * voice[a - at:b - at] / (voice.mean() + 1e-9)
                    at += max(20, len(voice) - 40)
            energy += energy.mean() * 10 ** chance.uniform(-3, 0) * chance.chisquare(8, energy.shape) / 8
        out.append((energy / energy.mean()).astype(np.float32))
    return out
