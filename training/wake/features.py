# SPDX-License-Identifier: GPL-3.0-or-later
"""From sound to what the network sees; src/drivers/wake/features.cpp computes the same.

Log energies of 25 mel bands (130 to 6800 Hz, 100 frames a second), their first 13 cepstra (so that the pitch does not
show), and of these the level against a falling peak and the shape against a running mean of the loud frames.
"""
import numpy as np

BANDS, CEPSTRA, SHIFT, LENGTH, SIZE = 25, 13, 160, 400, 512
FLOOR = 10.0  # of a band's energy: the rounding of 16-bit samples
LOWEST, HIGHEST = 130.0, 6800.0


def _mel(hertz):
    return 2595 * np.log10(1 + hertz / 700)


def filters(warp=1.0):
    """[257, 25]; warp > 1 is what a longer throat would sound like to the same bands."""
    edges = 700 * (10 ** (np.linspace(_mel(LOWEST), _mel(HIGHEST), BANDS + 2) / 2595) - 1) * warp
    bins = np.arange(SIZE // 2 + 1) * (16000 / SIZE)
    out = np.zeros((len(bins), BANDS), np.float32)
    for band in range(BANDS):
        low, middle, high = edges[band:band + 3]
        out[:, band] = np.maximum(0, np.minimum((bins - low) / (middle - low), (high - bins) / (high - middle)))
        out[:, band] *= 2 / (high - low) * warp
    return out


WINDOW = (0.54 - 0.46 * np.cos(2 * np.pi * np.arange(LENGTH) / (LENGTH - 1))).astype(np.float32)
PLAIN = filters()


def energies(sound, bank=PLAIN):
    """int16 samples -> [frames, 25] band energies, without the floor."""
    x = sound.astype(np.float32)
    x[1:] -= 0.97 * sound[:-1].astype(np.float32)
    count = max(0, (len(x) - LENGTH) // SHIFT + 1)
    frames = np.lib.stride_tricks.as_strided(x, (count, LENGTH), (x.strides[0] * SHIFT, x.strides[0]))
    out = np.empty((count, BANDS), np.float32)
    for at in range(0, count, 4096):
        spectrum = np.fft.rfft(frames[at:at + 4096] * WINDOW, SIZE)
        out[at:at + 4096] = (spectrum.real ** 2 + spectrum.imag ** 2).astype(np.float32) @ bank
    return out


COSINES = (np.cos(np.pi / BANDS * np.outer(np.arange(BANDS) + 0.5, np.arange(CEPSTRA)))
           * np.sqrt(np.where(np.arange(CEPSTRA) == 0, 1, 2) / BANDS)).astype(np.float32)  # [25, 13]

# Of the normalisation.
FALL = 0.02  # of the peak, a frame, in c0 / 5: nepers of energy
MEMORY = 1 - 1 / 300
PRIOR_FRAMES = 30.0
SCALE = np.array([0.2] + [0.5] * 12, np.float32)
# What clean speech is like on average at its loud frames, after the level is taken out.
PRIOR = np.array([0, 3.5, -2, 2, -1.5, -0.5, -0.4, -1, 0, 0, 0.4, 0, 0], np.float32)


def normalise(cepstra):
    """[batch, frames, 13] -> the same shape."""
    batch, frames, _ = cepstra.shape
    peak = np.full(batch, -1e9, np.float32)
    total = np.zeros((batch, CEPSTRA), np.float32)
    weight = np.zeros(batch, np.float32)
    out = np.empty_like(cepstra)
    for t in range(frames):
        c = cepstra[:, t]
        level = c[:, 0] / 5
        new = np.maximum(level, peak - FALL)
        kept = np.where(new > peak, np.exp(np.minimum(peak - new, 0)), 1) * MEMORY
        w = np.exp(level - new)
        total = total * kept[:, None] + w[:, None] * c
        weight = weight * kept + w
        peak = new
        mean = (total + PRIOR_FRAMES * PRIOR) / (weight + PRIOR_FRAMES)[:, None]
        out[:, t] = c - mean
        out[:, t, 0] = c[:, 0] - 5 * peak
    return out * SCALE


def cepstra(band_energies):
    return np.log(band_energies + FLOOR) @ COSINES
