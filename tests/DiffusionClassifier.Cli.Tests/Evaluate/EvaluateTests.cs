using System.Text.Json.Nodes;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Evaluation.Banks;
using DiffusionClassifier.Testing;
using DiffusionClassifier.Testing.Images;

namespace DiffusionClassifier.Cli.Tests.Evaluate;

/// <summary>The real program with the model that ships.</summary>
public sealed class EvaluateTests : IDisposable
{
    private const int Records = 12;

    private static readonly string[] Settings = ["--trials", "24", "--seed", "5", "--strategy", "race"];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_folder_of_images_is_answered_as_classify_answers_them()
    {
        foreach (string name in (string[])["ship", "horse", "deer"])
        {
            File.Copy(
                Path.Combine(Dclassify.Root, $"samples/{name}.png"),
                Path.Combine(Directory.CreateDirectory(Path.Combine(_folder.Path, "pictures", name)).FullName, "1.png"));
        }

        Dclassify run = await Dclassify.RunAsync(
            "evaluate",
            "--data",
            $"folder:{_folder.Path}/pictures",
            "--out",
            Out("a"),
            "--trials",
            "16",
            "--compare-fixed",
            "--strategy",
            "race",
            "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        JsonNode report = JsonNode.Parse(run.Output)!;
        Assert.Equal((3, 1.0, 1.0), ((int)report["images"]!, (double)report["top1"]!, (double)report["agreementWithFixed"]!));
        Assert.Equal(160, (double)report["fixedRowsPerImage"]!);
        Assert.InRange((double)report["rowsPerImage"]!, 10, 160);
        Assert.All(
            (string[])["report.json", "report.md", "report.html", "results.jsonl", "settings.json"],
            file => Assert.True(File.Exists(Path.Combine(Out("a"), file)), file));
    }

    [Fact]
    public async Task The_report_is_named_and_shows_mistakes_that_link_to_their_files_and_the_command_that_made_it()
    {
        File.Copy(
            Path.Combine(Dclassify.Root, "samples/ship.png"),
            Path.Combine(Directory.CreateDirectory(Path.Combine(_folder.Path, "p/deer")).FullName, "a ship.png"));

        Dclassify run = await Dclassify.RunAsync(
            "evaluate", "--data", $"folder:{_folder.Path}/p", "--out", Out("a"), "--trials", "8", "--labels", "ship,deer");

        string page = File.ReadAllText(Path.Combine(Out("a"), "report.html"));
        JsonNode origin = JsonNode.Parse(File.ReadAllText(Path.Combine(Out("a"), "report.json")))!["origin"]!;
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(Path.Combine(Out("a"), "report.html"), run.Output, StringComparison.Ordinal);
        Assert.Contains("<a href=\"../../p/deer/a%20ship.png\"><img src=\"data:image/png;base64,", page.Replace("\n", "", StringComparison.Ordinal).Replace("  ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal("cpu:0", (string?)origin["device"]);
        Assert.StartsWith($"dclassify evaluate --data folder:{_folder.Path}/p --out", (string?)origin["command"], StringComparison.Ordinal);
        Assert.False(string.IsNullOrEmpty((string?)origin["version"]));
    }

    [Fact]
    public async Task An_interrupted_run_resumes_and_gives_the_report_of_one_that_was_not()
    {
        await EvaluateAsync("whole");
        Directory.CreateDirectory(Out("cut"));
        File.Copy(Path.Combine(Out("whole"), "settings.json"), Path.Combine(Out("cut"), "settings.json"));
        string[] lines = File.ReadAllLines(Path.Combine(Out("whole"), "results.jsonl"));
        File.WriteAllText(Path.Combine(Out("cut"), "results.jsonl"), string.Join('\n', lines[..5]) + "\n" + lines[5][..30]);

        await EvaluateAsync("cut");

        Assert.Equal(lines[..5], File.ReadAllLines(Path.Combine(Out("cut"), "results.jsonl")).Take(5));
        Assert.Equal(Report("whole"), Report("cut"));
        Assert.Equal(Records, (int)JsonNode.Parse(Report("whole"))!["images"]!);
    }

    [Fact]
    public async Task Shards_together_are_the_whole()
    {
        await EvaluateAsync("whole");
        await EvaluateAsync("one", "--shard", "1/2");
        await EvaluateAsync("two", "--shard", "2/2");
        int lines = File.ReadAllLines(Path.Combine(Out("one"), "results.jsonl")).Length;

        await EvaluateAsync("both", "--join", Out("one"), "--join", Out("two"));

        Assert.Equal(6, lines);
        Assert.Equal(Report("whole"), Report("both"));
    }

    [Fact]
    public async Task Banks_of_shards_are_joined_without_the_model()
    {
        string[] bank = ["evaluate", "--data", Data(), "--trials", "8", "--loss", "l1"];
        string one = Path.Combine(_folder.Path, "1.npz"), two = Path.Combine(_folder.Path, "2.npz");
        string all = Path.Combine(_folder.Path, "all.npz");
        await Dclassify.RunAsync([.. bank, "--bank", one, "--shard", "1/2"]);
        await Dclassify.RunAsync([.. bank, "--bank", two, "--shard", "2/2"]);

        Dclassify run = await Dclassify.RunAsync([.. bank, "--bank", all, "--join", one, "--join", two]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        ErrorBank joined = ErrorBank.Load(all), second = ErrorBank.Load(two);
        Assert.Equal(Enumerable.Range(0, Records), joined.ImageIndices);
        Assert.Equal(second.AllErrors(0).ToArray(), joined.AllErrors(1).ToArray());
        Assert.Equal(PredictionLoss.L1, joined.Settings!.Loss);
    }

    [Fact]
    public async Task Other_weights_under_the_same_id_are_refused_in_the_folder_of_a_run()
    {
        string model = Path.Combine(_folder.Path, "cifar10");
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Dclassify.Root, "models/cifar10"), "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(model, Path.GetRelativePath(Path.Combine(Dclassify.Root, "models/cifar10"), file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        await EvaluateAsync("a", "--limit", "1", "--model", model);
        File.AppendAllText(Path.Combine(model, "README.md"), "more");
        await EvaluateAsync("a", "--limit", "1", "--model", model);
        File.AppendAllText(Path.Combine(model, "unet/config.json"), " ");
        await Dclassify.RunAsync("inspect", model, "--write-sha256"); // as one does with a new model: else it is refused as damaged

        Dclassify run = await Dclassify.RunAsync(
            ["evaluate", "--data", Data(), "--out", Out("a"), .. Settings, "--limit", "1", "--model", model]);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("modelDigest = ", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bank_takes_no_priors_which_its_errors_do_not_know()
    {
        Dclassify run = await Dclassify.RunAsync(
            "evaluate", "--data", Data(), "--bank", Path.Combine(_folder.Path, "bank.npz"), "--priors", "1,1,1,1,1,1,1,1,1,9");

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("leave out --priors", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_setting_is_refused_in_the_folder_of_a_run()
    {
        await EvaluateAsync("a");

        Dclassify run = await Dclassify.RunAsync(
            "evaluate", "--data", Data(), "--out", Out("a"), "--trials", "8", "--seed", "5", "--strategy", "race");

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("trials = 24; this one has 8", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replay_of_a_bank_answers_as_a_live_run_does_for_the_same_rows()
    {
        await EvaluateAsync("live");
        string file = Path.Combine(_folder.Path, "bank.npz");
        Dclassify made = await Dclassify.RunAsync("evaluate", "--data", Data(), "--bank", file, "--trials", "24", "--seed", "5");
        Assert.Equal((0, ""), (made.ExitCode, made.Error));

        ErrorBank bank = ErrorBank.Load(file);

        JsonNode[] live =
        [
            .. File.ReadLines(Path.Combine(Out("live"), "results.jsonl"))
                .Select(line => JsonNode.Parse(line)!)
                .OrderBy(result => (int)result["index"]!),
        ];
        Assert.Equal(
            live.Select(result => ((int)result["index"]!, (string)result["truth"]!)),
            Enumerable.Range(0, bank.Images).Select(image => (bank.ImageIndices[image], bank.Settings!.Labels[bank.Labels[image]])));
        Assert.Equal(
            live.Select(result => ((string)result["prediction"]!, (int)result["rows"]!)),
            Enumerable.Range(0, bank.Images)
                .Select(image => Race(bank, image))
                .Select(outcome => (bank.Settings!.Labels[outcome.Winner], outcome.Rows)));
    }

    [Fact]
    public async Task A_bank_grows_with_its_limit_and_is_replayed_without_a_model()
    {
        string file = Path.Combine(_folder.Path, "bank.npz");
        string[] bank = ["evaluate", "--data", Data(), "--bank", file, "--trials", "8"];
        await Dclassify.RunAsync([.. bank, "--limit", "3"]);
        ErrorBank small = ErrorBank.Load(file);
        await Dclassify.RunAsync([.. bank, "--limit", "6"]);
        ErrorBank large = ErrorBank.Load(file);

        Dclassify run = await Dclassify.RunAsync(
            "evaluate", "--replay", file, "--out", Out("a"), "--json", "--models", Path.Combine(_folder.Path, "none"));

        Assert.Equal((3, 6), (small.Images, large.Images));
        Assert.Subset(large.ImageIndices.ToHashSet(), small.ImageIndices.ToHashSet());
        Assert.Equal(small.AllErrors(0).ToArray(), large.AllErrors(large.ImageIndices.ToList().IndexOf(small.ImageIndices[0])).ToArray());
        Assert.False(File.Exists($"{file}.part"));
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal((6, "cifar10"), ((int)JsonNode.Parse(run.Output)!["images"]!, (string?)JsonNode.Parse(run.Output)!["model"]));
        Assert.NotEmpty(JsonNode.Parse(run.Output)!["strategies"]!.AsArray());
        Assert.Equal("paper", (string?)JsonNode.Parse(run.Output)!["posterior"]!["preset"]);
    }

    [Fact]
    public async Task A_replay_where_the_model_is_here_has_its_fitted_posterior_as_a_run_has()
    {
        string file = Path.Combine(_folder.Path, "bank.npz");
        await Dclassify.RunAsync("evaluate", "--data", Data(), "--bank", file, "--trials", "8", "--limit", "2");

        Dclassify run = await Dclassify.RunAsync("evaluate", "--replay", file, "--out", Out("a"), "--json");
        await EvaluateAsync("live", "--limit", "2");

        Assert.Equal("fitted", (string?)JsonNode.Parse(run.Output)!["posterior"]!["preset"]);
        Assert.Equal(
            JsonNode.Parse(Report("live"))!["posterior"]!.ToJsonString(), JsonNode.Parse(run.Output)!["posterior"]!.ToJsonString());
    }

    [Fact]
    public async Task An_image_that_cannot_be_read_costs_one_line_and_the_others_count()
    {
        File.Copy(
            Path.Combine(Dclassify.Root, "samples/ship.png"),
            Path.Combine(Directory.CreateDirectory(Path.Combine(_folder.Path, "p/ship")).FullName, "good.png"));
        _folder.Write("p/deer/bad.png", "no picture"u8);

        Dclassify run = await Dclassify.RunAsync(
            "evaluate", "--data", $"folder:{_folder.Path}/p", "--out", Out("a"), "--trials", "8", "--json");

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("dclassify: deer/bad.png: ", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal((1, 1), ((int)JsonNode.Parse(run.Output)!["images"]!, (int)JsonNode.Parse(run.Output)!["failed"]!));
    }

    [Fact]
    public async Task Winoground_gets_its_three_scores()
    {
        _folder.Write(
            "w/examples.jsonl",
            """{"id": 0, "caption_0": "ship", "caption_1": "horse", "image_0": "ship", "image_1": "horse", "tag": "Object"}"""u8);
        foreach (string name in (string[])["ship", "horse"])
            File.Copy(Path.Combine(Dclassify.Root, $"samples/{name}.png"), Path.Combine(_folder.Path, $"w/{name}.png"));

        Dclassify run = await Dclassify.RunAsync(
            "evaluate", "--data", $"winoground:{_folder.Path}/w", "--out", Out("a"), "--trials", "16", "--normalize-by-null", "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        JsonArray scores = JsonNode.Parse(run.Output)!["scores"]!.AsArray();
        Assert.Equal([("Overall", 1, 1, 1, 1), ("Object", 1, 1, 1, 1)],
            scores.Select(
                score =>
                    ((string)score!["tag"]!, (int)score["examples"]!, (int)score["text"]!, (int)score["image"]!, (int)score["group"]!)));
    }

    [Theory]
    [InlineData("--data KIND:PATH", "--out", "x")]
    [InlineData("--out DIR", "--data", "folder:samples")]
    [InlineData("is not a bank of errors", "--replay", "README.md", "--out", "x")]
    [InlineData("--compare-fixed", "--data", "folder:samples", "--out", "x", "--strategy", "fixed", "--compare-fixed")]
    [InlineData("--replay: there is no file nothing.npz", "--replay", "nothing.npz", "--out", "x")]
    [InlineData("leave out --strategy", "--replay", "README.md", "--out", "x", "--strategy", "fast")]
    [InlineData("leave out --limit", "--replay", "README.md", "--out", "x", "--limit", "5")]
    [InlineData("--normalize-by-null is for winoground", "--data", "folder:samples", "--out", "x", "--normalize-by-null")]
    [InlineData("leave out --reject-below", "--data", "folder:samples", "--out", "x", "--reject-below", "0.9")]
    [InlineData("There is no preset", "--data", "folder:samples", "--out", "x", "--preset", "cifar11")]
    public async Task What_does_not_fit_together_is_refused_in_one_line(string message, params string[] arguments)
    {
        Dclassify run = await Dclassify.RunAsync(["evaluate", .. arguments.Select(argument => argument == "x" ? Out("x") : argument)]);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Out(string name) => Path.Combine(_folder.Path, "out", name);

    private string Data()
    {
        string file = Path.Combine(_folder.Path, "data.bin");
        return $"cifar10:{(File.Exists(file) ? file : _folder.Write("data.bin", CifarFile.Create(Records)))}";
    }

    private async Task EvaluateAsync(string name, params string[] more)
    {
        Dclassify run = await Dclassify.RunAsync(["evaluate", "--data", Data(), "--out", Out(name), .. Settings, .. more]);
        Assert.Equal(0, run.ExitCode);
    }

    private static ReplayOutcome Race(ErrorBank bank, int image)
    {
        double[][] errors = [.. bank.Order.Select(trial => Array.ConvertAll(bank.Errors(image, trial).ToArray(), error => (double)error))];
        double[] handicaps = new double[bank.Classes];
        return Replay.Run(errors, Eliminations.Create(Strategy.Race, errors.Length, handicaps), handicaps);
    }

    // Device time and the date are never the same twice.
    private string Report(string name)
    {
        JsonObject report = JsonNode.Parse(File.ReadAllText(Path.Combine(Out(name), "report.json")))!.AsObject();
        report.Remove("seconds");
        report.Remove("origin");
        return report.ToJsonString();
    }
}
