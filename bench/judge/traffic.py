"""Simulated traffic of a canary: 50 requests/s, one in ten to the candidate, in steps of 10 s."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from gonogo.judge.strata import Batch

Floats = NDArray[np.float64]

RATE, SHARE = 50.0, 0.1
STEP_S, LENGTH_S = 10, 1800
SIGMA, MEDIAN_S = 0.5, 0.1
SLOW_SHARE, SLOW_INDEX = 0.01, 1.5
_Q90_S = MEDIAN_S * np.exp(SIGMA * 1.2815515655446004)
_INCIDENT = slice(720, 900)


@dataclass(frozen=True, slots=True)
class World:
    """What happens in a rollout.

    Attributes:
        body, tail: Factors on all of the candidate's latencies, and on those above p90.
        errors: Error rates of the baseline, and of the candidate from the onset on.
        onset_s: When the candidate changes; before that it is like the baseline.
        load: Sd of noise that both arms share (AR(1) of the logarithm, tau 60 s).
        own: Sd of noise that each arm has of its own (tau 30 s).
        gamma: Latencies are gamma (shape 4) rather than lognormal with drawn-out requests.
        incident: From minute 12 to 15 both arms are three times as slow, and 5 % of requests fail.
    """

    body: float = 1.0
    tail: float = 1.0
    errors: tuple[float, float] = (0.005, 0.005)
    onset_s: int = 0
    load: float = 0.0
    own: float = 0.0
    gamma: bool = False
    incident: bool = False


def steps(world: World, draw: np.random.Generator) -> Iterator[tuple[Batch, Batch]]:
    """Yield the requests of candidate and baseline for each 10 s of half an hour."""
    shared = _noise(draw, world.load, 60.0)
    if world.incident:
        shared[_INCIDENT] += np.log(3.0)
    own = _noise(draw, world.own, 30.0), _noise(draw, world.own, 30.0)
    for start in range(0, LENGTH_S, STEP_S):
        yield (
            _arm(world, draw, start, shared + own[0], candidate=start >= world.onset_s, rate=RATE * SHARE),
            _arm(world, draw, start, shared + own[1], candidate=False, rate=RATE * (1 - SHARE)),
        )


def _arm(world: World, draw: np.random.Generator, start: int, noise: Floats, *, candidate: bool, rate: float) -> Batch:
    count = draw.poisson(rate * STEP_S)
    at_s = start + np.sort(draw.random(count)) * STEP_S
    second = at_s.astype(np.intp)
    latency = _latencies(world, draw, count)
    if candidate:
        latency = np.where(latency > _Q90_S, latency * world.tail, latency) * world.body
    fails = np.full(LENGTH_S, world.errors[candidate])
    if world.incident:
        fails[_INCIDENT] = 0.05
    return Batch.of(at_s, latency * np.exp(noise[second]), draw.random(count) < fails[second])


def _latencies(world: World, draw: np.random.Generator, count: int) -> Floats:
    """Return latencies in s: lognormal, one in a hundred drawn out by a Pareto factor without a variance; or gamma."""
    if world.gamma:
        return draw.gamma(4.0, MEDIAN_S / 4.0, count)
    latency = MEDIAN_S * np.exp(SIGMA * draw.standard_normal(count))
    slow = draw.random(count) < SLOW_SHARE
    return np.where(slow, latency * (1.0 + draw.pareto(SLOW_INDEX, count)), latency)


def _noise(draw: np.random.Generator, sd: float, tau_s: float) -> Floats:
    """Return stationary AR(1) noise of the logarithm, one value a second."""
    if not sd:
        return np.zeros(LENGTH_S)
    kept = np.exp(-1.0 / tau_s)
    shocks = sd * np.sqrt(1 - kept**2) * draw.standard_normal(LENGTH_S)
    shocks[0] = sd * draw.standard_normal()
    return np.asarray(lfilter([1.0], [1.0, -kept], shocks))
