"""The commands, one module per group; each has ``register(app)``.

They may import every other subpackage; heavy imports stay inside functions, so that ``--help``
and completion start fast.
"""
