namespace DiffusionClassifier.Core.Diffusion;

/// <summary>The independent streams drawn from one seed: the last word of Philox' counter.</summary>
internal enum RandomStream : uint
{
    Noise = 0,
    TrialOrder = 1,
    Folds = 2,
    Sample = 3,
}
