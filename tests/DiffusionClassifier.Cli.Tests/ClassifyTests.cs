using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Cli.Tests;

public sealed class ClassifyTests
{
    private static readonly string[] Samples = ["ship", "horse", "automobile", "airplane", "deer"];

    [Fact]
    public async Task The_samples_are_recognised_and_come_back_in_the_order_of_the_arguments()
    {
        Dclassify run = await Dclassify.RunAsync(
            ["classify", "--json", "--trials", "16", .. Samples.Select(name => $"samples/{name}.png")]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using JsonDocument answers = JsonDocument.Parse(run.Output);
        Assert.Equal(Samples, answers.RootElement.EnumerateArray().Select(answer => answer.GetProperty("prediction").GetString()!));
    }

    [Fact]
    public async Task Json_of_one_image_is_the_answer_object_itself()
    {
        Dclassify run = await Dclassify.RunAsync(
            "classify",
            "samples/ship.png",
            "--json",
            "--trials",
            "4",
            "--labels",
            "ship, Deer",
            "--priors",
            "1,3",
            "--seed",
            "7",
            "--loss",
            "l1",
            "--posterior",
            "mean");

        Assert.Equal(0, run.ExitCode);
        using JsonDocument document = JsonDocument.Parse(run.Output);
        JsonElement answer = document.RootElement;
        Assert.Equal(
            ["id", "model", "prediction", "labels", "decision", "posterior", "seed", "loss", "weighting", "imageMode", "cost", "warnings"],
            answer.EnumerateObject().Select(property => property.Name));
        Assert.Equal("cifar10", answer.GetProperty("model").GetString());
        Assert.Equal(7, answer.GetProperty("seed").GetInt32());
        Assert.Equal("l1", answer.GetProperty("loss").GetString());
        Assert.Equal("mean", answer.GetProperty("posterior").GetProperty("preset").GetString());
        Assert.Equal(8, answer.GetProperty("cost").GetProperty("rows").GetInt32());
        Assert.Equal(4, answer.GetProperty("decision").GetProperty("maxTrials").GetInt32());
        Assert.Equal(
            [("Deer", 0.75), ("ship", 0.25)],
            answer.GetProperty("labels")
                .EnumerateArray()
                .Select(label => (label.GetProperty("label").GetString()!, label.GetProperty("prior").GetDouble())).Order());
    }

    [Fact]
    public async Task Labels_in_free_text_are_judged_by_the_model_of_free_text()
    {
        string[] arguments = ["classify", "samples/green-triangle.png", "--labels", "green circle, green triangle, red triangle", "--json"];

        Dclassify unnamed = await Dclassify.RunAsync(arguments), misspelt = await Dclassify.RunAsync(
            "classify", "samples/ship.png", "--labels", "shp");

        Assert.Equal((0, ""), (unnamed.ExitCode, unnamed.Error));
        using JsonDocument answer = JsonDocument.Parse(unnamed.Output);
        Assert.Equal(
            ("scenes", "green triangle"),
            (answer.RootElement.GetProperty("model").GetString(), answer.RootElement.GetProperty("prediction").GetString()));
        Assert.Contains("Did you mean 'ship'?", misspelt.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_scores()
    {
        string[] arguments = ["classify", "samples/deer.png", "--json", "--trials", "2", "--seed", "3"];

        string[] scores = [.. (await Task.WhenAll(Dclassify.RunAsync(arguments), Dclassify.RunAsync(arguments)))
            .Select(run => JsonDocument.Parse(run.Output).RootElement.GetProperty("labels").GetRawText())];

        Assert.Equal(scores[0], scores[1]);
    }

    [Fact]
    public async Task A_piped_table_is_plain_text_with_nothing_cut()
    {
        Dclassify run = await Dclassify.RunAsync("classify", "samples/ship.png", "--trials", "4");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.DoesNotContain('\e', run.Output);
        Assert.DoesNotContain('…', run.Output);
        string[] lines = run.Output.Split('\n');
        Assert.Equal("samples/ship.png", lines[0]);
        Assert.StartsWith("ship ", lines[2], StringComparison.Ordinal);
        Assert.Contains("cifar10 · race, 4 trials · 40 rows in ", run.Output, StringComparison.Ordinal);
        foreach (string label in (string[])["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"])
            Assert.Contains($"\n{label} ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_image_costs_one_line_and_the_others_are_still_answered()
    {
        using var folder = new TemporaryFolder();
        string bad = folder.Write("bad.png", "no picture"u8);

        Dclassify run = await Dclassify.RunAsync("classify", "samples/ship.png", bad, "samples/deer.png", "--json", "--trials", "4");

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith($"dclassify: {bad}: ", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        using JsonDocument answers = JsonDocument.Parse(run.Output);
        Assert.Equal(
            [JsonValueKind.Object, JsonValueKind.Null, JsonValueKind.Object],
            answers.RootElement.EnumerateArray().Select(answer => answer.ValueKind));
    }

    [Fact]
    public async Task A_model_can_be_a_folder()
    {
        Dclassify run = await Dclassify.RunAsync(
            "classify", "samples/ship.png", "--model", "models/cifar10/", "--trials", "1", "--labels", "ship");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("cifar10", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deadline_gives_the_best_answer_so_far_and_says_so()
    {
        Dclassify run = await Dclassify.RunAsync(
            "classify", "samples/ship.png", "--trials", "100000", "--strategy", "fixed", "--deadline", "2000");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("\nship ", run.Output, StringComparison.Ordinal);
        Assert.Contains("warning: The deadline came before all trials were run", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deadline_that_is_too_short_is_the_problem_of_each_picture()
    {
        Dclassify run = await Dclassify.RunAsync(
            "classify", "samples/ship.png", "samples/deer.png", "--trials", "100000", "--strategy", "fixed", "--deadline", "1");

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Equal(2, run.ErrorLines.Length);
        Assert.All(run.ErrorLines, line => Assert.Matches(@"^dclassify: samples/\w+\.png: The deadline came before one trial", line));
    }

    [Fact]
    public async Task A_terminal_shows_who_leads_while_it_waits()
    {
        Dclassify run = await Dclassify.RunInTerminalAsync("classify", "samples/ship.png", "--trials", "200", "--strategy", "fixed");

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"ship\.png  ship \d+ %", run.Output);
    }

    [Fact(Timeout = 60_000)] // ms: a hang, not a measurement
    public async Task An_interrupt_ends_it_quietly()
    {
        // A minute of work.
        using Process process = Dclassify.Start(
            "classify", "samples/ship.png", "--trials", "100000", "--strategy", "fixed", "--deadline", "60000");
        await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken); // long enough to be at it; right at any time

        using Process kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(130, process.ExitCode);
        Assert.Equal("", await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal("", await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
    }
}
