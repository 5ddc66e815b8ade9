"""Figures on cross-entropy and KL divergence (chapter 3)."""

__all__ = []
