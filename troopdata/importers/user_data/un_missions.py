"""Find the host of a United Nations mission by its acronym, for files that a user imports.

A release takes the hosts of operations from ``datasets/facts/operations.csv``, and those of the
series of fatalities from its own ``missions.csv``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from troopdata.importers.table_rows import blank
from troopdata.importers.user_data.input_csv import Published, Row

__all__ = ["MISSIONS", "Mission", "key", "operation_id", "operations", "require"]


class Mission(NamedTuple):
    """Where a mission is: its hosts, and the name of the area if it does not have exactly one."""

    hosts: tuple[str, ...]
    area: str = ""

    @property
    def host(self) -> str:
        """The only host, or nothing."""
        return self.hosts[0] if len(self.hosts) == 1 and not self.area else ""


# Missions in one host, by its code.
ONE = {
    "AFG": "UNAMA UNSMA",
    "AGO": "MONUA UNAVEM UNAVEM-I UNAVEM-II UNAVEM-III",
    "BDI": "BINUB BNUB ONUB",
    "BIH": "IPTF UNMIBH",
    "CAF": "BINUCA BONUCA MINURCA MINUSCA",
    "CIV": "MINUCI UNOCI",
    "COD": "MONUC MONUSCO ONUC",
    "COL": "UNMC UNVMC",
    "CYP": "UNFICYP",
    "EGY": "UNEF UNEF-I UNEF-II",
    "ESH": "MINURSO",
    "GEO": "UNOMIG",
    "GNB": "UNIOGBIS UNOGBIS",
    "GTM": "MINUGUA",
    "HRV": "UNCRO UNPSG UNTAES",
    "HTI": "BINUH MICAH MINUJUSTH MINUSTAH MIPONUH UNMIH UNSMIH UNTMIH",
    "IRQ": "UNAMI UNGCI UNITAD UNOHCI",
    "KHM": "UNAMIC UNTAC",
    "LBN": "UNIFIL UNOGIL",
    "LBR": "UNMIL UNOMIL",
    "LBY": "UNSMIL",
    "MKD": "UNPREDEP",
    "MLI": "MINUSMA",
    "MOZ": "ONUMOZ",
    "NAM": "UNTAG",
    "NPL": "UNMIN",
    "RWA": "UNAMIR",
    "SDN": "UNAMID UNITAMS UNMIS",
    "SLE": "UNAMSIL UNIOSIL UNIPSIL UNOMSIL",
    "SLV": "ONUSAL",
    "SOM": "UNOSOM UNOSOM-I UNOSOM-II UNSOM UNSOS",
    "SSD": "UNMISS",
    "SYR": "UNDOF UNSMIS",
    "TCD": "UNASOG",
    "TJK": "UNMOT",
    "TLS": "UNAMET UNMISET UNMIT UNOTIL UNTAET",
    "XKX": "UNMIK",
    "YEM": "UNMHA",
}
SEVERAL = {
    "MINURCAT": Mission(("CAF", "TCD"), "Chad and the Central African Republic"),
    "ONUCA": Mission(("CRI", "GTM", "HND", "NIC", "SLV"), "Central America"),
    "UNGOMAP": Mission(("AFG", "PAK"), "Afghanistan and Pakistan"),
    "UNIIMOG": Mission(("IRN", "IRQ"), "Iran and Iraq"),
    "UNIKOM": Mission(("IRQ", "KWT"), "Iraq and Kuwait"),
    "UNISFA": Mission((), "Abyei"),
    "UNMEE": Mission(("ERI", "ETH"), "Eritrea and Ethiopia"),
    "UNMOGIP": Mission(("IND", "PAK"), "India and Pakistan"),
    "UNMOP": Mission((), "Prevlaka"),
    "UNOMUR": Mission(("RWA", "UGA"), "Rwanda and Uganda"),
    "UNPF": Mission((), "Former Yugoslavia"),
    "UNPROFOR": Mission((), "Former Yugoslavia"),
    "UNTSO": Mission((), "Middle East"),
}
MISSIONS: dict[str, Mission] = {
    **{name: Mission((host,)) for host, names in ONE.items() for name in names.split()},
    **SEVERAL,
}


def key(acronym: str) -> str:
    """Return an acronym as `MISSIONS` spells it.

    Examples
    --------
    >>> key("Unavem iii")
    'UNAVEM-III'
    """
    return "-".join(acronym.upper().split())


def operation_id(acronym: str) -> str:
    """Return the id of a mission's row in the user's own `operations`.

    Examples
    --------
    >>> operation_id("UNOSOM II")
    'own-un-unosom-ii'
    """
    return f"own-un-{key(acronym).lower()}"


def require(published: Published, line: int, column: str, acronym: str) -> str:
    """Return an acronym, and note it as a fault of the file if the mission is unknown."""
    if key(acronym) not in MISSIONS:
        published.fault(line, column, "mission", acronym, "no mission of this acronym is known")
    return acronym


def operations(acronyms: Iterable[str], source: str) -> list[Row]:
    """Return the rows of `operations` of missions, each once.

    Parameters
    ----------
    acronyms : iterable of str
        The missions, in any spelling.
    source : str
        The `source_id` of the rows.
    """
    return [
        blank(
            "operations",
            {
                "operation_id": operation_id(name),
                "name": name.replace("-", " "),
                "kind": "un",
                "lead": "UN",
                "hosts": ";".join(MISSIONS[name].hosts),
                "source_id": source,
            },
        )
        for name in sorted({key(acronym) for acronym in acronyms})
    ]
