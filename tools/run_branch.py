"""Make the branch that Binder and Colab open: ``python tools/run_branch.py PLAIN`` prints the commit to push.

PLAIN is the plain edition as it was built with the site. The commit holds the notebooks under the paths that the
buttons of the site have, and what runs them: the lock, the package, and what Binder reads. It has no parent: an old
notebook is of no use there.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WITH_THEM = [
    "requirements.txt", "runtime.txt", "postBuild", "pyproject.toml", "README.md", "LICENSE", "LICENSE-TEXT",
    "xentbook",
]  # fmt: skip
AUTHOR = {"NAME": "github-actions", "EMAIL": "github-actions@users.noreply.github.com"}


def lay_out(plain: Path, folder: Path, root: Path = ROOT) -> None:
    """Copy the plain notebooks and what runs them, as far as git tracks it, into the new `folder`."""
    shutil.copytree(plain, folder)
    for name in filter(None, _git(root, "ls-files", "-z", *WITH_THEM).split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / name, folder / name)  # with its mode: Binder runs postBuild


def commit(folder: Path, message: str, root: Path = ROOT) -> str:
    """Return the name of a commit, in the repository at `root`, that holds just what is in `folder`."""
    with tempfile.TemporaryDirectory() as temporary:
        place = {"GIT_WORK_TREE": str(folder.resolve()), "GIT_INDEX_FILE": f"{temporary}/index"}
        _git(root, "add", "--all", "--force", ".", cwd=folder, **place)
        tree = _git(root, "write-tree", **place).strip()
    who = {f"GIT_{role}_{part}": name for role in ("AUTHOR", "COMMITTER") for part, name in AUTHOR.items()}
    return _git(root, "commit-tree", tree, "-m", message, **who).strip()


def _git(root, *command, cwd=None, **environment):
    found = subprocess.run(["git", "rev-parse", "--absolute-git-dir"], cwd=root, check=True, capture_output=True)
    place = os.environ | {"GIT_DIR": found.stdout.decode().strip()} | environment
    made = subprocess.run(["git", *command], cwd=cwd or root, env=place, check=True, stdout=subprocess.PIPE)
    return made.stdout.decode()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    head = _git(ROOT, "rev-parse", "HEAD").strip()
    with tempfile.TemporaryDirectory() as temporary:
        lay_out(Path(sys.argv[1]), Path(temporary) / "tree")
        print(commit(Path(temporary) / "tree", f"The plain notebooks of {head}"))
