"""The reports of a drill: what a DBA signs shows everything that was found, and runs nothing that was named."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import ROOT

from runner import drill_report, junit
from runner.errors import UsageError
from runner.verdict import Crash, Drill, Drilled, Finding, Lock, Loss, Passage

GGEN = (
    *("workflow-sessions", "receipts", "agent-memory", "audit-log", "collision-detection", "pipeline-metrics"),
    *("slo-violations", "analytics-views"),
)
PRIORITY = Loss("messages", "priority", 48_211, True, False)
SCRIPT = "<script>alert(1)</script>"
# What a database may call a table, and how it must appear.
HOSTILE = {
    **{
        name: name
        for name in (
            *(SCRIPT, '"><img src=x onerror=alert(2)>', "<!--", "]]>", "{{ 7 * 7 }}", "{% raw %}", "&lt;b&gt;", "it's"),
            *("naïve 表", "' onclick='alert(3)", "</code></style></pre></table>", "javascript:alert(4)"),
        )
    },
    "line\nbreak": r"line\nbreak",
    "esc\x1b[2Jape": r"esc\x1b[2Jape",
    "nul\x00": r"nul\x00",
    "c1\x9b2J": r"c1\x9b2J",
    "bidi\u202eevil": r"bidi\u202eevil",
    "zero\u200bwidth": r"zero\u200bwidth",
    "half\udc80": r"half\udc80",
    "none\ufffe": r"none\ufffe",
    "separator\u2028": r"separator\u2028",
    "no\xa0break": r"no\xa0break",
}


def fingerprint(number: int) -> str:
    return f"sha256:{number:064x}"


def drilled(number: int, slug: str, verdict: str = "lossless", **changes: object) -> Drilled:
    """A step as it comes out of a drill on SQLite."""
    step = Drilled(
        f"{number:04}.{slug}",
        verdict,  # type: ignore[arg-type]
        "copy",
        before=fingerprint(number),
        after=fingerprint(number + 1),
        forward_checksum=fingerprint(1000 + number),
        rollback_checksum=fingerprint(2000 + number),
        verify_checksum=fingerprint(3000 + number),
        up=Passage(0.4 + number / 10, 0.5),
        down=Passage(0.2, 0.4),
        crashes=tuple(Crash(way, n, "") for way in ("up", "down") for n in range(1, 5)),  # type: ignore[arg-type]
    )
    return replace(step, **changes)  # type: ignore[arg-type]


def drill(*steps: Drilled, **changes: object) -> Drill:
    value = Drill(
        family="ggen",
        engine="sqlite",
        engine_name="SQLite",
        engine_version="3.40.1",
        place="sqlite:////srv/data/tier2.db",
        schema="",
        began_utc="2026-11-21T06:06:19.482+00:00",
        took_ms=340.25,
        copy_ms=21.5,
        copy_bytes=12_300_000,
        rows=118,
        username="dba",
        hostname="db1",
        run_id="82bae8bb84edeea7",
        rung_version="0.2.0",
        steps=steps,
    )
    return replace(value, **changes)  # type: ignore[arg-type]


def good() -> Drill:
    """Eight rollbacks on a copy of a SQLite database: all proven, two of them drop rows and say so."""
    losses = {
        2: (Loss("receipts", "", 31, True, True),),
        7: (Loss("slo_violations", "", 1, True, True), Loss("pipeline_metrics", "slo_ms", 17_000, False, True)),
    }
    return drill(
        *(
            drilled(n, f"ggen-{slug}", "lossy" if n in losses else "lossless", losses=losses.get(n, ()))
            for n, slug in enumerate(GGEN, 1)
        )
    )


def mixed() -> Drill:
    """PostgreSQL, and one step of each kind."""
    rewrite = Passage(
        412.7,
        18.3,
        (Lock("ACCESS SHARE", "agents", 431.0), Lock("ACCESS EXCLUSIVE", "task_queue", 428.9)),
        ("task_queue", "task_queue_default"),
    )
    add = Passage(21.0, 9.1, (Lock("SHARE ROW EXCLUSIVE", "agents", 27.4), Lock("SHARE", "messages", 28.25)))
    back = Passage(6.5, 3.2, (Lock("ACCESS EXCLUSIVE", "messages", 8.8),))
    left = (
        "table messages",
        "  sender text NOT NULL",
        "- payload jsonb NOT NULL DEFAULT '{}'::jsonb",
        "+ payload jsonb",
        "index messages_sent_idx",
        "- CREATE INDEX messages_sent_idx ON messages USING btree (sent_at) WHERE (read_at IS NULL)",
    )
    return drill(
        drilled(
            1,
            "mister_smith-roles",
            "irreversible",
            reason="roles belong to the whole cluster",
            down=None,
            crashes=(Crash("up", 1, ""),),
        ),
        drilled(2, "mister_smith-agents", up=Passage(31.2, 12.5), down=Passage(3.1, 0)),
        drilled(3, "mister_smith-task-queue", up=rewrite, down=replace(rewrite, step_ms=97.0, locks=rewrite.locks[:1])),
        drilled(
            4,
            "mister_smith-messages",
            "broken",
            reason="after the rollback the schema is not what it was before the step",
            difference=left,
            up=add,
            down=back,
        ),
        drilled(
            5,
            "mister_smith-message-priority",
            "lossy",
            findings=(Finding("table", "messages", PRIORITY, "`loses:` of its rollback is missing"),),
            losses=(PRIORITY, Loss("audit", "", 12, False, True)),
            up=add,
            down=back,
        ),
        drilled(
            6,
            "mister_smith-heartbeats",
            crashes=(Crash("up", 1, ""), Crash("up", 3, "heartbeats is there, the ledger does not know it")),
            up=Passage(7.7, 2.2),
            down=Passage(1.9, 3.3),
        ),
        drilled(7, "mister_smith-cron", "skipped", reason="the server lacks pg_cron", up=None, down=None, crashes=()),
        drilled(8, "mister_smith-views", "unreached", reason="0004 did not come back", up=None, down=None, crashes=()),
        family="mister_smith",
        engine="postgresql",
        engine_name="PostgreSQL",
        engine_version="15.18",
        place="postgresql://db1.example/app schema swarm",
        schema="swarm",
        copy_bytes=3_410_000_000,
        rows=1_204_118,
        took_ms=92_340.0,
        copy_ms=81_002.0,
        notes=("The copy was made with pg_dump; statistics were gathered before the steps ran.",),
    )


def hostile() -> Drill:
    """Every name and every sentence is one that a report must show and nothing may believe."""
    steps = []
    for number, name in enumerate(HOSTILE, 1):
        passage = Passage(1.0, 1.0, (Lock("ACCESS EXCLUSIVE", name, 1.5),), (name,))
        steps.append(
            drilled(
                number,
                name,
                "broken",
                reason=f"reason {name}",
                findings=(Finding("finding", name),),
                difference=(f"- {name}", f"+ {name}"),
                losses=(Loss(name, name, 1, True, False),),
                crashes=(Crash("up", 1, f"problem {name}"),),
                before=name,
                forward_checksum=name,
                up=passage,
                down=passage,
            )
        )
    words = dict.fromkeys(("family", "engine_name", "engine_version", "schema", "began_utc"), SCRIPT)
    people = dict.fromkeys(("username", "hostname", "run_id", "rung_version"), next(reversed(HOSTILE)))
    return drill(*steps, engine="postgresql", place=SCRIPT, notes=tuple(HOSTILE), **words, **people)


def large() -> Drill:
    """Two hundred steps."""
    return drill(*(drilled(n, f"ggen-{'-'.join(['step'] * (n % 9 + 1))}") for n in range(1, 201)))


ALL = pytest.mark.parametrize("made", [good, mixed, hostile, large], ids=lambda made: made.__name__)
BROKEN = "0004.mister_smith-messages"


def terminal(value: Drill, *, verbose: bool = False) -> str:
    return "\n".join(drill_report.lines(value, verbose=verbose))


def test_the_table_says_of_each_step_how_long_it_takes_and_what_it_loses() -> None:
    assert terminal(good()).split("\n") == [
        "  step                           verdict       up    down  loses",
        "  0001.ggen-workflow-sessions    lossless  0.5 ms  0.2 ms",
        "  0002.ggen-receipts             lossy     0.6 ms  0.2 ms  receipts (31 rows)",
        "  0003.ggen-agent-memory         lossless  0.7 ms  0.2 ms",
        "  0004.ggen-audit-log            lossless  0.8 ms  0.2 ms",
        "  0005.ggen-collision-detection  lossless  0.9 ms  0.2 ms",
        "  0006.ggen-pipeline-metrics     lossless  1.0 ms  0.2 ms",
        "  0007.ggen-slo-violations       lossy     1.1 ms  0.2 ms  slo_violations (1 row)",
        "                                                           pipeline_metrics.slo_ms (17,000 values)",
        "  0008.ggen-analytics-views      lossless  1.2 ms  0.2 ms",
        "",
        "8 of 8 rollbacks proven on a copy of sqlite:////srv/data/tier2.db (12 MB, 118 rows) in 340.2 ms:"
        " 6 lossless, 2 lossy; 64 kills, all survived.",
    ]


def test_on_postgresql_the_table_says_whom_a_step_blocks_and_what_it_rewrites() -> None:
    shown = terminal(mixed()).split("\n")
    assert shown[0].split() == ["step", "verdict", "up", "down", "blocks", "loses"]
    at = next(i for i, line in enumerate(shown) if line.startswith("  0003."))
    row = " ".join(" ".join(shown[at : at + 5]).split())
    assert row == (
        "0003.mister_smith-task-queue lossless 412.7 ms 97.0 ms 428.9 ms ACCESS EXCLUSIVE task_queue"
        " rewrites task_queue rewrites task_queue_default"
    ), "the longest lock that blocks, not the longest"
    assert "431.0 ms" not in terminal(mixed())


def test_what_is_not_proven_is_told_with_its_reason_its_findings_its_difference_and_three_facts() -> None:
    shown = terminal(mixed())
    told = {part.split(":")[0].strip(): part for part in shown.split("\n\n") if part.startswith("  000")}
    assert told[BROKEN].split("\n")[1:] == [
        "    after the rollback the schema is not what it was before the step",
        "    blocks:   writes for 28.2 ms up (SHARE on messages)",
        "    rewrites: nothing",
        "    loses:    not known",
        "    what it left (- as it should be, + as it is):",
        "      table messages",
        "        sender text NOT NULL",
        "      - payload jsonb NOT NULL DEFAULT '{}'::jsonb",
        "      + payload jsonb",
        "      index messages_sent_idx",
        "      - CREATE INDEX messages_sent_idx ON messages USING btree (sent_at) WHERE (read_at IS NULL)",
    ]
    lossy = told["0005.mister_smith-message-priority"]
    assert (
        ": lossy, not proven\n    loses messages.priority (48,211 values), and `loses:` of its rollback is missing\n"
        in lossy
    )
    assert "loses:    messages.priority (48,211 values), not declared; audit (12 rows)" in lossy
    killed = told["0006.mister_smith-heartbeats"]
    assert "killed on the way up before statement 3: heartbeats is there, the ledger does not know it" in killed
    assert "blocks:   nobody" in killed and "rewrites: nothing" in killed and "loses:    nothing" in killed
    # What was not tried blocks nobody, but that would say nothing.
    assert told["0008.mister_smith-views"].split("\n")[1:] == ["    0004 did not come back"]
    assert "  0007.mister_smith-cron: skipped, the server lacks pg_cron" in shown
    assert "note: The copy was made with pg_dump" in shown
    *_, result, bad = shown.split("\n")
    assert result == (
        "2 of 6 rollbacks proven on a copy of postgresql://db1.example/app schema swarm (3.4 GB, 1,204,118 rows)"
        " in 92.34 s: 3 lossless, 1 lossy, 1 irreversible, 1 broken, 1 unreached, 1 skipped; 35 kills, 1 not survived."
    )
    assert bad.startswith(f"Not proven: {BROKEN} (broken), 0005.mister_smith-message-priority (lossy), ")


def test_a_long_difference_is_cut_and_with_verbose_it_is_whole() -> None:
    value = drill(drilled(1, "ggen-x", "broken", difference=("- one\n\ttwo", *(f"+ line {n}" for n in range(98)))))
    assert "      - one\n      - \ttwo\n      + line 0\n" in terminal(value), "each line has its sign"
    assert "+ line 37\n" in terminal(value) and "+ line 38" not in terminal(value)
    assert "      and 60 more\n" in terminal(value)
    assert "+ line 97\n" in terminal(value, verbose=True) and "more" not in terminal(value, verbose=True)


def test_verbose_shows_every_lock_and_every_loss() -> None:
    assert "ACCESS SHARE" not in terminal(mixed())
    assert re.search(r"0003\S+ +up +ACCESS SHARE +agents +431.0 ms\n", terminal(mixed(), verbose=True))
    assert re.search(
        r"0004\S+ +down +ACCESS EXCLUSIVE +messages +8.8 ms +reads and writes", terminal(mixed(), verbose=True)
    )
    losses = tuple(Loss(f"t{n}", "", n, True, True) for n in range(5))
    value = drill(drilled(1, "ggen-x", "lossy", losses=losses))
    assert "t2 (2 rows)\n" in terminal(value) and "and 2 more" in terminal(value) and "t3 (" not in terminal(value)
    assert "t4 (4 rows)" in terminal(value, verbose=True)


@ALL
def test_the_tables_fit_the_terminal_and_nothing_that_is_named_moves_it(made: Callable[[], Drill]) -> None:
    value = made()
    names = [replace(step, id=step.id * 9, losses=(Loss("t" * 90, "c " * 90, 1, True, True),)) for step in value.steps]
    for one in (value, replace(value, steps=tuple(names))):
        table = terminal(one, verbose=True).split("\n\n")[0]
        assert max(map(len, table.split("\n"))) <= 120
    assert all(character.isprintable() or character == "\n" for character in terminal(value, verbose=True))
    if made is hostile:
        for appears in HOSTILE.values():
            assert f"rewrites: {appears}\n" in terminal(value)


def test_the_summary_says_what_the_rollbacks_were_tried_on() -> None:
    steps = (drilled(1, "ggen-x", basis="nothing"), drilled(2, "ggen-y"))
    assert "proven from nothing (1 row written) in" in terminal(drill(steps[0], place="", copy_bytes=0, rows=1))
    assert "tier2.db (980 bytes, 118 rows), 1 of them from nothing in" in terminal(drill(*steps, copy_bytes=980))
    assert "(1.5 MB, 0 rows) in" in terminal(drill(steps[1], copy_bytes=1_500_000, rows=0))
    assert "No rollback to prove on a copy of" in terminal(drill(drilled(1, "ggen-x", "irreversible", reason="why")))


VOID = frozenset({"br", "meta"})
SHOWN = frozenset(
    {
        *("html", "head", "body", "meta", "title", "style", "header", "main", "section", "article", "footer"),
        *("h1", "h2", "h3", "p", "ul", "li", "dl", "dt", "dd", "div", "span", "strong", "code", "a", "br"),
        *("pre", "del", "ins", "b", "table", "thead", "tbody", "tr", "th", "td", "svg", "rect", "line", "text"),
    }
)


class Page(HTMLParser):
    """What a page consists of, as an HTML parser sees it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def inert(page: Page) -> None:
    """Nothing in the page runs or loads."""
    assert {tag for tag, _ in page.elements} <= SHOWN
    for _, attributes in page.elements:
        assert not any(name.startswith("on") or name in {"src", "srcset", "style", "data"} for name in attributes)
        assert attributes.get("href", "#").startswith("#")
    assert {"http-equiv": "Content-Security-Policy", "content": "default-src 'none'; style-src 'unsafe-inline'"} in (
        page.all("meta")
    )


