using System.Text.Json;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Evaluation.Files;

namespace DiffusionClassifier.Evaluation.Banks;

/// <summary>
/// The errors of every image on every trial for every class: all that any strategy could have seen. Immutable. As a file: an .npz with
/// <c>errors</c> float32 [image, trial, class], <c>t</c> int64 [trial], <c>labels</c> int64 [image] and, if this program wrote it,
/// <c>images</c> int64 [image], <c>order</c> int64 [trial] and <c>settings.json</c>.
/// </summary>
public sealed class ErrorBank
{
    private const string SettingsEntry = "settings.json";

    private readonly float[] _errors;
    private readonly int[] _timesteps, _labels, _images, _order;

    /// <param name="errors">[image, trial, class], finite; trials in the order of their numbers s.</param>
    /// <param name="timesteps">t of every trial.</param>
    /// <param name="labels">Index of the true class of every image.</param>
    /// <param name="images">Index of every image in its data set; null: 0, 1, 2 …</param>
    /// <param name="order">The trial that runs at every position; null: <see cref="TrialPlan"/>'s order for seed 0.</param>
    /// <param name="settings">How the errors were made; null if unknown.</param>
    /// <exception cref="InvalidDataException">The sizes do not match, or a value is out of range.</exception>
    public ErrorBank(
        float[] errors, int[] timesteps, int[] labels, int[]? images = null, int[]? order = null, BankSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(errors);
        ArgumentNullException.ThrowIfNull(timesteps);
        ArgumentNullException.ThrowIfNull(labels);
        if (timesteps.Length == 0 || labels.Length == 0 || errors.Length == 0
            || errors.Length % ((long)timesteps.Length * labels.Length) != 0)
        {
            throw new InvalidDataException($"{errors.Length} errors do not make {labels.Length} images × {timesteps.Length} trials.");
        }

        Classes = (int)(errors.Length / ((long)timesteps.Length * labels.Length));
        _errors = errors;
        _timesteps = timesteps;
        _labels = labels;
        _images = images ?? [.. Enumerable.Range(0, labels.Length)];
        _order = order ?? UniformOrder(timesteps.Length);
        Settings = settings;
        Check();
    }

    public int Images => _labels.Length;

    /// <summary>N.</summary>
    public int Trials => _timesteps.Length;

    public int Classes { get; }

    /// <summary>t of every trial s.</summary>
    public IReadOnlyList<int> Timesteps => _timesteps;

    /// <summary>Index of the true class of every image.</summary>
    public IReadOnlyList<int> Labels => _labels;

    /// <summary>Index of every image in its data set.</summary>
    public IReadOnlyList<int> ImageIndices => _images;

    /// <summary>The trial s at every position of the running order.</summary>
    public IReadOnlyList<int> Order => _order;

    /// <summary>How the errors were made; null for a bank from elsewhere.</summary>
    public BankSettings? Settings { get; }

    /// <summary>One image's errors on trial s, one per class.</summary>
    public ReadOnlySpan<float> Errors(int image, int trial) => _errors.AsSpan((image * Trials + trial) * Classes, Classes);

    /// <summary>One image's errors, [trial, class].</summary>
    public ReadOnlySpan<float> AllErrors(int image) => _errors.AsSpan(image * Trials * Classes, Trials * Classes);

    /// <summary>
    /// Mean error of every class over all trials of an image, summed in double in the running order: what <see cref="Strategy.Fixed"/>
    /// uses.
    /// </summary>
    internal double[] MeanErrors(int image)
    {
        var means = new double[Classes];
        foreach (int trial in _order)
        {
            ReadOnlySpan<float> errors = Errors(image, trial);
            for (int label = 0; label < means.Length; label++)
                means[label] += errors[label];
        }

        for (int label = 0; label < means.Length; label++)
            means[label] /= Trials;
        return means;
    }

    /// <exception cref="InvalidDataException">The file is not a bank; the message names it.</exception>
    public static ErrorBank Load(string file)
    {
        try
        {
            using var archive = new NumpyArchive(file);
            float[] errors = archive.Array<float>("errors", out int[] shape);
            int[] timesteps = Integers(archive, "t"), labels = Integers(archive, "labels");
            if (shape is not [var images, var trials, _] || images != labels.Length || trials != timesteps.Length)
            {
                throw new InvalidDataException(
                    $"errors has the shape ({string.Join(", ", shape)}); it must be [{labels.Length} images, {timesteps.Length} trials, "
                        + "classes].");
            }

            BankSettings? settings = archive.Text(SettingsEntry) is { } json
                ? JsonSerializer.Deserialize<BankSettings>(json, AnswerJson.Options)
                : null;
            return new ErrorBank(errors, timesteps, labels, Optional(archive, "images"), Optional(archive, "order"), settings);
        }
        catch (Exception exception) when (exception is InvalidDataException or JsonException)
        {
            throw new InvalidDataException($"{file} is not a bank of errors: {exception.Message}", exception);
        }
    }

    /// <summary>Replaces the file; a reader never sees half of it.</summary>
    /// <param name="file">The file, whether or not it exists.</param>
    /// <exception cref="IOException">It cannot be written; the old file stays.</exception>
    public void Save(string file) => AtomicFile.Write(file, stream =>
    {
        using var archive = new NumpyArchiveWriter(stream);
        archive.Write<float>("errors", _errors, Images, Trials, Classes);
        archive.Write<long>("t", Longs(_timesteps), Trials);
        archive.Write<long>("labels", Longs(_labels), Images);
        archive.Write<long>("images", Longs(_images), Images);
        archive.Write<long>("order", Longs(_order), Trials);
        if (Settings is not null)
            archive.WriteText(SettingsEntry, JsonSerializer.Serialize(Settings, AnswerJson.Indented));
    });

    private void Check()
    {
        if (_images.Length != Images)
            throw new InvalidDataException($"There are {_images.Length} indices for {Images} images.");
        if (_order.Length != Trials || !_order.Order().SequenceEqual(Enumerable.Range(0, Trials)))
            throw new InvalidDataException($"The order is not a permutation of {Trials} trials.");
        if (_labels.Any(label => label < 0 || label >= Classes))
        {
            throw new InvalidDataException(
                $"A label is {_labels.First(label => label < 0 || label >= Classes)}; with {Classes} classes they go from 0 to "
                    + $"{Classes - 1}.");
        }

        if (!_errors.All(float.IsFinite))
            throw new InvalidDataException("An error is not a finite number.");
        if (Settings is { } settings && settings.Labels.Count != Classes)
            throw new InvalidDataException($"There are {settings.Labels.Count} names for {Classes} classes.");
    }

    private static int[] UniformOrder(int trials)
    {
        TrialPlan plan = TrialPlan.Uniform(trials, 0, trials, seed: 0);
        return [.. Enumerable.Range(0, trials).Select(position => plan[position].NoiseIndex)];
    }

    private static int[]? Optional(NumpyArchive archive, string name) => archive.Has(name) ? Integers(archive, name) : null;

    private static int[] Integers(NumpyArchive archive, string name)
    {
        long[] values = archive.Array<long>(name, out int[] shape);
        return shape.Length == 1 && values.All(value => value is >= int.MinValue and <= int.MaxValue)
            ? [.. values.Select(value => (int)value)]
            : throw new InvalidDataException($"'{name}' is not a list of whole numbers.");
    }

    private static long[] Longs(int[] values) => Array.ConvertAll(values, value => (long)value);
}
