using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace DiffusionClassifier.Contracts;

/// <summary>The fields of <c>POST /classify</c>.</summary>
public sealed record ClassificationRequest : ImageRequest
{
    public ClassificationRequest()
    {
    }

    private ClassificationRequest(ImageRequest common)
        : base(common)
    {
    }

    /// <summary>
    /// The image file: JPEG, PNG or WebP, recognised by its content; at most {MaxImageBytes} bytes and {MaxPixels} pixels.
    /// </summary>
    [Display(Order = 1)]
    public ReadOnlyMemory<byte> Image { get; init; }

    /// <summary>
    /// Several image files in place of <c>image</c>: the field repeated, at most {MaxImages}, each within the same limits. Each is
    /// classified by itself, and has an answer or an error of its own in the answer's <c>images</c>.
    /// </summary>
    [Display(Order = 4)]
    public IReadOnlyList<ReadOnlyMemory<byte>> Images { get; init; } = [];

    /// <summary>
    /// The candidate labels: the field repeated, or once as a JSON array; a comma is part of a label. Optional for class-conditional models
    /// (default: all classes). At most {MaxLabels}, each of at most {MaxPromptLength} characters; identical labels are refused.
    /// </summary>
    [Display(Order = 2)]
    public IReadOnlyList<LabelSpec>? Labels { get; init; }

    /// <summary>
    /// Prior weights, one per label in the same order: the field repeated, or once as a JSON array. At least 0, not all 0; they are scaled
    /// to sum to 1. Default: uniform.
    /// </summary>
    [Description(
        "How likely each label is before looking, in the order of the labels; they need not sum to 1. [default: "
        + "all equal]")]
    public IReadOnlyList<double>? Priors { get; init; }

    /// <summary>
    /// Prompts of labels that have none of their own, for text-conditional models: <c>{label}</c> stands for the label, as in <c>a photo of
    /// a {label}.</c> A label with an article of its own replaces the template's. Repeated, or one JSON array. Default: the model's, else
    /// the label itself.
    /// </summary>
    [Description(
        "The prompt of a label, for models that read text, as in \"a photo of a {label}.\"; may be repeated. "
        + "[default: as the model recommends]")]
    public IReadOnlyList<string>? Template { get; init; }

    /// <summary>
    /// What several prompts of a label mean. <c>mean</c>: on every draw the mean over its prompts; <c>min</c>: prompts compete, and the
    /// label is as good as its best (the paper's code).
    /// </summary>
    [Description("What several prompts of a label mean: their mean, or the best one. [default: mean]")]
    [DefaultValue(PromptAggregation.Mean)]
    public PromptAggregation PromptAggregation { get; init; } = PromptAggregation.Mean;

    /// <summary>
    /// How rows are chosen. <c>race</c>: labels that have lost cost no more rows; the winner is that of <c>fixed</c> with the probability
    /// <c>confidence</c>, nominally. <c>fixed</c>: every label on every trial. <c>fast</c>: as race, but a label has lost as soon as it is
    /// 3 standard errors worse: fewer rows, no stated guarantee. <c>staged</c>: the paper's code; after each stage only the best labels go
    /// on. <c>clark-jaini</c>: the pruning of Clark and Jaini (2023), no stated guarantee. Default: the model's, else race.
    /// </summary>
    [Description(
        "How the work is spread over the labels: race stops for labels that have lost, fixed never does, fast "
        + "stops sooner and promises nothing. [default: as the model recommends]")]
    public Strategy? Strategy { get; init; }

    /// <summary>
    /// Strategy <c>race</c>: how likely its winner is that of <c>fixed</c>, nominally (the test is asymptotic). The answer's
    /// <c>decision.delta</c> is 1 minus this.
    /// </summary>
    [Description("Strategy race: how likely its winner is that of fixed, from 0.5 to 0.9999. [default: 0.95]")]
    [DefaultValue(0.95), Range(0.5, 0.9999)]
    public double? Confidence { get; init; }

    /// <summary>
    /// The answer is none of the labels (<c>prediction</c> null, <c>decision.rejected</c>) where the winner's posterior is below this, or
    /// where the image is unlike those that the model knows. Above 0, at most 1. Default: the winner is answered, whatever its posterior.
    /// </summary>
    [Description("Answer none of the labels where the winner's posterior is below this, or the image unlike the model's. [default: never]")]
    [Range(0, 1)]
    public double? RejectBelow { get; init; }

    /// <summary>
    /// Strategies <c>race</c>, <c>fast</c>, <c>clark-jaini</c>: stop when the best so many labels are certain, in whatever order; they are
    /// those whose <c>eliminatedAt</c> is null. Less than the number of labels.
    /// </summary>
    [Description(
        "Strategies race, fast, clark-jaini: stop when the best so many labels are certain, in whatever order. "
        + "[default: 1]")]
    [DefaultValue(1), Range(1, 20)]
    public int? TopK { get; init; }

    /// <summary>
    /// Strategy <c>staged</c>: timesteps of every stage (the reference's <c>n_samples</c>), repeated or one JSON array. Default: a tenth of
    /// the trials, then all.
    /// </summary>
    [Description(
        "Strategy staged: timesteps of every stage, the paper's n_samples. [default: a tenth of the trials, then "
        + "all]")]
    public IReadOnlyList<int>? StageSamples { get; init; }

    /// <summary>
    /// Strategy <c>staged</c>: labels that go on after every stage (<c>to_keep</c>), as many numbers as <c>stageSamples</c>; the last is 1.
    /// Default: 5, then 1.
    /// </summary>
    [Description("Strategy staged: labels that go on after every stage, the paper's to_keep. [default: 5,1]")]
    public IReadOnlyList<int>? StageKeep { get; init; }

    /// <summary>Strategy <c>staged</c>: draws of noise at every timestep (<c>n_trials</c>). Default: 1.</summary>
    [Description("Strategy staged: noises at every timestep, the paper's n_trials. [default: 1]")]
    [Range(1, MaxTrials)]
    public int? TrialsPerTimestep { get; init; }

    /// <summary>
    /// Milliseconds from when the body has come until an answer is due: then the best answer so far, with <c>decision.complete</c> false.
    /// An error (504) if by then no trial of every label is complete. Default: when all is done.
    /// </summary>
    [Description("Milliseconds a picture may take: then its best answer so far. [default: until all is done]")]
    [Range(1, int.MaxValue)]
    public int? DeadlineMs { get; init; }

    /// <summary>A request with the fields that another one shares with it, and no others.</summary>
    public static ClassificationRequest From(ImageRequest other) => new(common: other);
}
