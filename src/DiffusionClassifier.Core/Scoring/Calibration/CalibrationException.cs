namespace DiffusionClassifier.Core.Scoring.Calibration;

/// <summary>Labelled data that nothing can be fitted to. The message is one line that says why, and what to do.</summary>
public sealed class CalibrationException(string message) : Exception(message);
