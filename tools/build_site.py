"""Build the site, and serve it, or write the plain notebooks: ``python tools/build_site.py build|serve|plain``."""

import http.server
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "_build" / "html"
PLAIN = ROOT / "_build" / "plain"
PLAIN_ALONE = ("--builder", "custom", "--custom-builder", "plain")  # the builder of book/_ext/plain


def build(root: Path = ROOT, *options: str) -> None:
    """Build `_build/html` with warnings as errors, every page anew: a changed style sheet alone would go unnoticed.

    With `options` for ``jupyter-book build`` something else is built: see `PLAIN_ALONE`.
    """
    command = [
        shutil.which("jupyter-book", path=Path(sys.executable).parent),
        "build",
        str(root),
        "--all",
        "-W",
        "--keep-going",
        "-q",
        *options,
    ]
    result = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if result.returncode:
        sys.exit(f"{result.stdout}\nThe book did not build; the messages above say why.")


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
    if task not in ("build", "serve", "plain"):
        sys.exit(__doc__)
    if task == "plain":
        build(ROOT, *PLAIN_ALONE)
        print(f"The plain notebooks are in {PLAIN}")
        sys.exit()
    build()
    print(f"The book is built. Open {(SITE / 'index.html').as_uri()}")
    if task == "serve":
        serve()
