"""What stands under deploy/ passes the strictest validators; and each of them refuses what is broken."""

from __future__ import annotations

import copy
import shutil
import subprocess
from functools import reduce
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from streams.topics import RAW
from validators import (
    BIN,
    DEPLOY,
    ROOT,
    build,
    fault_of_compose,
    fault_of_dockerfile,
    fault_of_unit,
    faults_of_manifests,
    load_compose,
    run,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from validators import Manifest

pytestmark = pytest.mark.deploy

PRODUCTION = DEPLOY / "kubernetes" / "production"
UNIT = DEPLOY / "systemd" / "news-streams.service"
MOST_EXPOSED = 15
"""Tenths, of what `systemd-analyze security` calls exposure: below 2 it is OK."""


@pytest.fixture(scope="module")
def production() -> list[Manifest]:
    return build(PRODUCTION)


def one(manifests: list[Manifest], kind: str) -> Manifest:
    return copy.deepcopy(next(each for each in manifests if each["kind"] == kind))


def put(manifest: Manifest, path: str, value: Any) -> None:
    """Set what stands at a path like `spec/0/name`."""
    *way, last = [int(part) if part.isdigit() else part for part in path.split("/")]
    reduce(lambda node, part: node[part], way, manifest)[last] = value


# Kubernetes


@pytest.mark.parametrize("folder", ["base", "production"])
def test_kubernetes_takes_every_manifest(folder: str) -> None:
    manifests = build(DEPLOY / "kubernetes" / folder)
    assert manifests
    assert faults_of_manifests(manifests) == []


def test_every_kind_that_is_promised_is_there(production: list[Manifest]) -> None:
    kinds = {each["kind"] for each in production}
    assert kinds >= {"Deployment", "PodDisruptionBudget", "NetworkPolicy", "ServiceMonitor", "PrometheusRule"}
    assert kinds >= {"ScaledObject", "TriggerAuthentication", "KafkaTopic", "KafkaUser", "ConfigMap"}


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("Deployment", "spec/replica", 2),
        ("Deployment", "spec/template/spec/containers/0/resources/requests/cpu", True),
        ("Deployment", "spec/template/spec/containers/0/livenessProbe/periodSecond", 1),
        ("Deployment", "spec/template/spec/containers/0/ports/0/containerPort", "metrics"),
        ("Deployment", "apiVersion", "apps/v1beta1"),
        ("Deployment", "kind", "Deploiment"),
        ("PodDisruptionBudget", "spec/selector", "news-streams"),
        ("NetworkPolicy", "spec/egress/0/to", {}),
        ("KafkaTopic", "spec/partitions", "8"),
        ("KafkaTopic", "spec/partition", 8),
        ("KafkaTopic", "spec/replicas", 0),
        ("KafkaTopic", "metadata/name", "news_articles"),
        ("KafkaUser", "spec/authorization/acls/0/operations", ["Reed"]),
        ("KafkaUser", "spec/authorization/acls/0/resource/type", "topics"),
        ("KafkaUser", "spec/authentication/type", "scram"),
        ("ScaledObject", "spec/maxReplicas", 8),
        ("ScaledObject", "spec/triggers/0/metadata/lagThreshold", 900),
        ("TriggerAuthentication", "spec/secretTargetRef/0/secret", "x"),
        ("ServiceMonitor", "spec/endpoints/0/intervall", "15s"),
        ("PrometheusRule", "spec/groups/0/rules/0/expr", None),
    ],
)
def test_a_broken_manifest_is_refused(production: list[Manifest], kind: str, path: str, value: Any) -> None:
    manifest = one(production, kind)
    assert faults_of_manifests([manifest]) == []
    put(manifest, path, value)
    assert faults_of_manifests([manifest]) != []


def test_a_kustomization_that_names_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    shutil.copytree(DEPLOY / "kubernetes", tmp_path / "kubernetes")
    (tmp_path / "kubernetes" / "base" / "service.yaml").unlink()
    with pytest.raises(ValueError, match=r"service\.yaml"):
        build(tmp_path / "kubernetes" / "production")


