"""The teaching guide holds to the chapters: its minutes, needs, sections, figures and exercises are theirs.

The figure of who needs whom is an SVG: a link with `data-chapter` for each chapter, a path with `data-from` and
`data-to` for each arrow. Arrows that follow from others are left out, in the figure and in the list below it.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from guards import markdown, pages

__all__ = ["all_before", "problems"]

SESSION = 90  # minutes
MINUTES_OFF = {"in-your-framework.ipynb"}  # a companion: it is in no plan and has no exercises
PHONE = 328  # pixels of a phone of 360 that a page leaves to a figure
SMALLEST = 11  # pixels of a letter that can still be read there
LINKED = r"\[[^\]]*\]\((?:[\w./-]*/)?([\w-]+\.ipynb)"
NAMED = re.compile(r"\[`(\w+)`\]\((?:\.\./notebooks/)?((?:deeper/)?[\w-]+\.ipynb)#([^)\s]+)\)")
SET = re.compile(rf"(\d+(?:, \d+)*(?: and \d+)?) of\s+{LINKED}\)")
LEAST_MISCONCEPTIONS, LEAST_FIGURES = 15, 15


# ---- Reading the page and the chapters


def items(text):
    """Return the items of the lists of `text`, each on one line."""
    return [" ".join(item.split()) for item in re.findall(r"^- ((?:.+\n?)(?:  .+\n?)*)", text, re.MULTILINE)]


def needs_in(text):
    """Return the notebooks that a sentence on needs links to: those needed, and those that a look at is enough of."""
    needed, _, looked = text.partition("a look at")
    return set(re.findall(LINKED, needed)), set(re.findall(LINKED, looked))


def stated_needs(books):
    """Return what each chapter says at its beginning that it needs, as `needs_in` does."""
    found = {}
    for name, book in books.items():
        whole = markdown.text_of(book.cells)
        text = pages.opening(book) if markdown.is_lecture(book) else markdown.section(whole, "What you will learn")
        sentence = re.search(r"\bYou need\b([\s\S]*?)(?:\btakes\b|\n\n|\Z)", text)
        found[name] = needs_in(sentence[1]) if sentence else (set(), set())
    return found


def listed_needs(text):
    """Return the needs in the list of the page, by notebook."""
    found = {}
    for item in items(markdown.section(text, "Who needs whom")):
        first, _, rest = item.partition(" needs ")
        found[re.search(LINKED, first)[1]] = needs_in(rest)
    return found


def drawn_needs(figure):
    """Return the needs that the figure draws, by notebook: arrows, and dashed arrows."""
    root = ElementTree.fromstring(figure)
    found = {f"{node.get('data-chapter')}.ipynb": (set(), set()) for node in root.iter() if node.get("data-chapter")}
    for edge in (node for node in root.iter() if node.get("data-from")):
        kind = int(edge.get("class") == "look")
        found[f"{edge.get('data-to')}.ipynb"][kind].add(f"{edge.get('data-from')}.ipynb")
    return found


def all_before(needs):
    """Return, for each notebook, all that it needs, directly or through another; a cycle is a ValueError."""
    found = {}

    def before(name, path=()):
        if name in path:
            raise ValueError(f"{' needs '.join([*path[path.index(name) :], name])}")
        if name not in found:
            direct = needs[name][0]
            found[name] = direct.union(*(before(other, (*path, name)) for other in sorted(direct)))
        return found[name]

    for name in needs:
        before(name)
    return found


# ---- The guards


def wrong_minutes(text, books):
    """Return where the table of minutes and exercises is not what the chapters say, or does not add up."""
    wrong, sums, seen = [], [0, 0], []
    for row in re.findall(r"^\| (.+?) \| (.+?) \| ?(.*?) ?\|$", markdown.section(text, "How long"), re.MULTILINE):
        linked = re.search(LINKED, row[0])
        if linked:
            seen.append(linked[1])
            sums = [total + int(row[1]) for total in sums]
            wrong += wrong_row(row, books[linked[1]])
        elif "Part" in row[0]:
            wrong += [] if row[1] == f"**{sums[0]}**" else [f"{row[0]} adds up to {sums[0]}, not {row[1]}"]
            sums[0] = 0
        elif "book" in row[0]:
            wrong += [] if row[1] == f"**{sums[1]}**" else [f"the book adds up to {sums[1]}, not {row[1]}"]
            sums[1] = None
    wrong += [] if sums == [0, None] else ["a sum is missing"]
    return wrong + (["not every chapter once"] if sorted(seen) != sorted(books) else [])


def wrong_row(row, book):
    """Return what is wrong with one chapter's row: its minutes and the numbers of its exercises by level."""
    levels = [section for section in pages.sections(book).values() if re.match(r"Level \d", section.title)]
    numbers = [pages.exercise_numbers(book, level.cells) for level in levels]
    stated = ", ".join(f"{level[0]}–{level[-1]}" for level in numbers) or "none"
    wrong = [] if row[1] == str(pages.minutes(book)) else [f"{row[0]}: {row[1]} minutes, not {pages.minutes(book)}"]
    return wrong + ([] if row[2] == stated else [f"{row[0]}: exercises {row[2]}, not {stated}"])


