"""A folder that installs qianli where no network is: its wheel and those of all it needs, their digests, and a list of what is in it.

    python .ci/wheelhouse.py FOLDER [--platform windows-x86_64] [--extras documents,serve]

FOLDER/*.whl              for this machine, or for another kind of MACHINES, with Python 3.11 unless --python-version says another
FOLDER/requirements.txt   each of them with its version and SHA-256; pip refuses any other file
FOLDER/sbom.cdx.json      the same as a bill of materials (CycloneDX 1.6): name, version, licence, digest

There:  python -m pip install --no-index --find-links FOLDER --require-hashes -r FOLDER/requirements.txt
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import shutil
import subprocess
import sys
import uuid
import zipfile
from datetime import UTC, datetime
from email.parser import HeaderParser
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
ONLY_SOURCE = ("jieba",)  # on the index as a source archive alone; pure Python, so its wheel fits every machine
GLIBC = range(28, 16, -1)  # a wheel for glibc 2.17 serves every machine that has 2.28, which the newest wheels of numpy need
MACHINES = {  # a kind of machine -> how uv names it, and the tags of the wheels that it takes
    "linux-x86_64": ("x86_64-manylinux_2_28", [f"manylinux_2_{minor}_x86_64" for minor in GLIBC] + ["manylinux2014_x86_64"]),
    "linux-aarch64": ("aarch64-manylinux_2_28", [f"manylinux_2_{minor}_aarch64" for minor in GLIBC] + ["manylinux2014_aarch64"]),
    "windows-x86_64": ("x86_64-pc-windows-msvc", ["win_amd64"]),
    "macos-arm64": ("aarch64-apple-darwin", [f"macosx_{major}_0_{chip}" for major in (14, 13, 12, 11) for chip in ("arm64", "universal2")]),
}
SAME = {"amd64": "x86_64", "darwin": "macos"}  # how Python names what MACHINES names


class Wheel(NamedTuple):
    """A wheel of the folder, as its own metadata names it."""

    name: str
    version: str
    licence: dict[str, object] | None  # as CycloneDX has it; None where the wheel names none
    sha256: str


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    here = "-".join(SAME.get(name.lower(), name.lower()) for name in (platform.system(), platform.machine()))
    parser.add_argument("--platform", choices=MACHINES, default=here if here in MACHINES else None, required=here not in MACHINES)
    parser.add_argument("--python-version", default="3.11", help="of the machine that it is for (3.11)")
    parser.add_argument("--extras", default="", help="extras of qianli, with commas between them")
    wanted = parser.parse_args(arguments)
    wanted.folder.mkdir(parents=True, exist_ok=True)
    if strangers := [path.name for path in wanted.folder.iterdir()]:
        print(f"{wanted.folder} is not empty ({strangers[0]} …); name a new folder", file=sys.stderr)
        return 2
    try:
        collect(wanted.folder, wanted.platform, wanted.python_version, wanted.extras)
    except subprocess.CalledProcessError as error:
        print(f"{Path(error.cmd[0]).name} -m {error.cmd[2]} stopped with {error.returncode}; its own words are above", file=sys.stderr)
        return 2
    wheels = [described(path) for path in sorted(wanted.folder.glob("*.whl"))]
    (wanted.folder / "requirements.txt").write_text(requirements(wheels), "utf-8")
    (wanted.folder / "sbom.cdx.json").write_text(json.dumps(bill_of_materials(wheels), indent=1, ensure_ascii=False) + "\n", "utf-8")
    size = sum(path.stat().st_size for path in wanted.folder.iterdir()) / 1e6
    print(f"{len(wheels)} wheels, {size:.0f} MB, in {wanted.folder}; carry the folder over, and there:")
    print(f"python -m pip install --no-index --find-links {wanted.folder.name} --require-hashes -r {wanted.folder.name}/requirements.txt")
    return 0


def collect(folder: Path, machine: str, python_version: str, extras: str) -> None:
    """Build the wheels that no index has, and download the others in the versions that fit the *machine*."""
    named, tags = MACHINES[machine]
    shutil.rmtree(ROOT / "build", ignore_errors=True)  # setuptools would pack what an earlier build left there
    pip("wheel", "--no-deps", "-w", folder, ROOT, *ONLY_SOURCE)
    # pip asks this machine, not the other one, which conditional requirements hold (colorama on Windows); uv asks the other one
    asked = [
        *("--python-platform", named, "--python-version", python_version),
        *(f"--extra={extra}" for extra in extras.split(",") if extra),
    ]
    resolved = [sys.executable, "-m", "uv", "pip", "compile", "-q", "--no-annotate", "--no-header", str(ROOT / "pyproject.toml"), *asked]
    needed = subprocess.run(resolved, check=True, stdout=subprocess.PIPE, text=True).stdout.split("\n")
    wanted = [line for line in needed if line and line.split("==")[0] not in ONLY_SOURCE]
    platforms = [argument for tag in tags for argument in ("--platform", tag)]
    pip("download", "--no-deps", "--only-binary", ":all:", "--python-version", python_version, *platforms, "-d", folder, *wanted)


def pip(*arguments: object) -> None:
    """Run pip of this Python; its own output is shown only where it fails."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *map(str, arguments[:1]), "-q", *map(str, arguments[1:])]
    subprocess.run(command, check=True)


def described(path: Path) -> Wheel:
    """Return what the wheel at *path* says of itself."""
    with zipfile.ZipFile(path) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA") and name.count("/") == 1)
        fields = HeaderParser().parsestr(archive.read(name).decode("utf-8", "replace"))
    classifiers = [line.rsplit(" :: ", 1)[1] for line in fields.get_all("Classifier", []) if line.startswith("License ::")]
    named = "; ".join(classifiers) or (fields["License"] or "").strip().split("\n")[0]
    expression = fields["License-Expression"]
    licence = {"expression": expression} if expression else {"license": {"name": named}} if named else None
    return Wheel(fields["Name"], fields["Version"], licence, hashlib.sha256(path.read_bytes()).hexdigest())


def requirements(wheels: list[Wheel]) -> str:
    """Return a requirements file that pins each wheel to its version and digest."""
    return "".join(f"{wheel.name}=={wheel.version} --hash=sha256:{wheel.sha256}\n" for wheel in wheels)


def bill_of_materials(wheels: list[Wheel]) -> dict[str, object]:
    """Return the wheels as a CycloneDX document (ECMA-424, version 1.6)."""
    components = [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/{wheel.name.lower().replace('_', '-')}@{wheel.version}",
            "name": wheel.name,
            "version": wheel.version,
            "purl": f"pkg:pypi/{wheel.name.lower().replace('_', '-')}@{wheel.version}",
            "hashes": [{"alg": "SHA-256", "content": wheel.sha256}],
            **({"licenses": [wheel.licence]} if wheel.licence else {}),
        }
        for wheel in wheels
    ]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid4()}",
        "version": 1,
        "metadata": {"timestamp": datetime.now(UTC).isoformat(timespec="seconds")},
        "components": components,
    }


if __name__ == "__main__":
    raise SystemExit(main())
