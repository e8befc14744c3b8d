"""Answers for point files larger than memory, partition by partition, on several engines."""
