using System.Text.Json;

namespace DiffusionClassifier.Onnx.Tests.Golden;

/// <summary>Compares the engine's answers to staged requests with the reference's.</summary>
/// <param name="quantity">What is compared, for the table.</param>
/// <param name="tolerance">Of the mean errors.</param>
/// <param name="output">Gets the verdict.</param>
internal sealed class StagedAnswers(string quantity, Tolerance tolerance, ITestOutputHelper output)
{
    /// <summary>Of mean errors where the pixels are our own.</summary>
    public static readonly Tolerance EndToEnd = new(1e-4);

    private readonly GoldenCheck _means = new($"{quantity}: class means", tolerance);
    private readonly GoldenCheck _decisions = new($"{quantity}: kept labels, evaluations, prediction", Tolerance.Exact);

    /// <summary>The cases of a field of the results, from the golden latents on.</summary>
    public Task CheckLatentsAsync(string field, IEnumerable<GoldenBundle> bundles) => CheckAsync(field, bundles, inject: true);

    /// <summary>The cases of a field of the results whose image we read as the reference does, from the file on.</summary>
    public Task CheckFilesAsync(string field, IEnumerable<GoldenBundle> bundles) => CheckAsync(field, bundles, inject: false);

    private async Task CheckAsync(string field, IEnumerable<GoldenBundle> bundles, bool inject)
    {
        int tied = 0;
        bool anyHalf = false;
        foreach (GoldenBundle golden in bundles)
        {
            anyHalf |= golden.IsHalf;
            using var engine = new GoldenEngine(golden.Open());
            await engine.StartAsync();
            foreach (GoldenCase item in GoldenCase.Of(golden, field).Where(item => inject || IsReadable(item)))
            {
                engine.Latent = inject ? item.Latent : null;
                ClassificationResult result = await engine.ClassifyAsync(item.Request);
                if (item.IsTied)
                    tied++;
                else
                    Compare(item, result);
            }
        }

        _means.Note($"{tied} tied cases left out.");
        _means.Report(output);
        if (!anyHalf) // half precision may cut close labels otherwise
            _decisions.Report(output);
    }

    private void Compare(GoldenCase item, ClassificationResult result)
    {
        IReadOnlyList<LabelResult> labels = GoldenCase.InOrder(item.Golden, result);
        for (int c = 0; c < labels.Count; c++)
        {
            int rows = item.Class(c).GetProperty("errors").GetArrayLength();
            if (!item.Golden.IsHalf || labels[c].Evaluations == rows) // half precision may keep another label at a close cut
                _means.Check($"{item.Name}, class {c}", ExpectedMean(item, c), labels[c].MeanError);
            if (!item.Golden.IsHalf)
                _decisions.Same($"{item.Name}, class {c}, rows", [rows], [labels[c].Evaluations]);
        }

        if (item.Golden.IsHalf)
            return;

        int ends = 0;
        foreach (JsonElement stage in item.GoldenStages)
        {
            ends += stage.GetProperty("timesteps").GetArrayLength();
            int[] kept = [.. GoldenFamily.Integers(stage.GetProperty("kept")).Order()];
            _decisions.Same($"{item.Name}, kept after {ends}", kept, Enumerable.Range(0, labels.Count).Where(c => labels[c].EliminatedAt is null || labels[c].EliminatedAt > ends));
        }

        int predicted = labels.Index().Single(label => label.Item.Label == result.Prediction).Index;
        _decisions.Same($"{item.Name}, prediction", [item.Result.GetProperty("pred_idx").GetInt32()], [predicted]);
    }

    // The reference keeps the mean over whatever timesteps a class has seen. The answer anchors an eliminated label to the winner: the
    // winner's mean plus their difference on the trials that both have seen.
    private static double ExpectedMean(GoldenCase item, int c)
    {
        JsonElement winner = item.Class(item.Result.GetProperty("pred_idx").GetInt32());
        double[] errors = GoldenFamily.Doubles(item.Class(c).GetProperty("errors")), best = GoldenFamily.Doubles(winner.GetProperty("errors"));
        double own = item.Class(c).GetProperty("mean").GetDouble();
        return errors.Length == best.Length ? own : winner.GetProperty("mean").GetDouble() + own - best.Take(errors.Length).Average();
    }

    // Decoders differ in JPEG, and BMP is not read.
    private static bool IsReadable(GoldenCase item) => GoldenPixels.Image(item.Image).IsPng;
}
