"""The CI files that people copy do what they say: they are valid, and every line of shell in them is run."""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, TREES, write
from ruamel.yaml import YAML

from runner import cli, throwaway

BIN = Path(sys.executable).parent
ACTION = ROOT / ".github" / "actions" / "rung" / "action.yml"
WORKFLOW = ROOT / ".github" / "workflows" / "rung.yml"
HOOKS = ROOT / ".pre-commit-hooks.yaml"
# Until the README has the template.


def gitlab() -> str:
    """The template for GitLab, as the README shows it."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^```yaml\n(# \.gitlab-ci\.yml\n.*?)^```", readme, re.DOTALL | re.MULTILINE)
    return found[0]


def load(text: str) -> Any:
    return YAML(typ="safe").load(text)


def read(path: Path) -> Any:
    return load(path.read_text(encoding="utf-8"))


# Jobs of GitLab by name, and what else is at the top of its file.
def jobs_of_gitlab() -> dict[str, Any]:
    found = load(gitlab())
    return {name: job for name, job in found.items() if isinstance(job, dict) and "script" in job}


def scripts() -> Iterator[tuple[str, str]]:
    """Every piece of shell in the files, with its place."""
    for step in read(ACTION)["runs"]["steps"]:
        if "run" in step:
            yield f"action: {step['name']}", step["run"]
    for name, job in read(WORKFLOW)["jobs"].items():
        for step in job["steps"]:
            if "run" in step:
                yield f"workflow: {name}: {step['name']}", step["run"]
    for name, job in jobs_of_gitlab().items():
        yield f"gitlab: {name}", "\n".join(job["script"])
    yield "gitlab: before", "\n".join(load(gitlab())[".rung"]["before_script"])


SCRIPTS = dict(scripts())


@pytest.mark.parametrize(
    ("schema", "file"),
    [("github-actions", ACTION), ("github-workflows", WORKFLOW), ("gitlab-ci", None)],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_files_are_what_their_schemas_say(schema: str, file: Path | None, tmp_path: Path) -> None:
    if not file:
        file = tmp_path / ".gitlab-ci.yml"
        file.write_text(gitlab(), encoding="utf-8")
    more = ["--data-transform", "gitlab-ci"] if schema == "gitlab-ci" else []
    command = [str(BIN / "check-jsonschema"), "--builtin-schema", f"vendor.{schema}", *more, str(file)]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_scripts_are_shell_that_takes_no_text_from_outside(script: str) -> None:
    result = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode == 0, result.stderr
    # Within a script an expression is code: values go through the environment.
    assert "${{" not in script
    assert not re.search(r"\beval\b|--url", script)


def test_actions_are_pinned_and_jobs_may_do_no_more_than_they_must() -> None:
    workflow = read(WORKFLOW)
    used = [step["uses"] for job in workflow["jobs"].values() for step in job["steps"] if "uses" in step]
    used += [step["uses"] for step in read(ACTION)["runs"]["steps"] if "uses" in step]
    assert all(re.fullmatch(r"\./\.github/actions/rung|[\w./-]+@v\d+", name) for name in used), used
    assert workflow["permissions"] == {"contents": "read"} and workflow["concurrency"]
    assert {name for name, job in workflow["jobs"].items() if "permissions" in job} == {"lint"}
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 45
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout"):
                assert step["with"]["persist-credentials"] is False
    # A pull request of somebody else's must not meet the secrets of this repository.
    assert set(workflow["on"]) == {"push", "pull_request"}


@pytest.mark.parametrize(
    "line",
    [
        *(
            line
            for script in SCRIPTS.values()
            for line in re.findall(r"^ *rung (?!\"\$)(.*)$", re.sub(r"\n +", " ", script), re.M)
        ),
        *(f"{hook['entry'].removeprefix('rung ')} {shlex.join(hook['args'])}" for hook in read(HOOKS)),
    ],
)
def test_every_command_line_is_one_that_rung_takes(line: str) -> None:
    with redirect_stderr(io.StringIO()) as said:
        try:
            cli._parse(shlex.split(line.replace("$ENGINE", "sqlite")))
        except SystemExit:
            pytest.fail(f"{line}: {said.getvalue()}")


# --- What GitHub does with a job, as far as these files use it.

_NAME = re.compile(r"'[^']*'|[A-Za-z_][\w.-]*(?:\(\))?|&&|\|\||!=|==|!|[()]")
_WORDS = {"&&": " and ", "||": " or ", "!": " not ", "always()": "True"}


@dataclass
class Sandbox:
    """A checkout of a project, and what GitHub gives to a step. values: the contexts, flat."""

    folder: Path
    tools: Path
    values: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    printed: str = ""
    ran: list[str] = field(default_factory=list)
    code: int = 0

    def __post_init__(self) -> None:
        (self.tools / "temp").mkdir(parents=True, exist_ok=True)
        (self.tools / "home").mkdir(exist_ok=True)
        self.environment |= {
            "GITHUB_OUTPUT": str(self.tools / "output"),
            "GITHUB_STEP_SUMMARY": str(self.tools / "summary"),
            "GITHUB_WORKSPACE": str(self.folder),
            "RUNNER_TEMP": str(self.tools / "temp"),
            "HOME": str(self.tools / "home"),
            "PATH": f"{self.tools}:{os.environ['PATH']}",
            "PYTHONUTF8": "1",
        }
        self.tool("rung", f'exec {sys.executable} -m runner "$@"')
        # What would be installed is written down: the tests have it.
        self.tool("python", f'echo "$PWD: $*" >>{self.tools}/installed')

    def tool(self, name: str, script: str) -> None:
        """Put a program at the head of PATH."""
        path = self.tools / name
        path.write_text(f"#!/usr/bin/env bash\n{script}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    @property
    def summary(self) -> str:
        path = self.tools / "summary"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    @property
    def installed(self) -> list[str]:
        path = self.tools / "installed"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def expression(self, text: str) -> str:
        """The value of what stands between ${{ and }}, or of a condition."""
        python = "".join(
            _WORDS.get(word) or (word if word[0] in "'()!=" else f"value({word!r})") for word in _NAME.findall(text)
        )
        found = eval(python, {"value": lambda name: self.values.get(name, "")})  # the files are ours
        return {True: "true", False: ""}.get(found, str(found)) if isinstance(found, bool) else str(found)

    def filled(self, text: object) -> str:
        """A value of the file with its expressions replaced."""
        return re.sub(r"\$\{\{(.*?)\}\}", lambda match: self.expression(match[1]), str(text))

    def job(self, job: Mapping[str, Any], **values: str) -> int:
        """Run the steps of a job; the exit code of the first that fails."""
        self.code, self.ran = 0, []
        self.values |= values
        self.environment |= {name: self.filled(value) for name, value in job.get("env", {}).items()}
        self.values |= {f"env.{name}": value for name, value in self.environment.items()}
        for step in job["steps"]:
            condition = step.get("if", "")
            if (self.code and "always()" not in condition) or (condition and not self.expression(condition)):
                continue
            code = self.step(step)
            self.code = self.code or code
        return self.code

    def step(self, step: Mapping[str, Any]) -> int:
        given = {name: self.filled(value) for name, value in step.get("with", {}).items()}
        if "run" in step:
            self.ran.append(step["name"])
            return self.shell(step["run"], {name: self.filled(value) for name, value in step.get("env", {}).items()})
        self.ran.append(step["uses"])
        return self.action(step.get("id", "-"), given) if step["uses"].startswith("./") else 0

    def action(self, id: str, given: Mapping[str, str]) -> int:
        """Run the steps of our action; its outputs are those of the step."""
        action = read(ACTION)
        assert set(given) <= set(action["inputs"])
        wanted = {name for name, one in action["inputs"].items() if one.get("required")}
        assert wanted <= set(given)
        inner = dict(self.values)
        inner |= {f"inputs.{name}": given.get(name, one.get("default", "")) for name, one in action["inputs"].items()}
        outer, self.values = self.values, inner
        (self.tools / "output").unlink(missing_ok=True)
        code = 0
        for step in action["runs"]["steps"]:
            if code or ("if" in step and not self.expression(step["if"])):
                continue
            if "run" in step:
                environment = {name: self.filled(value) for name, value in step["env"].items()}
                code = self.shell(step["run"], environment | {"GITHUB_ACTION_PATH": str(ACTION.parent)})
                inner |= {f"steps.{step.get('id')}.outputs.{name}": value for name, value in self.outputs().items()}
        found = {f"steps.{id}.outputs.{name}": self.filled(one["value"]) for name, one in action["outputs"].items()}
        self.values = outer | found
        return code

    def outputs(self) -> dict[str, str]:
        path = self.tools / "output"
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        return dict(line.split("=", 1) for line in text.splitlines())

    def shell(self, script: str, environment: Mapping[str, str] | None = None) -> int:
        """Run a script as GitHub and GitLab do: it ends with the first command that fails."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT", "RUNG", "PYTEST"))}
        result = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.folder,
            env=kept | self.environment | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=300,
        )
        self.printed += result.stdout
        return result.returncode


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    """A repository with the steps of this one, all of it committed."""
    folder = tmp_path / "checkout"
    for name in ("migrations", "sql", "tests/snapshots"):
        shutil.copytree(ROOT / name, folder / name)
    for name in (".sqlfluff", ".rung.toml"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, folder)
    made = Sandbox(folder, tmp_path / "tools")
    commit(made)
    return made


