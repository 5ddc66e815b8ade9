"""Figures on surprise (chapter 1)."""

__all__ = []
