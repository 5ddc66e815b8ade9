"""Execute notebooks anew and store their outputs: `python tools/execute.py [--strip-only] [notebook ...]`.

Without names: every chapter, every solution, and those companions whose modules are installed. A notebook is written
back only when all its cells ran, and in one fixed form: the same sources on the same versions give the same bytes. For
that, widget models get identifiers made from the notebook's name and lose their front ends, which the site puts in,
cells are numbered, pictures get a palette, and metadata that only describes the machine is dropped. `--strip-only` runs
nothing: it takes the front ends out of what is stored and leaves every other byte.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import io
import json
import os
import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from PIL import Image

__all__ = ["COMPANIONS", "execute", "find_notebooks", "main", "missing_modules", "needs", "store", "strip", "tidy"]

ROOT = Path(__file__).resolve().parent.parent

# Notebooks beside the chapters, without a number and without solutions: the modules each needs, which the book does
# not.
COMPANIONS = {"in-your-framework.ipynb": ("torch", "keras", "jax", "optax")}

# On small matrices a linear algebra library with threads of its own spends most of its time waiting for them. A kernel
# inherits this, and reads it when it loads the library.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
CELL_METADATA = {"tags", "mystnb"}
STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
FRONT_END = ("_esm", "_css")
MODEL_REFERENCE = re.compile(r"IPY_MODEL_([0-9a-f]{32})")


def find_notebooks(root=ROOT):
    """Return the paths of all notebooks below `root`: chapters and companions, then solutions."""
    folder = Path(root) / "notebooks"
    return [path for part in (folder, folder / "deeper", folder / "solutions") for path in sorted(part.glob("*.ipynb"))]


def missing_modules(name):
    """Return the modules that the notebook in the file `name` needs and that cannot be imported here."""
    return [module for module in COMPANIONS.get(name, ()) if importlib.util.find_spec(module) is None]


def needs(name):
    """Return the sentence on what the companion in the file `name` needs."""
    return f"{Path(name).stem}: needs {', '.join(COMPANIONS[name])} (make frameworks)"


def execute(notebook, folder, *, timeout=300):
    """Return a copy of `notebook` with the outputs of a new run in `folder`, in no special form yet."""
    return client_for(notebook, folder, timeout=timeout).execute()


def client_for(notebook, folder, **options):
    """Return nbclient's runner of a copy of `notebook` without its outputs; it keeps the state of the widgets."""
    fresh = nbformat.from_dict(notebook)
    fresh.metadata = nbformat.from_dict({"kernelspec": KERNEL})
    for cell in fresh.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return NotebookClient(
        fresh,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=True,
        coalesce_streams=True,
        # no history file: runs side by side would otherwise share one database
        extra_arguments=["--HistoryManager.enabled=False", "--HistoryManager.hist_file=:memory:", "--log-level=40"],
        resources={"metadata": {"path": str(folder)}},
        **options,
    )


def tidy(notebook, name):
    """Return a copy of `notebook` in the form that is stored; `name` seeds the identifiers of its widgets."""
    tidied = nbformat.from_dict(notebook)
    tidied.nbformat, tidied.nbformat_minor = 4, 5
    for number, cell in enumerate(tidied.cells, start=1):
        cell.id = f"cell-{number:02d}"
        cell.metadata = nbformat.from_dict({key: cell.metadata[key] for key in CELL_METADATA & set(cell.metadata)})
        if cell.cell_type == "code":
            cell.outputs = tidy_outputs(cell.outputs)
    widgets = notebook.metadata.get("widgets", {})
    tidied.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": {"name": "python"}})
    if STATE in widgets:
        keep_displayed_models(tidied, widgets[STATE], name)
    return tidied


def store(path):
    """Execute the notebook at `path` and write it back; the file stays as it is if a cell fails."""
    path = Path(path)
    notebook = nbformat.read(path, as_version=4)
    fresh = tidy(execute(notebook, path.parent), path.stem)
    write(fresh, path)


