#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes labelled speech with the voices of Debian: flite, Festival and eSpeak NG.

    speak.py FOLDER ENGINE UTTERANCES [SEED]    ENGINE: flite, festival or espeak

Writes FOLDER/ENGINE-SEED.npz: sound (16 kHz, all utterances one after the other), ends (where each ends), labels (the
phone of every 10 ms), label_ends, voices (the name of the voice of each utterance).
"""
import ctypes
import os
import random
import re
import subprocess
import sys
import tempfile
import wave

import numpy as np

import phones

RATE = 16000
# Never spoken here, so that measurements with these words are of unseen ones.
KEPT_OUT = re.compile("alexa|comput|jarvis|smart|mirror|snow|boy|view|glass")
COMMON = ("the a to and of in is it you that he was for on are with as i his they be at one have this from or had by hot "
          "but some what there we can out other were all your when up use word how said an each she which do their time "
          "if will way about many then them would write like so these her long make thing see him two has look more day "
          "could go come did my sound no most number who over know water than call first people may down side been now "
          "find any new work part take get place made live where after back little only round man year came show every "
          "good me give our under name very through just form much great think say help low line before turn cause same "
          "mean differ move right old too does tell sentence set three want air well also play small end put home read "
          "hand port large spell add even land here must big high such follow act why ask men change went light kind off "
          "need house picture try us again animal point mother world near build self earth father").split()


def words_to_say(chance):
    known = [w for w in phones.read_dictionary() if w.isalpha() and 3 <= len(w) <= 12 and not KEPT_OUT.search(w)]
    while True:
        count = chance.choice([1, 2, 3, 4, 5, 6, 7, 8])
        yield [chance.choice(COMMON) if chance.random() < 0.45 else chance.choice(known) for _ in range(count)]


def frames(segments, samples):
    """[(end in seconds, class)] -> the class of each 10 ms."""
    labels = np.zeros(samples // 160 + 1, np.uint8)
    start = 0
    for end, label in segments:
        stop = min(len(labels), round(end * 100))
        labels[start:stop] = label
        start = max(start, stop)
    return labels


def read_wave(path):
    with wave.open(path) as file:
        sound = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        return resample(sound, file.getframerate())


def resample(sound, rate):
    if rate == RATE:
        return sound
    # By the Fourier transform: exact, and our sounds are short.
    length = len(sound) * RATE // rate
    spectrum = np.fft.rfft(sound.astype(np.float32))
    out = np.fft.irfft(spectrum[:length // 2 + 1] if length < len(sound) else spectrum, length) * (length / len(sound))
    return np.clip(out, -32768, 32767).astype(np.int16)


def flite(count, chance, folder):
    for text, _ in zip(words_to_say(chance), range(count)):
        voice = chance.choice(["slt", "rms", "awb", "slt", "rms", "awb", "kal16"])
        mean = {"slt": 170, "rms": 95, "awb": 125, "kal16": 105}[voice] * chance.uniform(0.8, 1.25)
        path = os.path.join(folder, "a.wav")
        out = subprocess.run(["flite", "-voice", voice, "--setf", f"duration_stretch={chance.uniform(0.65, 1.25):.2f}",
                              "--setf", f"int_f0_target_mean={mean:.0f}", "-t", " ".join(text), "-psdur", "-o", path],
                             capture_output=True, text=True, check=True).stdout
        segments = [(float(end), phones.from_festival(name)) for name, end in
                    (entry.split(":") for entry in out.split())]
        if any(label is None for _, label in segments):
            continue
        sound = read_wave(path)
        # Diphone voices print their plan; the sound may differ in length.
        scale = len(sound) / RATE / segments[-1][0]
        if not 0.9 < scale < 1.1:
            continue
        yield sound, frames([(end * (scale if voice == "kal16" else 1), label) for end, label in segments],
                            len(sound)), "flite-" + voice


FESTIVAL = """
(define (say number text stretch)
  (Parameter.set 'Duration_Stretch stretch)
  (let ((utt (eval (list 'Utterance 'Text text))) (out (fopen (string-append "DIR/" number ".txt") "w")))
    (utt.synth utt)
    (mapcar (lambda (s) (format out "%s %f\\n" (item.name s) (item.feat s 'end))) (utt.relation.items utt 'Segment))
    (fclose out)
    (utt.wave.resample utt 16000)
    (utt.save.wave utt (string-append "DIR/" number ".wav") 'riff)))
"""


def festival(count, chance, folder):
    texts = words_to_say(chance)
    per_voice = count // 4
    for voice, share in (("kal_diphone", 1), ("ked_diphone", 1), ("cmu_us_slt_arctic_hts", 2)):
        script = FESTIVAL.replace("DIR", folder) + f"(voice_{voice})\n"
        for number in range(per_voice * share):
            script += f'(say "{number}" "{" ".join(next(texts))}" {chance.uniform(0.65, 1.25):.2f})\n'
        subprocess.run(["festival", "--pipe"], input=script, text=True, capture_output=True)
        for number in range(per_voice * share):
            try:
                sound = read_wave(f"{folder}/{number}.wav")
                lines = open(f"{folder}/{number}.txt").read().split("\n")
                os.remove(f"{folder}/{number}.wav")
            except (OSError, EOFError, wave.Error):
                continue
            segments = [(float(line.split()[1]), phones.from_festival(line.split()[0])) for line in lines if line]
            if segments and all(label is not None for _, label in segments):
                yield sound, frames(segments, len(sound)), "festival-" + voice


def espeak(count, chance, _):
    library = ctypes.CDLL("libespeak-ng.so.1")

    class Event(ctypes.Structure):
        _fields_ = [("type", ctypes.c_int), ("unique", ctypes.c_uint), ("position", ctypes.c_int),
                    ("length", ctypes.c_int), ("audio", ctypes.c_int), ("sample", ctypes.c_int),
                    ("user", ctypes.c_void_p), ("string", ctypes.c_char * 8)]

    sound, events = [], []

    @ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event))
    def take(wav, samples, found):
        if samples > 0:
            sound.append(np.ctypeslib.as_array(wav, (samples,)).copy())
        at = 0
        while found[at].type != 0:
            if found[at].type == 7:  # a phoneme begins
                events.append((found[at].sample, found[at].string.decode("utf-8", "ignore")))
            at += 1
        return 0

    rate = library.espeak_Initialize(2, 0, None, 3)  # synchronous; phoneme events, as IPA
    library.espeak_SetSynthCallback(take)
    listed = subprocess.run(["espeak-ng", "--voices=variant"], capture_output=True, text=True, check=True).stdout
    variants = sorted(set(re.findall(r"!v/(\S+)", listed)) - {"whisper", "whisperf", "croak", "Demonic", "robosoft"})
    languages = ["en-us"] * 6 + ["en-gb", "en-gb-x-rp", "en-gb-scotland", "en-029"]
    for text, _ in zip(words_to_say(chance), range(count)):
        voice = chance.choice(languages[:7]) + "+" + chance.choice(variants)
        if library.espeak_SetVoiceByName(voice.encode()) != 0:
            continue
        library.espeak_SetParameter(1, chance.randint(120, 230), 0)  # speed
        library.espeak_SetParameter(3, chance.randint(25, 75), 0)  # pitch
        library.espeak_SetParameter(4, chance.randint(20, 80), 0)  # range
        sound.clear()
        events.clear()
        line = " ".join(text).encode()
        library.espeak_Synth(line, ctypes.c_size_t(len(line) + 1), 0, 0, 0, 1, None, None)
        if not sound or not events:
            continue
        samples = np.concatenate(sound)
        segments = []
        for (start, name), (end, _) in zip(events, events[1:] + [(len(samples), "")]):
            parts = phones.from_ipa(name) or [0]
            for i, part in enumerate(parts):
                segments.append(((start + (end - start) * (i + 1) / len(parts)) / rate, part))
        segments.insert(0, (events[0][0] / rate, 0))
        samples = resample(samples, rate)
        yield samples, frames(segments, len(samples)), "espeak-" + voice


def main():
    folder, engine, count, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int((sys.argv[4:] or ["1"])[0])
    os.makedirs(folder, exist_ok=True)
    chance = random.Random(f"{engine} {seed}")
    with tempfile.TemporaryDirectory() as scratch:
        made = list({"flite": flite, "festival": festival, "espeak": espeak}[engine](count, chance, scratch))
    np.savez(os.path.join(folder, f"{engine}-{seed}.npz"),
             sound=np.concatenate([sound for sound, _, _ in made]),
             ends=np.cumsum([len(sound) for sound, _, _ in made]),
             labels=np.concatenate([labels for _, labels, _ in made]),
             label_ends=np.cumsum([len(labels) for _, labels, _ in made]),
             voices=np.array([voice for _, _, voice in made]))
    print(f"{len(made)} utterances, {sum(len(s) for s, _, _ in made) / RATE / 3600:.2f} hours")


if __name__ == "__main__":
    main()
