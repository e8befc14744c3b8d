"""United Nations missions by acronym: the host of each, or the area where it has no one host."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["MISSIONS", "Mission", "key", "operation_id"]


class Mission(NamedTuple):
    """Where a mission is: its hosts, and a name of the area where they are several or none."""

    hosts: tuple[str, ...]
    area: str = ""

    @property
    def host(self) -> str:
        """The one host, or nothing."""
        return self.hosts[0] if len(self.hosts) == 1 and not self.area else ""


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
    """Return an acronym as it is looked up.

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
