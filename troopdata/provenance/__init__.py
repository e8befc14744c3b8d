"""Where figures come from and how they changed: cite, sources, diff, patch."""
