"""Cells of small notebooks that the tests run, and what breaks their pictures."""

import base64
import io

from PIL import Image, ImageDraw

__all__ = ["FIGURE", "WIDGET", "picture_in", "png", "scratch"]

WIDGET = """import anywidget, traitlets

class Bars(anywidget.AnyWidget):
    _esm = "export default { render({ model, el }) {} }"
    p = traitlets.List([0.5, 0.25, 0.25]).tag(sync=True)
    def __repr__(self):
        return "Bars()"

Bars()"""
FIGURE = """import matplotlib.pyplot as plt
_, ax = plt.subplots(figsize=(4, 3))
ax.plot([0.1, 0.5, 1.0], [3.3, 1.0, 0.0])
_ = ax.set_xlabel("probability p = 0.38")"""


def picture_in(cell):
    """Return the picture that a cell stores."""
    return Image.open(io.BytesIO(base64.b64decode(cell.outputs[0].data["image/png"])))


def png(picture):
    """Return a picture as the bytes of a PNG."""
    stream = io.BytesIO()
    picture.save(stream, format="png")
    return stream.getvalue()


def scratch(cell):
    """Draw a short line into the picture that a cell stores."""
    picture = picture_in(cell)
    ImageDraw.Draw(picture).line((100, 40, 130, 60), fill="black", width=2)
    cell.outputs[0].data["image/png"] = base64.b64encode(png(picture)).decode()