def commit(sandbox: Sandbox) -> None:
    who = "-c user.name=x -c user.email=x@example.org -c commit.gpgsign=false"
    script = f"git init -q -b main; git add -A; git {who} commit -qm x; git update-ref refs/remotes/origin/main HEAD"
    assert sandbox.shell(script) == 0, sandbox.printed


# A rung that says what it was given, and then what it is told to say.
SAYS = """
printf '%s\\n' "$@" >"$SAID"
echo "url: $RUNG_URL"
while [ $# -gt 0 ]; do
    case "$1" in --junit | --sarif | --markdown) echo "$1 of it" >"$2"; shift ;; esac
    shift
done
exit "$ANSWER"
"""


@pytest.mark.parametrize("answer", [0, 1, 3])
def test_the_action_keeps_the_verdict_and_shows_the_summary(answer: int, sandbox: Sandbox) -> None:
    sandbox.tool("rung", SAYS)
    said = sandbox.tools / "said"
    sandbox.environment |= {"SAID": str(said), "ANSWER": str(answer)}
    sandbox.values["env.RUNG_URL"] = "sqlite:///of-the-job.db"
    evil = "a b'; touch evil; $(touch evil) `touch evil` *"
    given = {
        "command": "drift",
        "family": evil,
        "url": "postgresql://u:secret@h/d",
        "args": "--foreign 'table dba_*'\n--scratch \"\" --foreign $(touch\\ evil)*",
    }
    assert sandbox.action("x", given) == answer
    words = said.read_text(encoding="utf-8").splitlines()
    assert words[:5] == ["drift", evil, "--project", ".", "--github"]
    assert words[-6:] == ["--foreign", "table dba_*", "--scratch", "", "--foreign", "$(touch evil)*"]
    assert not (sandbox.folder / "evil").exists()
    # The URL is on no command line; where the action is given none, it is that of the job.
    assert not any("secret" in word for word in words) and "url: postgresql://u:secret@h/d" in sandbox.printed
    assert sandbox.summary == "--markdown of it\n"
    outputs = {name: sandbox.values[f"steps.x.outputs.{name}"] for name in read(ACTION)["outputs"]}
    assert outputs.pop("exit-code") == str(answer)
    for name, path in outputs.items():
        assert Path(path).read_text(encoding="utf-8") == f"--{name} of it\n"
    sandbox.action("x", {"command": "status", "project": ""})
    assert "--exit-code" in said.read_text(encoding="utf-8") and "url: sqlite:///of-the-job.db" in sandbox.printed


