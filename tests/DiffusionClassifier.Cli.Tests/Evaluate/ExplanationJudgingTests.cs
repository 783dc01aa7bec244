using System.Text;
using System.Text.Json.Nodes;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Cli.Tests.Evaluate;

/// <summary>The real program with the model that ships judges its explanations.</summary>
public sealed class ExplanationJudgingTests : IDisposable
{
    private static readonly string[] Settings =
        ["--labels", "ship,horse,deer", "--trials", "8", "--strategy", "fixed", "--explain", "--explain-steps", "2", "--explain-trials", "2"];

    private readonly TemporaryFolder _folder = new();

    public ExplanationJudgingTests()
    {
        foreach (string name in (string[])["ship", "horse", "deer"])
        {
            string folder = Directory.CreateDirectory(Path.Combine(_folder.Path, "pictures", name)).FullName;
            File.Copy(Path.Combine(Dclassify.Root, $"samples/{name}.png"), Path.Combine(folder, "1.png"));
        }
    }

    [Fact]
    public async Task A_run_says_what_its_maps_are_worth_and_resumes()
    {
        string boxes = _folder.Write(
            "boxes.csv", Encoding.UTF8.GetBytes(string.Concat(((string[])["ship", "horse", "deer"]).Select(name => $"{name}/1.png,{name},0,0,1000,1000\n"))));
        Dclassify first = await EvaluateAsync("--limit", "1");
        string[] line = File.ReadAllLines(Path.Combine(Out, "results.jsonl"));

        Dclassify run = await EvaluateAsync("--limit", "2", "--boxes", boxes, "--json");

        Assert.Equal((0, "", 0), (first.ExitCode, first.Error, run.ExitCode));
        Assert.StartsWith("dclassify: 1 of 2", run.Error, StringComparison.Ordinal);
        Assert.Equal(Assert.Single(line), File.ReadLines(Path.Combine(Out, "results.jsonl")).First());
        JsonNode report = JsonNode.Parse(run.Output)!["explanations"]!;
        Assert.Equal((2, 2, 9 * 3 * 2), ((int)report["images"]!, (int)report["withBox"]!, (int)report["rowsPerImage"]!));
        Assert.All(report["scores"]!.AsArray(), score =>
        {
            Assert.InRange((double)score!["insertionAuc"]!, 0, 1);
            Assert.InRange((double)score["deletionAuc"]!, 0, 1);
            Assert.Equal((1.0, 3, 3), ((double)score["pointing"]!, score["insertion"]!.AsArray().Count, score["deletion"]!.AsArray().Count));
        });
        Assert.Equal(
            2 + JsonNode.Parse(run.Output)!["mistakenImages"]!.AsArray().Count,
            File.ReadAllText(Path.Combine(Out, "report.html")).Split("data:image/png;base64,").Length - 1);
    }

    [Fact]
    public async Task Shards_that_are_joined_have_the_scores_of_one_run_over_all_images()
    {
        Dclassify whole = await EvaluateAsync("--json");
        await EvaluateIntoAsync("one", "--shard", "1/2");
        await EvaluateIntoAsync("two", "--shard", "2/2");

        Dclassify joined = await EvaluateIntoAsync("both", "--join", Path.Combine(_folder.Path, "one"), "--join", Path.Combine(_folder.Path, "two"), "--json");

        Assert.Equal((0, 0), (whole.ExitCode, joined.ExitCode));
        JsonNode expected = JsonNode.Parse(whole.Output)!["explanations"]!;
        Assert.Equal(3, (int)expected["images"]!);
        Assert.Equal(expected.ToJsonString(), JsonNode.Parse(joined.Output)!["explanations"]!.ToJsonString());
    }

    [Fact]
    public async Task Maps_against_nothing_are_judged_too_and_their_rows_are_counted()
    {
        Dclassify run = await EvaluateAsync("--limit", "1", "--explain-against", "null", "--json");

        Assert.Equal(0, run.ExitCode);
        JsonNode report = JsonNode.Parse(run.Output)!;
        Assert.Equal(1, (int)report["explanations"]!["images"]!);
        Assert.Equal(8 * (3 + 1), (int)JsonNode.Parse(File.ReadLines(Path.Combine(Out, "results.jsonl")).First())!["rows"]!); // one prompt more
    }

    [Theory]
    [InlineData("--boxes is about explanations: give --explain as well", "--boxes", "x")]
    [InlineData("--explain-steps is 1", "--explain", "--explain-steps", "1")]
    [InlineData("--explain-trials is 0", "--explain", "--explain-trials", "0")]
    [InlineData("--boxes: there is no file nothing.csv", "--explain", "--boxes", "nothing.csv")]
    [InlineData("explain is 'cow', which is none of the labels", "--explain", "--explain-against", "cow")]
    public async Task What_cannot_be_judged_is_refused_in_one_line(string message, params string[] arguments)
    {
        Dclassify run = await Dclassify.RunAsync(["evaluate", "--data", $"folder:{_folder.Path}/pictures", "--out", Out, .. arguments]);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_box_of_an_image_that_is_not_there_is_refused_in_one_line()
    {
        string boxes = _folder.Write("boxes.csv", "path,label,x,y,width,height\nship/2.png,ship,0,0,32,32\n"u8);

        Dclassify run = await EvaluateAsync("--boxes", boxes);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("line 2 of ", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bank_has_no_maps()
    {
        Dclassify run = await Dclassify.RunAsync(
            "evaluate", "--data", $"folder:{_folder.Path}/pictures", "--bank", Path.Combine(_folder.Path, "bank.npz"), "--explain");

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("leave out --explain", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Out => Path.Combine(_folder.Path, "out");

    private Task<Dclassify> EvaluateAsync(params string[] more) => EvaluateIntoAsync("out", more);

    private Task<Dclassify> EvaluateIntoAsync(string name, params string[] more) =>
        Dclassify.RunAsync(["evaluate", "--data", $"folder:{_folder.Path}/pictures", "--out", Path.Combine(_folder.Path, name), .. Settings, .. more]);
}
