using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Cli.Tests;

public sealed class ClassifyTests
{
    private static readonly string[] Samples = ["ship", "horse", "automobile", "airplane", "deer"];

    [Fact]
    public async Task The_samples_are_recognized_and_each_is_a_line_of_json_with_its_file()
    {
        Dclassify run = await Dclassify.RunAsync(
            ["classify", "--json", "--trials", "16", .. Samples.Select(name => $"samples/{name}.png")]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(
            Samples.Select(name => ($"samples/{name}.png", name)).Order(),
            Lines(run).Select(line => (line.GetProperty("file").GetString()!, line.GetProperty("answer").GetProperty("prediction").GetString()!))
                .Order());
    }

    [Fact]
    public async Task A_model_that_was_not_named_does_not_answer_for_an_image_that_it_does_not_know()
    {
        Dclassify chosen = await Dclassify.RunAsync("classify", "samples/ship.png", "--labels", "person, tree");
        Dclassify named = await Dclassify.RunAsync("classify", "samples/ship.png", "--labels", "person, tree", "--model", "scenes");

        Assert.Equal((2, ""), (chosen.ExitCode, chosen.Output));
        Assert.Contains("the image is unlike those that 'scenes' knows", Assert.Single(chosen.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(0, named.ExitCode);
        Assert.Contains("warning: The image is unlike those that the model knows", named.Output, StringComparison.Ordinal);
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
            [
                "id", "model", "prediction", "labels", "decision", "posterior", "seed", "loss", "weighting", "imageMode", "cost", "warnings",
                "outOfDistribution", "explanation",
            ],
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
        JsonElement[] lines = [.. Lines(run)];
        Assert.Equal(bad, Assert.Single(lines, line => line.TryGetProperty("error", out _)).GetProperty("file").GetString());
        Assert.Equal(2, lines.Count(line => line.TryGetProperty("answer", out _)));
    }

    [Fact]
    public async Task A_folder_means_all_images_in_it_and_an_unexpanded_pattern_what_matches()
    {
        using var folder = new TemporaryFolder();
        byte[] picture = File.ReadAllBytes(Path.Combine(Dclassify.Root, "samples/ship.png"));
        foreach (string file in (string[])["b.png", "deep/a.PNG", "._b.png", "@eaDir/c.png", ".hidden/d.png", "Thumbs.db", "notes.txt"])
            folder.Write(file, picture);

        Dclassify whole = await Dclassify.RunAsync("classify", folder.Path, "--csv", "--trials", "1", "--labels", "ship,deer");
        Dclassify pattern = await Dclassify.RunAsync("classify", $"{folder.Path}/d*/*", "--json", "--trials", "1", "--labels", "ship,deer");
        Dclassify nothing = await Dclassify.RunAsync("classify", $"{folder.Path}/*.webp");

        string[] rows = whole.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((0, ""), (whole.ExitCode, whole.Error));
        Assert.Equal("file,label,posterior,meanError,margin,marginStandardError,trials,rows,computeSeconds,model,error", rows[0]);
        Assert.Equal(
            [$"{folder.Path}/b.png", $"{folder.Path}/deep/a.PNG"], rows[1..].Select(row => row.Split(',')[0]).Order(StringComparer.Ordinal));
        Assert.Equal($"{folder.Path}/deep/a.PNG", Assert.Single(Lines(pattern)).GetProperty("file").GetString());
        Assert.Equal(2, nothing.ExitCode);
        Assert.Contains("There is no image that matches", nothing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_images_get_a_line_each_with_file_label_and_posterior_and_a_near_tie_is_named()
    {
        Dclassify run = await Dclassify.RunAsync(
            "classify", "samples/ship.png", "samples/red-circle-blue-square.png", "--labels", "ship,deer", "--trials", "32", "--strategy", "fixed");

        string[] lines = [.. run.Output.Split('\n').Where(line => line.StartsWith("samples/", StringComparison.Ordinal))];
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(2, lines.Length);
        Assert.Matches(
            @"^samples/ship\.png                    ship  100\.0%  margin \d+\.\d standard errors$", Assert.Single(lines, line => line.Contains("/ship", StringComparison.Ordinal)));
        Assert.All(lines, line => Assert.Equal(line.TrimEnd(), line));
    }

    [Fact]
    public async Task Json_lines_of_one_image_are_a_line_with_its_file()
    {
        Dclassify run = await Dclassify.RunAsync("classify", "samples/ship.png", "--jsonl", "--trials", "2", "--labels", "ship,deer");

        JsonElement line = Assert.Single(Lines(run));
        Assert.Equal("samples/ship.png", line.GetProperty("file").GetString());
        Assert.Equal("ship", line.GetProperty("answer").GetProperty("prediction").GetString());
    }

    [Fact]
    public async Task An_image_may_be_piped_in()
    {
        Dclassify run = await Dclassify.RunWithInputAsync(
            File.ReadAllBytes(Path.Combine(Dclassify.Root, "samples/ship.png")), "classify", "-", "--jsonl", "--trials", "16");

        JsonElement line = Assert.Single(Lines(run));
        Assert.Equal(("-", "ship"), (line.GetProperty("file").GetString(), line.GetProperty("answer").GetProperty("prediction").GetString()));
    }

    [Fact]
    public async Task A_near_tie_is_called_one_whatever_the_posterior()
    {
        Dclassify near = await Dclassify.RunAsync("classify", "samples/ship.png", "--trials", "1", "--posterior", "paper");
        Dclassify clear = await Dclassify.RunAsync("classify", "samples/ship.png", "--labels", "ship,frog", "--trials", "64", "--strategy", "fixed");

        Assert.Contains("uncertain: one trial does not say", near.Output, StringComparison.Ordinal);
        Assert.Contains("The posteriors are not calibrated", near.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("not calibrated", clear.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("near tie", clear.Output, StringComparison.Ordinal);
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
            "classify", "samples/ship.png", "--trials", "100000", "--strategy", "fixed", "--deadline-ms", "2000");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("\nship ", run.Output, StringComparison.Ordinal);
        Assert.Contains("warning: The deadline passed before all trials were run", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deadline_that_is_too_short_is_the_problem_of_each_image()
    {
        Dclassify run = await Dclassify.RunAsync(
            "classify", "samples/ship.png", "samples/deer.png", "--trials", "100000", "--strategy", "fixed", "--deadline", "1");

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Equal(2, run.ErrorLines.Length);
        Assert.All(run.ErrorLines, line => Assert.Matches(@"^dclassify: samples/\w+\.png: The deadline passed before one trial", line));
    }

    [Fact]
    public async Task A_terminal_shows_who_leads_while_it_waits()
    {
        Dclassify run = await Dclassify.RunInTerminalAsync("classify", "samples/ship.png", "--trials", "200", "--strategy", "fixed");

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"ship\.png  ship \d+\.\d%", run.Output);
    }

    [Fact(Timeout = 60_000)] // ms: a hang, not a measurement
    public async Task An_interrupt_of_many_images_keeps_the_answers_that_are_there_and_counts_them()
    {
        string[] many = [.. Enumerable.Repeat("samples/ship.png", 200)];
        using Process process = Dclassify.Start(["classify", .. many, "--json", "--trials", "64", "--strategy", "fixed"]);
        string? first = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);

        using Process kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        string rest = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        int done = 1 + rest.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
        Assert.Equal(130, process.ExitCode);
        Assert.StartsWith("{\"file\":\"samples/ship.png\",\"answer\":{", first, StringComparison.Ordinal);
        Assert.Equal($"dclassify: Interrupted: {done} of 200 images are done, and what was printed for them is complete.", error.Trim());
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

    private static IEnumerable<JsonElement> Lines(Dclassify run) =>
        run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement);
}
