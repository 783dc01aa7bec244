namespace DiffusionClassifier.Evaluation.Benches.Mixed;

/// <summary>How equal shares are (Jain, Chiu, Hawe, 1984): 1 if all are equal, 1/n if one of n has everything.</summary>
internal static class JainIndex
{
    /// <returns>Null if all shares are 0.</returns>
    public static double? Of(IReadOnlyCollection<double> shares)
    {
        double sum = shares.Sum(), squares = shares.Sum(share => share * share);
        return squares == 0 ? null : sum * sum / (shares.Count * squares);
    }
}
