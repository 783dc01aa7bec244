namespace DiffusionClassifier.Contracts;

/// <summary>What a model's labels are.</summary>
public enum ConditioningKind
{
    /// <summary>A fixed list of classes, as in DiT.</summary>
    Class,

    /// <summary>Any text, as in Stable Diffusion.</summary>
    Text,
}
