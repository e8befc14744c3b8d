"""Build, check and publish a release from the facts of a checkout; for curators."""
