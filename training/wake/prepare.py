#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""prepare.py SPEECH: turns what speak.py made into band energies, several throats for each utterance.

Writes SPEECH/energies-NAME.npz (logarithms, labels, ends, voices) beside each NAME.npz that has none yet.
"""
import glob
import os
import sys

import numpy as np

import features

THROATS = 3


def main():
    chance = np.random.default_rng(1)
    for path in sorted(glob.glob(os.path.join(sys.argv[1], "*.npz"))):
        name = os.path.basename(path)
        out = os.path.join(sys.argv[1], "energies-" + name)
        if name.startswith(("energies", "sampled")) or os.path.exists(out):
            continue
        data = np.load(path)
        sound, ends, labels, label_ends, voices = (data[k] for k in ("sound", "ends", "labels", "label_ends", "voices"))
        energies, classes, all_voices = [], [], []
        for i in range(len(ends)):
            samples = sound[ends[i - 1] if i else 0:ends[i]]
            label = labels[label_ends[i - 1] if i else 0:label_ends[i]]
            if len(samples) < 4000:
                continue
            peak = np.abs(samples.astype(int)).max() + 1
            samples = (samples.astype(np.float32) * (16000 / peak)).astype(np.int16)
            for k in range(THROATS):
                warp = 1.0 if k == 0 else chance.uniform(0.82, 1.0) if k == 1 else chance.uniform(1.0, 1.22)
                energy = features.energies(samples, features.filters(warp))
                # A frame's middle is 12.5 ms after its beginning.
                middle = np.minimum(np.arange(len(energy)) + 1, len(label) - 1)
                energies.append(np.log(energy + 1).astype(np.float16))
                classes.append(label[middle])
                all_voices.append(voices[i])
        np.savez(out, energies=np.concatenate(energies), labels=np.concatenate(classes),
                 ends=np.cumsum([len(c) for c in classes]), voices=np.array(all_voices))
        print(out, sum(len(c) for c in classes) / 360000, "hours")


main()
