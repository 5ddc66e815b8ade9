"""Cross-entropy, exactly: the companion package of the book on one loss function.

Every public name stands here, by its module, and is imported on first use: `import xentbook` costs next to nothing, and
what needs SciPy, Matplotlib or a notebook asks for it only when called.

Conventions
-----------
- Truth first: ``(p, q)`` is what happens, then what was believed. Classes lie on the last axis.
- The limits are exact: 0 log 0 is 0, and a true outcome given probability 0 costs ``inf``. Nothing is clipped.
- Bad input is a ``ValueError`` or ``TypeError`` that names the argument, the rule, the value and its place.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # for editors and type checkers
    from . import (  # noqa: F401
        anomaly,
        calibration,
        coding,
        convexity,
        datasets,
        decisions,
        gating,
        gradients,
        information,
        language,
        likelihood,
        links,
        losses,
        models,
        optimize,
        plots,
        scoring,
        widgets,
    )
    from .anomaly import *  # noqa: F403
    from .calibration import *  # noqa: F403
    from .coding import *  # noqa: F403
    from .convexity import *  # noqa: F403
    from .decisions import *  # noqa: F403
    from .gating import *  # noqa: F403
    from .gradients import *  # noqa: F403
    from .information import *  # noqa: F403
    from .language import *  # noqa: F403
    from .likelihood import *  # noqa: F403
    from .links import *  # noqa: F403
    from .losses import *  # noqa: F403
    from .models import *  # noqa: F403
    from .optimize import *  # noqa: F403
    from .scoring import *  # noqa: F403

__version__ = "0.1.0"

_NAMES = {
    "links": "sigmoid logit log_sigmoid softmax log_softmax logsumexp",
    "information": (
        "surprisal convert_units entropy cross_entropy kl_divergence js_divergence gaussian_kl conditional_entropy "
        "mutual_information information_gain"
    ),
    "coding": (
        "shannon_code_lengths kraft_sum canonical_code shannon_code huffman_code expected_length encode_symbols "
        "decode_symbols ArithmeticCoder"
    ),
    "language": "NGramModel compress decompress",
    "losses": (
        "binary_cross_entropy categorical_cross_entropy sparse_categorical_cross_entropy squared_error "
        "absolute_error hinge categorical_hinge focal_loss generalized_cross_entropy"
    ),
    "gradients": (
        "binary_cross_entropy_gradient binary_cross_entropy_value_and_gradient categorical_cross_entropy_gradient "
        "categorical_cross_entropy_value_and_gradient sparse_categorical_cross_entropy_gradient "
        "sparse_categorical_cross_entropy_value_and_gradient softmax_hessian numerical_gradient check_gradient "
        "squared_error_gradient squared_error_value_and_gradient absolute_error_gradient "
        "absolute_error_value_and_gradient hinge_gradient hinge_value_and_gradient categorical_hinge_gradient "
        "categorical_hinge_value_and_gradient focal_loss_gradient focal_loss_value_and_gradient "
        "generalized_cross_entropy_gradient generalized_cross_entropy_value_and_gradient"
    ),
    "likelihood": (
        "bernoulli_log_likelihood categorical_log_likelihood empirical_distribution Estimate bernoulli_mle "
        "categorical_mle wald_interval bernoulli_information categorical_information expected_information "
        "observed_information standard_errors robust_standard_errors"
    ),
    "convexity": (
        "logistic_hessian softmax_regression_hessian softmax_null_directions hessian_error_bound "
        "CurvatureCertificate curvature_certificate smoothness_bound MidpointTest midpoint_test Separation "
        "separating_direction MaximumMargin maximum_margin"
    ),
    "optimize": "Descent gradient_descent sgd momentum adam newton lbfgs",
    "models": "LogisticRegression SoftmaxRegression MLPClassifier SeparableDataError",
    "scoring": (
        "brier_score log_loss spherical_score BrierDecomposition brier_decomposition LogLossDecomposition "
        "log_loss_decomposition Properness is_proper"
    ),
    "calibration": (
        "ReliabilityCurve reliability_curve ConsistencyBand consistency_band expected_calibration_error "
        "maximum_calibration_error classwise_calibration_error debiased_calibration_error smooth_calibration_error "
        "TemperatureScaling PlattScaling VectorScaling IsotonicCalibration HistogramBinning"
    ),
    "decisions": (
        "confusion_matrix accuracy precision recall f1_score RocCurve roc_curve roc_auc PrecisionRecallCurve "
        "precision_recall_curve average_precision bayes_threshold conditional_cost bayes_decision expected_cost "
        "threshold_costs best_threshold"
    ),
    "anomaly": "GaussianDensity GaussianMixture LinearAutoencoder Autoencoder conformal_p_value",
    "gating": (
        "confidence Gate gate_cost RiskCoverageCurve risk_coverage_curve area_under_risk_coverage Attempts "
        "feedback_loop Transaction Outcome guarded_step luhn_digit luhn_valid Decoding luhn_decode"
    ),
}
_MODULE_OF = {name: module for module, names in _NAMES.items() for name in names.split()}
_MODULES = (*_NAMES, "datasets", "plots", "widgets")

__all__ = list(_MODULE_OF)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_MODULES})


if not TYPE_CHECKING:  # to a type checker, a name that is not listed is an error

    def __getattr__(name: str) -> object:
        if name in _MODULES:
            return import_module(f"{__name__}.{name}")
        if name in _MODULE_OF:
            value = globals()[name] = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
            return value
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
