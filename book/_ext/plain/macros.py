"""The book's own macros of mathematics, written out."""

from __future__ import annotations

__all__ = ["expand"]

Macros = dict[str, "str | list"]  # as MathJax has them: a text, or a text and how many arguments it takes


def expand(tex: str, macros: Macros) -> str:
    """Return `tex` with every macro of `macros` replaced by what it stands for."""
    done, rest = "", tex
    while rest:
        piece, rest = _piece(rest)
        if piece[:1] == "\\" and piece[1:] in macros:
            meaning = macros[piece[1:]]
            meaning, count = (meaning, 0) if isinstance(meaning, str) else meaning[:2]
            for number in range(1, count + 1):
                argument, rest = _argument(rest)
                meaning = meaning.replace(f"#{number}", argument)
            # What stands for a macro may use macros. A space that ended its name would now be lost before a letter.
            rest = meaning + (" " if _is_word(meaning) and rest[:1].isalpha() else "") + rest
        else:
            done += piece
    return done


def _piece(tex: str) -> tuple[str, str]:
    """Return the first command or character of `tex`, and the rest."""
    if tex[0] != "\\":
        return tex[0], tex[1:]
    end = 1
    while end < len(tex) and tex[end].isalpha():
        end += 1
    end = max(end, 2)  # a command of one sign: \, or \\
    return tex[:end], tex[end:]


def _argument(tex: str) -> tuple[str, str]:
    """Return the first argument of `tex`, without its braces, and the rest."""
    tex = tex.lstrip()
    if not tex.startswith("{"):
        return _piece(tex) if tex else ("", "")
    depth, place = 0, 0
    while place < len(tex):
        piece, _ = _piece(tex[place:])
        depth += {"{": 1, "}": -1}.get(piece, 0)
        place += len(piece)
        if depth == 0:
            return tex[1 : place - 1], tex[place:]
    raise ValueError(f"a brace is not closed in {tex!r}")


def _is_word(tex: str) -> bool:
    """Return whether `tex` ends in a command of letters, which would swallow a letter that follows."""
    name = tex.rpartition("\\")[2]
    return "\\" in tex and name.isalpha()
