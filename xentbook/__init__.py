"""Cross-entropy, exactly."""
