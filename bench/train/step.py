"""One training step of 32 pairs on a model of the size of all-MiniLM-L6-v2: hunch beside torch.

Both are given the lengths of BenchmarkStep in internal/train, in turns, on one core. What counts is
the processor time of a step, which other work on the machine disturbs less than the clock.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import NormalDist

ROOT = Path(__file__).resolve().parents[2]
PAIRS = 32


def lengths():
    """Tokens of queries and codes: as cosqaLike in internal/train/bench_test.go."""
    texts = []
    for i in range(PAIRS):
        z = NormalDist().inv_cdf((i + 0.5) / PAIRS)
        texts += [8 + i % 5, min(256, 12 + int(57 * 2.718281828459045 ** (0.65 * z)))]
    return texts


def torch_worker(steps, micro, bf16):
    import torch
    from torch.nn import functional as F
    from transformers import BertConfig, BertModel

    torch.set_num_threads(1)
    torch.manual_seed(0)
    model = BertModel(BertConfig(hidden_size=384, num_hidden_layers=6, num_attention_heads=12,
                                 intermediate_size=1536), add_pooling_layer=False).train()
    decays = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() == 1]
    optimizer = torch.optim.AdamW([{"params": decays, "weight_decay": 0.01}, {"params": others, "weight_decay": 0}], lr=2e-5)
    texts = [torch.randint(1000, 30000, (n,)) for n in lengths()]

    def encode(order):
        """Embeddings of the texts in micro-batches of similar length, padded to the longest of each."""
        parts = []
        for at in range(0, len(order), micro):
            chosen = [texts[i] for i in order[at:at + micro]]
            ids = torch.nn.utils.rnn.pad_sequence(chosen, batch_first=True)
            mask = (ids != 0).long()
            states = model(input_ids=ids, attention_mask=mask).last_hidden_state
            weights = mask.unsqueeze(-1).float()
            parts.append((states * weights).sum(1) / weights.sum(1))
        back = torch.empty(len(order), dtype=torch.long)
        back[torch.tensor(order)] = torch.arange(len(order))
        return F.normalize(torch.cat(parts)[back], dim=1)

    def step():
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
            e = encode(sorted(range(len(texts)), key=lambda i: len(texts[i]))).float()
        loss = F.cross_entropy(e[0::2] @ e[1::2].T * 20, torch.arange(PAIRS))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()

    step()
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(steps):
        step()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(PAIRS * steps / cpu, PAIRS * steps / wall)


def torch_round(args):
    out = subprocess.run([sys.executable, __file__, "--worker", "--steps", str(args.steps), "--micro", str(args.micro)] + ["--bf16"] * args.bf16,
                         check=True, capture_output=True, text=True).stdout
    cpu, wall = out.split()[-2:]
    return float(cpu), float(wall)


def hunch_round(args, binary):
    out = subprocess.run([binary, "-test.run", "^$", "-test.bench", f"Step/bf16={str(args.bf16).lower()}", "-test.benchtime", f"{args.steps}x"],
                         check=True, capture_output=True, text=True, env={**os.environ, "GOMAXPROCS": "1"}).stdout
    return tuple(float(re.search(r"([\d.]+) " + unit, out)[1]) for unit in ("pairs/cpu-s", "pairs/s"))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=4, help="of each round")
    parser.add_argument("--micro", type=int, default=4, help="texts of one of torch's micro-batches")
    parser.add_argument("--bf16", action="store_true", help="products in bfloat16: autocast, hunch train --bf16")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        return torch_worker(args.steps, args.micro, args.bf16)
    results = {"hunch": [], "torch": []}
    with tempfile.TemporaryDirectory() as folder:
        binary = os.path.join(folder, "train.test")
        subprocess.run(["go", "test", "-c", "-o", binary, "./internal/train"], check=True, cwd=ROOT)
        for _ in range(args.rounds):
            results["hunch"].append(hunch_round(args, binary))
            results["torch"].append(torch_round(args))
    print(f"{sum(lengths()) / PAIRS:.1f} tokens a pair; pairs a second of processor time (of the clock), median of {args.rounds}")
    for name, rounds in results.items():
        cpu, wall = (statistics.median(r[i] for r in rounds) for i in (0, 1))
        print(f"{name}  {cpu:.1f} ({wall:.1f})  " + " ".join(f"{r[0]:.1f}" for r in rounds))


if __name__ == "__main__":
    main()
