"""One module a published source: from its file to a series of ours, and from that to rows."""
