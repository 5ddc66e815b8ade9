r"""A probability is a length: an event of probability p deserves a code word of −log2 p bits.

Whole bits first (Shannon's and Huffman's words, each of a whole number of bits), then no rounding at all: the
arithmetic coder gives a message, as a whole, the number of bits its probability calls for. All of them produce real
bits, which can be counted and decoded.

Conventions
-----------
- `p` is one distribution over the symbols 0 … K−1, of shape (K,); a message is a sequence of such symbols.
- A code is a list of K code words, strings of "0" and "1"; word k stands for symbol k.
- Lengths are in bits. Bytes come from `ArithmeticCoder` alone.
- The same input gives the same words and bytes on every machine: ties are broken by the order of the symbols, and the
  coder computes in integers.
"""

from xentbook.coding.arithmetic import ArithmeticCoder
from xentbook.coding.messages import decode_symbols, encode_symbols, expected_length
from xentbook.coding.prefix import canonical_code, huffman_code, kraft_sum, shannon_code, shannon_code_lengths

__all__ = [
    "shannon_code_lengths",
    "kraft_sum",
    "canonical_code",
    "shannon_code",
    "huffman_code",
    "expected_length",
    "encode_symbols",
    "decode_symbols",
    "ArithmeticCoder",
]
