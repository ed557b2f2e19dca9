#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""palermo estimate as a user runs it: outputs, reproducibility, refusals, cancelling."""

import csv
import html.parser
import io
import os
import signal
import subprocess
import time

from harness import CANCELLED, FAILED, INPUT, PALERMO, SOURCE, USAGE, Suite, palermo

suite = Suite()

DATA = os.path.join(SOURCE, "tests", "vectors", "data", "mse")
QUICK = ("--quick", "--bootstrap", "200")


def table(name):
    return os.path.join(DATA, name + ".csv")


def written(directory, name, text):
    path = os.path.join(directory, name)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    return path


@suite.test
def json_output(_nodes):
    result = palermo("estimate", table("UKdat_5"), "--json", *QUICK).expect().json()
    methods = {m["method"]: m for m in result["methods"]}
    assert result["table"]["persons"] == 2744 and not result["refused"]
    assert abs(methods["stepwise"]["estimate"] - 11312.99) < 0.01
    assert methods["stepwise"]["model"] == "[12,13,24,25,35,45]"
    assert abs(methods["bic"]["estimate"] - 25311.29) < 0.01
    assert abs(methods["main"]["low"] - 11985.1) < 0.1
    assert methods["chao"]["bound"] and 22000 < methods["graphs"]["estimate"] < 24000
    assert "classes" not in methods
    codes = {f["code"] for f in result["findings"]}
    assert {"disagreement", "models-span", "graphs-modes"} <= codes, codes
    assert result["models"]["models"] == 6893 and result["models"]["with_estimate"] == 6519
    assert [s["models"] for s in result["models"]["spans"]] == [4, 14, 41]
    assert len(result["neighbours"]) == 21
    densities = {d["method"]: d["points"] for d in result["densities"]}
    assert set(densities) == {"stepwise", "bic", "graphs"}, set(densities)
    for method, points in densities.items():
        assert len(points) == 110 and points[0][0] > 2744
        assert 0.9 < sum(share for _, share in points) <= 1 + 1e-9, method


@suite.test
def same_on_any_number_of_threads(_nodes):
    one = palermo("estimate", table("Korea"), "--json", "--draws", "200", "--simulations", "10",
                  "--threads", "1").expect().out
    three = palermo("estimate", table("Korea"), "--json", "--draws", "200", "--simulations", "10",
                    "--threads", "3").expect().out
    other = palermo("estimate", table("Korea"), "--json", "--draws", "200", "--simulations", "10",
                    "--seed", "2").expect().out
    assert one == three
    assert one != other


class Page(html.parser.HTMLParser):
    """Open tags are closed in order; what the page would fetch or run is collected."""

    VOID = {"meta", "p", "li"}

    def __init__(self):
        super().__init__()
        self.open = []
        self.fetched = []
        self.n = {}

    def handle_starttag(self, tag, attrs):
        self.n[tag] = self.n.get(tag, 0) + 1
        self.fetched += [v for k, v in attrs if k in ("src", "href", "xlink:href")]
        self.fetched += [tag] if tag in ("script", "link", "iframe", "img") else []
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.n[tag] = self.n.get(tag, 0) + 1

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open and self.open[-1] == tag, (tag, self.open)
            self.open.pop()


@suite.test
def page(nodes):
    directory = nodes.root
    strange = written(directory, "strange.csv",
                      '"<b>A</b> & ""x""",B,C,count\n1,0,0,50\n0,1,0,60\n0,0,1,70\n1,1,0,20\n'
                      '1,0,1,20\n0,1,1,20\n1,1,1,4\n')
    for path in (table("UKdat"), table("Korea"), strange):
        page = os.path.join(directory, "page.html")
        palermo("estimate", path, "--html", page, *QUICK).expect()
        with open(page, encoding="utf-8") as f:
            text = f.read()
        parser = Page()
        parser.feed(text)
        assert not parser.open and not parser.fetched, (parser.open, parser.fetched)
        assert parser.n["svg"] >= 6 and parser.n["table"] >= 4, parser.n
        assert "http" not in text and "nan" not in text.lower().replace("finance", "")
        assert "<b>A</b> &" not in text


