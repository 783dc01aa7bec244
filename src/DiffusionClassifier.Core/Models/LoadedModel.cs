namespace DiffusionClassifier.Core.Models;

/// <summary>A model as requests see it: what its bundle says, and what is derived from that once. Immutable.</summary>
public sealed class LoadedModel
{
    public LoadedModel(ModelManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        Manifest = manifest;
        Classes = new ClassNames(manifest);
    }

    public ModelManifest Manifest { get; }

    /// <summary>Finds classes by what requests call them; empty if the model reads text.</summary>
    internal ClassNames Classes { get; }

    public string Id => Manifest.Id;

    public bool ReadsText => Manifest.Conditioning == ConditioningKind.Text;

    /// <summary>The name of a class in the model's spelling.</summary>
    /// <param name="label">Its name or a synonym, in any case.</param>
    /// <exception cref="Errors.ClassificationException">
    /// <see cref="ClassificationError.UnknownLabel"/>: no class has that name, or several.
    /// </exception>
    public string FindClass(string label) => Classes.Find(label, "label");

    /// <summary>What clients are told about it.</summary>
    /// <param name="isDefault">Whether it answers requests that name no model.</param>
    public ModelDescription Describe(bool isDefault) => Manifest.Describe(isDefault);
}
