namespace DiffusionClassifier.Evaluation.Banks;

/// <summary>How the errors of a bank were made: the same settings give the same errors.</summary>
public sealed record BankSettings
{
    /// <summary>Id of the model.</summary>
    public required string Model { get; init; }

    /// <summary>
    /// SHA-256 of the model's graphs and weights: other weights under the same id give other errors. Null if unknown.
    /// </summary>
    public string? ModelDigest { get; init; }

    /// <summary>Names of the classes, in the order of the bank's last index.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Prompt templates of a text-conditional model; null: the model's.</summary>
    public IReadOnlyList<string>? Templates { get; init; }

    /// <summary>N.</summary>
    public required int Trials { get; init; }

    /// <summary>The loss that the errors are means of.</summary>
    public required PredictionLoss Loss { get; init; }

    /// <summary>Seed of noise and trial order, the same for every image.</summary>
    public required ulong Seed { get; init; }

    /// <summary>How image files were read.</summary>
    public ImageMode ImageMode { get; init; }

    /// <summary>C·H·W: the factor of a mean error in the paper's posterior.</summary>
    public required int Elements { get; init; }

    /// <summary>The data set as KIND:PATH, the path without its folders.</summary>
    public required string Data { get; init; }

    /// <summary>Every other setting that changes an error, in words; null if there is none.</summary>
    public string? Other { get; init; }
}
