r"""A language model gives each next character a probability: text it expects is short, text it does not expect is long.

An n-gram model looks at the n − 1 characters before and counts what followed them in the text it has read. Its
cross-entropy on a new text is the number of bits per character that a code built on it spends, and `compress` is that
code.

Conventions
-----------
- Characters are Unicode code points; nothing is folded or normalised. Costs are in bits.
- There is no `sample_weight`: a text is one sequence, in which each character counts once.
- `order` is the length n of the n-grams: 1 for single letters, 2 for each letter given the one before.
- A text starts without a context, and for its first n − 1 characters the context is as long as it can be. So the
  probabilities of all texts of one length sum to 1 (with `smoothing=0`, to at most 1: a context may have no sequel).
- What has probability 0 costs inf: an event never seen without smoothing, a character outside of the alphabet always.
"""

from xentbook.language.compressor import compress, decompress
from xentbook.language.ngram import NGramModel

__all__ = ["NGramModel", "compress", "decompress"]
