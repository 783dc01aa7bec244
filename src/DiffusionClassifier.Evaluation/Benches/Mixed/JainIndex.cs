namespace DiffusionClassifier.Evaluation.Benches.Mixed;

/// <summary>How equal shares are (Jain, Chiu, Hawe, 1984): 1 where all are, 1/n where one of n has everything.</summary>
internal static class JainIndex
{
    /// <returns>Null where nobody has anything.</returns>
    public static double? Of(IReadOnlyCollection<double> shares)
    {
        double sum = shares.Sum(), squares = shares.Sum(share => share * share);
        return squares == 0 ? null : sum * sum / (shares.Count * squares);
    }
}