def test_the_action_refuses_what_it_does_not_know(sandbox: Sandbox) -> None:
    assert sandbox.action("x", {"command": "down\n::warning::x"}) == 2
    assert "::error::command: lint" in sandbox.printed and "\n::warning" not in sandbox.printed
    assert sandbox.action("x", {"command": "lint", "args": "--rules 'open"}) != 0
    assert sandbox.values["steps.x.outputs.exit-code"] == ""
    assert sandbox.action("x", {"command": "verify", "family": "--help"}) != 1


def test_the_action_installs_its_own_revision_or_the_one_that_is_named(sandbox: Sandbox) -> None:
    sandbox.tool("rung", "true")
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    for more in ({}, {"version": "1.2.3"}, {"version": "installed"}):
        assert sandbox.action("x", {"command": "lint", **more}) == 0, sandbox.printed
    own, named = (line.split()[-1] for line in sandbox.installed)
    path, _, names = own.rstrip("]").partition("[")
    assert Path(path).resolve() == ROOT and set(names.split(",")) <= set(extras)
    assert named == f"rung[{names}]==1.2.3"
    for line in SCRIPTS["workflow: validate: Install rung"], SCRIPTS["gitlab: before"]:
        assert set(re.findall(r"\[([\w,]+)\]'", line)[0].split(",")) <= set(extras)
    for hook in read(HOOKS):
        ((dependency),) = hook["additional_dependencies"]
        assert set(re.findall(r"^\.\[([\w,]+)\]$", dependency)[0].split(",")) <= set(extras)


