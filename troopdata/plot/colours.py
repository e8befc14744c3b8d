"""Define the colours of senders and the marks of claims, in a palette safe for any colour vision.

The colours are those of M. Okabe and K. Ito (Color Universal Design, 2008).
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = [
    "BLUE",
    "CLASSES",
    "FAINT",
    "GREY",
    "INK",
    "RAMP",
    "VERMILLION",
    "basis_style",
    "sender_colours",
]

INK, GREY, FAINT = "#222222", "#777777", "#e4e4e4"
BLUE, SKY, GREEN, ORANGE = "#0072B2", "#56B4E9", "#009E73", "#E69F00"
VERMILLION, PURPLE, YELLOW, BLACK = "#D55E00", "#CC79A7", "#F0E442", "#000000"

# Senders with the same colour in every figure.
SENDER_COLOURS = {
    "USA": BLUE, "RUS": VERMILLION, "SUN": VERMILLION, "FRA": SKY, "GBR": PURPLE, "TUR": GREEN,
    "DEU": BLACK, "CHN": ORANGE,
}  # fmt: skip
# Colours for other senders, in order of preference, if no sender of the figure owns them.
FREE = (GREEN, ORANGE, BLACK, PURPLE, SKY, VERMILLION, YELLOW)
# The most senders with a colour; readers cannot tell more apart.
MOST = 7

# Marker and colour of each basis. The marker alone identifies it, for prints without colour.
BASIS_STYLES = {
    "in_country_total": ("o", VERMILLION),
    "deployed_for_operation": ("s", PURPLE),
    "assigned_incl_temporary": ("^", GREEN),
    "permanently_assigned": ("D", BLUE),
    "unit_size_estimate": ("v", ORANGE),
    "period_average": ("P", SKY),
    "combat_support": ("*", BLACK),
    "authorised_ceiling": ("_", BLACK),
    "contractors_in_support": ("X", GREY),
    "afloat": ("p", SKY),
    "undistributed": ("h", GREY),
}

# ColorBrewer's YlOrBr, one colour for each order of magnitude of people.
CLASSES = (1, 10, 100, 1_000, 10_000, 100_000)
RAMP = ("#fff7d6", "#fee391", "#fec44f", "#ec7014", "#b24503", "#662506")


def basis_style(code: str) -> tuple[str, str]:
    """Return the marker and the colour of a basis.

    Examples
    --------
    >>> basis_style("in_country_total")
    ('o', '#D55E00')
    """
    return BASIS_STYLES.get(code, (".", GREY))


def sender_colours(codes: Sequence[str]) -> dict[str, str]:
    """Return a colour for each sender, the most important first; those beyond `MOST` are grey.

    Examples
    --------
    >>> sender_colours(["USA", "NOR"])
    {'USA': '#0072B2', 'NOR': '#009E73'}
    """
    chosen: dict[str, str] = {}
    wanted = {SENDER_COLOURS[code] for code in codes[:MOST] if code in SENDER_COLOURS}
    free = [colour for colour in FREE if colour not in wanted]
    for code in codes[:MOST]:
        if code in SENDER_COLOURS:
            chosen[code] = SENDER_COLOURS[code]
        elif free:
            chosen[code] = free.pop(0)
    return {code: chosen.get(code, GREY) for code in codes}
