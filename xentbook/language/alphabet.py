r"""The characters a model knows, numbered: text to integers, all at once.

Conventions
-----------
- Characters are Unicode code points, lone surrogates included. Codes are 0 … K−1 in the order of the alphabet, and -1
  for any other character.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xentbook._checks import as_text

__all__ = ["Alphabet"]


class Alphabet:
    """K different characters in a fixed order.

    Parameters
    ----------
    characters : str
        The K characters.

    Examples
    --------
    >>> Alphabet.of("abracadabra").encode("bad!")
    array([ 1,  0,  3, -1])
    """

    def __init__(self, characters: str) -> None:
        seen: set[str] = set()
        for index, character in enumerate(as_text(characters, "alphabet")):
            if character in seen:
                raise ValueError(f"`alphabet` must have each character once; got {character!r} again at index {index}")
            seen.add(character)
        self.characters, self.size = characters, len(characters)
        points = _code_points(characters)
        self._code_of = np.full(points.max() + 2, -1, dtype=np.intp)  # by code point; the last stands for all above
        self._code_of[points] = np.arange(points.size)

    @classmethod
    def of(cls, text: str) -> Alphabet:
        """Return the characters of `text`, in the order of their code points."""
        return cls("".join(map(chr, np.flatnonzero(np.bincount(_code_points(text))).tolist())))

    def encode(self, text: str) -> NDArray[np.intp]:
        """Return the codes of `text`, of shape (len(text),)."""
        return self._code_of[np.minimum(_code_points(text), self._code_of.size - 1)]


def _code_points(text: str) -> NDArray[np.intp]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.intp)
