using System.Globalization;

namespace DiffusionClassifier.Core.Errors;

/// <summary>A model takes more memory by itself than all models together may.</summary>
/// <param name="model">The model.</param>
/// <param name="bytes">Of its weights.</param>
/// <param name="bound">That all may take.</param>
public sealed class ModelTooLargeException(string model, long bytes, long bound) : UnusableModelException(
    string.Create(CultureInfo.InvariantCulture, $"The weights of the model '{model}' have {bytes / Mega:0.#} MB, and all models together "
        + $"may take {bound / Mega:0.#} MB: set Models:MaxBytes higher."), innerException: null)
{
    private const double Mega = 1e6;
}