def test_no_file_of_kubernetes_is_left_out() -> None:
    folder = DEPLOY / "kubernetes"
    named = set()
    for path in folder.rglob("kustomization.yaml"):
        content = yaml.safe_load(path.read_text())
        files = [*content.get("resources", []), *(each.get("path") for each in content.get("patches", []))]
        files += [name for each in content.get("configMapGenerator", []) for name in each.get("files", [])]
        named |= {path, *(path.parent / name for name in files if name)}
    assert {path for path in folder.rglob("*") if path.is_file()} <= named


def test_there_are_never_more_workers_than_partitions(production: list[Manifest]) -> None:
    spec = one(production, "ScaledObject")["spec"]
    (trigger,) = spec["triggers"]
    assert trigger["metadata"]["topic"] == RAW.name
    assert spec["minReplicaCount"] <= spec["fallback"]["replicas"] <= spec["maxReplicaCount"] == RAW.partitions
    assert "replicas" not in one(production, "Deployment")["spec"], "KEDA and the Deployment would fight"


def test_what_the_pods_name_is_there(production: list[Manifest]) -> None:
    """Labels, ports, volumes, settings: what no schema ties together."""
    deployment = one(production, "Deployment")["spec"]
    labels = deployment["template"]["metadata"]["labels"].items()
    (container,) = deployment["template"]["spec"]["containers"]
    for kind, where in (("PodDisruptionBudget", "selector"), ("NetworkPolicy", "podSelector")):
        assert one(production, kind)["spec"][where]["matchLabels"].items() <= labels
    service = one(production, "Service")
    assert service["spec"]["selector"].items() <= labels
    monitor = one(production, "ServiceMonitor")["spec"]
    assert monitor["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    assert monitor["endpoints"][0]["port"] in {port["name"] for port in service["spec"]["ports"]}
    assert monitor["jobLabel"] in service["metadata"]["labels"]
    probes = [container[f"{name}Probe"]["httpGet"]["port"] for name in ("liveness", "readiness", "startup")]
    assert {*probes, service["spec"]["ports"][0]["targetPort"]} == {container["ports"][0]["name"]}
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    assert mounted == {volume["name"] for volume in deployment["template"]["spec"]["volumes"]}
    (user,) = (each["value"] for each in container["env"] if each["name"] == "NEWS_STREAMS_SASL_USERNAME")
    assert user in {each["metadata"]["name"] for each in production if each["kind"] == "KafkaUser"}
    assert one(production, "ScaledObject")["spec"]["scaleTargetRef"]["name"] == "news-streams"


def test_settings_of_the_pods_are_settings(production: list[Manifest], tmp_path: Path) -> None:
    deployment, config = one(production, "Deployment"), one(production, "ConfigMap")
    spec = deployment["spec"]["template"]["spec"]
    (text,) = config["data"].values()
    (tmp_path / "news-streams.toml").write_text(text)
    given = {each["name"]: each["value"] for each in spec["containers"][0]["env"] if "FILE" not in each["name"]}
    given["NEWS_STREAMS_SASL_PASSWORD"] = "of the secret"  # noqa: S105
    given["NEWS_STREAMS_CONFIG"] = str(tmp_path / "news-streams.toml")
    code = "from streams.settings import Settings; print(Settings.load().stop_timeout)"
    done = subprocess.run(
        [BIN / "python", "-c", code], env=given, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < spec["terminationGracePeriodSeconds"]


# Docker


def test_the_dockerfile_is_without_fault() -> None:
    assert fault_of_dockerfile(DEPLOY / "Dockerfile") == ""


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("python:3.11.14-slim-bookworm", "python:latest", "DL3007"),
        ("USER 10001:10001", "USER root", "DL3002"),
        ("WORKDIR /src", "WORKDIR src", "DL3000"),
        ('ENTRYPOINT ["news-streams"]', "ENTRYPOINT news-streams", "DL3025"),
        ("EXPOSE 6066", "EXPOSE 606666", "DL3011"),
        ("EXPOSE 6066", "EXPOZE 6066", "unexpected"),
    ],
)
def test_a_broken_dockerfile_is_refused(tmp_path: Path, old: str, new: str, rule: str) -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    assert old in text
    (tmp_path / "Dockerfile").write_text(text.replace(old, new).replace("${PYTHON}", new if "python" in new else "x:1"))
    assert rule in fault_of_dockerfile(tmp_path / "Dockerfile")


