"""Build, check and publish a release from the facts; imports everything but the command line."""
