"""Equal input gives equal output: over processes, hash seeds and the kernels that multiply matrices."""

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import hashlib
import numpy as np
from tests.worlds import label_trait, level_trait, option, single, world
from quizbot.advice.advise import advise
from quizbot.advice.turn import Turn

random = np.random.default_rng(5)
names = [f"t{at}" for at in range(9)]
colors = np.array(["black", "navy", "white", "red", ""])
stock = [
    {name: str(round(level, 1)) for name, level in zip(names, row)} | {"color": str(color), "title": f"Item {at}"}
    for at, (row, color) in enumerate(zip(random.random((4000, 9)), random.choice(colors, 4000)))
]
traits = {name: level_trait(name) for name in names} | {"color": label_trait("color")}
questions = []
for name in names:
    wishes = [{name: str(at / 3), names[at]: {"min": "0.6"}} for at in range(4)]
    options = [option(f"o{at}", prefer=wish, avoid={"color": ["red", "navy"]}) for at, wish in enumerate(wishes)]
    questions.append(single(name, *options))
edition = world(stock, traits, questions)
digest = hashlib.sha256()
for at in range(12):
    turn = Turn(answers={name: f"o{(at * step) % 4}" for step, name in enumerate(names)}, finish=True, limit=20)
    digest.update(advise(edition, turn).model_dump_json().encode())
print(digest.hexdigest())
"""


def _digest(**environment: str) -> str:
    root = str(Path(__file__).parent.parent)
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, "PYTHONPATH": root, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_equal_input_gives_equal_output_whatever_the_process_the_hash_seed_and_the_matrix_kernel() -> None:
    usual = _digest(PYTHONHASHSEED="0")
    assert _digest(PYTHONHASHSEED="4711", OPENBLAS_NUM_THREADS="1") == usual
    for kernel in ("Prescott", "Sandybridge", "Haswell"):
        assert _digest(PYTHONHASHSEED="1", OPENBLAS_CORETYPE=kernel) == usual, kernel
