namespace DiffusionClassifier.Testing.Fuzzing;

/// <summary>What a run that broke nothing has seen.</summary>
/// <param name="Cases">Inputs that were tried.</param>
/// <param name="Outcomes">How often each outcome came.</param>
/// <param name="Growth">Resident memory at the end less that after the warm-up, in bytes; 0 where the run was no longer than the warm-up.</param>
/// <param name="Managed">What .NET's heap holds at the end, in bytes.</param>
/// <param name="Peak">The most resident memory that the process ever had, in bytes.</param>
public sealed record FuzzReport(int Cases, IReadOnlyDictionary<string, int> Outcomes, long Growth, long Managed, long Peak)
{
    public int Count(string outcome) => Outcomes.GetValueOrDefault(outcome);

    public override string ToString() =>
        $"{Cases} cases: {string.Join(", ", Outcomes.Select(pair => $"{pair.Value} {pair.Key}"))}. "
        + $"Memory: {Mebibytes(Growth)} growth after the warm-up, {Mebibytes(Managed)} managed, {Mebibytes(Peak)} peak.";

    private static string Mebibytes(long bytes) => FormattableString.Invariant($"{bytes / (double)(1 << 20):F1} MiB");
}
