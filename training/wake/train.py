#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""train.py SPEECH OUT.pt MINUTES [FROM.pt]: trains the network that says which phone is heard.

Speech is distorted anew each time it is used, all in the domain of band energies: level, microphone, room, noise.
MINUTES are of processor time.
"""
import glob
import os
import sys
import time

import numpy as np
import torch
from torch import nn

import features
import noises
import phones

FRAMES, BATCH = 416, 40
HELD_OUT = "espeak-en-us+f5"  # and utterances 0, 50, 100 … of everything


class Block(nn.Module):
    """Three taps; `ahead` of them lie in the future."""

    def __init__(self, channels, dilation, ahead):
        super().__init__()
        self.left, self.right = (2 - ahead) * dilation, ahead * dilation
        self.conv = nn.Conv1d(channels, channels, 3, dilation=dilation, bias=False)
        self.norm = nn.BatchNorm1d(channels)

    def forward(self, x):
        return x + torch.relu(self.norm(self.conv(nn.functional.pad(x, (self.left, self.right)))))


class Network(nn.Module):
    """13 numbers every 10 ms in, logarithms of probabilities of 40 classes every 20 ms out."""

    BLOCKS = ((1, 1), (1, 1), (2, 1), (3, 0), (4, 0), (5, 0))  # dilation, taps ahead

    def __init__(self, channels=144):
        super().__init__()
        self.first = nn.Conv1d(features.CEPSTRA, channels, 7, stride=2, bias=False)
        self.norm = nn.BatchNorm1d(channels)
        self.blocks = nn.ModuleList(Block(channels, *b) for b in self.BLOCKS)
        self.last = nn.Conv1d(channels, len(phones.PHONES), 1)

    def forward(self, x):  # [batch, frames, 13]
        x = nn.functional.pad(x.transpose(1, 2), (3, 3))
        x = torch.relu(self.norm(self.first(x)))
        for block in self.blocks:
            x = block(x)
        return torch.log_softmax(self.last(x), 1)  # [batch, 40, frames / 2]


class Speech:
    def __init__(self, folder):
        self.sources = []  # (energies, labels, starts, ends, share)
        self.voices = []
        for path in sorted(glob.glob(os.path.join(folder, "sampled-*.npz")) +
                           glob.glob(os.path.join(folder, "energies-*.npz"))):
            data = np.load(path)
            ends = data["ends"]
            starts = np.concatenate([[0], ends[:-1]])
            self.sources.append((data["energies"], data["labels"], starts, ends, os.path.basename(path)))
        self.shares = np.array([share_of(s[4], len(s[1])) for s in self.sources])
        self.shares /= self.shares.sum()
        for (_, labels, _, _, name), share in zip(self.sources, self.shares):
            print(f"{name}: {len(labels) / 360000:.2f} hours, {share:.2f} of what is heard")

    def utterance(self, chance, held=False):
        energies, labels, starts, ends, name = self.sources[chance.choice(len(self.sources), p=self.shares)]
        group = 1 if name.startswith("sampled") else 3
        while True:
            i = int(chance.integers(len(ends)))
            if (i // group % 50 == 0) == held:
                piece = slice(starts[i], ends[i])
                return energies[piece].astype(np.float32), labels[piece]


def share_of(name, length):
    weight = {"sampled": 1.2, "flite": 1.0, "festival": 0.8, "espeak": 0.6}
    return length ** 0.5 * next(w for k, w in weight.items() if k in name)


def assemble(speech, noise, chance, held=False):
    energies = np.full((BATCH, FRAMES, features.BANDS), 1.0, np.float32)
    labels = np.zeros((BATCH, FRAMES), np.int64)
    for b in range(BATCH):
        at = int(chance.integers(0, 60)) if chance.random() < 0.5 else 0
        while at < FRAMES:
            log_energy, label = speech.utterance(chance, held)
            if chance.random() < 0.3:  # begins anywhere: a listener that just woke up
                cut = int(chance.integers(0, len(label)))
                log_energy, label = log_energy[cut:], label[cut:]
            if chance.random() < 0.35:  # faster or slower
                count = max(1, int(len(label) * chance.uniform(0.8, 1.2)))
                where = np.minimum((np.arange(count) * (len(label) / count)).astype(int), len(label) - 1)
                log_energy, label = log_energy[where], label[where]
            loudest = np.percentile(log_energy.mean(1), 95) if len(label) else 0
            gain = chance.normal(14, 1.5) - loudest
            n = min(len(label), FRAMES - at)
            channel = smooth(chance, 0.5)
            energies[b, at:at + n] = np.exp(log_energy[:n] + gain + channel)
            labels[b, at:at + n] = label[:n]
            at += n + (int(chance.integers(0, 80)) if chance.random() < 0.5 else 0)
        if chance.random() < 0.5:
            energies[b] = room(energies[b], chance)
        energies[b] *= np.exp(smooth(chance, 0.5))
        if chance.random() < 0.9:
            piece = noise[chance.integers(len(noise))]
            at = int(chance.integers(0, len(piece) - FRAMES))
            piece = piece[at:at + FRAMES] * np.exp(smooth(chance, 0.5))
            peak = np.percentile(energies[b].mean(1), 95)
            decibels = chance.uniform(-3, 32)  # below the loud frames
            piece = piece * (peak / piece.mean() * 10 ** (-decibels / 10))
            cross = 2 * np.sqrt(energies[b] * piece) * chance.normal(0, 0.25, piece.shape)
            energies[b] = np.maximum(energies[b] + piece + cross, 0.05 * (energies[b] + piece))
        energies[b] *= np.exp(chance.uniform(-4, 4))
    return energies.astype(np.float32), labels


def smooth(chance, size):
    """What a microphone does to the bands, in nepers of energy."""
    knots = np.cumsum(chance.normal(0, size, 6))
    return np.interp(np.linspace(0, 5, features.BANDS), np.arange(6), knots - knots.mean()).astype(np.float32)


def room(energy, chance):
    decay = np.exp(-13.8 / (chance.uniform(0.15, 0.9) * 100))  # of energy in 10 ms
    share = 10 ** (-chance.uniform(3, 14) / 10) * (1 - decay)
    out, tail = np.empty_like(energy), np.zeros(features.BANDS, np.float32)
    for t in range(len(energy)):
        out[t] = energy[t] + tail
        tail = tail * decay + share * energy[t]
    return out


def mask(x, chance):
    for b in range(len(x)):
        if chance.random() < 0.3:
            at, span = chance.integers(0, FRAMES - 15), chance.integers(2, 12)
            x[b, at:at + span] = x[b, at:at + span].mean(0)
    return x


def batches(speech, noise, chance, held=False):
    while True:
        energies, labels = assemble(speech, noise, chance, held)
        x = features.normalise(features.cepstra(energies))
        yield torch.from_numpy(x if held else mask(x, chance)), torch.from_numpy(labels[:, ::2].copy())


def judge(network, test):
    network.eval()
    right = total = loss = 0
    with torch.no_grad():
        for x, y in test:
            out = network(x)
            loss += nn.functional.nll_loss(out, y).item() / len(test)
            spoken = y > 0
            right += (out.argmax(1)[spoken] == y[spoken]).sum().item()
            total += spoken.sum().item()
    network.train()
    return f"held out: loss {loss:.3f}, {100 * right / total:.1f} % of the frames in speech right"


def main():
    folder, out, minutes = sys.argv[1], sys.argv[2], float(sys.argv[3])
    torch.set_num_threads(1)
    torch.manual_seed(1)
    chance = np.random.default_rng(int.from_bytes(os.path.basename(out).encode()[:4], "little"))
    speech = Speech(folder)
    voices = []
    while len(voices) < 150:
        log_energy, _ = speech.utterance(chance)
        voices.append(np.exp(log_energy))
    noise = noises.make(chance, voices)
    if not features.PRIOR.any():
        sys.exit("features.PRIOR is not set")
    network = Network()
    if len(sys.argv) > 4:
        network.load_state_dict(torch.load(sys.argv[4]))
    print(sum(p.numel() for p in network.parameters()), "parameters")
    test_chance = np.random.default_rng(99)
    test = [batch for batch, _ in zip(batches(speech, noise, test_chance, True), range(6))]
    top = 2e-3 if len(sys.argv) > 4 else 4e-3
    optimiser = torch.optim.AdamW(network.parameters(), lr=top, weight_decay=1e-3)
    budget, step, running, shown = minutes * 60, 0, 0.0, 0.0
    start = time.process_time()
    for x, y in batches(speech, noise, chance):
        spent = (time.process_time() - start) / budget
        if spent >= 1:
            break
        rate = top * min(1, (step + 1) / 100) * (1 - spent) ** 1.0 + 1e-5
        for group in optimiser.param_groups:
            group["lr"] = rate
        result = network(x)
        loss = nn.functional.nll_loss(result, y) * 0.95 - 0.05 * result.mean()
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 2.0)
        optimiser.step()
        step += 1
        running = 0.98 * running + 0.02 * loss.item()
        if spent > shown:
            shown += 0.05
            print(f"{100 * spent:.0f} %: {step} steps, loss {running / (1 - 0.98 ** step):.3f}; {judge(network, test)}",
                  flush=True)
            torch.save(network.state_dict(), out)
    torch.save(network.state_dict(), out)
    print(judge(network, test))


if __name__ == "__main__":
    main()
