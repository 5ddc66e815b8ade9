"""Set the repository's public address everywhere: ``python tools/set_address.py https://github.com/owner/name``."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SETTING = re.compile(r"^  url: (\S+)", re.MULTILINE)


def set_address(new: str, root: Path = ROOT) -> list[str]:
    """Replace the address named in `_config.yml` by `new` in every file git tracks, and return the files changed."""
    if not re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+", new):
        raise ValueError(f"`new` must look like https://github.com/owner/name; got {new!r}")
    old = SETTING.search((root / "_config.yml").read_text(encoding="utf-8"))[1]
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=root, check=True, capture_output=True).stdout
    changed = []
    for name in filter(None, listing.decode().split("\0")):
        content = (root / name).read_bytes()
        if old.encode() in content:
            (root / name).write_bytes(content.replace(old.encode(), new.encode()))
            changed.append(name)
    return changed


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print("\n".join(set_address(sys.argv[1])))
