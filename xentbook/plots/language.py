"""Figures on predicting text (chapter 4)."""

__all__ = []
