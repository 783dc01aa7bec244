using System.Text.Json.Serialization;

namespace DiffusionClassifier.Contracts;

/// <summary>What an answer cost.</summary>
/// <param name="Rows">Rows (denoiser evaluations) that were run.</param>
/// <param name="FixedRows">
/// Rows that the strategy <c>fixed</c> costs: prompts (one for each class of a class-conditional model) × trials; trials, if it predicts
/// for all at once.
/// </param>
/// <param name="Batches">Denoiser calls that held at least one of these rows.</param>
/// <param name="QueueSeconds">
/// From the request's arrival in the engine until the first work on a device; decoding the image is part of it.
/// </param>
/// <param name="ComputeSeconds">Device time: encoding and, of each batch, the share of these rows.</param>
/// <param name="TotalSeconds">From the request's arrival in the engine to the answer.</param>
public sealed record CostSummary(
    int Rows,
    int FixedRows,
    int Batches,
    double QueueSeconds,
    double ComputeSeconds,
    double TotalSeconds)
{
    /// <summary>
    /// Whether the answer was known from an earlier request that asked the same, or came from one that was running: then no row was run for
    /// this one. <c>decision</c> and <c>evaluations</c> say what the answer rests on, as ever.
    /// </summary>
    public bool Cached { get; init; }

    /// <summary>
    /// How long it took to encode the image and the prompts, including waits for a device. A header of the HTTP answer has it, the answer
    /// does not.
    /// </summary>
    [JsonIgnore]
    public double EncodeSeconds { get; init; }

    /// <summary>From the first row's batch to the answer. A header of the HTTP answer has it, the answer does not.</summary>
    [JsonIgnore]
    public double DenoiseSeconds { get; init; }
}
