"""hunch's engine beside those that others use: the same texts, the same core, turn by turn.

    python -m venv .venv && .venv/bin/pip install -r bench/peers/requirements.txt
    .venv/bin/python bench/peers/peers.py --data DIR

See README.md. Every engine is a process of its own that answers the commands
which main.go lists; with --worker this file is such a process.
"""

import argparse
import json
import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
MAX_TOKENS = 256
BATCHES = [1, 2, 4, 8, 16, 32, 64]
QUERY = "how do I sort a dictionary by value"  # 10 tokens with [CLS] and [SEP]
FEATURES = "avx2 fma avx_vnni avx512f avx512_vnni avx512_bf16 amx_bf16 amx_int8".split()
HIDDEN = {"amx": ["amxint8"], "avx512": ["amxint8", "avx512f", "avxvnni"]}  # as GODEBUG names them
PEERS = {  # name → how a worker opens it, from the model folder, that of the ONNX files, and the threads
    "torch fp32": lambda model, onnx, threads: Torch(model, threads, "float32"),
    "ONNX Runtime fp32": lambda model, onnx, threads: ONNXRuntime(model, threads, onnx / "fp32.onnx"),
    "OpenVINO fp32": lambda model, onnx, threads: OpenVINO(model, threads, onnx / "fp32.onnx", "f32"),
    "ONNX Runtime int8": lambda model, onnx, threads: ONNXRuntime(model, threads, onnx / "int8.onnx"),
    "ONNX Runtime uint8": lambda model, onnx, threads: ONNXRuntime(model, threads, onnx / "uint8.onnx"),
    "torch bf16": lambda model, onnx, threads: Torch(model, threads, "bfloat16"),
    "OpenVINO bf16": lambda model, onnx, threads: OpenVINO(model, threads, onnx / "fp32.onnx", "bf16"),
}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--data", type=Path, default=os.environ.get("HUNCH_TESTDATA") or None,
                   help="folder with cosqa/test_webquery.json and models/all-MiniLM-L6-v2 (default: HUNCH_TESTDATA)")
    p.add_argument("--only", default=",".join(n for n in PEERS if "bf16" not in n), help="peers, with commas between; 'all' adds bf16")
    p.add_argument("--precision", default="int8", help="of hunch in its second row")
    p.add_argument("--rounds", type=int, default=5, help="medians are printed")
    p.add_argument("--queries", type=int, default=100, help="times that the question is asked in a turn")
    p.add_argument("--docs", type=int, help="only so many functions, for a first look")
    p.add_argument("--cores", default="1", help="the processors that all run on, as taskset names them")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--clock", choices=["wall", "cpu"], default="wall",
                   help="cpu counts the time that a process had the core: for one thread on a machine with other work")
    p.add_argument("--hide", choices=HIDDEN, help="features of the processor that nobody may use (Linux on Intel; needs cc)")
    p.add_argument("--worker", nargs=3, metavar=("PEER", "MODEL", "ONNX"), help=argparse.SUPPRESS)
    args = p.parse_args()
    if args.worker:
        return serve(*args.worker, args.threads)
    if not args.data:
        p.error("--data or HUNCH_TESTDATA must name the folder of the data")
    if args.clock == "cpu" and args.threads > 1:
        p.error("--clock cpu says nothing about several threads")
    os.environ |= {"HF_HUB_OFFLINE": "1", "TQDM_DISABLE": "1"}
    names = list(PEERS) if args.only == "all" else args.only.split(",")
    if unknown := set(names) - set(PEERS):
        p.error(f"no such peer: {', '.join(unknown)}; there are {', '.join(PEERS)}")
    with tempfile.TemporaryDirectory(prefix="hunch-peers-") as folder:
        compare(args, names, Path(folder))


