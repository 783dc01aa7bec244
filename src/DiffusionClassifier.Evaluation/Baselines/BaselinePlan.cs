using DiffusionClassifier.Evaluation.Data;

namespace DiffusionClassifier.Evaluation.Baselines;

/// <summary>What the model is compared with: a linear classifier on features of another network. Immutable.</summary>
/// <param name="Name">The word that asks for it.</param>
/// <param name="Training">The images that it is fitted to; none of them may be measured on.</param>
/// <param name="Images">At most so many of them, chosen by the seed.</param>
public sealed record BaselinePlan(string Name, DataSource Training, int Images)
{
    /// <summary>The only one there is.</summary>
    public const string ResNet18Probe = "resnet18-probe";

    /// <summary>The default of <see cref="Images"/>: five minutes on two cores, and more raise the accuracy little.</summary>
    public const int DefaultImages = 5_000;
}