@ALL
def test_the_page_needs_nothing_runs_nothing_and_is_well_formed(made: Callable[[], Drill]) -> None:
    text = drill_report.html(made())
    page = Page(text)
    assert not page.open
    inert(page)
    # A page that is well-formed XML too is read the same by whatever reads it.
    root = ElementTree.fromstring(text)
    assert "".join(root.find("body").itertext()).strip() in page.text  # type: ignore[union-attr]
    style = root.findtext("head/style") or ""
    assert "url(" not in style and "@import" not in style
    if made is not hostile:
        assert not re.search(r"https?:|file:|javascript:", text)
    assert str(ROOT) not in text


@ALL
def test_the_page_can_be_heard_and_its_links_lead_somewhere(made: Callable[[], Drill]) -> None:
    page = Page(drill_report.html(made()))
    assert page.all("html") == [{"lang": "en"}]
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))
    assert all("scope" in attributes for attributes in page.all("th"))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = {attributes["href"].removeprefix("#") for attributes in page.all("a")}
    assert {f"step-{n}" for n in range(1, len(made().steps) + 1)} <= links <= set(ids)
    labels = {attributes["aria-labelledby"] for _, attributes in page.elements if "aria-labelledby" in attributes}
    assert labels <= set(ids)
    assert all("aria-label" in attributes or "aria-hidden" in attributes for attributes in page.all("svg"))


