"""Execute report.ipynb from scratch, and check it or make its outputs anew.

    python3 bench/notebook/run.py            # executes a copy, with --quick
    python3 bench/notebook/run.py --make     # executes it all, and keeps the outputs

Both run in a fresh copy of the tree, so that nothing that lies around is used, but for a report that
--report names. A check fails if a cell fails, or if a headline figure leaves the 95% interval that
it had when the outputs were made (headline.json). It needs Python 3.10, Go, PyPI for Jupyter, and
CoSQA's files and the base model: those that HUNCH_DATA and HUNCH_BASE name, or what
`hunch data pull cosqa` and `hunch model pull all-MiniLM-L6-v2` downloaded.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
NOTEBOOK = "report.ipynb"
HEADLINE = HERE / "headline.json"
FIGURES = ["recall@10", "mrr@10", "ndcg@10"]
SETS = ["webquery test", "cosqa test"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--make", action="store_true", help="write the outputs into the notebook, and the headline figures")
    parser.add_argument("--quick", action="store_true", help="with --make: train 64 steps only, as a check does")
    parser.add_argument("--report", type=Path, help="with --make: folder of a report, whose figures are taken as far as they are of the same inputs")
    parser.add_argument("--venv", type=Path, help="folder to keep Jupyter in (default: one that is removed)")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hunch-notebook-") as temp:
        temp = Path(temp)
        jupyter = install(args.venv or temp / "venv")
        work = copy_tree(temp / "tree")
        if args.make and args.report:
            shutil.copytree(args.report, work / "report")
        environment = prepare(temp, work, jupyter, quick=args.quick or not args.make)
        execute(jupyter, work, environment)
        report = json.loads((work / "report" / "report.json").read_text())
        if args.make:
            keep(work / NOTEBOOK, report)
        else:
            check(report)


def install(folder):
    """Returns the folder of a virtual environment's programs."""
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    if not (programs / "jupyter-nbconvert").exists():
        venv.create(folder, with_pip=True)
        run([programs / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", HERE / "requirements.txt"])
    return programs


def copy_tree(to):
    """Copies what git would commit."""
    names = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    for name in names.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, to / name)
    return to


def prepare(temp, work, jupyter, quick):
    """Builds hunch and sets up a kernel whose cells fail when a command does."""
    run(["go", "build", "-o", temp / "bin" / ("hunch.exe" if os.name == "nt" else "hunch"), "./cmd/hunch"], cwd=ROOT)
    startup = temp / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    shutil.copy(HERE / "strict.py", startup / "00-strict.py")
    environment = dict(os.environ, PATH=os.pathsep.join([str(temp / "bin"), str(jupyter), os.environ["PATH"]]),
                       IPYTHONDIR=str(temp / "ipython"), HUNCH_INDEX=str(temp / "index"), NO_COLOR="1")
    for name in ["HUNCH_DATA", "HUNCH_BASE", "HUNCH_TRAINED"]:
        if environment.get(name):
            environment[name] = str(Path(environment[name]).resolve())
    if quick:
        environment["HUNCH_QUICK"] = "true"
    return environment


def execute(jupyter, work, environment):
    run([jupyter / "jupyter-nbconvert", "--to", "notebook", "--execute", "--inplace", "--log-level", "WARN",
         "--ExecutePreprocessor.timeout=7200", NOTEBOOK], cwd=work, env=environment)


def headline(report):
    """The figures that must not move: of the models that no training of the report changes, and of a whole one."""
    roles = ["base", "shipped"] + ([] if report["training"]["quick"] else ["fine-tuned"])
    return {
        f"{s['protocol']} {s['split']}, {result['role']}": {
            name: [result["metrics"][name], *result["ci95"][name]] for name in FIGURES}
        for s in report["sets"] if s["docstrings"] == "kept" and f"{s['protocol']} {s['split']}" in SETS
        for result in s["results"] if result["ranking"] == "exact" and result["role"] in roles
    }


def keep(notebook, report):
    """Puts the executed notebook in place, without what only its machine has."""
    cells = json.loads(notebook.read_text())
    for cell in cells["cells"]:
        cell.get("metadata", {}).pop("execution", None)
    cells["metadata"].pop("widgets", None)
    text = json.dumps(cells, indent=1, ensure_ascii=False) + "\n"
    for foreign in [str(Path.home()), tempfile.gettempdir() + "/"]:
        if foreign != "/" and foreign in text:
            sys.exit(f"the outputs name a path of this machine: {foreign}")
    (ROOT / NOTEBOOK).write_text(text)
    HEADLINE.write_text(re.sub(r"\[\s+([^]]*?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m[1]) + "]",
                               json.dumps(headline(report), indent=1)) + "\n")
    print(f"wrote {NOTEBOOK} and {HEADLINE.relative_to(ROOT)}")


def check(report):
    now, failed = headline(report), []
    for what, figures in json.loads(HEADLINE.read_text()).items():
        for name, (was, low, high) in figures.items():
            if what not in now:
                continue  # of a whole training
            value = now[what][name][0]
            verdict = "ok" if low <= value <= high else "LEFT ITS INTERVAL"
            print(f"{what}: {name} is {value:.4f}, was {was:.4f} [{low:.4f}, {high:.4f}] {verdict}")
            if verdict != "ok":
                failed.append(f"{what} {name}")
    if not now:
        failed.append("there are no figures")
    if failed:
        sys.exit("the notebook's headline figures: " + ", ".join(failed))


def run(command, **options):
    code = subprocess.run([str(c) for c in command], **options).returncode
    if code:
        sys.exit(f"{Path(str(command[0])).name} ended with exit code {code}")


if __name__ == "__main__":
    main()
