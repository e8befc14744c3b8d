"""The screen of `troopdata show`: gather the data (`briefing`) and lay it out (the others)."""