def test_hostile_names_are_shown_as_they_are() -> None:
    page = Page(drill_report.html(hostile()))
    for name, appears in HOSTILE.items():
        # In the heading, the locks, the losses, the rewrites, the findings and the crash.
        assert page.text.count(appears) > 10, name
    prose = "".join(page.text)
    assert all(character.isprintable() or character == "\n" for character in prose)


def sections(value: Drill) -> dict[str, str]:
    """The words of the page by the heading above them; a step's by its id."""
    root = ElementTree.fromstring(drill_report.html(value))
    found = {}
    for part in (*root.iter("section"), *root.iter("article")):
        heading = next(element for element in part.iter() if element.tag in {"h2", "h3"})
        found["".join(heading.itertext())] = " ".join(" ".join(part.itertext()).split())
    return found


def test_the_page_says_what_was_drilled_and_how_long_others_wait() -> None:
    shown = sections(mixed())
    assert re.findall(r"(NOT PROVEN|PROVEN) (\d of \d)", " ".join(Page(drill_report.html(mixed())).text.split())) == [
        ("NOT PROVEN", "2 of 6")
    ]
    for fact in (
        *("Database postgresql://db1.example/app schema swarm Family mister_smith , 8 steps Engine PostgreSQL 15.18",),
        *("Schema swarm Tried on a copy of the database Size 3.4 GB, 1,204,118 rows", "Began 2026-11-21 06:06:19 UTC"),
        *("Took 92.34 s, the copy 81.00 s By dba@db1 Run 82bae8bb84edeea7 rung 0.2.0",),
        # 428.9 + 28.25 + 28.25 up, 8.8 + 8.8 down.
        "Maintenance window 503.0 ms in all: 485.4 ms on the way up and 17.6 ms on the way down.",
        "The copy was made with pg_dump",
    ):
        assert fact in shown["Facts"]
    page = " ".join(Page(drill_report.html(good())).text.split())
    assert "PROVEN 8 of 8" in page and "NOT PROVEN" not in page and "Not proven" not in page
    # 2.5 ms up and 0.6 ms down a step: SQLite lets nobody else write for all of it.
    assert "15.6 ms in all: 10.8 ms on the way up and 4.8 ms" in page and "keeps every other writer waiting" in page
    assert "Tried on rows written for the drill" in sections(replace(good(), place=""))["Facts"]


