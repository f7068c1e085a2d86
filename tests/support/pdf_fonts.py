"""What must hold for the letters of a PDF: fonts that are embedded, as TrueType."""

import re
from pathlib import Path


def faults_of_pdf(path: Path) -> list[str]:
    """Return what is wrong with the fonts of a PDF that matplotlib wrote."""
    content = path.read_bytes()
    fonts = re.findall(rb"/Type\s*/FontDescriptor\b", content)
    embedded = re.findall(rb"/FontFile2\s+\d+ \d+ R", content)
    faults = [] if fonts else [f"{path}: holds no font"]
    if len(embedded) != len(fonts):
        faults.append(f"{path}: {len(fonts)} fonts, of which {len(embedded)} are embedded as TrueType")
    if re.search(rb"/Subtype\s*/Type3\b", content):
        faults.append(f"{path}: holds a Type 3 font")
    return faults
