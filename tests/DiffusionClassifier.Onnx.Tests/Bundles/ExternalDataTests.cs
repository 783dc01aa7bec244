using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Onnx.Tests.Graphs;
using DiffusionClassifier.Onnx.Tests.Sessions;

namespace DiffusionClassifier.Onnx.Tests.Bundles;

/// <summary>Weights beside the graph, plain and behind links as in Hugging Face's cache.</summary>
public sealed class ExternalDataTests
{
    [Theory]
    [InlineData("model.onnx_data")]
    [InlineData("weights.pb")]
    public void A_graph_with_weights_in_a_file_of_their_own_predicts_the_same(string name)
    {
        using PairBundle bundle = Whole();
        float[] before = Predict(bundle.Load());
        (byte[] model, byte[] weights) = ExternalData.Split(File.ReadAllBytes(bundle.PathOf(PairBundle.Whole)), name);
        bundle.Write(PairBundle.Whole, model).Write($"unet/{name}", weights);

        Assert.Equal(before, Predict(bundle.Load()));
    }

    [Fact]
    public void A_graph_and_weights_behind_links_into_another_folder_predict_the_same()
    {
        using PairBundle bundle = Whole();
        float[] before = Predict(bundle.Load());
        (byte[] model, byte[] weights) = ExternalData.Split(File.ReadAllBytes(bundle.PathOf(PairBundle.Whole)), "model.onnx_data");
        foreach ((string file, string blob, byte[] bytes) in ((string, string, byte[])[])[(PairBundle.Whole, "1f", model), ("unet/model.onnx_data", "2e", weights)])
        {
            string target = Path.Combine(bundle.Folder, "..", "blobs", blob);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllBytes(target, bytes);
            File.Delete(bundle.PathOf(file));
            File.CreateSymbolicLink(bundle.PathOf(file), $"../../blobs/{blob}");
        }

        Assert.Equal(before, Predict(bundle.Load()));
    }

    // A graph that holds all of its weights.
    private static PairBundle Whole() => new PairBundle().Without(PairBundle.Encoder, PairBundle.Decoder);

    private static float[] Predict(Bundle bundle)
    {
        using var model = new OnnxDiffusionModel(bundle, new OnnxOptions { MaxBatch = 1 });
        using DenoisingBatch batch = model.CreateBatch();
        (batch.Bucket, batch.Timesteps[0], batch.Conditionings[0]) = (1, 500, new ClassConditioning(2));
        batch.Noised(0).Fill(0.5f);
        model.PredictNoise(batch);
        return [.. batch.Predicted(0)];
    }
}