def compare(args, names, folder):
    pairs = json.loads((args.data / "cosqa/test_webquery.json").read_text())
    texts = list(dict.fromkeys(p["code"] for p in pairs))[: args.docs]
    (folder / "all.json").write_text(json.dumps(texts))
    # Batches are chosen on blocks of neighbours in length, which are as alike as in the whole.
    some = [t for i, t in enumerate(sorted(texts, key=len)) if i // 32 % 8 == 0]
    (folder / "some.json").write_text(json.dumps(some))

    model = args.data / "models/all-MiniLM-L6-v2"
    export(model, folder)
    if args.hide:
        args.mask = folder / "cpumask.so"
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", args.mask, HERE / "mask/cpumask.c"], check=True)
    subprocess.run(["go", "build", "-o", folder / "hunch", "./bench/peers"], cwd=HERE.parents[1], check=True)
    ours = [folder / "hunch", "-threads", args.threads]
    hunch = [Engine("hunch fp32", args, [*ours, "-model", model, "-precision", "fp32"]),
             Engine("hunch int8", args, [*ours, "-model", model, "-precision", args.precision])]
    peers = [Engine(n, args, [sys.executable, __file__, "--threads", args.threads, "--worker", n, model, folder]) for n in names]
    for e in [*peers, *hunch]:
        e.prepare(folder, choose=e in peers)
    machine(args.threads)
    for round in range(args.rounds):
        for peer in peers:
            for e in [peer, *hunch]:
                e.turn(args.queries, len(texts))
            note(f"round {round + 1}: " + ", ".join(f"{e.name} {e.speeds[-1]:.1f}" for e in [peer, *hunch]) + " docs/s")
    report(peers, hunch)
    for e in [*peers, *hunch]:
        e.process.stdin.close()
        e.process.wait()


class Engine:
    """One process, and what was measured of it."""

    def __init__(self, name, args, command):
        self.name, self.clock, self.batch = name, args.clock, 0
        self.speeds, self.queries, self.had = [], [], []
        n = str(args.threads)
        env = os.environ | {"OMP_NUM_THREADS": n, "MKL_NUM_THREADS": n, "RAYON_NUM_THREADS": n}
        if args.hide and name.startswith("hunch"):
            env["GODEBUG"] = ",".join(f"cpu.{f}=off" for f in HIDDEN[args.hide])
        elif args.hide:
            env |= {"HIDE": args.hide, "LD_PRELOAD": str(args.mask)}
        self.process = subprocess.Popen(["taskset", "-c", args.cores, *map(str, command)], env=env, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.about = self.answer()

    def ask(self, *words):
        print(*words, file=self.process.stdin, flush=True)
        return self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        return line.strip() or sys.exit(f"{self.name}: ended early")

    def encode(self):
        """Returns the seconds of one pass, by the clock that was chosen."""
        before = self.cpu()
        wall, cpu = float(self.ask("encode", self.batch)), self.cpu() - before
        self.had.append(cpu / wall)
        return cpu if self.clock == "cpu" else wall

    def cpu(self):
        """Returns the seconds for which its threads have had a core."""
        threads = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(t.read_text().split()[0]) for t in threads) / 1e9

    def prepare(self, folder, choose):
        """Chooses the batch, warms up, and keeps the vectors."""
        if choose:
            self.ask("load", folder / "some.json")
            took = {}
            for self.batch in BATCHES:
                self.encode()  # the first time with a shape pays for its kernels
                took[self.batch] = self.encode()
                if took[self.batch] > 1.5 * min(took.values()):
                    break
            self.batch = min(took, key=took.get)
        self.ask("load", folder / "all.json")
        self.encode()
        self.ask("save", folder / "vectors.f32")
        self.vectors = np.fromfile(folder / "vectors.f32", np.float32).reshape(-1, 384)
        self.ask("query", 20, QUERY)
        self.had.clear()
        note(f"{self.name}: {self.about}" + f", batch {self.batch}" * choose)

    def turn(self, queries, docs):
        self.speeds.append(docs / self.encode())
        before = self.cpu()
        p50, mean = float(self.ask("query", queries, QUERY)), (self.cpu() - before) / queries
        self.queries.append(1000 * (mean if self.clock == "cpu" else p50))


def machine(threads):
    """Prints the processor, and the best rates of torch's products of 1024 × 1024 matrices as a mark of what it can do."""
    import torch

    lines = (line.partition(":") for line in Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines())
    cpu = {key.strip(): value.strip() for key, _, value in lines}
    torch.set_num_threads(threads)
    f, g = torch.rand(2, 1024, 1024)
    i, j = torch.ones(2, 1024, 1024, dtype=torch.int8)
    rates = []
    for product in [lambda: f @ g, lambda: torch._int_mm(i, j)]:
        took = []
        for _ in range(20):
            start = time.perf_counter()
            product()
            took.append(time.perf_counter() - start)
        rates.append(2 * 1024**3 / min(took) / 1e9)
    print(f"{cpu['model name']}: {' '.join(f for f in FEATURES if f in cpu['flags'].split())}")
    print(f"large products by torch: fp32 {rates[0]:.0f} GFLOP/s, int8 {rates[1]:.0f} Gop/s")


def report(peers, hunch):
    fp32 = next((p.vectors for p in peers if p.name == "torch fp32"), hunch[0].vectors)
    print(*(f"{e.name}: {e.about}" for e in peers + hunch), sep="\n")
    print("\n| | docs/s | " + " | ".join(f"{h.name} is" for h in hunch) + " | one query, ms | "
          + " | ".join(f"{h.name} is" for h in hunch) + " | cosine to fp32: mean | min | batch |")
    print("|---" * (6 + 2 * len(hunch)) + "|")
    for at, e in enumerate(peers + hunch):
        faster, quicker = [""] * len(hunch), [""] * len(hunch)
        if e in peers:  # is compared with the turns that came right behind its own
            behind = slice(at, None, len(peers))
            faster = [times(h.speeds[behind], e.speeds) for h in hunch]
            quicker = [times(e.queries, h.queries[behind]) for h in hunch]
        cosines = (e.vectors * fp32).sum(1) / np.linalg.norm(e.vectors, axis=1) / np.linalg.norm(fp32, axis=1)
        print("|", " | ".join([e.name, spread(e.speeds, 1), *faster, spread(e.queries, 2), *quicker,
                               f"{cosines.mean():.4f}", f"{cosines.min():.4f}", str(e.batch or "")]), "|")
    had = [share for e in peers + hunch for share in e.had]
    print(f"\nThe processes had their core for {statistics.median(had):.0%} of the time, {min(had):.0%} in the worst turn.")


def times(a, b):
    return f"{statistics.median(x / y for x, y in zip(a, b, strict=True)):.2f}×"


def spread(values, digits):
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def note(text):
    print(text, file=sys.stderr, flush=True)


# The peers, each in a worker.


class Torch:
    """sentence-transformers' own encode, which sorts by length itself."""

    def __init__(self, folder, threads, dtype):
        import sentence_transformers
        import torch

        torch.set_num_threads(threads)
        self.model = sentence_transformers.SentenceTransformer(str(folder), device="cpu", model_kwargs={"dtype": dtype})
        self.model.max_seq_length = MAX_TOKENS
        self.about = f"torch {torch.__version__}, sentence-transformers {sentence_transformers.__version__}"

    def encode(self, texts, batch):
        return self.model.encode(texts, batch_size=batch, show_progress_bar=False).astype(np.float32)


class Graph:
    """What an ONNX graph needs around it: tokens, batches of like length, padding."""

    def __init__(self, folder):
        from tokenizers import Tokenizer

        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(MAX_TOKENS)

    def encode(self, texts, batch):
        ids = [e.ids for e in self.tokenizer.encode_batch_fast(texts)]
        order = sorted(range(len(ids)), key=lambda i: -len(ids[i]))
        results = []
        for at in range(0, len(order), batch):
            some = [ids[i] for i in order[at : at + batch]]
            tokens = np.zeros((len(some), len(some[0])), np.int64)
            mask = np.zeros_like(tokens)
            for row, text in enumerate(some):
                tokens[row, : len(text)] = text
                mask[row, : len(text)] = 1
            results.append(self.run(tokens, mask))
        vectors = np.concatenate(results)
        vectors[order] = vectors.copy()
        return vectors


class ONNXRuntime(Graph):
    def __init__(self, folder, threads, file):
        import onnxruntime

        super().__init__(folder)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        self.session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
        self.about = f"ONNX Runtime {onnxruntime.__version__}"

    def run(self, tokens, mask):
        return self.session.run(None, {"input_ids": tokens, "attention_mask": mask})[0]


class OpenVINO(Graph):
    def __init__(self, folder, threads, file, precision):
        import openvino

        super().__init__(folder)
        # Without a hint it takes bf16 where the processor has it.
        hints = {"INFERENCE_PRECISION_HINT": precision, "INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1}
        self.request = openvino.Core().compile_model(str(file), "CPU", hints).create_infer_request()
        self.about = f"OpenVINO {openvino.__version__.split('-')[0]}"

    def run(self, tokens, mask):
        return self.request.infer([tokens, mask], share_inputs=True)[0]


def serve(name, model, onnx, threads):
    # Libraries print to standard output as they please; the answers get it to themselves.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    peer = PEERS[name](Path(model), Path(onnx), threads)
    print(peer.about, file=answers)
    for line in sys.stdin:
        command, _, rest = line.rstrip("\n").partition(" ")
        answer = "ok"
        if command == "load":
            texts = json.loads(Path(rest).read_text())
        elif command == "encode":
            start = time.perf_counter()
            vectors = peer.encode(texts, int(rest))
            answer = time.perf_counter() - start
        elif command == "save":
            vectors.tofile(rest)
        elif command == "query":
            took, (count, _, text) = [], rest.partition(" ")
            for _ in range(int(count)):
                start = time.perf_counter()
                peer.encode([text], 1)
                took.append(time.perf_counter() - start)
            answer = statistics.median(took)
        print(answer, file=answers)


def export(folder, out):
    """Writes the model as ONNX, pooling and normalisation in the graph, both axes of the input free.

    int8.onnx is quantised per output channel, uint8.onnx per tensor, activations when it runs.
    """
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from transformers import AutoModel

    class Sentence(torch.nn.Module):
        def forward(self, ids, mask):
            hidden = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
            weight = mask.unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * weight).sum(1) / weight.sum(1)
            return mean / mean.norm(dim=1, keepdim=True)

    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    model = Sentence()
    model.bert = AutoModel.from_pretrained(folder, attn_implementation="eager")  # the pattern that optimisers know
    model.eval()
    ids, mask = torch.full((3, 17), 1000), torch.ones(3, 17, dtype=torch.int64)
    mask[1, 9:] = 0  # without padding in sight the trace would take another way
    names, axes = ["input_ids", "attention_mask"], {0: "batch", 1: "tokens"}
    torch.onnx.export(model, (ids, mask), out / "fp32.onnx", dynamo=False, input_names=names, output_names=["vectors"],
                      dynamic_axes={**dict.fromkeys(names, axes), "vectors": {0: "batch"}})
    quantize_dynamic(out / "fp32.onnx", out / "int8.onnx", per_channel=True, weight_type=QuantType.QInt8)
    quantize_dynamic(out / "fp32.onnx", out / "uint8.onnx", per_channel=False, weight_type=QuantType.QUInt8)


if __name__ == "__main__":
    main()
