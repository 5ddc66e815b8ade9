"""What a release is made of: ``python tools/release.py notes v0.1.0`` or ``python tools/release.py build``.

`notes` prints the section of the changelog for a tag, once the tag is known to be that of the package. `build` makes
`dist/`, checks its description with twine, and imports the wheel where NumPy alone is installed; it needs `build` and
`twine`.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ALONE = (
    "import sys, xentbook as xb;"
    " print(xb.__version__, [getattr(xb, n) for n in xb.__all__] and xb.cross_entropy([1], [1]))"
)


def notes(tag: str, root: Path = ROOT) -> str:
    """Return what the changelog says of the version that `tag` names, "v0.1.0"."""
    version = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    if tag != f"v{version}":
        raise ValueError(f"`tag` must be v{version}, the version of the package; got {tag!r}")
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    section = re.search(rf"^## {re.escape(version)} ·[^\n]*\n(.*?)(?=^## |\Z)", changelog, re.DOTALL | re.MULTILINE)
    if section is None or not section[1].strip():
        raise ValueError(f"CHANGELOG.md must have a section on {version}; it has none")
    return section[1].strip()


def build(root: Path = ROOT) -> None:
    """Make and check the archive of the sources and the wheel, in `dist/`."""
    shutil.rmtree(root / "dist", ignore_errors=True)
    run(sys.executable, "-m", "build", str(root))
    made = sorted(map(str, (root / "dist").iterdir()))
    run(sys.executable, "-m", "twine", "check", "--strict", *made)
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder, "Scripts" if sys.platform == "win32" else "bin", "python"))
        run(python, "-m", "pip", "install", "-q", *[name for name in made if name.endswith(".whl")])
        run(python, "-W", "error", "-c", ALONE, cwd=folder)


def run(*command: str, cwd: str | None = None) -> None:
    """Run a command, and stop with its status where it fails."""
    status = subprocess.run(command, cwd=cwd, check=False).returncode
    if status:
        sys.exit(f"failed: {' '.join(command)}")


if __name__ == "__main__":
    if sys.argv[1:] == ["build"]:
        build()
    elif sys.argv[1:2] == ["notes"] and len(sys.argv) == 3:
        print(notes(sys.argv[2]))
    else:
        sys.exit(__doc__)
