using System.Text.Json.Nodes;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Core.Scoring.Calibration;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Files;

namespace DiffusionClassifier.Onnx.Tests.Bundles;

public class CalibrationWriterTests
{
    private static readonly PosteriorQuality Before = new(1.2, 0.2, 0.65), Uniform = new(1.1, 0.05, 0.65), Weighted = new(1.05, 0.06, 0.67);

    [Fact]
    public void What_is_written_is_what_the_loader_reads()
    {
        using var bundle = new TemporaryBundle();

        string file = CalibrationWriter.Write(bundle.Folder, Record(Weighted), File.WriteAllBytes);

        ModelManifest manifest = bundle.Load().Manifest;
        FittedWeighting fitted = manifest.FittedWeightings[PredictionLoss.L2];
        Assert.Equal(bundle.PathOf("classifier.json"), file);
        Assert.Equal(5000, manifest.FittedBetas[PredictionLoss.L2], 0.1);
        Assert.Equal(7000, fitted.Beta!.Value, 0.1);
        Assert.Equal([150, 500, 849], fitted.Weights.Timesteps);
        Assert.Equal([0, 0.5, 2.5], fitted.Weights.Weights);
        Assert.Equal(0.045, manifest.UsualErrors[PredictionLoss.L2].ByTimestep.At(499), 1e-3);
        Assert.Equal(0.5, manifest.UsualErrors[PredictionLoss.L2].ShareBelow(1));
        Assert.Equal(128, manifest.CalibratedTrials[PredictionLoss.L2]);
    }

    [Fact]
    public void Chosen_draws_are_written_where_they_help_and_read_back()
    {
        using var bundle = new TemporaryBundle();
        var chosen = new ChosenDraws(seed: 1UL << 40, [new Trial(7, 510), new Trial(40, 300)], [800, 1_250]);
        PosteriorQuality better = new(0.9, 0.05, 0.7), worse = new(1.1, 0.05, 0.6);

        CalibrationWriter.Write(bundle.Folder, Record(Weighted) with { Draws = new DrawCalibration(chosen, [new DrawComparison(4, worse, better)]) }, File.WriteAllBytes);
        ChosenDraws read = bundle.Load().Manifest.ChosenDraws[PredictionLoss.L2];
        JsonNode record = JsonNode.Parse(File.ReadAllText(bundle.PathOf("classifier.json")))!["calibration"]!["l2"]!["draws"]!;
        CalibrationWriter.Write(bundle.Folder, Record(Weighted) with { Draws = new DrawCalibration(chosen, [new DrawComparison(4, better, worse)]) }, File.WriteAllBytes);

        Assert.Equal(1UL << 40, read.Seed);
        Assert.Equal(chosen.Trials, read.Trials);
        Assert.Equal(chosen.Betas, read.Betas);
        Assert.Equal("""[{"draws":4,"nllEven":1.1,"nll":0.9,"accuracyEven":0.6,"accuracy":0.7}]""", record.ToJsonString());
        Assert.Empty(bundle.Load().Manifest.ChosenDraws);
    }

