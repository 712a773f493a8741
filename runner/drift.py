"""Drift: the catalog of a database against what exactly the steps that are applied to it build on a scratch database.

What is compared: the schema that rung works in, as a whole, and whatever else the steps make or change (roles,
extensions, other schemas). What surrounds the steps, and was on the scratch database before the first of them, is none
of their business; nor is where rows lie, so that partitions of the steps' tables are built as they are found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace

from runner import drill, engines, examine, ledger, partitions, scratch, state
from runner.differences import Difference, Sides, Taken, compare, owned, taken, without_places
from runner.engines import Session, Settings
from runner.errors import RungError, StepError, TargetError
from runner.ledger import Actor
from runner.passage import Site
from runner.plan import Plan
from runner.project import Step, Tree
from runner.scratch import Place
from runner.sqlfile import runner_sql
from runner.state import Key, differing
from runner.target import Target


@dataclass(frozen=True, slots=True)
class Order:
    """What to compare. others: the other families of the project on this engine, whose objects may be there too.

    where: --scratch, or empty.
    """

    tree: Tree
    others: tuple[Tree, ...]
    origin: Target
    where: str
    settings: Settings
    actor: Actor
    observe: Callable[[str], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Found:
    """What was found. plan: of the database, which is called name and has a version of the engine.

    compared: how many objects; None where nothing was compared, because no step is applied or the ledger and the files
    disagree. makers: the last step that made or changed an object, by kind and name. notes: what else is worth knowing.
    """

    plan: Plan
    name: str
    version: str
    compared: int | None = None
    differences: tuple[Difference, ...] = ()
    makers: Mapping[Key, Step] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Live:
    """The database as it was read. schema: that rung works in (PostgreSQL). owner: of the ledger."""

    plan: Plan
    others: tuple[Plan, ...]
    held: Taken
    schema: str
    owner: str
    name: str
    version: str


@dataclass(frozen=True, slots=True)
class _Built:
    """What steps build from nothing. ground: what was there before. makers: the last step that changed each object.
    adopted: what steps make or change that were adopted."""

    site: Site
    ground: Taken
    held: Taken
    makers: Mapping[Key, Step]
    adopted: frozenset[Key]


def run(order: Order) -> Found:
    """Compare. The database is only read; what was made for it is gone afterwards.

    Raises TargetError or LockedError where a database cannot be had, or the scratch database cannot have the steps;
    UsageError for a --scratch that does not exist.
    """
    order.observe("reading the catalog")
    live = _read(order)
    found = Found(live.plan, live.name, live.version)
    if not live.plan.applied or live.plan.problems:
        return found
    others = [(tree, now) for tree, now in zip(order.others, live.others, strict=True) if now.applied]
    apart = next(filter(None, map(drill.apart, [order.tree, *(tree for tree, _ in others)])), "")
    origin = order.origin._replace(schema=live.schema)
    with ExitStack() as stack:
        where = (order.tree.engine, origin, order.where, order.settings)
        place = stack.enter_context(scratch.place(*where, apart=apart))
        built = _build(order, live, place, stack, order.tree, live.plan)
        if elsewhere := _elsewhere(live, built):
            built = _build(order, live, place, stack, order.tree, live.plan, elsewhere)
        sides = _sides(order, live, built)
        differences, compared = compare(sides)
        notes = _adoptions(live.plan)
        if others and any(difference.change == "unknown" for difference in differences):
            theirs: set[Key] = set()
            for tree, now in others:
                try:
                    other = _build(order, live, place, stack, tree, now)
                except (TargetError, StepError) as error:
                    notes.append(f"what {tree.family} has here cannot be told apart: {error.message}")
                    continue
                theirs |= set(differing(other.ground.catalog, other.held.catalog))
            differences, compared = compare(replace(sides, theirs=frozenset(theirs)))
        version = built.site.session.version
        if differences and version.split(".")[0] != live.version.split(".")[0]:
            notes.append(
                f"the database is on {live.name} {live.version} and the steps were built on {version}: another major "
                "version may write the same definition otherwise; --scratch names a server of the same one"
            )
        # Nothing is copied: that is what a drill does there.
        placed = (note.replace("copied to ", "built on ", 1) for note in place.notes)
        return replace(
            found,
            compared=compared,
            differences=tuple(differences),
            makers=built.makers,
            notes=(*placed, *notes),
        )


def _read(order: Order) -> _Live:
    session = engines.connect(order.origin, "read", order.settings)
    try:
        while True:
            moves = ledger.moves(session)
            now = examine.state(session, order.tree)
            held = taken(state.take(session, rows=False))
            # A step that somebody took meanwhile would be in one of the two and not in the other.
            if ledger.moves(session) == moves:
                break
        others = tuple(examine.state(session, tree) for tree in order.others)
        schema = _asked(session, "session", 1)
        return _Live(now, others, held, schema, _asked(session, "ledger_owner", 0), session.name, session.version)
    finally:
        session.close()


def _asked(session: Session, name: str, column: int) -> str:
    """What a server says of itself; empty for an engine without one."""
    rows = session.run(runner_sql("catalog", "postgresql", name), {}) if session.engine == "postgresql" else []
    return str(rows[0][column]) if rows else ""


def _elsewhere(live: _Live, built: _Built) -> list[str]:
    """How to make the extensions that steps make where there is none, and that were there, in a schema of their own."""
    texts: list[str] = []
    for key in differing(built.ground.catalog, built.held.catalog):
        text = live.held.catalog.get(key, "")
        if key[0] == "extension" and text and text != built.held.catalog.get(key):
            schema = text.rpartition(" SCHEMA ")[2].strip('"')
            texts += [live.held.catalog.get(("schema", schema), "").partition(" AUTHORIZATION ")[0], text]
    return texts


def _build(
    order: Order, live: _Live, place: Place, stack: ExitStack, tree: Tree, now: Plan, before: Sequence[str] = ()
) -> _Built:
    """Build the applied steps of a family on an empty database: exactly these. before: statements to begin with."""
    steps = [rung.step for rung in now.applied if rung.step]
    target = place.empty(named=not before and tree is order.tree)._replace(schema=live.schema)
    site = Site(target, order.settings, tree._replace(steps=tuple(steps)), order.actor)
    stack.callback(site.close)
    for step in steps:
        if why := site.unmet.get(step.requires):
            raise TargetError(
                f"{step.id} is applied, and the scratch database cannot have it: {why}",
                kept="the database itself was only read",
                hint="name a server that has what the database's has: --scratch postgresql://…",
            )
    for text in filter(None, before):
        # A schema may be there.
        with suppress(RungError):
            partitions.script(site.session, text)
    ground = taken(site.take(rows=False))
    stack.enter_context(roles_forgotten(site))
    adopted: set[Key] = set()
    makers: dict[Key, Step] = {}
    now_held = ground
    for step in steps:
        order.observe(f"building {step.id}")
        _climb(site, step)
        below, now_held = now_held, taken(site.take(rows=False))
        changed = differing(without_places(below.catalog), without_places(now_held.catalog))
        makers |= dict.fromkeys(changed, step)
        adopted |= set(changed) if step.id in _adopted(now) else set()
    return _Built(site, ground, now_held, makers, frozenset(adopted))


def _climb(site: Site, step: Step) -> None:
    try:
        site.up(step, watched=False)
    except StepError as error:
        raise TargetError(
            f"{step.id} is applied, and the scratch database does not take it: {error.message}",
            at=error.at,
            detail=error.detail,
            kept="the database itself was only read",
            hint="what the step takes for granted must be there; --scratch names a server that is like the database's",
        ) from None


@contextmanager
def roles_forgotten(site: Site) -> Iterator[None]:
    """Drop, in the end, the roles that steps make meanwhile: they belong to the whole server, and would stay on it."""
    before = _roles(site.session)
    try:
        yield
    finally:
        with suppress(RungError):
            for role in sorted(_roles(site.session) - before):
                with suppress(RungError):
                    partitions.run_told(site.session, roles=[role])


def _roles(session: Session) -> set[str]:
    if session.engine != "postgresql":
        return set()
    return {name for kind, name in state.take(session, rows=False).catalog if kind == "role"}


def _sides(order: Order, live: _Live, built: _Built) -> Sides:
    sides = Sides(order.tree.engine, built.ground, built.held, live.held, built.adopted)
    if order.tree.engine != "postgresql":
        return sides
    session = built.site.session
    followed = partitions.follow(session, built.held, live.held)
    now = taken(built.site.take(rows=False))
    # Whoever applied the steps owns what they make, as we do there.
    names = {_asked(session, "ledger_owner", 0): live.owner}
    sides = replace(sides, ground=owned(built.ground, names), built=owned(now, names))
    return partitions.alike(sides, followed, owned(built.held, names))


def _adopted(now: Plan) -> list[str]:
    return [rung.id for rung in now.applied if rung.applied and rung.applied.record and rung.applied.record.adopted]


def _adoptions(now: Plan) -> list[str]:
    steps = _adopted(now)
    if not steps:
        return []
    held = "is held by its verify file" if len(steps) == 1 else "is held by their verify files"
    return [f"{', '.join(steps)} adopted what was there before, which {held} and not compared"]
