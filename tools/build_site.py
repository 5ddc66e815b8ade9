"""Build the site, or build and serve it: ``python tools/build_site.py build|serve``."""

import http.server
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "_build" / "html"


def build(root: Path = ROOT) -> None:
    """Build `_build/html` with warnings as errors, every page anew: a changed style sheet alone would go unnoticed."""
    command = [
        shutil.which("jupyter-book", path=Path(sys.executable).parent),
        "build",
        str(root),
        "--all",
        "-W",
        "--keep-going",
        "-q",
    ]
    result = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if result.returncode:
        sys.exit(f"{result.stdout}\nThe site did not build; the messages above say why.")


def serve() -> None:
    """Serve `_build/html` on a free local port until interrupted."""
    handler = partial(_Quiet, directory=SITE)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        print(f"The book is at http://127.0.0.1:{server.server_port}/ (Ctrl+C stops it)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("\nStopped.")


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


if __name__ == "__main__":
    task = sys.argv[1] if len(sys.argv) == 2 else ""
    if task not in ("build", "serve"):
        sys.exit(__doc__)
    build()
    print(f"The book is built. Open {(SITE / 'index.html').as_uri()}")
    if task == "serve":
        serve()
