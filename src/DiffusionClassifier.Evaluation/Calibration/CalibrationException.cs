using DiffusionClassifier.Evaluation.Errors;

namespace DiffusionClassifier.Evaluation.Calibration;

/// <summary>Labelled data that nothing can be fitted to. The message is one line that says why, and what to do.</summary>
public sealed class CalibrationException(string message) : EvaluationException(message);
