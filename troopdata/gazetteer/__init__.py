"""Names and codes of countries over time, and their exact look-up; imports schemas."""