    [Theory]
    [InlineData("""{"seed": 0, "timesteps": [5], "noise": [0, 1], "temperatures": [1]}""", "as many timesteps as noise")]
    [InlineData("""{"seed": 0, "timesteps": [5, 6], "noise": [0, 1], "temperatures": [1]}""", "2 draws have 1 temperatures")]
    [InlineData("""{"seed": 0, "timesteps": [5], "noise": [0], "temperatures": [0]}""", "above 0")]
    [InlineData("""{"seed": 0, "timesteps": [], "noise": [], "temperatures": []}""", "there must be a draw")]
    [InlineData("""{"seed": 0, "timesteps": [1000000], "noise": [0], "temperatures": [1]}""", "outside of")]
    [InlineData("""{"seed": -1, "timesteps": [5], "noise": [0], "temperatures": [1]}""", "from 0 to")]
    [InlineData("""{"timesteps": [5], "noise": [2147483647], "temperatures": [1]}""", "as many timesteps as noise")]
    [InlineData("7", "must")]
    public void Draws_that_cannot_be_are_refused_with_the_reason(string draws, string message)
    {
        using var bundle = new TemporaryBundle();
        bundle.Write("classifier.json", "{\"draws\": {\"l2\": " + draws + "}}");

        Assert.Contains(message, Assert.Throws<BundleException>(() => bundle.Load()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_fields_of_the_file_stay_as_they_are()
    {
        using var bundle = new TemporaryBundle();
        bundle.Write("classifier.json", """{"displayName": "猫", "ours": [1.50, {"a": null}], "timestepRange": [150, 850], "temperatures": {"l1": 0.25},}""");

        CalibrationWriter.Write(bundle.Folder, Record(Weighted), File.WriteAllBytes);

        string text = File.ReadAllText(bundle.PathOf("classifier.json"));
        Assert.StartsWith("{\n  \"displayName\": \"猫\",\n  \"ours\": [1.50, { \"a\": null }],\n  \"timestepRange\": [150, 850],\n  \"temperatures\": { \"l1\": 0.25, \"l2\": 0.0002 },\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\n}\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_record_says_all_that_a_model_card_needs()
    {
        using var bundle = new TemporaryBundle();

        CalibrationWriter.Write(bundle.Folder, Record(Weighted), File.WriteAllBytes);

        JsonNode written = JsonNode.Parse(File.ReadAllText(bundle.PathOf("classifier.json")))!["calibration"]!["l2"]!;
        JsonNode expected = JsonNode.Parse("""
            {
              "date": "2026-11-22", "data": "500 pictures", "images": 500, "trials": 128, "folds": 5, "seed": 3,
              "before": { "beta": 3072, "nll": 1.2, "ece": 0.2, "accuracy": 0.65 },
              "uniform": { "beta": 5000, "standardError": 300, "nll": 1.1, "ece": 0.05, "accuracy": 0.65 },
              "fitted": { "beta": 7000, "standardError": 400, "nll": 1.05, "ece": 0.06, "accuracy": 0.67 }
            }
            """)!;
        Assert.True(JsonNode.DeepEquals(expected, written), written.ToJsonString());
    }

    [Fact]
    public void Weights_that_do_not_help_are_not_written_and_earlier_ones_go()
    {
        using var bundle = new TemporaryBundle();
        CalibrationWriter.Write(bundle.Folder, Record(Weighted), File.WriteAllBytes);

        CalibrationWriter.Write(bundle.Folder, Record(Before), File.WriteAllBytes);

        Assert.Empty(bundle.Load().Manifest.FittedWeightings);
        Assert.DoesNotContain("timestepWeights", File.ReadAllText(bundle.PathOf("classifier.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_loss_leaves_the_calibration_of_the_first()
    {
        using var bundle = new TemporaryBundle();
        CalibrationWriter.Write(bundle.Folder, Record(Weighted), File.WriteAllBytes);

        CalibrationWriter.Write(bundle.Folder, Record(Before) with { Loss = PredictionLoss.L1 }, File.WriteAllBytes);

        ModelManifest manifest = bundle.Load().Manifest;
        Assert.Equal([PredictionLoss.L2, PredictionLoss.L1], manifest.FittedBetas.Keys.Order());
        Assert.Equal([PredictionLoss.L2], manifest.FittedWeightings.Keys);
    }

    [Fact]
    public void A_file_that_is_not_there_yet_is_made()
    {
        using var bundle = new TemporaryBundle();
        File.Delete(bundle.PathOf("classifier.json"));

        CalibrationWriter.Write(bundle.Folder, Record(Weighted), File.WriteAllBytes);

        Assert.Equal(5000, bundle.Load().Manifest.FittedBetas[PredictionLoss.L2], 0.1);
    }

    [Theory]
    [InlineData("{ /* mine */ \"nullClass\": 10 }", "has comments or a repeated field")]
    [InlineData("{ \"nullClass\": 10, \"nullClass\": 10 }", "has comments or a repeated field")]
    [InlineData("[]", "must contain a JSON object")]
    [InlineData("{", "cannot be read as JSON")]
    [InlineData("{ \"temperatures\": 1 }", "temperatures must be an object")]
    public void A_file_that_would_be_damaged_is_left_alone(string text, string reason)
    {
        using var bundle = new TemporaryBundle();
        bundle.Write("classifier.json", text);

        var exception = Assert.Throws<BundleException>(() => CalibrationWriter.Write(bundle.Folder, Record(Weighted), File.WriteAllBytes));

        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(bundle.PathOf("classifier.json")));
    }

    private static CalibrationRecord Record(PosteriorQuality weighted) => new(PredictionLoss.L2, new DateOnly(2026, 11, 22), "500 pictures", Folds: 5, Seed: 3, new CalibrationReport(
        Images: 500, Trials: 128, BetaBefore: 3072, Before,
        new WeightingCalibration(new FittedTimestepWeights(new TimestepWeights([150, 849], [1, 1]), new FittedBeta(5000, 300), Smoothing: null), Uniform, []),
        new WeightingCalibration(new FittedTimestepWeights(new TimestepWeights([150, 500, 849], [0, 0.5, 2.5]), new FittedBeta(7000, 400), Smoothing: 0.1), weighted, [])),
        new UsualErrors(new TimestepWeights([150, 849], [0.08, 0.01]), [0.2, 0.4, 0.5, 0.6, 0.8, 1, 1.2, 1.4, 1.5, 1.8, 2.4]));
}