def wrong_needs(text, figure, books):
    """Return where list, figure and chapters disagree about who needs whom."""
    listed, drawn, stated = listed_needs(text), drawn_needs(figure), stated_needs(books)
    wrong = [
        f"the figure and the list differ at {name}" for name in {*listed, *drawn} if listed.get(name) != drawn.get(name)
    ]
    try:
        ours, theirs = all_before(listed), all_before(stated)
    except (KeyError, ValueError) as error:
        return [*wrong, f"no order of reading: {error}"]
    wrong += [f"{name} is not in the list" for name in sorted(set(stated) - set(listed))]
    wrong += [f"{name} says it needs {sorted(theirs[name])}" for name in theirs if ours.get(name) != theirs[name]]
    looks = {name: listed[name][1] for name in listed}
    wrong += [
        f"{name} says that a look is enough of {sorted(stated[name][1])}"
        for name in looks
        if looks[name] != stated[name][1]
    ]
    for name, (direct, _) in listed.items():
        implied = direct & set().union(*(ours[other] for other in direct))
        wrong += [f"{name} needs {sorted(implied)} through another already"] if implied else []
    return wrong


def wrong_drawing(figure):
    """Return what is wrong with a drawing: arrows that miss their boxes, letters too small, colours that are fixed."""
    root = ElementTree.fromstring(figure)
    width = float(root.get("viewBox").split()[2])
    boxes = {node.get("data-chapter"): box_of(node) for node in root.iter() if node.get("data-chapter")}
    wrong = []
    for edge in (node for node in root.iter() if node.get("data-from")):
        ends = zip(("data-from", "data-to"), ends_of(edge.get("d")), strict=True)
        wrong += [f"an arrow misses {edge.get(end)}" for end, at in ends if not touches(at, boxes[edge.get(end)])]
    sizes = [float(size) for size in re.findall(r"font(?:-size)?: ?(?:\d+ )?(\d+(?:\.\d+)?)px", figure)]
    wrong += ["letters too small on a phone"] if min(sizes) * min(1, PHONE / width) < SMALLEST else []
    fixed = re.findall(r"(?:fill|stroke):(?! (?:none|var\())[^;}]+", figure)
    wrong += [f"a colour that does not follow the mode: {colour}" for colour in fixed]
    links = {node.get("href") for node in root.iter() if node.get("data-chapter")}
    wrong += [] if links == {f"../notebooks/{name}.html" for name in boxes} else ["a box leads to another chapter"]
    return wrong + ([] if all(f"<{tag}" in figure for tag in ("title", "desc")) else ["no title or no description"])


def ends_of(path):
    """Return the first and the last point of a path of the commands M, H, V, L and Q."""
    points = []
    for command, text in re.findall(r"([MHVLQ])([^MHVLQ]*)", path):
        numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text)]
        x, y = points[-1] if points else (0.0, 0.0)
        points.append({"H": (numbers[-1], y), "V": (x, numbers[-1])}.get(command, tuple(numbers[-2:])))
    return points[0], points[-1]


