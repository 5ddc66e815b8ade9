"""An estimator here is one for scikit-learn too, and needs NumPy alone."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from xentbook._estimator import (
    Classifier,
    Estimator,
    NotFittedError,
    as_classes,
    as_columns,
    as_samples,
    remember_columns,
    require_fitted,
)


class Threshold(Classifier):
    def __init__(self, at=0.0, *, names=("no", "yes")):
        self.at, self.names = at, names

    def fit(self, X, y):
        as_samples(X)
        remember_columns(self, X)
        self.classes_ = np.array(self.names)
        return self

    def predict(self, X):
        require_fitted(self, "classes_")
        return self.classes_[(as_columns(self, X)[:, 0] > self.at).astype(np.intp)]


class Nothing(Estimator):
    def __init__(self):
        pass


def test_arguments_are_kept_under_their_own_names_as_the_objects_they_were():
    names = ["no", "yes"]
    model = Threshold(2, names=names)
    assert model.get_params() == {"at": 2, "names": names} and model.get_params()["names"] is names
    assert model.set_params(at="high") is model and model.at == "high"
    assert Nothing().get_params() == {}


def test_an_unknown_parameter_changes_nothing():
    model = Threshold(2)
    with pytest.raises(ValueError, match="`height` must be a parameter of Threshold; its parameters are at, names"):
        model.set_params(at=3, height=1)
    assert model.at == 2
    with pytest.raises(ValueError, match="its parameters are none"):
        Nothing().set_params(at=3)


def test_what_is_printed_makes_the_same_model():
    assert repr(Threshold()) == "Threshold()" and repr(Nothing()) == "Nothing()"
    assert repr(Threshold(1.5, names=["a", "b"])) == "Threshold(at=1.5, names=['a', 'b'])"
    assert eval(repr(Threshold(1.5))).get_params() == Threshold(1.5).get_params()


def test_the_score_is_the_weighted_share_of_right_labels():
    model = Threshold().fit([[0.0]], ["no"])
    X, y = [[-1.0], [1.0], [2.0], [3.0]], ["no", "no", "yes", "yes"]
    assert model.score(X, y) == 0.75
    assert model.score(X, y, sample_weight=[1, 5, 2, 2]) == 0.5
    assert model.score(X, y, sample_weight=np.array([1, 5, 2, 2]) * 1e307) == 0.5
    with pytest.raises(ValueError, match=r"`y` must have shape \(4,\), one label for each sample; got \(1,\)"):
        model.score(X, ["no"])


def test_what_is_not_fitted_says_how_to_fit_it():
    with pytest.raises(ValueError, match=r"Threshold must be fitted first; call Threshold.fit\(X, y\)"):
        Threshold().predict([[1.0]])
    with pytest.raises(AttributeError, match=r"call Threshold.fit\(logits, y\)"):
        require_fitted(Threshold(), "classes_", call="fit(logits, y)")


def test_without_scikit_learn_the_error_is_our_own_and_nothing_heavy_is_loaded():
    code = (
        "import sys; from xentbook._estimator import NotFittedError, require_fitted\n"
        "try: require_fitted(object(), 'x_')\n"
        "except NotFittedError as error: print(type(error).__module__, 'sklearn' in sys.modules, 'scipy' in "
        "sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.split() == ["xentbook._estimator", "False", "False"]
    assert issubclass(NotFittedError, ValueError) and issubclass(NotFittedError, AttributeError)
    from sklearn.exceptions import NotFittedError as Theirs

    with pytest.raises(Theirs):
        require_fitted(Threshold(), "classes_")


class Table:
    """What a data frame is to an estimator: columns with names, and an array."""

    def __init__(self, columns):
        self.columns, self._values = list(columns), np.array(list(columns.values())).T

    def __array__(self, dtype=None, copy=None):
        return self._values


def test_the_columns_of_a_fit_are_those_of_every_later_call():
    model = Threshold().fit(Table({"heat": [1.0], "cold": [2.0]}), ["no"])
    assert model.n_features_in_ == 2 and model.feature_names_in_.tolist() == ["heat", "cold"]
    assert model.predict([[1.0, 2.0]]).tolist() == ["yes"]
    with pytest.raises(
        ValueError, match="columns of `fit`, in their order; got 'cold' at index 0, where `fit` had 'heat'"
    ):
        model.predict(Table({"cold": [2.0], "heat": [1.0]}))
    with pytest.raises(ValueError, match="`X` must have 2 columns, as in `fit`; got 1"):
        model.predict([[1.0]])
    with pytest.raises(ValueError, match="`X` must have columns; got 0 feature"):
        model.fit(np.zeros((3, 0)), ["no"])
    for columns in ({3: [1.0]}, {"heat": [1.0], 3: [2.0]}, {3: [1.0], "heat": [2.0]}):
        assert not hasattr(model.fit(Table(columns), ["no"]), "feature_names_in_")
    assert not hasattr(model.fit([[1.0]], ["no"]), "feature_names_in_")


@pytest.mark.parametrize(
    ("y", "classes", "codes"),
    [
        (["b", "a", "b"], ["a", "b"], [1, 0, 1]),
        ([-1, 1, -1], [-1, 1], [0, 1, 0]),
        ([3.0, 1.0], [1, 3], [1, 0]),
        ([True, False], [False, True], [1, 0]),
        (np.array([2**40, 7]), [7, 2**40], [1, 0]),
        (np.array(["x", "y"], dtype=object), ["x", "y"], [0, 1]),
    ],
)
def test_labels_of_any_values_have_their_sorted_classes_and_codes_that_are_indices(y, classes, codes):
    found, places = as_classes(y)
    assert found.tolist() == classes and places.tolist() == codes and places.dtype == np.intp


def test_a_number_of_classes_keeps_those_that_never_occur():
    classes, codes = as_classes([2, 0], n_classes=4)
    assert classes.tolist() == [0, 1, 2, 3] and codes.tolist() == [2, 0]


@pytest.mark.parametrize(
    ("y", "options", "message"),
    [
        ([0.5, 1.0], {}, r"`y` must hold labels, whole numbers or text; got 0.5 at index \(0,\); Unknown label type"),
        ([np.nan, 1.0], {}, "`y` must not contain NaN"),
        ([[0], [1]], {}, r"`y` must have one dimension; got shape \(2, 1\)"),
        (None, {}, "`y` must hold labels; got None"),
        ([0, 4], {"n_classes": 4}, "`y` must lie in 0 … 3; got 4"),
        (np.ma.array([0, 1], mask=[0, 1]), {}, "`y` must not have masked entries"),
    ],
)
def test_what_is_no_label_is_refused(y, options, message):
    with pytest.raises(ValueError, match=message):
        as_classes(y, **options)


def test_tags_are_those_of_scikit_learn():
    from sklearn.base import is_classifier
    from sklearn.utils import get_tags

    assert is_classifier(Threshold()) and get_tags(Threshold()).target_tags.required
    assert not is_classifier(Nothing())


def test_labels_in_a_column_are_refused_with_what_to_pass_instead():
    with pytest.raises(ValueError, match=r"`y` must have one dimension; got shape \(3, 1\); pass `y.ravel\(\)`"):
        as_classes(np.ones((3, 1)))
    with pytest.raises(ValueError, match=r"got shape \(3, 2\)$"):
        as_classes(np.ones((3, 2)))
