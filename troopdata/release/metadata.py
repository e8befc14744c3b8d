"""Describe a release for other programs: as a data package, a Croissant and a DCAT dataset.

All three are derived from the schemas and the manifest, so they cannot disagree with the data.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from troopdata.errors import UnknownTable
from troopdata.schemas import model
from troopdata.schemas.field_types import FIELD_TYPES

__all__ = ["documents", "package"]

NAME = "troopdata"
TITLE = "Foreign troop presence"
DESCRIPTION = (
    "Deployments, bases and agreements, every figure with its source: who says how many of whose "
    "forces, counted how, were where, when."
)
LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0 (the compilation; each source under its own terms)",
}
KEYWORDS = ["military", "troops", "bases", "status of forces"]
AUTHORS = "The troopdata authors"
PARQUET = "application/vnd.apache.parquet"
# The constraints that Frictionless knows; the library checks the others as rules.
CONSTRAINTS = ("required", "pattern", "minimum", "maximum", "maxLength")
CROISSANT_WORDS = (
    "citeAs column conformsTo equivalentProperty extract field fileProperty fileObject fileSet "
    "format includes isLiveDataset jsonPath key md5 parentField path recordSet references regex "
    "repeated replace samplingRate separator source subField transform"
)
# Croissant 1.0 requires this context in full, with the words that are not used here.
CROISSANT_CONTEXT: Mapping[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{word: f"cr:{word}" for word in CROISSANT_WORDS.split()},
    "conformsTo": "dct:conformsTo",
}

Entry = Mapping[str, Any]


def documents(
    release: str, released_at: str, cite_as: str, entries: Sequence[Entry]
) -> dict[str, str]:
    """Return the texts of ``datapackage.json``, ``croissant.json`` and ``dcat.json``.

    Parameters
    ----------
    release : str
        Number of the release.
    released_at : str
        Its day, ``YYYY-MM-DD``.
    cite_as : str
        How to cite it.
    entries : sequence of mapping
        The manifest's entry for each file: name, size, sha256, rows.

    Returns
    -------
    dict of str to str
        Texts by file name. Paths in them are relative, so the folder can be moved.
    """
    tables = [entry for entry in entries if _table(entry) is not None]
    written = {
        "datapackage.json": _package(release, released_at, tables),
        "croissant.json": _croissant(release, released_at, cite_as, tables),
        "dcat.json": _dcat(release, released_at, cite_as, tables),
    }
    return {name: _text(value) for name, value in written.items()}


def package(release: str, released_at: str, entries: Sequence[Entry]) -> str:
    """Return the text of a ``datapackage.json`` for files of tables, Parquet or CSV.

    Parameters
    ----------
    release : str
        Number of the release.
    released_at : str
        Its day, ``YYYY-MM-DD``.
    entries : sequence of mapping
        name, size and sha256 of each file.
    """
    return _text(_package(release, released_at, entries))


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _table(entry: Entry) -> model.Table | None:
    name, _, ending = entry["name"].rpartition(".")
    try:
        return model.table(name) if ending in ("parquet", "csv") else None
    except UnknownTable:
        return None


def _tables(entries: Iterable[Entry]) -> list[tuple[Entry, model.Table]]:
    return [(entry, table) for entry in entries if (table := _table(entry)) is not None]


def _package(release: str, released_at: str, entries: Sequence[Entry]) -> dict[str, Any]:
    """Return a Frictionless data package of version 1, which every Frictionless program reads."""
    names = {table.name for _, table in _tables(entries)}
    return {
        "profile": "data-package",
        "name": NAME,
        "title": f"{TITLE}, release {release}",
        "description": DESCRIPTION,
        "version": release,
        "created": f"{released_at}T00:00:00Z",
        "licenses": [LICENCE],
        "contributors": [{"title": AUTHORS, "role": "author"}],
        "keywords": KEYWORDS,
        "resources": [_resource(entry, table, names) for entry, table in _tables(entries)],
    }


def _resource(entry: Entry, table: model.Table, names: set[str]) -> dict[str, Any]:
    references = [item for item in table.references if not table[item.column].separator]
    text = entry["name"].endswith(".csv")
    return {
        "name": table.name,
        "title": table.title,
        "description": f"One row is {table.grain}.",
        "path": entry["name"],
        **(_as_csv(entry) if text else _as_parquet(entry)),
        "schema": {
            "fields": [*map(_field, table.fields), *(() if text else _covering(table))],
            "primaryKey": list(table.primary_key),
            "foreignKeys": [
                {
                    "fields": [item.column],
                    "reference": {
                        "resource": "" if item.table == table.name else item.table,
                        "fields": [item.target],
                    },
                }
                for item in references
                if item.table in names
            ],
        },
    }


def _as_parquet(entry: Entry) -> dict[str, Any]:
    # Not under the standard's names (bytes, hash): frictionless compares those with its own count,
    # which is 0 for a Parquet file.
    return {
        "format": "parquet",
        "mediatype": PARQUET,
        "size": entry["size"],
        "sha256": entry["sha256"],
    }


def _as_csv(entry: Entry) -> dict[str, Any]:
    return {
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": entry["size"],
        "hash": f"sha256:{entry['sha256']}",
    }


def _field(field: model.Field) -> dict[str, Any]:
    limits = {name: value for name, value in field.constraints.items() if name in CONSTRAINTS}
    if field.vocabulary and not field.separator:
        limits["enum"] = list(field.vocabulary.codes)
    described: dict[str, Any] = {
        "name": field.name,
        "type": "any" if field.type == "geojson" else field.type,
        "description": field.description,
        "constraints": limits,
    }
    if field.unit:
        described["unit"] = field.unit
    if field.type in ("integer", "number"):
        # Programs that read Parquet with pandas see a missing number as "nan".
        described["missingValues"] = ["", "nan"]
    return described


def _covering(table: model.Table) -> list[dict[str, Any]]:
    """Return the column that GeoParquet adds to a table with geometries."""
    if not any(field.type == "geojson" for field in table.fields):
        return []
    words = "Least and greatest longitude and latitude of the geometry, for readers of GeoParquet."
    return [{"name": "bbox", "type": "object", "description": words}]


def _croissant(
    release: str, released_at: str, cite_as: str, entries: Sequence[Entry]
) -> dict[str, Any]:
    return {
        "@context": CROISSANT_CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": NAME,
        "description": DESCRIPTION,
        "version": release,
        "datePublished": released_at,
        "license": LICENCE["path"],
        "creator": {"@type": "sc:Organization", "name": AUTHORS},
        "keywords": KEYWORDS,
        "citeAs": cite_as,
        "distribution": [_object(entry) for entry in entries],
        "recordSet": [_record_set(entry, table) for entry, table in _tables(entries)],
    }


def _object(entry: Entry) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": entry["name"],
        "name": entry["name"],
        "contentUrl": entry["name"],
        "contentSize": f"{entry['size']} B",
        "encodingFormat": "application/x-parquet",
        "sha256": entry["sha256"],
    }


def _record_set(entry: Entry, table: model.Table) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": f"{table.title}: one row is {table.grain}.",
        "key": [{"@id": f"{table.name}/{column}"} for column in table.primary_key],
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{table.name}/{field.name}",
                "name": field.name,
                "description": field.description,
                "dataType": FIELD_TYPES[field.type].croissant,
                "source": {
                    "fileObject": {"@id": entry["name"]},
                    "extract": {"column": field.name},
                },
            }
            for field in table.fields
        ],
    }


def _dcat(release: str, released_at: str, cite_as: str, entries: Sequence[Entry]) -> dict[str, Any]:
    return {
        "@context": {
            "adms": "http://www.w3.org/ns/adms#",
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "spdx": "http://spdx.org/rdf/terms#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@type": "dcat:Dataset",
        "dct:title": {"@value": f"{TITLE}, release {release}", "@language": "en"},
        "dct:description": {"@value": DESCRIPTION, "@language": "en"},
        "dct:identifier": f"{NAME}-{release}",
        "dcat:version": release,
        "dct:issued": {"@value": released_at, "@type": "xsd:date"},
        "dct:license": {"@id": LICENCE["path"]},
        "dct:creator": {"@type": "foaf:Agent", "foaf:name": AUTHORS},
        "dct:bibliographicCitation": cite_as,
        "dcat:keyword": KEYWORDS,
        "dcat:distribution": [_distribution(entry, table) for entry, table in _tables(entries)],
    }


def _distribution(entry: Entry, table: model.Table) -> dict[str, Any]:
    return {
        "@type": "dcat:Distribution",
        "dct:title": {"@value": table.title, "@language": "en"},
        "dct:description": {"@value": f"One row is {table.grain}.", "@language": "en"},
        "dcat:downloadURL": {"@id": entry["name"]},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{PARQUET}"},
        "dcat:byteSize": {"@value": str(entry["size"]), "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@value": entry["sha256"], "@type": "xsd:hexBinary"},
        },
    }