def box_of(node):
    """Return left, top, right and bottom of the box of a chapter."""
    box = next(child for child in node if child.tag.endswith("rect"))
    x, y, width, height = (float(box.get(key)) for key in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


def touches(point, box, slack=1.0):
    """Return whether a point lies on the edge of a box."""
    (x, y), (left, top, right, bottom) = point, box
    inside = left - slack <= x <= right + slack and top - slack <= y <= bottom + slack
    return inside and min(abs(x - left), abs(x - right), abs(y - top), abs(y - bottom)) <= slack


def weeks(text):
    """Return the weeks of the plan, each as a dictionary from the name of an item to its text."""
    found = [part for part in markdown.parts(markdown.section(text, "Six weeks")) if part.level == 3]
    said = r"^\*\*(.+?)\*\*(.*)$"
    return {part.title[:6]: dict(re.findall(said, "\n".join(items(part.source)), re.MULTILINE)) for part in found}


def wrong_weeks(text, books):
    """Return where the plan of six weeks does not add up, leaves out a chapter, or uses one that was not read."""
    wrong, read = [], []
    for week, item in weeks(text).items():
        names = {"Read beforehand", "First session:", "Second session:", "Drag:", "In class:"}
        wrong += [f"{week} has no {name}" for name in names - set(item)]
        chapters = re.findall(LINKED, item.get("Read beforehand", ""))
        read += chapters
        total = sum(pages.minutes(books[name]) for name in chapters)
        wrong += (
            [] if f"({total} minutes)" in item.get("Read beforehand", "") else [f"{week} is {total} minutes of reading"]
        )
        for name in sorted(names - {"Read beforehand"} & set(item)):
            linked = set(re.findall(LINKED, item[name]))
            wrong += [f"{week}, {name} {other} was not read" for other in linked - set(read)]
        in_sessions = set(re.findall(LINKED, item.get("First session:", "") + item.get("Second session:", "")))
        for kind, linked in [
            ("session", in_sessions),
            ("exercise", {name for _, name in set_exercises(item.get("In class:", "").partition("At home")[0])}),
        ]:
            wrong += [f"{week} has no {kind} on {name}" for name in chapters if name not in linked]
    due = [name for name in books if name not in MINUTES_OFF]
    wrong += [] if read == due else ["not every chapter once and in order"]
    wrong += [] if len(weeks(text)) == 6 else [f"{len(weeks(text))} weeks"]
    return wrong + [
        f"{name} has no exercise {number}"
        for number, name in set_exercises(text)
        if number not in pages.exercise_numbers(books[name])
    ]


def set_exercises(text):
    """Return the exercises that a text sets, as pairs of number and notebook."""
    plain = " ".join(text.split())
    return [(int(number), name) for numbers, name in SET.findall(plain) for number in re.findall(r"\d+", numbers)]


def wrong_session(text):
    """Return whether the parts of a session add up to its length."""
    before = markdown.section(text, "Six weeks").partition("\n### ")[0]
    total = sum(int(number) for number in re.findall(r"^- (\d+) minutes", before, re.MULTILINE))
    return [] if total == SESSION and f"of {SESSION} minutes" in before else [f"a session of {total} minutes"]


def wrong_day(text):
    """Return where the timetable of the day has a gap, or does not add up to what is said of it."""
    rows = re.findall(r"^\| (\d\d):(\d\d) \| (\d+) min \| (.+?) \|$", markdown.section(text, "One day"), re.MULTILINE)
    starts = [60 * int(hour) + int(minute) for hour, minute, _, _ in rows]
    lengths = [int(length) for _, _, length, _ in rows]
    wrong = [
        f"a gap after {start // 60}:{start % 60:02}"
        for start, length, after in zip(starts, lengths, starts[1:], strict=False)
        if start + length != after
    ]
    taught = sum(length for length, row in zip(lengths, rows, strict=True) if re.search(LINKED, row[3]))
    total = sum(length for length, row in zip(lengths, rows, strict=True) if row[3] not in ("Coffee.", "Lunch."))
    wrong += (
        [] if f"it is {total} minutes" in markdown.section(text, "One day") else [f"{total} minutes without the breaks"]
    )
    wrong += [] if f"{taught} of them" in markdown.section(text, "One day") else [f"{taught} minutes are on chapters"]
    return wrong if len(rows) >= 6 else [*wrong, "no timetable"]


def wrong_figures(text, books):
    """Return the figures that the page names and that are not drawn where it says."""
    named = [(name, book, anchor) for name, book, anchor in NAMED.findall(text)]
    wrong = [
        f"{name} is not drawn in {book}#{anchor}"
        for name, book, anchor in named
        if book in books and name not in pages.figures(pages.sections(books[book]).get(anchor, pages.NOTHING).cells)
    ]
    shown = {name for name, _, _ in NAMED.findall(markdown.section(text, "Figures"))}
    dragged = set().union(*(pages.figures(book.cells) for name, book in books.items() if name not in MINUTES_OFF))
    missing = sorted(name for name in dragged if not name.startswith("plot_") and f"[`{name}`]" not in text)
    wrong += [f"{name} is in no plan and on no list" for name in missing]
    return wrong if len(shown) >= LEAST_FIGURES else [*wrong, f"{len(shown)} figures for a projector"]


def wrong_misconceptions(text):
    """Return the misconceptions that are not answered by a cell: a section, or the box of a claim."""
    said = items(markdown.section(text, "Misconceptions"))
    wrong = [
        f"no cell answers {item[:40]}"
        for item in said
        if not any(anchor for _, anchor in pages.pointers(item)) and not markdown.roles(item, "ref")
    ]
    wrong += [f"no statement in quotation marks: {item[:40]}" for item in said if not item.startswith("“")]
    return wrong if len(said) >= LEAST_MISCONCEPTIONS else [*wrong, f"{len(said)} misconceptions"]


def problems(text, figure, books):
    """Return all that is wrong with the guide; that its links lead somewhere is seen by Sphinx.

    `books` are the chapters by the names of their files, and the pages in depth by theirs after `deeper/`.
    """
    missing = {name for name, _ in pages.pointers(text)} - set(books)
    if missing:
        return [f"{name} is no notebook of the book" for name in sorted(missing)]
    chapters = {name: book for name, book in books.items() if "/" not in name}
    return [
        *wrong_minutes(text, chapters), *wrong_needs(text, figure, chapters), *wrong_drawing(figure),
        *wrong_weeks(text, chapters),
        *wrong_session(text), *wrong_day(text), *wrong_figures(text, books), *wrong_misconceptions(text),
    ]  # fmt: skip
