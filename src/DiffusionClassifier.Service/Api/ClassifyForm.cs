using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Service.Api;

/// <summary>The fields of <c>POST /classify</c>.</summary>
// For the API document only: ClassifyFormReader reads the form, because its errors say what to do where model binding's do not.
internal sealed class ClassifyForm
{
    /// <summary>The image file: JPEG, PNG or WebP, recognised by its content; at most {MaxImageBytes} bytes and {MaxPixels} pixels.</summary>
    [Required]
    public IFormFile? Image { get; init; }

    /// <summary>The candidate labels: the field repeated, or once as a JSON array. Optional for class-conditional models (default: all classes). At most {MaxLabels}, each of at most {MaxPromptLength} characters; identical labels are refused.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Prior weights, one per label in the same order: the field repeated, or once as a JSON array. At least 0, not all 0; they are scaled to sum to 1. Default: uniform.</summary>
    public IReadOnlyList<double>? Priors { get; init; }

    /// <summary>Id of the model (GET /models). Default: the server's default model.</summary>
    public string? Model { get; init; }

    /// <summary>How rows are chosen. <c>fixed</c>: every label on every trial.</summary>
    public Strategy? Strategy { get; init; }

    /// <summary>Number of trials: (timestep, noise) pairs that all labels share. More trials, smaller standard errors. Labels × trials may be at most {MaxRowsPerRequest}. Default: the model's.</summary>
    [Range(1, 1_000_000)]
    public int? Trials { get; init; }

    /// <summary>Loss between true and predicted noise. Default: the model's.</summary>
    public PredictionLoss? Loss { get; init; }

    /// <summary>Seed of the noise and of the trial order; the same seed gives the same answer.</summary>
    [Range(0, 9007199254740991), DefaultValue(0)]
    public long? Seed { get; init; }

    /// <summary>1/β of the posterior softmax(log prior − β·meanError), above 0. Wins over <c>posterior</c>.</summary>
    public double? Temperature { get; init; }

    /// <summary>Where β comes from. <c>paper</c>: channels·height·width; <c>mean</c>: 1; <c>fitted</c>: the model's calibration. Default: fitted where the model has it, else paper.</summary>
    public PosteriorPreset? Posterior { get; init; }

    /// <summary><c>default</c>: as a viewer shows the file (EXIF orientation, colour profile, alpha over white). <c>reference</c>: as the paper's Python code reads it.</summary>
    [DefaultValue(Core.Models.ImageMode.Default)]
    public ImageMode? ImageMode { get; init; }
}
