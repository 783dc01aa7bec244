using System.Text.Json;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Evaluation.Banks;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Onnx.Tokenizers;
using DiffusionClassifier.Testing;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionClassifier.Onnx.Tests.Bundles;

/// <summary>
/// A bundle that models/training/scenes wrote computes what PyTorch did, tokenizer included: models/scenes, or the one that DC_SCENES names.
/// </summary>
public sealed class ScenesBundleTests(ITestOutputHelper output)
{
    private const double Tolerance = 1e-4; // PyTorch against ONNX Runtime, both in float32, through up to twenty layers

    private static readonly string[] Parts = ["text_encoder", "unet", "vae_encoder", "vae_decoder"];

    private readonly string _folder = Folder();

    [Fact]
    public void Every_caption_gives_the_ids_that_the_model_was_trained_with()
    {
        using NumpyArchive vectors = Vectors();
        long[] expected = vectors.Array<long>("text_encoder.input_ids", out int[] shape);
        ClipTokenizer tokenizer = new(TokenizerConfig.Read(Path.Combine(_folder, "tokenizer")));
        Assert.Equal(tokenizer.MaxLength, shape[1]);
        var ids = new long[tokenizer.MaxLength];
        foreach ((int row, string caption) in Captions(vectors).Index())
        {
            tokenizer.Encode(caption, ids);
            Assert.Equal(expected[(row * ids.Length)..((row + 1) * ids.Length)], ids);
        }
    }

    [Fact]
    public void Every_caption_gives_the_embedding_of_PyTorch()
    {
        using NumpyArchive vectors = Vectors();
        using var model = new OnnxDiffusionModel(BundleLoader.Load(_folder), new OnnxOptions { MaxBatch = 2 });

        float[] actual = [.. model.EncodePrompts(Captions(vectors)).SelectMany(conditioning => ((TextConditioning)conditioning).HiddenStates)];

        Compare("embeddings", vectors.Array<float>("text_encoder.last_hidden_state", out _), actual);
    }

    [Fact]
    public void The_test_vectors_give_the_numbers_of_PyTorch()
    {
        using NumpyArchive vectors = Vectors();
        foreach (string part in Parts)
        {
            using var session = new InferenceSession(Path.Combine(_folder, part, "model.onnx"));
            OrtValue[] inputs = [.. session.InputMetadata.Select(input => input.Value.ElementType == typeof(long)
                ? Value<long>(vectors, $"{part}.{input.Key}") : Value<float>(vectors, $"{part}.{input.Key}"))];
            using var options = new RunOptions();
            using IDisposableReadOnlyCollection<OrtValue> found = session.Run(options, [.. session.InputMetadata.Keys], inputs, session.OutputNames);

            Compare(part, vectors.Array<float>($"{part}.{session.OutputNames[0]}", out _), found[0].GetTensorDataAsSpan<float>().ToArray());
            Array.ForEach(inputs, input => input.Dispose());
        }
    }

    private static string Folder()
    {
        string folder = Environment.GetEnvironmentVariable("DC_SCENES") is { Length: > 0 } named ? named : Path.Combine(Repository.Root, "models", "scenes");
        Assert.SkipUnless(Directory.Exists(folder), $"There is no bundle {folder}: models/training/scenes writes one; or name another with DC_SCENES.");
        return folder;
    }

    private static string[] Captions(NumpyArchive vectors) => JsonSerializer.Deserialize<string[]>(vectors.Text("captions.json")!)!;

    private static OrtValue Value<T>(NumpyArchive vectors, string name) where T : unmanaged
    {
        T[] values = vectors.Array<T>(name, out int[] shape);
        return OrtValue.CreateTensorValueFromMemory(values, Array.ConvertAll(shape, size => (long)size));
    }

    private NumpyArchive Vectors() => new(Path.Combine(_folder, "testvec.npz"));

    private void Compare(string what, float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double deviation = expected.Zip(actual).Max(pair => Math.Abs((double)pair.First - pair.Second));
        output.WriteLine($"{what}: {expected.Length} values, largest deviation from PyTorch {deviation:0.0e+00} (tolerance {Tolerance:0e+00})");
        Assert.InRange(deviation, 0, Tolerance);
    }
}