@suite.test
def csv_output(_nodes):
    text = palermo("estimate", table("Kosovo"), "--csv", *QUICK).expect().out
    rows = list(csv.DictReader(io.StringIO(text)))
    best = [r for r in rows if r["section"] == "method" and r["name"] == "bic"]
    assert best[0]["model"] == "[123,14,34]" and best[0]["estimate"].startswith("10356.5")
    assert any(r["section"] == "condition-stepwise" and r["truth"] == "1910" for r in rows)


@suite.test
def refused(nodes):
    directory = nodes.root
    two = written(directory, "two.csv", "A,B,count\n1,0,50\n0,1,60\n1,1,20\n")
    run = palermo("estimate", two, "--html", os.path.join(directory, "two.html")).expect(INPUT)
    assert "three lists are the least" in run.out and "method" not in run.out
    empty = written(directory, "empty.csv", "A,B,C,count\n1,0,0,50\n0,1,0,60\n1,1,0,20\n")
    assert "List C is empty" in palermo("estimate", empty).expect(INPUT).out
    apart = written(directory, "apart.csv", "A,B,C,count\n1,0,0,50\n0,1,0,60\n0,0,1,20\n")
    result = palermo("estimate", apart, "--json").expect(INPUT).json()
    assert result["refused"] and "methods" not in result
    wrong = written(directory, "wrong.csv", "A,B,C,count\n1,0,2,50\n")
    palermo("estimate", wrong).expect(INPUT, r"wrong\.csv:2:C: this is neither 0 nor 1")
    palermo("estimate", os.path.join(directory, "none.csv")).expect(FAILED, "No such file")


@suite.test
def usage(_nodes):
    for arguments in (["--noise", "laplace"], ["--noise", "uniform:1"], ["--noise", "laplace:0"],
                      ["--missed-links", "2"], ["--missed-links", "x"], ["--false-links", "-1"],
                      ["--bootstrap", "5"], ["--json", "--csv"]):
        palermo("estimate", table("Korea"), *arguments).expect(USAGE)
    palermo("estimate").expect(USAGE)


@suite.test
def errors_are_taken_out(_nodes):
    plain = palermo("estimate", table("UKdat_4"), "--json", *QUICK).expect().json()
    assert "errors" not in plain and any(f["code"] == "linkage-unknown" for f in plain["findings"])
    missed = palermo("estimate", table("UKdat_4"), "--json", "--missed-links", "0.2",
                     *QUICK).expect().json()["errors"]
    assert missed["inflation"] > 1.1 and missed["low"] < missed["estimate"] < missed["high"]
    false = palermo("estimate", table("UKdat_4"), "--json", "--false-links", "0.02",
                    *QUICK).expect().json()["errors"]
    assert false["inflation"] < 0.95
    noisy = palermo("estimate", table("UKdat_4"), "--json", "--noise", "laplace:0.1",
                    *QUICK).expect().json()["errors"]
    still = palermo("estimate", table("UKdat_4"), "--json", "--noise", "laplace:5",
                    *QUICK).expect().json()["errors"]
    assert noisy["high"] / noisy["low"] > 1.2 * still["high"] / still["low"]


@suite.test
def strata(nodes):
    directory = nodes.root
    rows = ["A,B,C,sex,count"]
    for sex, scale in (("f", 3), ("m", 1)):
        for history, count in (("1,0,0", 40), ("0,1,0", 50), ("0,0,1", 60), ("1,1,0", 12),
                               ("1,0,1", 11), ("0,1,1", 13), ("1,1,1", 3)):
            rows.append(f"{history},{sex},{scale * count}")
    rows.append("1,0,0,x,4")
    path = written(directory, "strata.csv", "\n".join(rows) + "\n")
    strata = palermo("estimate", path, "--json", "--stratum", "sex",
                     *QUICK).expect().json()["strata"]
    by_value = {s["value"]: s for s in strata}
    assert by_value["x"]["refused"] and not by_value["f"]["refused"]
    ratio = by_value["f"]["stepwise"]["estimate"] / by_value["m"]["stepwise"]["estimate"]
    assert 2.5 < ratio < 3.5, ratio


@suite.test
def cancelled(_nodes):
    process = subprocess.Popen([PALERMO, "estimate", table("UKdat"), "--bootstrap", "1000000"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == CANCELLED and out == "", (process.returncode, out, err)


suite.run()
