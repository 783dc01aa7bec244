using System.Text.Json;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Parts;
using DiffusionClassifier.Onnx.Tests.Golden;
using DiffusionClassifier.Testing;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionClassifier.Onnx.Tests.Sessions;

/// <summary>The denoiser alone, for every bundle of the golden data: rows with different timesteps in one batch, and other latent sizes.</summary>
public sealed class DenoiserGoldenTests(ITestOutputHelper output)
{
    private static readonly Tolerance Single = new(2e-5), Half = new(0, OfRms: 1.2e-2); // twice what one set of random weights gives

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows_give_the_golden_predictions(bool half)
    {
        var check = new GoldenCheck(half ? "denoiser output, float16" : "denoiser output", half ? Half : Single);
        foreach (GoldenBundle golden in GoldenBundle.All.Where(golden => golden.IsHalf == half))
        {
            using OnnxDiffusionModel model = golden.Open();
            foreach (JsonProperty call in golden.Family.DenoiserCalls.Where(call => DenoiserCall.Fits(call.Value, golden.Bundle)))
            {
                var rows = new DenoiserCall(call.Value, golden.Bundle);
                check.Compare($"{golden.Name}, {call.Name}", rows.Expected, rows.Predict(model));
                check.Note($"{golden.Name}: {call.Name}.");
            }
        }

        check.Report(output);
    }

    [Fact]
    public void Latents_of_another_size_give_the_golden_predictions()
    {
        var check = new GoldenCheck("denoiser output, another latent size", Single);
        foreach (GoldenBundle golden in GoldenBundle.All.Where(golden => golden.Name == golden.Family.Bundle.Manifest.Id && !golden.IsHalf))
        {
            DenoiserContract denoiser = golden.Bundle.Model.Denoiser;
            using var session = new InferenceSession(denoiser.Graph.File);
            foreach (JsonProperty call in golden.Family.DenoiserCalls.Where(call => !DenoiserCall.Fits(call.Value, golden.Bundle)))
            {
                check.Compare($"{golden.Name}, {call.Name}", GoldenData.Array<float>(call.Value.GetProperty("out_sample")), RunDirectly(session, denoiser, call.Value));
                check.Note($"{golden.Name}: {call.Name}, the session run directly.");
            }
        }

        check.Report(output);
    }

    private static float[] RunDirectly(InferenceSession session, DenoiserContract denoiser, JsonElement call)
    {
        using var options = new RunOptions();
        Dictionary<string, OrtValue> inputs = denoiser.Graph.Inputs.ToDictionary(input => input.Name, input => Value(input.Element, call.GetProperty(input.Name)));
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, inputs, [denoiser.Output.Name]);
        foreach (OrtValue input in inputs.Values)
            input.Dispose();
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static OrtValue Value(TensorElement element, JsonElement tensor)
    {
        long[] shape = [.. GoldenFamily.ShapeOf(tensor).Select(size => (long)size)];
        bool isFloat = tensor.GetProperty("dtype").GetString() == "f32";
        return element switch
        {
            TensorElement.Int64 => OrtValue.CreateTensorValueFromMemory(GoldenFamily.Whole(tensor), shape),
            TensorElement.Int32 => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(GoldenFamily.Whole(tensor), value => (int)value), shape),
            _ when isFloat => OrtValue.CreateTensorValueFromMemory(GoldenData.Array<float>(tensor), shape),
            _ => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(GoldenFamily.Whole(tensor), value => (float)value), shape),
        };
    }
}
