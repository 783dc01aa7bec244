using System.Text.Json;
using DiffusionClassifier.Evaluation.Banks;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Cli.Tests;

public sealed class CalibrateTests : IDisposable
{
    private const int Images = 60, Trials = 8;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_bank_gives_a_beta_by_folds_and_over_all()
    {
        Dclassify run = await Dclassify.RunAsync("calibrate", "--bank", Bank(classes: 10), "--folds", "3");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("60 images, 8 trials, 3 folds", run.Output, StringComparison.Ordinal);
        Assert.Equal(
            3,
            run.Output.Split('\n')
                .Count(line => line.Contains("fold ", StringComparison.Ordinal) && line.StartsWith("uniform", StringComparison.Ordinal)));
        Assert.Contains("all, held out", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_holds_every_number()
    {
        Dclassify run = await Dclassify.RunAsync(
            "calibrate", "--bank", Bank(classes: 10), "--weights", "--json", "--seed", "4", "--data", "made up");

        using JsonDocument document = JsonDocument.Parse(run.Output);
        JsonElement record = document.RootElement, uniform = record.GetProperty("report").GetProperty("uniform");
        Assert.Equal(
            ("l2", "made up", 5, 4),
            (
                record.GetProperty("loss").GetString(),
                record.GetProperty("data").GetString(),
                record.GetProperty("folds").GetInt32(),
                record.GetProperty("seed").GetInt32()));
        Assert.Equal(5, uniform.GetProperty("folds").GetArrayLength());
        Assert.True(uniform.GetProperty("fitted").GetProperty("beta").GetProperty("standardError").GetDouble() > 0);
        Assert.Equal(
            Trials,
            record.GetProperty("report")
                .GetProperty("weighted")
                .GetProperty("fitted")
                .GetProperty("weights")
                .GetProperty("weights")
                .GetArrayLength());
    }

    [Fact]
    public async Task What_is_written_is_what_classify_uses()
    {
        string model = CopyOfTheModel();

        Dclassify written = await Dclassify.RunAsync("calibrate", "--bank", Bank(classes: 10), "--model", model, "--write");
        Dclassify run = await Dclassify.RunAsync("classify", "samples/ship.png", "--model", model, "--trials", "2", "--json");

        using JsonDocument document = JsonDocument.Parse(run.Output);
        JsonElement posterior = document.RootElement.GetProperty("posterior");
        Assert.Equal((0, $"Written to {Path.Combine(model, "classifier.json")}."), (written.ExitCode, Assert.Single(written.ErrorLines)));
        Assert.True(posterior.GetProperty("calibrated").GetBoolean());
        Assert.Contains("\"displayName\": \"CIFAR-10", File.ReadAllText(Path.Combine(model, "classifier.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_write_the_model_stays_as_it_is()
    {
        string model = CopyOfTheModel(), before = File.ReadAllText(Path.Combine(model, "classifier.json"));

        await Dclassify.RunAsync("calibrate", "--bank", Bank(classes: 10), "--model", model);

        Assert.Equal(before, File.ReadAllText(Path.Combine(model, "classifier.json")));
    }

    [Theory]
    [InlineData("--weighting heavy", "--weighting is 'heavy'; it must be uniform, clark-jaini, vlb, fitted.")]
    [InlineData("--weighting clark-jaini --loss l1", "is for squared errors, not for the loss 'l1'")]
    public async Task A_weighting_that_cannot_be_is_one_line(string arguments, string expected)
    {
        Dclassify run = await Dclassify.RunAsync(["classify", "samples/ship.png", .. arguments.Split(' ')]);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(expected, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bank_of_other_weights_under_the_same_id_is_refused() =>
        await FailsAsync(
            "with weights other than those of cifar10", "--bank", Bank(classes: 10, settings: true, digest: "another training's"));

    [Fact]
    public async Task What_cannot_be_calibrated_is_one_line_that_says_why()
    {
        await FailsAsync("There is no file nothing.npz", "--bank", "nothing.npz");
        await FailsAsync("is not a bank of errors", "--bank", _folder.Write("text.npz", "text"u8));
        await FailsAsync("'--bank' is required");
        await FailsAsync("has errors of 3 classes, and the model cifar10 has 10", "--bank", Bank(classes: 3));
        await FailsAsync("has timesteps outside those of the model cifar10, 150 to 849", "--bank", Bank(classes: 10, firstTimestep: 100));
        await FailsAsync("cannot be cut into 61 folds", "--bank", Bank(classes: 10), "--folds", "61");
        await FailsAsync("--folds is 1; it must be at least 2", "--bank", Bank(classes: 10), "--folds", "1");
        await FailsAsync("do not prefer the true labels", "--bank", Bank(classes: 10, gain: -1));
        await FailsAsync("All 60 images are classified correctly", "--bank", Bank(classes: 10, gain: 100));
        await FailsAsync(
            "the bank holds errors of the loss l2: leave --loss out", "--bank", Bank(classes: 10, settings: true), "--loss", "l1");
    }

    public void Dispose() => _folder.Dispose();

    private static async Task FailsAsync(string expected, params string[] arguments)
    {
        Dclassify run = await Dclassify.RunAsync(["calibrate", .. arguments]);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(expected, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    private string CopyOfTheModel()
    {
        string original = Path.Combine(Dclassify.Root, "models", "cifar10"), copy = Path.Combine(_folder.Path, "copy");
        foreach (string file in Directory.EnumerateFiles(original, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(copy, Path.GetRelativePath(original, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return copy;
    }

    // The true class has the smaller error, by a part of the noise.
    private string Bank(int classes, double gain = 1, int firstTimestep = 200, bool settings = false, string? digest = null)
    {
        var random = new Random(1);
        int[] labels = [.. Enumerable.Range(0, Images).Select(image => image % classes)];
        float[] errors =
        [
            .. Enumerable.Range(0, Images * Trials * classes).Select(
                i =>
                    (float)(
                        0.03 + 0.002 * (random.NextDouble() - 0.5) - (i % classes == labels[i / (Trials * classes)] ? 0.0003 * gain : 0))),
        ];
        string file = Path.Combine(_folder.Path, $"bank-{classes}-{gain}-{firstTimestep}-{settings}.npz");
        BankSettings? made = settings
            ? new BankSettings
            {
                Model = "cifar10",
                ModelDigest = digest,
                Labels = [.. Enumerable.Range(0, classes).Select(label => $"{label}")],
                Trials = Trials,
                Loss = PredictionLoss.L2,
                Seed = 0,
                Elements = 3072,
                Data = "made up",
            }
            : null;
        new ErrorBank(errors, [.. Enumerable.Range(0, Trials).Select(trial => firstTimestep + 50 * trial)], labels, settings: made)
            .Save(file);
        return file;
    }
}
