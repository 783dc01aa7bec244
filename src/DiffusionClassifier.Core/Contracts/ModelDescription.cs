using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Contracts;

/// <summary>What a client needs to know of a model: the same object over HTTP and on the command line.</summary>
/// <param name="Id">The name by which requests choose the model.</param>
/// <param name="DisplayName">The name for people.</param>
/// <param name="Conditioning">What its labels are: classes or free text.</param>
/// <param name="Labels">Every label it knows, for a class-conditional model; empty for free text.</param>
/// <param name="ImageSize">Width and height of the square that it sees, in pixels.</param>
/// <param name="LatentShape">C, H, W of what its denoiser sees.</param>
/// <param name="Trials">Trials of a request that names none.</param>
/// <param name="Strategy">Strategy of a request that names none.</param>
/// <param name="Loss">Loss of a request that names none.</param>
/// <param name="DataType">Element type of its tensors: "float32" or "float16".</param>
/// <param name="Warnings">What is odd about it, as sentences.</param>
public sealed record ModelDescription(
    string Id,
    string DisplayName,
    ConditioningKind Conditioning,
    IReadOnlyList<string> Labels,
    int ImageSize,
    IReadOnlyList<int> LatentShape,
    int Trials,
    Strategy Strategy,
    PredictionLoss Loss,
    string DataType,
    IReadOnlyList<string> Warnings)
{
    public static ModelDescription From(ModelManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return new ModelDescription(
            manifest.Id,
            manifest.DisplayName,
            manifest.Conditioning,
            manifest.Classes,
            manifest.Preprocessing.Size,
            [manifest.Latent.Channels, manifest.Latent.Height, manifest.Latent.Width],
            manifest.DefaultTrials,
            manifest.DefaultStrategy,
            manifest.DefaultLoss,
            manifest.DataType,
            manifest.Warnings);
    }
}