def test_the_page_tells_of_each_step_what_was_found() -> None:
    shown = sections(mixed())
    for step in mixed().steps:
        assert all(text in shown[step.id] for text in (step.before, step.after, step.forward_checksum, step.reason))
        assert step.rollback_checksum in shown[step.id] and step.verify_checksum in shown[step.id]
        assert (step.id in shown["Not proven"]) is (not step.proven)
    assert "SHARE ROW EXCLUSIVE agents up 27.4 ms writes" in shown[BROKEN]
    assert "ACCESS SHARE agents up 431.0 ms neither reads nor writes" in shown["0003.mister_smith-task-queue"]
    assert "Rewrites task_queue, task_queue_default" in shown["0003.mister_smith-task-queue"]
    survived = "Killed before statement 1-4 on the way up and 1-4 on the way down: it was at a step boundary each time"
    assert survived in shown[BROKEN]
    assert "killed on the way up before statement 3: heartbeats is there" in shown["0006.mister_smith-heartbeats"]
    assert "Loses there is no way down" in shown["0001.mister_smith-roles"]
    lost = shown["What rolling back loses"]
    assert "0005.mister_smith-message-priority messages priority 48,211 values the column no" in lost
    assert "0005.mister_smith-message-priority audit 12 rows rows of the table yes" in lost
    time = shown["Time line"]
    assert "0003.mister_smith-task-queue lossless up 412.7 ms 18.3 ms 428.9 ms down 97.0 ms 18.3 ms" in time
    assert "0007.mister_smith-cron skipped not tried" in time
    assert "no file" in sections(drill(drilled(1, "ggen-x", "irreversible", rollback_checksum=None)))["0001.ggen-x"]
    apart = sections(drill(drilled(1, "ggen-x", basis="nothing")))
    assert "from nothing, not on the copy" in apart["0001.ggen-x"]
    assert "No loss was found." in apart["What rolling back loses"]


