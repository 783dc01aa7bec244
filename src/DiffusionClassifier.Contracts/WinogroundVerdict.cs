namespace DiffusionClassifier.Contracts;

/// <summary>Winoground's three questions (Thrush et al. 2022; run_winoground.py:232-242); ties count as wrong.</summary>
/// <param name="Text">Each image's own caption scores higher than the other: the paper's number for diffusion classifiers.</param>
/// <param name="Image">
/// Each caption's own image scores higher than the other. Not meaningful without normalizing: images differ in p(x).
/// </param>
/// <param name="Group">Both.</param>
public sealed record WinogroundVerdict(bool Text, bool Image, bool Group)
{
    /// <param name="scores">[image][caption], 2×2.</param>
    public static WinogroundVerdict From(IReadOnlyList<IReadOnlyList<double>> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        bool text = scores[0][0] > scores[0][1] && scores[1][1] > scores[1][0];
        bool image = scores[0][0] > scores[1][0] && scores[1][1] > scores[0][1];
        return new WinogroundVerdict(text, image, text && image);
    }
}
