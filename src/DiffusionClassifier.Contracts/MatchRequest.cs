using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace DiffusionClassifier.Contracts;

/// <summary>The fields of <c>POST /match</c>: which of m captions fits each of n images.</summary>
public sealed record MatchRequest : ImageRequest
{
    public MatchRequest()
    {
    }

    private MatchRequest(ImageRequest common)
        : base(common)
    {
    }

    /// <summary>The most images that one request may have: Winoground's two many times over, and a bound on decoded pixels.</summary>
    public const int MaxImages = 64;

    /// <summary>
    /// The image files: the field repeated, at most 64. Each JPEG, PNG or WebP of at most {MaxImageBytes} bytes and {MaxPixels} pixels.
    /// </summary>
    [Display(Order = 1), Required, Length(1, MaxImages)]
    public IReadOnlyList<ReadOnlyMemory<byte>> Images { get; init; } = [];

    /// <summary>
    /// The captions, each a whole prompt (or a class of a class-conditional model): the field repeated, or once as a JSON array. At most
    /// {MaxLabels}, each of at most {MaxPromptLength} characters.
    /// </summary>
    [Display(Order = 2), Required]
    public IReadOnlyList<string> Captions { get; init; } = [];

    /// <summary>
    /// Subtract the error of the model told nothing (the empty prompt, the null class), on the same noise: an estimate of
    /// log p(x|c) − log p(x), so that scores of different images can be compared. Costs one more caption.
    /// </summary>
    [Description("Subtract the error of the model told nothing, so that different pictures can be compared.")]
    [DefaultValue(false)]
    public bool NormalizeByNull { get; init; }

    /// <summary>A request with the fields that another one shares with it, and no others.</summary>
    public static MatchRequest From(ImageRequest other) => new(common: other);
}
