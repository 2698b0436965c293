"""Writes a database in grype's format 6 that knows a few vulnerabilities of Debian packages.

Usage: make-database.py <file> <built at, ISO 8601> <JSON: list of id, severity, package, fix or null>

The tables are those of grype/db/v6/models.go in its repository; grype adds what is missing when it imports the file.
"""

import json
import sqlite3
import sys

TABLES = """
CREATE TABLE blobs (id INTEGER PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE db_metadata (build_timestamp DATETIME NOT NULL, model INTEGER NOT NULL, revision INTEGER NOT NULL, addition INTEGER NOT NULL);
CREATE TABLE providers (id TEXT PRIMARY KEY, version TEXT, processor TEXT, date_captured DATETIME, input_digest TEXT);
CREATE TABLE vulnerability_handles (id INTEGER PRIMARY KEY, name TEXT NOT NULL, status TEXT NOT NULL, published_date DATETIME,
  modified_date DATETIME, withdrawn_date DATETIME, provider_id TEXT NOT NULL, blob_id INTEGER);
CREATE TABLE affected_package_handles (id INTEGER PRIMARY KEY, vulnerability_id INTEGER NOT NULL, operating_system_id INTEGER,
  package_id INTEGER, blob_id INTEGER);
CREATE TABLE packages (id INTEGER PRIMARY KEY, ecosystem TEXT, name TEXT);
CREATE TABLE operating_systems (id INTEGER PRIMARY KEY, name TEXT, release_id TEXT, major_version TEXT, minor_version TEXT,
  label_version TEXT, codename TEXT, channel TEXT, eol_date DATETIME, eoas_date DATETIME);
"""

path, built, vulnerabilities = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
database = sqlite3.connect(path)
database.executescript(TABLES)
database.execute("INSERT INTO db_metadata VALUES (?, 6, 1, 10)", [built])
database.execute("INSERT INTO providers VALUES ('debian', '1', 'test', ?, 'test')", [built])
database.execute("INSERT INTO operating_systems VALUES (1, 'debian', 'debian', '13', '', '', 'trixie', '', NULL, NULL)")


def insert_blob(value):
    return database.execute("INSERT INTO blobs (value) VALUES (?)", [json.dumps(value)]).lastrowid


packages = sorted({package for _, _, package, _ in vulnerabilities})
for number, package in enumerate(packages, 1):
    database.execute("INSERT INTO packages VALUES (?, 'deb', ?)", [number, package])
for number, (name, severity, package, fix) in enumerate(vulnerabilities, 1):
    severities = [{"scheme": "CHMLN", "value": severity, "rank": 1}]
    blob = insert_blob({"id": name.lower(), "severities": severities})
    database.execute(
        "INSERT INTO vulnerability_handles VALUES (?, ?, 'active', ?, NULL, NULL, 'debian', ?)", [number, name, built, blob]
    )
    constraint = "" if fix is None else f"< {fix}"
    state = {"state": "not-fixed"} if fix is None else {"version": fix, "state": "fixed"}
    affected = insert_blob({"ranges": [{"version": {"type": "dpkg", "constraint": constraint}, "fix": state}]})
    database.execute("INSERT INTO affected_package_handles VALUES (?, ?, 1, ?, ?)", [number, number, packages.index(package) + 1, affected])
database.commit()