def test_what_docker_gets_is_enough_to_build_the_wheel(tmp_path: Path) -> None:
    """No engine here to run the build: but what it copies is what the wheel is made of."""
    lines = (DEPLOY / "Dockerfile").read_text().splitlines()
    copies = [line.split()[1:] for line in lines if line.startswith("COPY ") and "--from" not in line]
    sent = {line[1:] for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if line.startswith("!")}
    assert {name for *names, _ in copies for name in names} == sent
    for *names, _ in copies:
        for name in names:
            source, target = ROOT / name, tmp_path / "src" / (name if (ROOT / name).is_dir() else (ROOT / name).name)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("training", "__pycache__"))
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, target)
    code, said = run([BIN / "python", "-m", "build", "--wheel", "--outdir", tmp_path, tmp_path / "src"])
    assert code == 0, said
    assert list(tmp_path.glob("news_streams-*.whl"))


def test_compose_is_without_fault() -> None:
    assert fault_of_compose(DEPLOY / "compose.yaml") == ""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda file: file["services"]["worker"].update(imag="x"), "imag"),
        (lambda file: file["services"]["worker"].update(mem_limit=[]), "mem_limit"),
        (
            lambda file: file["services"]["worker"]["depends_on"].update(kafk={"condition": "service_started"}),
            "undefined service",
        ),
        (lambda file: file["services"]["kafka"].update(ports=["99999999:1"]), "hostPort"),
        (lambda file: file["volumes"].pop("kafka"), "undefined volume"),
        (lambda file: file.update(service={}), "service"),
    ],
)
def test_a_broken_compose_file_is_refused(tmp_path: Path, change: Callable[[Manifest], Any], said: str) -> None:
    file = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    change(file)
    (tmp_path / "compose.yaml").write_text(yaml.safe_dump(file))
    assert said in fault_of_compose(tmp_path / "compose.yaml")


def test_compose_opens_nothing_to_others_and_gives_nobody_more_than_needed() -> None:
    services = load_compose(DEPLOY / "compose.yaml")["services"]
    for name, service in services.items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["mem_limit"], name
        assert all(port["host_ip"] == "127.0.0.1" for port in service.get("ports", [])), name
        assert "latest" not in service["image"], name
        assert ":" in service["image"], name
        assert service.get("read_only") is (True if name != "kafka" else None), name
        for volume in service.get("volumes", []):
            assert volume["type"] != "bind" or (DEPLOY / volume["source"]).exists(), (name, volume)


# systemd


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    assert fault_of_unit(UNIT, tmp_path) == ""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Restart=always", "Restrat=always"),
        ("MemoryMax=2G", "MemoryMax=much"),
        ("[Service]", "[Servis]"),
        ("ExecStart=/opt", "ExecStart=opt"),
        ("/bin/news-streams --", "/bin/newsstreams --"),
    ],
)
def test_a_broken_unit_is_refused(tmp_path: Path, old: str, new: str) -> None:
    text = UNIT.read_text()
    assert old in text
    (tmp_path / UNIT.name).write_text(text.replace(old, new))
    (tmp_path / "copy").mkdir()
    assert fault_of_unit(tmp_path / UNIT.name, tmp_path / "copy") != ""


def test_the_unit_leaves_little_open() -> None:
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", UNIT]
    code, said = run(command)
    assert code == 0, said