# --- With rung itself.


@pytest.fixture
def server() -> Iterator[str]:
    """The URL of a PostgreSQL server that nothing was done on, as a job has it, of the version that it has."""
    if not throwaway.find("embedded"):
        pytest.skip("rung[embedded] is not on this machine")
    with throwaway.server("embedded") as made:
        yield made.url()


def row(family: str) -> dict[str, str]:
    """The values of a family in the workflow's matrix."""
    rows = read(WORKFLOW)["jobs"]["validate"]["strategy"]["matrix"]["include"]
    (found,) = (one for one in rows if one["family"] == family)
    return found


def test_the_matrix_has_every_family() -> None:
    rows = read(WORKFLOW)["jobs"]["validate"]["strategy"]["matrix"]["include"]
    have = {(path.parent.name, path.name) for path in (ROOT / "migrations").glob("*/*")}
    assert {(one["family"], one["engine"]) for one in rows} == have
    for one in rows:
        assert bool(one["image"]) == (one["engine"] == "postgresql")


def test_services_are_of_the_version_that_comes_with_rung() -> None:
    """Steps that make roles are tried on a throwaway server of the same version, and the wheel is where it is from."""
    if not (found := throwaway.find("embedded")):
        pytest.skip("rung[embedded] is not on this machine")
    image = f"postgres:{found.version.split('.')[0]}"
    assert {row(family)["image"] for family in ("archon", "mister_smith")} == {image}
    assert jobs_of_gitlab()["rung validate"]["services"] == [image]


@pytest.mark.parametrize("family", ["ggen", "agentdb", "archon"])
def test_the_workflow_validates_a_family(family: str, sandbox: Sandbox, request: pytest.FixtureRequest) -> None:
    job = read(WORKFLOW)["jobs"]["validate"]
    values = row(family)
    if values["engine"] == "postgresql":
        values["url"] = request.getfixturevalue("server")
    code = sandbox.job(job, **{f"matrix.{name}": value for name, value in values.items()})
    assert code == 0, sandbox.printed
    # Nothing is left out: every step of the job has run.
    assert len(sandbox.ran) == len(job["steps"])
    assert Path(sandbox.values["steps.drill.outputs.junit"]).read_text(encoding="utf-8").startswith("<?xml")


def test_a_failing_verdict_fails_the_job_and_is_in_the_summary(sandbox: Sandbox) -> None:
    job = read(WORKFLOW)["jobs"]["validate"]
    up = next(i for i, step in enumerate(job["steps"]) if step.get("run", "").startswith("rung up"))
    spoilt = 'rung up "$FAMILY" --project .; ' + shlex.join(
        [sys.executable, "-c", "import sqlite3; sqlite3.connect('ci.db').execute('DROP INDEX receipts_session_id_idx')"]
    )
    job["steps"][up] = {"name": "spoilt", "run": spoilt}
    code = sandbox.job(job, **{f"matrix.{name}": value for name, value in row("ggen").items()})
    assert code == 1, sandbox.printed
    assert "receipts_session_id_idx" in sandbox.printed and "receipts_session_id_idx" in sandbox.summary
    # Status held, verify did not, and only what is to be run always came after it.
    assert sandbox.ran[-2:] == ["./.github/actions/rung", "./.github/actions/rung"]


def test_the_workflow_lints_what_a_pull_request_changes(sandbox: Sandbox) -> None:
    job = read(WORKFLOW)["jobs"]["lint"]
    event = {"github.event_name": "pull_request", "github.base_ref": "main"}
    assert sandbox.job(job, **event) == 0, sandbox.printed
    step = sandbox.folder / "migrations" / "ggen" / "sqlite" / "0008.ggen-analytics-views.sql"
    step.write_text(step.read_text(encoding="utf-8") + "\nCREATE TABEL x (id INTEGER);\n", encoding="utf-8")
    assert sandbox.job(job, **event) == 1, sandbox.printed
    assert "::error" in sandbox.printed and step.name in sandbox.summary
    assert Path(sandbox.values["steps.lint.outputs.sarif"]).is_file()
    assert sandbox.ran[-1].startswith("github/codeql-action/upload-sarif")
    fork = {"github.event.pull_request.head.repo.fork": "true"}
    assert sandbox.job(job, **event, **fork) == 1
    assert sandbox.ran[-1] == "./.github/actions/rung"


