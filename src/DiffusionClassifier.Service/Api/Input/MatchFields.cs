using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace DiffusionClassifier.Service.Api.Input;

/// <summary>The fields of <c>POST /match</c>.</summary>
// For the API document only: RequestReader reads the body.
internal sealed class MatchFields : CommonFields
{
    /// <summary>The image files: the field repeated, at most 64. Each JPEG, PNG or WebP of at most {MaxImageBytes} bytes and {MaxPixels} pixels.</summary>
    [Required]
    public IReadOnlyList<IFormFile>? Images { get; init; }

    /// <summary>The captions, each a whole prompt: the field repeated, or once as a JSON array. At most {MaxLabels}, each of at most {MaxPromptLength} characters.</summary>
    [Required]
    public IReadOnlyList<string>? Captions { get; init; }

    /// <summary>Subtract the error of the model told nothing, so that scores of different images can be compared. Costs one more caption.</summary>
    [DefaultValue(false)]
    public bool? NormalizeByNull { get; init; }
}
