namespace DiffusionClassifier.Onnx.Parts;

/// <summary>Where the numbers of a denoiser's input come from, beside x_t and t.</summary>
internal enum InputSource
{
    /// <summary>The class of each row.</summary>
    Class,

    /// <summary>The sequence that attention reads of each row's prompt.</summary>
    Sequence,

    /// <summary>What each row's prompt is as a whole.</summary>
    Pooled,

    /// <summary>Which tokens of each row's sequence are no padding.</summary>
    Mask,

    /// <summary>The same numbers in every call.</summary>
    Constant,
}
