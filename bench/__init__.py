"""What is measured, and against what: `bin/bench`."""
