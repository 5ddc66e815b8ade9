"""Figures on codes (chapter 2)."""

__all__ = []
