namespace DiffusionClassifier.Evaluation.Calibration;

/// <summary>The mean errors of images whose true label is known. Immutable.</summary>
internal sealed class LabelledErrors
{
    private readonly double[][] _errors;
    private readonly int[] _labels;

    /// <param name="errors">For each image, the mean error of every class: finite, at least two classes, the same number for all.</param>
    /// <param name="labels">For each image, the index of its class.</param>
    /// <exception cref="ArgumentException">The data is invalid.</exception>
    public LabelledErrors(IEnumerable<double[]> errors, IEnumerable<int> labels)
    {
        (_errors, _labels) = ([.. errors], [.. labels]);
        if (_errors.Length == 0 || _errors.Length != _labels.Length)
        {
            throw new ArgumentException(
                $"There are {_errors.Length} images and {_labels.Length} labels; there must be one label for each image, "
                    + "and at least one image.",
                nameof(labels));
        }

        if (_errors[0].Length < 2 || _errors.Any(means => means.Length != Classes || !means.All(double.IsFinite)))
        {
            throw new ArgumentException(
                "Every image must have as many errors as there are classes (at least two), all of them finite.", nameof(errors));
        }

        if (_labels.Any(label => label < 0 || label >= Classes))
            throw new ArgumentException($"A label is not from 0 to {Classes - 1}.", nameof(labels));
    }

    /// <summary>Images.</summary>
    public int Count => _labels.Length;

    public int Classes => _errors[0].Length;

    /// <summary>The mean error of each class for one image.</summary>
    public ReadOnlySpan<double> Errors(int image) => _errors[image];

    /// <summary>The true class of one image.</summary>
    public int Label(int image) => _labels[image];

    /// <summary>Some of the images.</summary>
    public LabelledErrors Select(IReadOnlyCollection<int> images) =>
        new(images.Select(image => _errors[image]), images.Select(image => _labels[image]));
}