def test_a_difference_can_be_read_without_colour() -> None:
    root = ElementTree.fromstring(drill_report.html(mixed()))
    (diff,) = (element for element in root.iter("pre"))
    assert [(line.tag, (line.text or "")[:9]) for line in diff] == [
        ("b", "table mes"),
        ("span", "  sender "),
        ("del", "- payload"),
        ("ins", "+ payload"),
        ("b", "index mes"),
        ("del", "- CREATE "),
    ]
    many = drill(drilled(1, "ggen-x", "broken", difference=tuple(f"+ {n}" for n in range(5000))))
    assert len(list(ElementTree.fromstring(drill_report.html(many)).iter("ins"))) == 1000
    assert "and 4000 more" in drill_report.html(many)


def test_the_time_line_is_to_scale_and_windows_end_with_the_commit() -> None:
    root = ElementTree.fromstring(drill_report.html(mixed()))
    (body,) = (
        b for b in root.iter("tbody") if "0003.mister" in "".join(b.itertext()) and b.find(".//rect") is not None
    )
    shapes = [
        {shape.get("class"): shape for shape in reversed(list(svg)) if shape.get("class") != "b-axis"}
        for svg in body.iter("svg")
    ]

    def place(shape: ElementTree.Element, *names: str) -> list[float]:
        return [float((shape.get(name) or "").rstrip("%")) for name in names]

    # 500 ms are the whole width: 412.7 of the step, 18.3 of its verification, a window of 428.9 up to the commit.
    assert place(shapes[0]["b-step"], "x", "width") == pytest.approx([0, 82.54])
    assert place(shapes[0]["b-verify"], "x", "width") == pytest.approx([82.54, 3.66])
    assert place(shapes[0]["b-window"], "x1", "x2") == pytest.approx([0.42, 86.2])
    assert place(shapes[1]["b-step"], "x", "width") == pytest.approx([0, 19.4])
    assert "b-window" not in shapes[1]
    for value in (mixed(), large(), drill(drilled(1, "ggen-x", up=Passage(0, 0), down=Passage(1e-9, 0)))):
        for svg in ElementTree.fromstring(drill_report.html(value)).iter("svg"):
            for shape in svg:
                ends = [float(text[:-1]) for name in ("x", "width", "x2") if (text := shape.get(name, "0%"))[-1] == "%"]
                assert sum(ends) <= 100.01 and min(ends) >= 0


