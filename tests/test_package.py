"""The wheel holds the package, imports with NumPy alone, and asks for no more than a browser's Python has."""

import re
import subprocess
import sys
import tomllib
import zipfile

import pytest
import release
from guards import ROOT
from set_address import set_address

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

# What a browser's Python (Pyodide 0.27) carries; the ranges of pyproject.toml must admit it.
BROWSER = {"numpy": (2, 0, 2), "scipy": (1, 14, 1), "matplotlib": (3, 8, 4), "scikit-learn": (1, 6, 1)}

ALONE = """
import sys, numpy
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"scipy", "matplotlib", "sklearn", "anywidget", "ipywidgets", "traitlets", "pandas"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Refuse())
import xentbook as xb
assert all(hasattr(xb, name) for name in xb.__all__)
print(xb.__version__, xb.cross_entropy([0.5, 0.25, 0.25], [0.25, 0.25, 0.5]), xb.__file__)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT)]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return next(folder.glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_holds_the_package_and_its_front_end(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    sources = [path for path in (ROOT / "xentbook").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert {path.relative_to(ROOT).as_posix() for path in sources} <= names
    assert {"xentbook/py.typed", "xentbook/plots/house.mplstyle"} <= names
    assert not any(name.startswith(("tests/", "book/", "notebooks/")) for name in names)


@pytest.mark.slow
def test_the_wheel_imports_with_numpy_alone(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path)
    result = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    version, value, file = result.stdout.split(maxsplit=2)
    assert (version, float(value)) == (PROJECT["version"], 1.75)
    assert str(tmp_path) in file


def test_the_table_of_the_readme_is_the_stored_run_of_the_benchmark():
    stored = (ROOT / "benchmarks" / "results" / "losses.txt").read_text()
    head = r"^(\d+ x \d+) (float\d+), (loss and gradient|loss) .*\n((?:  .*\n?)+)"
    runs = {match[:3]: match[3] for match in re.findall(head, stored, re.MULTILINE)}
    readme = (ROOT / "README.md").read_text()
    rows = re.findall(r"^\| (\d+ x \d+) \| (float\d+) \| (.*) \|$", readme, re.MULTILINE)
    assert len(rows) * 2 == len(runs) == 12
    for size, kind, cells in rows:
        wanted = [
            re.search(rf"{peer}.* this +(\S+)", runs[size, kind, what])[1]
            for peer in ("PyTorch", "Optax")
            for what in ("loss", "loss and gradient")
        ]
        assert cells.split(" | ") == wanted, (size, kind)


def test_the_table_of_calibration_in_the_readme_is_the_stored_run_of_the_benchmark():
    stored = (ROOT / "benchmarks" / "results" / "calibration.txt").read_text()
    runs = dict(re.findall(r"^10000000 forecasts, (float\d+), .*\n((?:  .*\n?)+)", stored, re.MULTILINE))
    rows = re.findall(r"^\| forecasts in (float\d+) \| (.*) \|$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert [kind for kind, _ in rows] == list(runs) == ["float32", "float64"]
    for kind, cells in rows:
        peers = ("torchmetrics", "netcal", "scikit-learn", "NumPy")
        assert cells.split(" | ") == [re.search(rf"{peer}.* this +(\S+)", runs[kind])[1] for peer in peers], kind


def test_the_core_needs_numpy_alone():
    assert [re.match(r"[\w-]+", need).group(0) for need in PROJECT["dependencies"]] == ["numpy"]


def test_ranges_admit_what_a_browser_has():
    needs = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["book"]]
    lowest = {name: tuple(map(int, low.split("."))) for name, low in re.findall(r"([\w-]+)>=([\d.]+)", " ".join(needs))}
    for name, version in BROWSER.items():
        assert lowest[name] <= version
    assert not any(re.search(r"<|~=", need) for need in needs)


def test_versions_agree():
    import xentbook

    citation = (ROOT / "CITATION.cff").read_text()
    assert xentbook.__version__ == PROJECT["version"]
    assert f"\nversion: {PROJECT['version']}\n" in citation
    assert f"## {PROJECT['version']} ·" in (ROOT / "CHANGELOG.md").read_text()


def test_every_package_of_the_book_is_locked():
    wanted = re.findall(r"^([\w-]+)", (ROOT / "requirements.in").read_text(), re.MULTILINE)
    assert [name for name in wanted if name.lower() not in locked()] == []


def test_the_lock_has_a_hash_for_each_package_and_names_no_index():
    text = (ROOT / "requirements.txt").read_text()
    entries = re.findall(r"^[\w.-]+.*\n(?:    .*\n?)*", text, re.MULTILINE)
    assert len(entries) == len(locked()) > 100
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []
    assert not re.search(r"^--|://", text, re.MULTILINE)


def locked():
    """Return the packages of the lock; the extras that one is asked for belong to its name there."""
    return re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)


def test_the_notes_of_a_release_are_its_section_of_the_changelog():
    found = release.notes(f"v{PROJECT['version']}")
    assert found in (ROOT / "CHANGELOG.md").read_text()
    assert not re.search("^## ", found, re.MULTILINE)


def test_a_tag_of_another_version_and_a_version_without_a_section_are_refused(tmp_path):
    with pytest.raises(ValueError, match="`tag` must be v0.1.0, the version of the package; got 'v0.1'"):
        release.notes("v0.1")
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "2.0"\n')
    for changelog in ("## 2.0 · today\n\n## 1.0 · before\n\n- All.\n", "## 12.0 · later\n\n- All.\n"):
        (tmp_path / "CHANGELOG.md").write_text(changelog)
        with pytest.raises(ValueError, match="must have a section on 2.0; it has none"):
            release.notes("v2.0", tmp_path)


def test_actions_are_pinned_by_their_commit_and_the_site_is_published_after_all_tests():
    workflows = {path.name: path.read_text() for path in (ROOT / ".github" / "workflows").glob("*.yml")}
    used = re.findall(r"uses: (.*)", "\n".join(workflows.values()))
    pinned = r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+|\./\.github/workflows/\w+\.yml"
    assert [action for action in used if not re.fullmatch(pinned, action)] == []
    assert len(used) > 5
    assert "  publish:\n    needs: [quick, everything]\n" in workflows["test.yml"]
    assert "  release:\n    needs: test\n" in workflows["release.yml"]
    assert re.search(r"\n  run-branch:.*\n    needs: publish\n", workflows["test.yml"])


def test_the_five_lines_of_the_readme_print_what_they_say(capsys):
    code = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)[1]
    exec(compile(code, "README.md", "exec"), {})
    assert capsys.readouterr().out.split("\n") == ["1.5 1.75 0.25", "inf", ""]


def test_the_address_can_be_moved_in_one_step(tmp_path):
    (tmp_path / "_config.yml").write_text("repository:\n  url: https://github.com/xentbook/xentbook\n")
    (tmp_path / "README.md").write_text("git clone https://github.com/xentbook/xentbook")
    subprocess.run("git init -q . && git add .", shell=True, check=True, cwd=tmp_path)
    assert set_address("https://github.com/ada/ce", tmp_path) == ["README.md", "_config.yml"]
    assert (tmp_path / "README.md").read_text() == "git clone https://github.com/ada/ce"
    with pytest.raises(ValueError, match="must look like"):
        set_address("ftp://elsewhere", tmp_path)
