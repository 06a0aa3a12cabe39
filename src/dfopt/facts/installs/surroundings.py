"""What tools read whatever they are called for: settings and versions, in the folder and in those above it."""

from __future__ import annotations

import posixpath
import re

from dfopt.facts.installs.project import NEEDS_SOURCES, Needs, Project, Refused
from dfopt.facts.naming import named_in_settings
from dfopt.knowledge.installs import Install
from dfopt.knowledge.version_managers import CHOOSING
from dfopt.model.build_files import Kind


def chosen(project: Project) -> Needs:
    """What version managers read, whatever tool is called."""
    return Needs(project.reads(project.near(*CHOOSING)))


def surroundings(project: Project, row: Install) -> Needs | Refused:
    """What any call of a tool reads; refused if a file of settings names a folder that the build context brings."""
    reads = set(project.reads(project.near(*row.always)))
    reads.update(path for path in project.near(row.manifest) if re.search(row.says_version, project.text(path) or ""))
    for folder in project.folders:
        for name in row.settings:
            path = posixpath.join(folder, name)
            text = project.text(path)
            if not project.has(path):
                continue
            reads.add(path)
            named = named_in_settings(text or "", (folder, project.folder), project.placed)
            for each in sorted(named):
                entry = project.entry(each)
                if entry is None or entry.kind is Kind.FOLDER:
                    return Refused(NEEDS_SOURCES, f"{path} names {each}")
            reads |= named
    return Needs(frozenset(reads))