def test_two_hundred_steps_are_one_page_of_reasonable_size() -> None:
    text = drill_report.html(large())
    assert text.count("<article ") == 200 and len(text) < 600_000
    assert terminal(large()).count("lossless") == 201


def test_jinja_is_loaded_for_the_page_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import runner.drill_report, sys; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(UsageError) as raised:
        drill_report.html(good())
    assert raised.value.hint == "pip install 'jinja2>=3.1' brings it"


# Jenkins' junit-10.xsd, as far as rung uses it: the attributes of each element (those in capitals must be there), and
# what may be in it.
JUNIT = {
    "testsuites": ("name time tests failures errors", {"testsuite"}),
    "testsuite": ("NAME TESTS FAILURES ERRORS time skipped timestamp hostname id", {"properties", "testcase"}),
    "properties": ("", {"property"}),
    "property": ("NAME VALUE", set()),
    "testcase": ("NAME time classname", {"skipped", "error", "failure", "system-out"}),
    **dict.fromkeys(("failure", "error", "skipped"), ("type message", set())),
    "system-out": ("", set()),
}


def read(text: str) -> ElementTree.Element:
    """A JUnit document that is valid."""
    assert text.startswith('<?xml version="1.0" encoding="utf-8"?>\n')
    root = ElementTree.fromstring(text.encode())
    assert root.tag == "testsuites"
    for element in root.iter():
        names, inside = JUNIT[element.tag]
        assert set(element.attrib) <= set(names.lower().split()), element.tag
        assert {name.lower() for name in names.split() if name.isupper()} <= set(element.attrib), element.tag
        assert {child.tag for child in element} <= inside
        most = 6 if element.tag == "testcase" else 3
        assert re.fullmatch(rf"(\d+\.\d{{1,{most}}})?", element.get("time", ""))
    return root


