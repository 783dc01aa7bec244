namespace DiffusionClassifier.Core.Residency;

/// <summary>Which models are in memory, and when they are loaded. All have values that work.</summary>
public sealed record ResidencyOptions
{
    /// <summary>
    /// Bytes of weights that one device may hold, above zero, and of the file that is read where that lies in the same memory; null: no
    /// bound but the device's memory. A model that is larger by itself is refused.
    /// </summary>
    public long? MaxBytes { get; init; }

    /// <summary>
    /// Whether models are loaded at the start, as many as fit, the default model first; else when they are first asked for.
    /// </summary>
    public bool LoadAtStart { get; init; } = true;
}
