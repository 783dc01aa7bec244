namespace DiffusionClassifier.Evaluation.Winoground;

/// <summary>One line of results.jsonl.</summary>
/// <param name="Index">The example's place.</param>
/// <param name="Id">Its id.</param>
/// <param name="Tag">Its tag.</param>
/// <param name="Scores">[image][caption], larger is better.</param>
/// <param name="Verdict">Winoground's three questions.</param>
/// <param name="Rows">Rows that it cost.</param>
/// <param name="Seconds">Device time.</param>
internal sealed record WinogroundResult(
    int Index, string Id, string? Tag, IReadOnlyList<IReadOnlyList<double>> Scores, WinogroundVerdict Verdict, int Rows, double Seconds);
