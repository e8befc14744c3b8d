"""Files and CSV text: bounded reads, atomic writes, one strict reader, one canonical writer."""