def test_the_workflow_calls_the_tests_as_anybody_does(sandbox: Sandbox) -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    # In its place, what tells that it was called: the tests are not to call themselves.
    (sandbox.folder / ".ci").mkdir()
    shutil.copy(sandbox.tools / "python", sandbox.folder / ".ci" / "run")
    assert sandbox.job(read(WORKFLOW)["jobs"]["test"]) == 0, sandbox.printed
    assert sandbox.installed and (sandbox.tools / "home" / ".gitconfig").is_file()


@pytest.mark.parametrize("engine", ["sqlite", "duckdb", "postgresql"])
def test_the_template_for_gitlab_works(
    engine: str, sandbox: Sandbox, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """On a project of somebody else's, whose family is the one that the template names."""
    sandbox.folder = tmp_path / "theirs"
    shutil.copytree(TREES / {"sqlite": "base"}.get(engine, engine), sandbox.folder)
    commit(sandbox)
    template = load(gitlab())
    jobs = jobs_of_gitlab()
    url = f"{engine}:///ci.db" if engine != "postgresql" else request.getfixturevalue("server")
    sandbox.environment |= {"FAMILY": template["variables"]["FAMILY"], "RUNG_URL": url}
    assert sandbox.shell("\n".join(template[".rung"]["before_script"])) == 0
    snapshot = sandbox.shell('rung snapshot "$FAMILY" --project .')
    assert snapshot == 0, sandbox.printed
    for name in ("rung validate", "rung production"):
        assert sandbox.shell("\n".join(jobs[name]["script"])) == 0, sandbox.printed
    reports = {path.name for path in sandbox.folder.iterdir() if path.suffix in {".xml", ".md", ".sarif"}}
    assert {"drift.sarif", "drill.md", "drill.xml", "snapshot.xml", "status.xml", "verify.xml"} <= reports
    if engine == "sqlite":
        write(sandbox.folder / "ci.db", "DROP TRIGGER orders_note_is_kept")
        assert sandbox.shell("\n".join(jobs["rung production"]["script"])) == 1
        assert "orders_note_is_kept" in (sandbox.folder / "verify.xml").read_text(encoding="utf-8")


def test_the_template_for_gitlab_lints_what_a_merge_request_changes(sandbox: Sandbox) -> None:
    sandbox.environment["CI_MERGE_REQUEST_DIFF_BASE_SHA"] = "HEAD"
    script = "\n".join(jobs_of_gitlab()["rung lint"]["script"])
    assert sandbox.shell(script) == 0, sandbox.printed
    step = sandbox.folder / "migrations" / "ggen" / "sqlite" / "0008.ggen-analytics-views.sql"
    step.write_text(step.read_text(encoding="utf-8") + "\nCREATE TABEL x (id INTEGER);\n", encoding="utf-8")
    assert sandbox.shell(script) == 1, sandbox.printed
    for name in ("lint.xml", "lint.sarif", "lint.md"):
        assert step.name in (sandbox.folder / name).read_text(encoding="utf-8")


def test_the_hooks_are_what_pre_commit_takes() -> None:
    """What its own validate-manifest asks; with the program itself it was tried by hand, being no dependency."""
    for hook in read(HOOKS):
        assert {"id", "name", "entry", "language"} <= set(hook)
        assert hook["language"] == "python" and hook["entry"].startswith("rung ")
        assert set(hook.get("stages", [])) <= {"pre-commit", "pre-push", "manual"}


def test_the_lint_hook_judges_the_files_that_are_named(sandbox: Sandbox) -> None:
    (hook,) = (hook for hook in read(HOOKS) if hook["id"] == "rung-lint")
    command = f"{hook['entry']} {shlex.join(hook['args'])}"
    files = [path.relative_to(sandbox.folder) for path in sandbox.folder.glob("migrations/ggen/*/*.sql")]
    assert all(re.search(hook["files"], str(path)) for path in files)
    assert sandbox.shell(f"{command} {shlex.join(map(str, files))}") == 0, sandbox.printed
    bad = sandbox.folder / files[0]
    bad.write_text(bad.read_text(encoding="utf-8") + "\nCREATE TABEL x (id INTEGER);\n", encoding="utf-8")
    assert sandbox.shell(f"{command} {files[0]}") == 1, sandbox.printed
    assert sandbox.shell(f"{command} {files[1]}") == 0, sandbox.printed
