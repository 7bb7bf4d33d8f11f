# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech drawn from the acoustic model of pocketsphinx-en-us, which was trained on many people.

No voice speaks: the model's Gaussians say how band energies of each phone in its context are spread over speakers, and
how they move; paths are drawn from that (statics of one invented speaker, differences as they are on average).
"""
import os
import random
import sys

import numpy as np
import torch

import features
import phones
import speak

FOLDER = "/usr/share/pocketsphinx/model/en-us/en-us"
LIFTER = 22
MEAN = np.array([41.00, -5.29, -0.12, 5.09, 2.48, -4.07, -1.37, -1.78, -5.08, -2.05, -6.45, -1.42, 1.17], np.float32)
LIFT = 1 + LIFTER / 2 * np.sin(np.arange(13) * np.pi / LIFTER)
WEIGHT = np.exp(-0.10239488 * np.arange(256))


def _s3(path):
    data = open(os.path.join(FOLDER, path), "rb").read()
    return data, data.index(b"endhdr\n") + 7 + 4


class Model:
    def __init__(self):
        data = open(os.path.join(FOLDER, "mdef"), "rb").read()
        words = np.frombuffer(data[:12], np.uint32)
        at = 12 + int(words[2])
        count, all_, _, _, senones, _, sequences, _, nodes, self.silence = np.frombuffer(data[at:at + 40], np.int32)
        at += 40
        start, names = at, []
        for _ in range(count):
            end = data.index(b"\0", at)
            names.append(data[at:end].decode())
            at = end + 1
        at += (4 - (at - start) % 4) % 4 + 8 * nodes
        entries = np.frombuffer(data[at:at + 12 * all_], np.dtype(
            [("sequence", "<u4"), ("matrix", "<u4"), ("place", "u1"), ("base", "u1"), ("left", "u1"), ("right", "u1")]))
        at += 12 * all_ + 4
        self.sequences = np.frombuffer(data[at:at + 6 * sequences], np.uint16).reshape(-1, 3)
        self.names, self.count = names, count
        self.triphones = {(e["place"], e["base"], e["left"], e["right"]): e["sequence"] for e in entries[count:]}
        self.plain = [e["sequence"] for e in entries[:count]]
        self.codebook = np.zeros(senones, int)
        for i, e in enumerate(entries):
            self.codebook[self.sequences[e["sequence"]]] = i if i < count else e["base"]
        matrix_of = [e["matrix"] for e in entries[:count]]

        data, at = _s3("means")
        shape = (count, 3, 128, 13)
        size = int(np.prod(shape)) * 4
        at += 4 * 6 + 4
        means = np.frombuffer(data[at:at + size], np.float32).reshape(shape)
        data, at = _s3("variances")
        at += 4 * 6 + 4
        variances = np.maximum(np.frombuffer(data[at:at + size], np.float32).reshape(shape), 1e-4)
        self.means, self.variances = means / LIFT, variances / LIFT ** 2  # without the lifter
        data = open(os.path.join(FOLDER, "sendump"), "rb").read()
        mixtures = np.frombuffer(data[-3 * 128 * senones:], np.uint8).reshape(3, 128, senones)
        self.weights = WEIGHT[mixtures].transpose(2, 0, 1)  # [senone, stream, density]
        self.weights /= self.weights.sum(2, keepdims=True)
        data, at = _s3("transition_matrices")
        at += 16
        matrices = np.frombuffer(data[at:at + 48 * count], np.float32).reshape(count, 3, 4)
        stay = np.array([[m[i, i] / (m[i, i] + m[i, i + 1]) for i in range(3)] for m in matrices])
        self.stay = stay[matrix_of]
        self.of_class = [names.index(p) for p in phones.PHONES]

        # One Gaussian for each senone's differences.
        book = self.codebook
        self.moving_mean = np.einsum("skd,skdi->ski", self.weights, means_of(self.means, book))
        spread = means_of(self.variances, book) + means_of(self.means, book) ** 2
        self.moving_variance = np.einsum("skd,skdi->ski", self.weights, spread) - self.moving_mean ** 2
        self.inverse = features.COSINES  # orthonormal: [25, 13]

    def senones(self, place, left, base, right):
        for p in (place, 0, 1, 2, 3):
            found = self.triphones.get((p, base, left, right))
            if found is not None:
                return self.sequences[found]
        return self.sequences[self.plain[base]]

    def offset(self, warp):
        """How each codebook's mean moves for a speaker whose throat is 1 / warp as long. [phones, 13]"""
        average = self.means[:, 0].mean(1) + MEAN / LIFT
        spectra = average @ self.inverse.T
        where = np.arange(25)
        edges = 700 * (10 ** (np.linspace(features._mel(130.), features._mel(6800.), 27) / 2595) - 1)[1:-1]
        source = np.interp(edges / warp, edges, where)
        moved = np.stack([np.interp(source, where, s) for s in spectra])
        return (moved - spectra) @ self.inverse

    def draw(self, words, chance, pause=0.12):
        """words: lists of classes. -> band energies [frames, 25], classes [frames]."""
        silence = self.silence
        line = [(0, silence, 0)]  # place, phone, class; places: inside, begin, end, single
        for word in words:
            if chance.random() < pause:
                line.append((0, silence, 0))
            for i, p in enumerate(word):
                place = 3 if len(word) == 1 else 1 if i == 0 else 2 if i == len(word) - 1 else 0
                line.append((place, self.of_class[p], p))
        line.append((0, silence, 0))
        offset = self.offset(chance.uniform(0.84, 1.2))
        offset[:, 0] = 0
        rate = chance.uniform(0.6, 1.15)
        states, labels = [], []
        for i, (place, phone, label) in enumerate(line):
            left = line[i - 1][1] if i else silence
            right = line[i + 1][1] if i + 1 < len(line) else silence
            for state, senone in enumerate(self.senones(place, left, phone, right)):
                mean = rate / (1 - self.stay[phone, state])
                if label == 0:
                    mean = chance.uniform(2, 9)
                span = max(1, int(round(chance.gamma(3, mean / 3))))
                states += [(senone, len(states))] * 0 + [senone] * span
                labels += [label] * span
        states = np.array(states)
        frames = len(states)
        change = np.flatnonzero(np.diff(states)) + 1
        starts = np.concatenate([[0], change])
        static = np.empty((frames, 13))
        precision = np.empty((frames, 13))
        for start, end in zip(starts, np.concatenate([change, [frames]])):
            senone = states[start]
            book = self.codebook[senone]
            mu, var = self.means[book, 0], self.variances[book, 0]
            middle = self.moving_mean[senone, 0] + offset[book]
            score = np.log(self.weights[senone, 0] + 1e-12)
            score -= 0.6 * ((mu - middle)[:, 1:] ** 2 / self.moving_variance[senone, 0][1:]).sum(1)
            score += chance.gumbel(size=128)
            best = int(np.argmax(score))
            static[start:end] = mu[best]
            precision[start:end] = 1 / var[best]
        # The most probable path and its spread: precision matrices of statics and differences, for each dimension.
        p = np.zeros((13, frames, frames), np.float32)
        target = (precision * static).T
        p[:, np.arange(frames), np.arange(frames)] = precision.T
        for stream, share, taps in ((1, 0.5, {2: 1, -2: -1}), (2, 0.25, {3: 1, -1: -1, 1: -1, -3: 1})):
            at = np.arange(3, frames - 3)
            mean, weight = self.moving_mean[states[at], stream], share / self.moving_variance[states[at], stream]
            for a, left in taps.items():
                target[:, at + a] += left * (weight * mean).T
                for b, right in taps.items():
                    p[:, at + a, at + b] += left * right * weight.T
        root = torch.linalg.cholesky(torch.from_numpy(p))
        noise = torch.from_numpy(chance.normal(size=(13, frames, 1)).astype(np.float32))
        half = torch.linalg.solve_triangular(root, torch.from_numpy(target[..., None].astype(np.float32)), upper=False)
        path = torch.linalg.solve_triangular(root.transpose(1, 2), half + noise, upper=True)[..., 0].numpy().T
        return np.exp((path + MEAN / LIFT) @ self.inverse.T).astype(np.float32), np.array(labels, np.uint8)


def means_of(values, book):
    return values[book]


def main():
    """sampled.py FOLDER UTTERANCES [SEED]: writes FOLDER/sampled-SEED.npz (energies, labels, ends)."""
    folder, count, seed = sys.argv[1], int(sys.argv[2]), int((sys.argv[3:] or ["1"])[0])
    torch.set_num_threads(1)
    model, dictionary = Model(), phones.read_dictionary()
    texts = speak.words_to_say(random.Random(f"sampled {seed}"))
    chance = np.random.default_rng(seed)
    made = []
    for text, _ in zip(texts, range(count)):
        words = [dictionary[w][chance.integers(len(dictionary[w]))] for w in text]
        made.append(model.draw(words, chance))
    np.savez(os.path.join(folder, f"sampled-{seed}.npz"),
             energies=np.log(np.concatenate([e for e, _ in made])).astype(np.float16),
             labels=np.concatenate([l for _, l in made]), ends=np.cumsum([len(l) for _, l in made]))
    print(f"{len(made)} utterances, {sum(len(l) for _, l in made) / 360000:.2f} hours")


if __name__ == "__main__":
    main()
