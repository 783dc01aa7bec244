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
    /// The image file: JPEG, PNG or WebP, recognized by its content; at most {MaxImageBytes} bytes and {MaxPixels} pixels.
    /// </summary>
    [Display(Order = 1)]
    public ReadOnlyMemory<byte> Image { get; init; }

    /// <summary>
    /// Several image files in place of <c>image</c>: repeat the field, up to {MaxImages} times; each within the same limits. Each image is
    /// classified by itself, and has an answer or an error of its own in the answer's <c>images</c>.
    /// </summary>
    [Display(Order = 4)]
    public IReadOnlyList<ReadOnlyMemory<byte>> Images { get; init; } = [];

    /// <summary>
    /// The candidate labels: repeat the field, or send one JSON array; a comma is part of a label. Optional for class-conditional models
    /// (default: all classes). At most {MaxLabels}, each of at most {MaxPromptLength} characters; identical labels are refused.
    /// </summary>
    [Display(Order = 2)]
    public IReadOnlyList<LabelSpec>? Labels { get; init; }

    /// <summary>
    /// Prior weights, one per label in the same order: repeat the field, or send one JSON array. At least 0, not all 0; they are scaled to
    /// sum to 1. Default: uniform.
    /// </summary>
    [Description(
        "How likely each label is beforehand, in the order of the labels; they need not sum to 1. [default: "
        + "all equal]")]
    public IReadOnlyList<double>? Priors { get; init; }

    /// <summary>
    /// The prompt for labels that have none of their own, for text-conditional models: <c>{label}</c> stands for the label, as in <c>a
    /// photo of a {label}.</c> A label with an article of its own replaces the template's. Repeat the field, or send one JSON array.
    /// Default: the model's, else the label itself.
    /// </summary>
    [Description(
        "The prompt for a label, for models that read text, as in \"a photo of a {label}.\"; may be repeated. "
        + "[default: as the model recommends]")]
    public IReadOnlyList<string>? Template { get; init; }

    /// <summary>
    /// How several prompts of a label are combined. <c>mean</c>: on every draw, the mean over its prompts; <c>min</c>: prompts compete, and
    /// the label is as good as its best one (the paper's code).
    /// </summary>
    [Description("How several prompts of a label are combined: their mean, or the best one. [default: mean]")]
    [DefaultValue(PromptAggregation.Mean)]
    public PromptAggregation PromptAggregation { get; init; } = PromptAggregation.Mean;

    /// <summary>
    /// How rows are chosen. <c>race</c>: labels that have lost cost no more rows; the winner is that of <c>fixed</c> with the (nominal)
    /// probability <c>confidence</c>. <c>fixed</c>: every label on every trial. <c>fast</c>: as race, but a label has lost as soon as it is
    /// 3 standard errors worse: fewer rows, no stated guarantee. <c>staged</c>: the paper's code; after each stage, only the best labels
    /// stay in the race. <c>clark-jaini</c>: the pruning of Clark and Jaini (2023), no stated guarantee. <c>race-anytime</c>: as race, but
    /// its guarantee is not asymptotic; about three times the rows. Default: the model's, else race.
    /// </summary>
    [Description(
        "How the work is divided among the labels: race drops labels that have lost, fixed never does, fast "
        + "drops them sooner, with no guarantee. [default: as the model recommends]")]
    public Strategy? Strategy { get; init; }

    /// <summary>
    /// Strategies <c>race</c> and <c>race-anytime</c>: how likely its winner is that of <c>fixed</c>, for race nominally (its test is
    /// asymptotic). The answer's
    /// <c>decision.delta</c> is 1 minus this.
    /// </summary>
    [Description("Strategies race, race-anytime: how likely it is to find the winner of fixed, from 0.5 to 0.9999. [default: 0.95]")]
    [DefaultValue(0.95), Range(0.5, 0.9999)]
    public double? Confidence { get; init; }

    /// <summary>
    /// Strategies <c>fixed</c> and <c>fast</c>: which timesteps and noise the trials are. <c>even</c>: a fair sample of the model's range.
    /// <c>chosen</c>: first those that told classes apart best when the model was calibrated: a few of them tell more than as many even
    /// ones, but their mean error is no estimate of the model's. The answer's <c>decision.chosenDraws</c> says how many there were.
    /// Default: chosen if the model has them, for <c>fast</c>, few trials and deadlines; else even.
    /// </summary>
    [Description(
        "Strategies fixed and fast: trials evenly spread, or first those that tell classes apart best. [default: chosen for fast, few "
        + "trials and deadlines, if the model has them]")]
    public DrawChoice? Draws { get; init; }

    /// <summary>
    /// The answer is none of the labels (<c>prediction</c> null, <c>decision.rejected</c>) if the winner's posterior is below this, or if
    /// the image is unlike those that the model knows. Above 0, at most 1. Default: the answer is the winner, whatever its posterior.
    /// </summary>
    [Description(
        "Answer with none of the labels if the winner's posterior is below this, or if the image is unlike those that the model "
        + "knows. [default: never]")]
    [Range(0, 1)]
    public double? RejectBelow { get; init; }

    /// <summary>
    /// Strategies <c>race</c>, <c>race-anytime</c>, <c>fast</c>, <c>clark-jaini</c>: stop once this many best labels are certain, in any
    /// order; they are those whose <c>eliminatedAt</c> is null. Less than the number of labels.
    /// </summary>
    [Description(
        "Strategies race, race-anytime, fast, clark-jaini: stop once this many best labels are certain, in any order. "
        + "[default: 1]")]
    [DefaultValue(1), Range(1, 20)]
    public int? TopK { get; init; }

    /// <summary>
    /// Strategy <c>staged</c>: timesteps of each stage (the reference's <c>n_samples</c>); repeat the field, or send one JSON array.
    /// Default: a tenth of the trials, then all.
    /// </summary>
    [Description(
        "Strategy staged: timesteps of each stage, the paper's n_samples. [default: a tenth of the trials, then "
        + "all]")]
    public IReadOnlyList<int>? StageSamples { get; init; }

    /// <summary>
    /// Strategy <c>staged</c>: labels kept after each stage (<c>to_keep</c>), as many numbers as in <c>stageSamples</c>; the last is 1.
    /// Default: 5, then 1.
    /// </summary>
    [Description("Strategy staged: labels kept after each stage, the paper's to_keep. [default: 5,1]")]
    public IReadOnlyList<int>? StageKeep { get; init; }

    /// <summary>Strategy <c>staged</c>: draws of noise at every timestep (<c>n_trials</c>). Default: 1.</summary>
    [Description("Strategy staged: draws of noise at each timestep, the paper's n_trials. [default: 1]")]
    [Range(1, MaxTrials)]
    public int? TrialsPerTimestep { get; init; }

    /// <summary>
    /// Milliseconds from when the body has arrived until an answer is due: then the best answer so far is given, with
    /// <c>decision.complete</c> false. An error (504) if not one trial of every label is complete by then. Default: no limit.
    /// </summary>
    [Description("Milliseconds per image, after which its best answer so far is given. [default: no limit]")]
    [Range(1, int.MaxValue)]
    public int? DeadlineMs { get; init; }

    /// <summary>
    /// Where in the image the answer comes from: the answer then has an <c>explanation</c>, of the winner against another label.
    /// <c>true</c> or <c>runnerUp</c>: the next best one; a label of the request: that one, or the next best if it wins; <c>null</c>: the
    /// empty prompt, which costs a row for each trial. Others cost no rows. Default: none.
    /// </summary>
    public string? Explain { get; init; }

    /// <summary>Whether <see cref="Explain"/> asks for anything.</summary>
    public bool AsksForExplanation() => Explain is not (null or "" or "false");

    /// <summary>A request with the fields that it has in common with another one, and no others.</summary>
    public static ClassificationRequest From(ImageRequest other) => new(common: other);
}
