"""Measures hunch as people meet it, from process start to exit, on repositories:
the first answer on a tree never seen, indexing, and queries with files in the
page cache and dropped from it.

    go build -o hunch ./cmd/hunch
    python bench/times/times.py --hunch ./hunch --data DIR --repos DIR [NAME ...]
    python bench/times/times.py --hunch ./hunch --tree DIR --index-seconds 600

DATA and REPOS are as for "hunch eval repos" (bench/semble); --tree is any folder,
searched with questions of its own. Every tree gets an index and a cache folder of
its own, below --work, and is removed from there in the end. Linux. Prints a table.
"""

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

QUESTIONS = [
    "where is the retry back-off computed", "how is the configuration file parsed", "allocate a buffer",
    "release a lock", "compare two versions", "write the header", "handle a timeout", "check permissions",
    "sort a list", "hash of a string",
]


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--hunch", required=True)
    p.add_argument("--data", help="folder with repos.json and annotations")
    p.add_argument("--repos", help="folder with the repositories")
    p.add_argument("--tree", help="another tree")
    p.add_argument("--index-seconds", type=float, help="stop indexing after this time")
    p.add_argument("--queries", type=int, default=20)
    p.add_argument("--work", help="folder for indexes", default=None)
    p.add_argument("names", nargs="*", help="only these repositories")
    return p.parse_args()


def run(command, env, stop=None):
    """Runs a command; returns seconds, peak memory in MB, output, errors."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        begun = time.perf_counter()
        child = subprocess.Popen(command, env=env, stdout=out, stderr=err)
        timer = threading.Timer(stop or 1e6, child.send_signal, [signal.SIGINT])
        timer.start()
        _, status, usage = os.wait4(child.pid, 0)  # of this child alone
        timer.cancel()
        seconds = time.perf_counter() - begun
        out.seek(0), err.seek(0)
        return seconds, usage.ru_maxrss / 1024, out.read(), err.read(), os.waitstatus_to_exitcode(status)


def drop(folder):
    """Takes a folder's files out of the page cache."""
    for base, _, names in os.walk(folder):
        for name in names:
            try:
                fd = os.open(os.path.join(base, name), os.O_RDONLY | os.O_NOFOLLOW)
            except OSError:
                continue
            os.fsync(fd)
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(fd)


def measure(args, name, tree, questions):
    work = tempfile.mkdtemp(prefix="times-", dir=args.work)
    env = dict(os.environ, XDG_CACHE_HOME=work)
    search = lambda q, *flags: run([args.hunch, "--json", *flags, q, tree], env)
    try:
        drop(tree)
        first, first_peak, out, err, code = search(questions[0])
        if code not in (0, 1):
            sys.exit(f"{name}: exit code {code}: {err}")
        covered = json.loads(out)["coverage"]
        index, peak, _, err, code = run([args.hunch, "index", tree], env, args.index_seconds)
        if code not in (0, 130):
            sys.exit(f"{name}: exit code {code}: {err}")
        warm, cold, query_peak = [], [], 0
        status = json.loads(search(questions[0], "--wait", "0s")[2])["coverage"]
        for q in questions[: args.queries]:
            seconds, p, *_ = search(q, "--wait", "0s")
            warm.append(seconds)
            query_peak = max(query_peak, p)
        for q in questions[: args.queries]:
            drop(work), drop(tree)
            cold.append(search(q, "--wait", "0s")[0])
        done = status["embedded"] - covered["embedded"]
        rate = f"{done / index:.0f}" if done > 100 else "–"  # or it was done already
        print(
            f"| {name} | {status['chunks']:,} | {status['embedded'] / max(1, status['chunks']):.0%} | {first:.2f} | {covered['embedded'] / max(1, covered['chunks']):.0%} | {first_peak:.0f}"
            f" | {rate} | {peak:.0f} | {1000 * statistics.median(warm):.0f} / {1000 * max(warm):.0f}"
            f" | {1000 * statistics.median(cold):.0f} / {1000 * max(cold):.0f} | {query_peak:.0f} |",
            flush=True,
        )
    finally:
        shutil.rmtree(work, ignore_errors=True)


def main():
    args = arguments()
    print("| tree | chunks | embedded | first answer, s | of it embedded | MB | indexing, chunks/s | MB | query p50 / worst, ms | files not cached | MB |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    if args.tree:
        measure(args, os.path.basename(os.path.abspath(args.tree)), args.tree, QUESTIONS)
        return
    with open(os.path.join(args.data, "repos.json")) as f:
        repos = json.load(f)
    for repo in repos:
        if args.names and repo["name"] not in args.names:
            continue
        with open(os.path.join(args.data, "annotations", repo["name"] + ".json")) as f:
            questions = [q["query"] for q in json.load(f)]
        tree = os.path.join(args.repos, repo["name"], repo.get("root") or "")
        with tempfile.TemporaryDirectory(dir=args.work) as alone:  # without what is around it
            copy = os.path.join(alone, repo["name"])
            shutil.copytree(tree, copy, symlinks=True, ignore=shutil.ignore_patterns(".git"))
            measure(args, repo["name"], copy, questions)


if __name__ == "__main__":
    main()