def test_junit_has_a_case_a_step() -> None:
    root = read(drill_report.junit(mixed()))
    (suite,) = root
    counts = {
        name: suite.get(name) for name in ("name", "tests", "failures", "errors", "skipped", "timestamp", "hostname")
    }
    assert counts == {
        "name": "rung drill mister_smith",
        "tests": "8",
        "failures": "4",
        "errors": "0",
        "skipped": "1",
        "timestamp": "2026-11-21T06:06:19",
        "hostname": "db1",
    }
    assert {p.get("name"): p.get("value") for p in suite.iter("property")} == {
        "engine": "PostgreSQL",
        "version": "15.18",
        "place": "postgresql://db1.example/app schema swarm",
        "schema": "swarm",
        "rows": "1204118",
        "username": "dba",
        "run": "82bae8bb84edeea7",
        "rung": "0.2.0",
    }
    cases = {case.get("name"): case for case in suite.iter("testcase")}
    assert list(cases) == [step.id for step in mixed().steps]
    assert {case.get("classname") for case in cases.values()} == {"rung.drill.mister_smith"}
    assert {
        name: failure.get("type") for name, case in cases.items() if (failure := case.find("failure")) is not None
    } == {
        BROKEN: "broken",
        "0005.mister_smith-message-priority": "lossy",
        "0006.mister_smith-heartbeats": "lossless",
        "0008.mister_smith-views": "unreached",
    }
    failure = cases[BROKEN].find("failure")
    assert failure is not None and failure.get("message") == (
        "after the rollback the schema is not what it was before the step"
    )
    assert "\n  - payload jsonb NOT NULL" in (failure.text or "") and "\n  + payload jsonb\n" in (failure.text or "")
    skipped = cases["0007.mister_smith-cron"].find("skipped")
    assert skipped is not None and skipped.get("message") == "the server lacks pg_cron"
    # 21.0 + 9.1 up, 6.5 + 3.2 down.
    assert cases[BROKEN].get("time") == "0.039800"
    said = cases["0003.mister_smith-task-queue"].findtext("system-out") or ""
    assert "blocks: reads and writes for 428.9 ms up (ACCESS EXCLUSIVE on task_queue)" in said
    assert "killed before statement 1-4 on the way up" in said