def strip(path):
    """Take the front ends out of the widgets that the notebook at `path` stores; return whether there were any."""
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    models = notebook.metadata.get("widgets", {}).get(STATE, {"state": {}})["state"]
    bare = {identifier: without_front_end(model) for identifier, model in models.items()}
    if bare == models:
        return False
    models.update(nbformat.from_dict(bare))
    write(notebook, Path(path))
    return True


def write(notebook, path):
    """Write `notebook`, valid, in the one form in which notebooks are stored."""
    nbformat.validate(notebook)
    path.write_text(nbformat.writes(notebook).rstrip("\n") + "\n", encoding="utf-8", newline="\n")


def without_front_end(model):
    """Return the stored form of a widget model: its values and, for a figure of the package, its class; no sources."""
    state = {key: value for key, value in model["state"].items() if key not in FRONT_END}
    module, _, figure = state.get("_anywidget_id", "").rpartition(".")
    return {**model, "state": state | ({"figure": figure} if module.startswith("xentbook.widgets") else {})}


def tidy_outputs(outputs):
    """Return the outputs of a cell as stored, but for the identifiers of widgets; pictures change in place."""
    joined = join_streams(outputs)
    shrink_pictures(joined)
    return joined


def join_streams(outputs):
    """Return `outputs` with neighbouring pieces of the same stream joined into one."""
    joined = []
    for output in outputs:
        last = joined[-1] if joined else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def shrink_pictures(outputs):
    """Give the PNG pictures of `outputs` a palette of 256 colours: a third of the size, and no eye sees it."""
    for output in outputs:
        if "image/png" in output.get("data", {}):
            picture = Image.open(io.BytesIO(base64.b64decode(output.data["image/png"]))).convert("RGB")
            small = io.BytesIO()
            picture.quantize(256, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
            output.data["image/png"] = base64.b64encode(small.getvalue()).decode()


def keep_displayed_models(notebook, widgets, name):
    """Put the models reachable from the displayed views into the metadata, under identifiers made from `name`."""
    models = reachable_models(displayed_models(notebook.cells), widgets["state"])
    if not models:
        return
    renamed = {model: model_identifier(name, number) for number, model in enumerate(models)}
    kept = {**widgets, "state": {model: without_front_end(widgets["state"][model]) for model in models}}
    everything = json.dumps({"cells": notebook.cells, "widgets": {STATE: kept}})
    for model, identifier in renamed.items():
        everything = everything.replace(model, identifier)
    parts = nbformat.from_dict(json.loads(everything))
    notebook.cells, notebook.metadata["widgets"] = parts.cells, parts.widgets


def model_identifier(name, number):
    """Return 32 hexadecimal digits for the widget model of that running number in the notebook `name`."""
    return hashlib.sha1(f"{name}/{number}".encode()).hexdigest()[:32]


def displayed_models(cells):
    """Return the identifiers of the models that the outputs show, in order of appearance."""
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    views = [output.data[VIEW] for output in outputs if VIEW in output.get("data", {})]
    return [view["model_id"] for view in views]


def reachable_models(roots, state):
    """Return `roots` and all models they refer to, each once, depth first."""
    found, pending = {}, list(reversed(roots))
    while pending:
        model = pending.pop()
        if model in found or model not in state:
            continue
        found[model] = True
        pending += reversed(MODEL_REFERENCE.findall(json.dumps(state[model], sort_keys=True)))
    return list(found)


def main(arguments, root=ROOT):
    """Execute the notebooks named in `arguments`, or all below `root`; return the number of those that failed."""
    names = [argument for argument in arguments if argument != "--strip-only"]
    paths = [Path(name) for name in names] or find_notebooks(root)
    if "--strip-only" in arguments:
        print("\n".join(f"{path.name}: stripped" for path in paths if strip(path)) or "no front end is stored")
        return 0
    failed = 0
    for path in paths:
        if not names and missing_modules(path.name):
            print(f"{needs(path.name)}; left as it was")
            continue
        try:
            store(path)
            print(f"{path.name}: executed and stored")
        except CellExecutionError as error:
            failed += 1
            print(f"{path}: a cell failed, the file is left as it was\n{error}", file=sys.stderr)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) > 0)
