"""The classifiers are estimators to scikit-learn's own tools."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

from xentbook.models import LogisticRegression, MLPClassifier, SoftmaxRegression

LINEAR = [LogisticRegression, SoftmaxRegression]
ALL = [*LINEAR, MLPClassifier]
# What an estimator must do in scikit-learn and must not do here: bad input is an error, and a wrong kind a TypeError.
OTHERWISE = {
    "check_complex_data": "complex numbers are a wrong kind, and so a TypeError, not a ValueError",
    "check_supervised_y_2d": "a column of labels is an error that says `y.ravel()`, not a warning",
}


def new(Model, **options):
    return Model(**{"max_iter": 100} if Model is MLPClassifier else {}, **options)


def data(labels=(0, 1), n=120):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 3))
    return X, np.array(labels)[(X @ [1.0, -1.0, 0.5] + rng.logistic(size=n) > 0).astype(int)]


@pytest.mark.parametrize("Model", LINEAR)
def test_every_check_of_scikit_learn_passes_but_for_two(Model):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that we do not inherit from BaseEstimator, and checks that need pandas
        results = check_estimator(Model(l2=1.0), expected_failed_checks=OTHERWISE, on_fail=None)
    by_status = {}
    for result in results:
        by_status.setdefault(result["status"], set()).add(result["check_name"])
    assert by_status.get("failed", set()) == set()
    assert by_status["xfail"] == set(OTHERWISE)
    assert len(by_status["passed"]) >= 50


@pytest.mark.parametrize("Model", ALL)
def test_a_clone_has_the_same_arguments_and_nothing_learned(Model):
    model = new(Model, l2=0.25, seed=np.random.default_rng(3)).fit(*data())
    again = clone(model)
    assert again.l2 == 0.25 and not hasattr(again, "classes_")
    assert set(again.get_params()) == set(model.get_params())


@pytest.mark.parametrize("labels", [(0, 1), ("no", "yes"), (-1, 1), (3, 7), (False, True)])
@pytest.mark.parametrize("Model", ALL)
def test_labels_of_any_values_come_back(Model, labels):
    X, y = data(labels)
    model, plain = new(Model).fit(X, y), new(Model).fit(X, data()[1])
    assert model.classes_.tolist() == sorted(labels)
    np.testing.assert_array_equal(model.predict(X), np.array(labels)[plain.predict(X)])
    np.testing.assert_array_equal(model.predict_proba(X), plain.predict_proba(X))
    assert model.score(X, y) == np.mean(model.predict(X) == y) > 0.6
    assert model.n_features_in_ == 3


@pytest.mark.parametrize("Model", [SoftmaxRegression, MLPClassifier])
def test_three_classes_of_text_and_a_number_of_classes_keeps_columns(Model):
    X, y = data(n=200)
    names = np.array(["b", "c", "a"])[(y + (X[:, 2] > 0.2) * np.arange(200) % 2) % 3]
    model = new(Model, l2=0.1).fit(X, names)
    assert model.classes_.tolist() == ["a", "b", "c"] and set(model.predict(X)) <= {"a", "b", "c"}
    if Model is MLPClassifier:
        assert Model(n_classes=5, max_iter=5).fit(X, y).predict_proba(X).shape == (200, 5)
    else:
        assert Model(l2=0.1, n_classes=5, fit_intercept=False).fit(X, y).classes_.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("labels", [(0, 1), ("no", "yes")])
@pytest.mark.parametrize("Model", LINEAR)
def test_pipelines_cross_validation_search_and_calibration_take_them(Model, labels):
    X, y = data(labels)
    pipeline = make_pipeline(StandardScaler(), Model())
    assert pipeline.fit(X, y).score(X, y) > 0.6
    assert np.all(cross_val_score(pipeline, X, y, cv=3, error_score="raise") > 0.5)
    assert np.all(cross_val_score(Model(), X, y, cv=3, scoring="neg_log_loss", error_score="raise") > -0.69)
    assert np.all(cross_val_score(Model(), X, y, cv=3, scoring="roc_auc", error_score="raise") > 0.6)
    search = GridSearchCV(Model(), {"l2": [0.01, 1.0, 1e6]}, cv=3, scoring="neg_log_loss", error_score="raise").fit(
        X, y
    )
    assert search.best_params_["l2"] < 1e6
    for method in ("sigmoid", "isotonic"):
        calibrated = CalibratedClassifierCV(Model(), method=method, cv=3).fit(X, y, sample_weight=np.ones(len(y)))
        assert calibrated.score(X, y) > 0.6 and calibrated.classes_.tolist() == list(labels)


def test_a_search_over_a_bad_value_fails_in_fit_and_nowhere_else():
    X, y = data()
    model = LogisticRegression(l2=-1.0)
    clone(model)
    with pytest.raises(ValueError, match="`l2` must be at least 0"):
        model.fit(X, y)
    assert not hasattr(model, "n_features_in_") and not hasattr(model, "coef_")


@pytest.mark.parametrize("Model", ALL)
def test_a_fit_that_fails_leaves_what_was_learned(Model):
    X, y = data()
    model = new(Model).fit(X, y)
    before = model.predict_proba(X)
    for bad in ((X[:, :2], y[:-1]), (X[:, :1], np.zeros(len(y), int) + 9)):
        with pytest.raises(ValueError, match="`y`"):
            model.fit(*bad)
    np.testing.assert_array_equal(model.predict_proba(X), before)


@pytest.mark.parametrize("Model", ALL)
def test_what_was_fitted_survives_pickling_and_printing(Model):
    import pickle

    X, y = data(("no", "yes"))
    model = Model(l2=0.5).fit(X, y)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    assert repr(again) == f"{Model.__name__}(l2=0.5)"