def test_junit_holds_what_xml_cannot() -> None:
    root = read(drill_report.junit(hostile()))
    names = [case.get("name") for case in root.iter("testcase")]
    assert names == [f"{n:04}.{appears}" for n, appears in enumerate(HOSTILE.values(), 1)]
    assert len(list(root.iter("failure"))) == len(HOSTILE)


def test_junit_is_for_other_commands_too() -> None:
    every = "".join(map(chr, range(32))) + "\x7f\udfff\ufffe\uffff<&>\"'\U0001f40d"
    error = junit.Outcome("error", every, every, every)
    cases = (junit.Case("a", "b", 0.000_01, error, every), junit.Case(every, every, 2.5))
    root = read(junit.render([junit.Suite(every, every, cases, ((every, every),)), junit.Suite("empty", "", ())]))
    assert (root.get("tests"), root.get("errors"), root.get("failures"), root.get("time")) == (
        "2",
        "1",
        "0",
        "2.500",
    )
    assert [suite.get("tests") for suite in root] == ["2", "0"]
    assert [case.get("time") for case in root.iter("testcase")] == ["0.000010", "2.500000"]
    text = root.findtext(".//system-out") or ""
    assert r"\x00\x01" in text and r"\x1b" in text and r"\udfff\ufffe\uffff<&>" in text and text.endswith("\U0001f40d")
    assert read(junit.render([])).get("tests") == "0"


@pytest.fixture
def browser(tmp_path: Path) -> Callable[..., str]:
    """A browser that opens a page with an option, and what it prints."""
    program = shutil.which("chromium")
    if not program:
        pytest.skip("chromium is missing on this machine")

    def look(text: str, *options: str) -> str:
        (tmp_path / "drill.html").write_text(text, encoding="utf-8")
        command = [program, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
        result = subprocess.run(
            [*command, *options, (tmp_path / "drill.html").as_uri()], capture_output=True, check=True, timeout=120
        )
        return result.stdout.decode()

    return look


def test_a_browser_runs_nothing_of_it(browser: Callable[..., str]) -> None:
    running = "<html><body><p>dead</p><script>document.querySelector('p').textContent = 'alive'</script></body></html>"
    assert "<p>alive</p>" in browser(running, "--dump-dom"), "this browser runs what can run"
    page = Page(browser(drill_report.html(hostile()), "--dump-dom"))
    inert(page)
    for name, appears in HOSTILE.items():
        assert page.text.count(appears) > 10, name


def test_a_browser_prints_it(browser: Callable[..., str], tmp_path: Path) -> None:
    printed = tmp_path / "drill.pdf"
    browser(drill_report.html(mixed()), f"--print-to-pdf={printed}")
    document = printed.read_bytes()
    assert document.startswith(b"%PDF-")
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", document)) <= 6
    # A4 in points.
    assert re.search(rb"/MediaBox\s*\[0 0 59[45][.\d]* 84[12][.\d]*\]", document)
