"""From claims to a best estimate, as pure functions over frames and arrays; imports schemas."""
