#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which Debian voice speaks a language best: what docs/decisions/0005-voices.md rests on.

    bench/voices/measure.py [--folder DIR] [--language en] [--spectrograms]

Says the texts in texts/LANG.txt with every voice that is installed and prints, for each voice: the word error rate of
pocketsphinx listening to it (English only: Debian has no recogniser of free speech for the others), processor time per
second of speech, level, peak, clipped samples, offset, silence at both ends, the longest silence inside, and clicks.
Needs python3-numpy; pocketsphinx and pocketsphinx-en-us for the word error rate; sox for the spectrograms (PNG).
"""
import argparse
import os
import pathlib
import resource
import shutil
import subprocess
import wave

import numpy

HERE = pathlib.Path(__file__).parent
MODEL = pathlib.Path("/usr/share/pocketsphinx/model/en-us")
FESTIVAL = ["voice_kal_diphone", "voice_ked_diphone", "voice_cmu_us_slt_arctic_hts"]


def voices(language):
    """Name and command of each voice; the command writes the WAV file {wav} from the text {text}."""
    made = []
    if language == "en":
        for voice in ["rms", "slt", "awb", "kal16"]:
            made.append((f"flite {voice}", ["flite", "-voice", voice, "-t", "{text}", "-o", "{wav}"]))
        for voice in FESTIVAL:
            made.append((f"festival {voice[6:]}", ["text2wave", "-eval", f"({voice})", "{file}", "-o", "{wav}"]))
        for variant in ["", "+klatt", "+klatt2", "+klatt4", "+m3", "+f2"]:
            made.append((f"espeak en-us{variant}", ["espeak-ng", "-v", f"en-us{variant}", "-w", "{wav}", "{text}"]))
    else:
        base = {"zh-CN": ["cmn", "cmn-latn-pinyin"], "es": ["es", "es-419"], "de": ["de"], "fr": ["fr-fr"]}[language]
        for voice in base:
            for variant in ["", "+klatt4", "+m3", "+f2"]:
                made.append((f"espeak {voice}{variant}",
                             ["espeak-ng", "-v", f"{voice}{variant}", "-w", "{wav}", "{text}"]))
    return [(name, command) for name, command in made if shutil.which(command[0])]


def say(command, text, wav):
    """Processor seconds, or None where the voice failed."""
    file = wav.with_suffix(".txt")
    file.write_text(text)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    filled = [part.format(text=text, wav=wav, file=file) for part in command]
    done = subprocess.run(filled, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0 or not wav.exists() or wav.stat().st_size < 1000:
        return None
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def read(wav):
    with wave.open(str(wav)) as file:
        samples = numpy.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(float)
        return samples, file.getframerate()


def longest_run(mask):
    longest = run = 0
    for value in mask:
        run = run + 1 if value else 0
        longest = max(longest, run)
    return longest


def clicks(samples, rate):
    """Single steps that stand out by 25 dB from what is 5 to 20 ms around them, where it is nearly silent."""
    steps = numpy.abs(numpy.diff(samples))
    count = 0
    reach, guard = int(rate * 0.02), int(rate * 0.005)
    for at in numpy.flatnonzero(steps > 400):
        around = numpy.concatenate([steps[max(0, at - reach):max(0, at - guard)], steps[at + guard:at + reach]])
        if around.size and steps[at] > 18 * (numpy.sqrt((around**2).mean()) + 5):
            count += 1
    return count


def measure(samples, rate):
    size = int(rate * 0.02)
    frames = samples[:len(samples) // size * size].reshape(-1, size)
    loudness = numpy.sqrt((frames**2).mean(1)) + 1e-9
    active = loudness[loudness > loudness.max() * 10**(-30 / 20)]
    heard = numpy.flatnonzero(numpy.abs(samples) > 100)
    inner = numpy.abs(samples[heard[0]:heard[-1]]) <= 100
    return {
        "level": 20 * numpy.log10(numpy.sqrt((active**2).mean()) / 32768),
        "peak": 20 * numpy.log10(numpy.abs(samples).max() / 32768),
        "clipped": int((numpy.abs(samples) >= 32767).sum()),
        "offset": samples.mean(),
        "before": heard[0] / rate * 1000,
        "after": (len(samples) - heard[-1]) / rate * 1000,
        "gap": longest_run(inner) / rate * 1000,
        "clicks": clicks(samples, rate),
    }


def words_heard(wav):
    raw = wav.with_suffix(".16k.wav")
    subprocess.run(["sox", str(wav), "-r", "16000", "-c", "1", "-b", "16", str(raw)], check=True, capture_output=True)
    done = subprocess.run(["pocketsphinx_continuous", "-infile", str(raw), "-hmm", str(MODEL / "en-us"), "-lm",
                           str(MODEL / "en-us.lm.bin"), "-dict", str(MODEL / "cmudict-en-us.dict"), "-logfn",
                           "/dev/null"], capture_output=True, text=True)
    return done.stdout.split()


def word_errors(wanted, heard):
    row = list(range(len(heard) + 1))
    for i, word in enumerate(wanted, 1):
        last, row[0] = row[0], i
        for k, other in enumerate(heard, 1):
            last, row[k] = row[k], min(row[k] + 1, row[k - 1] + 1, last + (word != other))
    return row[-1]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", default="/tmp/entente-voices", type=pathlib.Path)
    parser.add_argument("--language", default="en")
    parser.add_argument("--spectrograms", action="store_true")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    texts = [line for line in (HERE / "texts" / f"{options.language}.txt").read_text().splitlines() if line.strip()]
    judged = options.language == "en" and shutil.which("pocketsphinx_continuous") and shutil.which("sox")
    print(f"{'voice':34} {'WER %':>6} {'CPU/s':>7} {'level':>6} {'peak':>6} {'clip':>5} {'offs':>6} "
          f"{'before':>6} {'after':>6} {'gap':>5} {'clicks':>6}")
    for name, command in voices(options.language):
        errors = words = 0
        cost = length = 0.0
        all_measured = []
        for number, text in enumerate(texts):
            wav = options.folder / f"{options.language}-{name.replace(' ', '-').replace('+', '-')}-{number}.wav"
            wav.unlink(missing_ok=True)
            spent = say(command, text + ("。" if options.language == "zh-CN" else "."), wav)
            if spent is None:
                continue
            samples, rate = read(wav)
            cost += spent
            length += len(samples) / rate
            all_measured.append(measure(samples, rate))
            if judged:
                wanted = text.lower().split()
                errors += word_errors(wanted, words_heard(wav))
                words += len(wanted)
            if options.spectrograms and number == 0:
                subprocess.run(["sox", str(wav), "-n", "spectrogram", "-o", str(wav.with_suffix(".png"))], check=True)
        if not all_measured:
            print(f"{name:34} failed")
            continue
        mean = {key: numpy.mean([one[key] for one in all_measured]) for key in all_measured[0]}
        peak, gap = max(one["peak"] for one in all_measured), max(one["gap"] for one in all_measured)
        clipped, found = (sum(one[key] for one in all_measured) for key in ("clipped", "clicks"))
        rated = f"{100 * errors / words:6.1f}" if words else "     –"
        print(f"{name:34} {rated} {cost / length:7.3f} {mean['level']:6.1f} {peak:6.1f} {clipped:5} "
              f"{mean['offset']:6.0f} {mean['before']:6.0f} {mean['after']:6.0f} {gap:5.0f} {found:6}", flush=True)


if __name__ == "__main__":
    main()
