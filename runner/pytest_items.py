"""Test items for pytest: a verify file of an applied step, a check, or the ledger against the files. Writes nothing."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest

from runner import engines, examine, ledger, project
from runner.engines import Session, Settings
from runner.errors import InterruptedRunError, Location, RungError, StepError, UsageError, counted, some
from runner.project import Tree
from runner.sqlfile import SqlFile, carried_root, header
from runner.target import FILES, Target, parse

_DAY = 86_400
# The options of the command line that pytest has by another name.
_OPTION = re.compile(r"--(?=(?:url|family|schema|project|lock-timeout)\b)")


@dataclass(frozen=True, slots=True)
class Seen:
    """What the database says of one family before the first item runs.

    Plain values: with pytest-xdist they go to every worker, so that all collect the same. problems: why files and
    ledger disagree, the lines of an error each.
    """

    family: str
    steps: int
    applied: tuple[str, ...]
    pending: int
    problems: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Test:
    """One item to be. file: the SQL to run, None for the ledger. skip: why it is not run, or empty."""

    name: str
    title: str
    file: SqlFile | None = None
    problems: tuple[tuple[str, ...], ...] = ()
    skip: str = ""


class Database:
    """The database of a run, opened by the first item that reads it and closed by the last of a row of them: tests of
    the project that come in between have it for themselves."""

    def __init__(self, target: Target, settings: Settings) -> None:
        self.target = target
        self._settings = settings
        self._session: Session | None = None

    def open(self) -> Session:
        """The session of this process. Raises TargetError or LockedError."""
        if not self._session:
            self._session = engines.connect(self.target, "read", self._settings)
        return self._session

    def end(self) -> None:
        """End the transaction that is open, if one is."""
        try:
            if self._session:
                self._session.rollback()
        except RungError:
            # The connection was lost on the way, which the item has said.
            self.close()

    def close(self) -> None:
        """Give the database back, if it is open."""
        session, self._session = self._session, None
        if session:
            session.close()


class Item(pytest.Item):
    """One file that must return no row, or a ledger that must fit the files."""

    def __init__(self, *, test: Test, database: Database, **given: Any) -> None:
        super().__init__(**given)
        self._test = test
        self._database = database
        self._summary = ""
        self._at = Location(str(self.path), 1)
        if test.skip:
            self.add_marker(pytest.mark.skip(reason=test.skip))

    def setup(self) -> None:
        """Begin to read: a database that is not there is an error of the item, and not a failure."""
        if self._test.file:
            try:
                self._database.open().begin_read()
            except RungError as error:
                self._give_up(error)

    def runtest(self) -> None:
        """Run the file. Fails for a violation, a file that does not run, or a ledger that does not fit."""
        file = self._test.file
        if not file:
            if self._test.problems:
                lines = [f"  {line}" for problem in self._test.problems for line in problem]
                self._fail(self._test.problems[0][0], [self._test.title, *lines])
            return
        try:
            violations = self._database.open().violations(file)
        except StepError as error:
            self._fail(error.message, [self._test.title, *error.lines()], error.at)
        except RungError as error:
            self._give_up(error)
        if violations:
            found, at = counted(len(violations), "violation"), Location(file.path, 1)
            rows = (f"  {row}" for row in some(violations))
            self._fail(f"{found}: {violations[0]}", [self._test.title, *rows, f"{at}: {found}"], at)

    def teardown(self) -> None:
        """End the transaction of setup()."""
        self._database.end()

    def _give_up(self, error: RungError) -> NoReturn:
        """Fail, or stop the run where that was asked for; the next item connects anew."""
        self._database.close()
        if isinstance(error, InterruptedRunError):
            raise KeyboardInterrupt from None
        self._fail(error.message, _words(error), error.at)

    def _fail(self, summary: str, lines: Sequence[str], at: Location | None = None) -> NoReturn:
        """Say no in rung's words, without a traceback. summary: the one line of it, for lists of failures."""
        self._summary, self._at = summary, at or self._at
        pytest.fail("\n".join(lines), pytrace=False)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The failure, whose place is that in the SQL and not the line of this module that raises it."""
        shown = super().repr_failure(excinfo, style)
        crash = getattr(shown, "reprcrash", None)
        if isinstance(excinfo.value, pytest.fail.Exception) and crash:
            crash.path, crash.lineno, crash.message = self._at.file, self._at.line or 1, self._summary
        return shown

    def reportinfo(self) -> tuple[Path, int, str]:
        """The place and the heading of the item."""
        return self.path, 0, self.nodeid.replace("::", " ")


class File(pytest.Collector):
    """What is asked of one file: once, or once for each family that it belongs to.

    It is no pytest.File, of which pytest wants that they lie below its root directory: --lf would pass over it.
    """

    def __init__(self, *, tests: Sequence[Test], database: Database, **given: Any) -> None:
        super().__init__(**given)
        self._tests = tests
        self._database = database
        self.add_marker(pytest.mark.rung)

    def collect(self) -> Iterator[Item]:
        """An item for each test. The id is given whole: pytest would not find brackets in a name of its making."""
        for test in self._tests:
            yield Item.from_parent(
                self,
                name=test.name,
                nodeid=f"{self.nodeid}::{test.name}",
                path=self.path,
                test=test,
                database=self._database,
            )


class Items:
    """The hooks of a run for which a database is named."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._root = Path(config.getoption("rung_project") or carried_root()).resolve()
        self._database: Database | None = None
        self._version = ""
        self._seen: tuple[Seen, ...] = ()
        self._files: dict[Path, list[Test]] = {}
        self._named = False

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionstart(self) -> Generator[None, None, None]:
        """Look at the database, or in a worker of pytest-xdist be told. Raises UsageError: then nothing is run."""
        try:
            self._begin()
        except RungError as error:
            raise pytest.UsageError("\n".join(_words(error))) from None
        return (yield)

    def _begin(self) -> None:
        option = self._config.getoption
        target = parse(option("rung_url"), option("rung_schema"))
        if target.engine in FILES:
            # A test may leave another working directory behind.
            target = target._replace(path=str(Path(target.path).absolute()))
        if not 0 <= (wait := option("rung_lock_timeout")) <= _DAY:
            raise UsageError(f"--lock-timeout {wait:g}: give seconds, from 0 to {_DAY}")
        settings = Settings(lock_timeout_ms=round(wait * 1000))
        self._database = Database(target, settings)
        told = getattr(self._config, "workerinput", {}).get("rung")
        if told is None:
            self._seen = self._look(self._database, option("rung_family") or [])
        else:
            self._seen = tuple(Seen(**one) for one in told)
        for seen in self._seen:
            for path, test in _tests(project.load(self._root, seen.family, target.engine), seen, self._root):
                self._files.setdefault(path, []).append(test)

    def _look(self, database: Database, asked: Sequence[str]) -> tuple[Seen, ...]:
        engine = database.target.engine
        known = project.families(self._root)
        trees = [project.load(self._root, name, engine) for name in dict.fromkeys(asked)]
        session = database.open()
        self._version = f"{session.name} {session.version}"
        try:
            with examine.snapshot(session):
                if not asked:
                    here = [name for name in known if engine in known[name] and ledger.read(session, name).applied]
                    trees = [project.load(self._root, name, engine) for name in here]
                if not trees:
                    raise UsageError(
                        f"{database.target.shown} has no applied step of any family of {self._root}",
                        hint="name the project with --rung-project, or the family with --rung-family",
                    )
                return tuple(_seen(session, tree) for tree in trees)
        finally:
            database.close()

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """What pytest-xdist tells a worker."""
        node.workerinput["rung"] = [asdict(seen) for seen in self._seen]

    def pytest_report_header(self) -> str:
        """The database and how far its families are."""
        families = (f"{seen.family} {len(seen.applied)} of {counted(seen.steps, 'step')}" for seen in self._seen)
        shown = self._database.target.shown if self._database else ""
        return f"rung: {shown} ({self._version}), {', '.join(families)} applied"

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> File | None:
        """One of our files that the command line names, such as by the id of an item: then only those are run."""
        path = file_path.resolve()
        if path not in self._files or not parent.session.isinitpath(file_path):
            return None
        self._named = True
        return self._file(path, parent)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Join the tests of the project, whatever else the command line names."""
        report = yield
        if isinstance(collector, pytest.Session) and not self._named:
            report.result = [*(report.result or []), *(self._file(path, collector) for path in self._files)]
        return report

    def _file(self, path: Path, parent: pytest.Collector) -> File:
        name = self._id(path)
        return File.from_parent(
            parent, name=name, nodeid=name, path=path, tests=self._files[path], database=self._database
        )

    def _id(self, path: Path) -> str:
        """The path below the root directory of pytest, or else below the project: the same on every machine."""
        for root in (self._root, carried_root()):
            if path.is_relative_to(root):
                place = Path()
                if root != carried_root() and root.is_relative_to(self._config.rootpath):
                    place = root.relative_to(self._config.rootpath)
                return (place / path.relative_to(root)).as_posix()
        return path.as_posix()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, nextitem: pytest.Item | None) -> Generator[None, None, None]:
        """Give the database back where the next item is none of ours."""
        try:
            return (yield)
        finally:
            if not isinstance(nextitem, Item):
                self.pytest_unconfigure()

    def pytest_unconfigure(self) -> None:
        """Give the database back, also after an interruption."""
        if self._database:
            self._database.close()


def _seen(session: Session, tree: Tree) -> Seen:
    now = examine.state(session, tree)
    problems = tuple(tuple(problem.lines()) for problem in now.problems)
    return Seen(now.family, len(now.rungs), tuple(rung.id for rung in now.applied), len(now.pending), problems)


def _tests(tree: Tree, seen: Seen, root: Path) -> Iterable[tuple[Path, Test]]:
    """Everything to ask of a family, with the file that it is asked of; the order is that of `rung verify`."""
    place = tree.directory.resolve()
    about = f"{seen.family}: the files are those that the ledger knows."
    yield place, Test("ledger", about, problems=seen.problems)
    for step in tree.steps:
        if step.id in seen.applied:
            yield place / "verify" / f"{step.id}.sql", Test("verify", header(step.verify).title, step.verify)
    if not seen.applied:
        skip = f"no step of {seen.family} is applied"
    elif seen.pending:
        skip = f"{counted(seen.pending, 'step')} of {seen.family} pending, and a check speaks of the whole schema"
    else:
        skip = ""
    for file in project.checks(root, tree.family, tree.engine):
        path = Path(file.path).resolve()
        own = path.is_relative_to(root / "sql" / "checks" / tree.family)
        name = "check" if own else f"check[{tree.family}]"
        yield path, Test(name, header(file).title, file, skip=skip)


def _words(error: RungError) -> list[str]:
    """An error as rung shows it, with the options by the names that they have here (commands stay as they are)."""
    first, *others = error.lines()
    lines = [f"rung: {first}", *others]
    return [
        "`".join(_OPTION.sub("--rung-", part) if i % 2 == 0 else part for i, part in enumerate(line.split("`")))
        for line in lines
    ]
