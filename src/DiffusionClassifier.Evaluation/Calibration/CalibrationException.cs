using DiffusionClassifier.Evaluation.Errors;

namespace DiffusionClassifier.Evaluation.Calibration;

/// <summary>Labeled data to which nothing can be fitted. The message is one line that says why, and what to do.</summary>
public sealed class CalibrationException(string message) : EvaluationException(message);
