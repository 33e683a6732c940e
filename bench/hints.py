"""How well category and unit are told: five folds on real messages and on the Pingshan ledger, beside a plain linear SVM.

Run as `python bench/hints.py ../shared/data`. The SVM is scikit-learn's, on TF-IDF of pairs and triples of signs (messages) or
of the known things as words (ledger); it is left out where scikit-learn is not installed: it is no part of Linli.
"""

from __future__ import annotations

import csv
import sys
import time
from collections import Counter
from pathlib import Path

from linli.hints.learning import FEWEST_OF_A_KIND, Past, learn
from linli.hints.signs import Shown, signs_of

try:
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.metrics import accuracy_score, f1_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    HAS_SVM = True
except ImportError:
    HAS_SVM = False

SURE = (0.5, 0.7, 0.9)


def main(folder: Path) -> None:
    """Print both tables."""
    with (folder / "citizen-messages-labelled.csv").open(encoding="utf-8-sig", newline="") as file:
        messages = [
            Past(Shown(f"{row['留言主题']} {row['留言详情']}"), row["一级分类"])
            for row in csv.DictReader(file)
        ]
    with (folder / "pingshan-cases-2018.csv").open(encoding="utf-8-sig", newline="") as file:
        orders = [
            Past(Shown(known=_known(row)), row["DISPOSE_UNIT_NAME"]) for row in csv.DictReader(file)
        ]
    told("messages: category of 7", messages)
    told("Pingshan: handling unit", orders)


def told(name: str, past: list[Past]) -> None:
    """Print how well one set is told, by us and by the SVM."""
    began = time.perf_counter()
    model, score = learn(past)
    took = time.perf_counter() - began
    print(f"{name}: {score.cases} cases, six trainings {took:.1f} s, {len(model.rare)} signs")
    print(
        f"  Linli  accuracy {score.accuracy:.4f}  top three {score.three / score.cases:.4f}  macro-F1 {score.macro_f1:.4f}"
    )
    _sureness(past)
    _svm(past)


def _sureness(past: list[Past]) -> None:
    """Print what share of new cases is told at a threshold and how often rightly: learned on four fifths, told the rest."""
    fit = [one for n, one in enumerate(past) if n % 5]
    rest = [one for n, one in enumerate(past) if not n % 5]
    four, _score = learn(fit)
    guesses = [(one.became, four.guesses(one.shown)) for one in rest]
    for least in SURE:
        sure = [(became, found[0]) for became, found in guesses if found and found[0].sure >= least]
        right = sum(became == guess.answer for became, guess in sure)
        mean = sum(guess.sure for _became, guess in sure) / len(sure) if sure else 0.0
        print(
            f"  sure by {least:.1f}: told {len(sure)} of {len(rest)}, right {right / max(1, len(sure)):.4f}, said {mean:.4f}"
        )


def _svm(past: list[Past]) -> None:
    if not HAS_SVM:
        print("  SVM    scikit-learn is not installed")
        return
    seen = Counter(one.became for one in past)
    fit = [one for one in past if seen[one.became] >= FEWEST_OF_A_KIND]
    rows = [
        {sign: n for sign, n in signs_of(one.shown).items() if " + " not in sign} for one in fit
    ]
    answers = [one.became for one in fit]
    plain = make_pipeline(DictVectorizer(), TfidfTransformer(sublinear_tf=True), LinearSVC())
    guesses = cross_val_predict(
        plain, rows, answers, cv=StratifiedKFold(5, shuffle=True, random_state=0)
    )
    print(
        f"  SVM    accuracy {accuracy_score(answers, guesses):.4f}  macro-F1 {f1_score(answers, guesses, average='macro'):.4f}"
    )


def _known(row: dict[str, str]) -> dict[str, str]:
    return {
        "category": row["SUB_TYPE_NAME"],
        "main": row["MAIN_TYPE_NAME"],
        "type": row["EVENT_TYPE_NAME"],
        "street": row["STREET_NAME"],
        "community": row["COMMUNITY_NAME"],
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
