using System.Text.Json.Nodes;
using DiffusionClassifier.Evaluation.Banks;
using DiffusionClassifier.Evaluation.Errors;
using DiffusionClassifier.Evaluation.Live;
using DiffusionClassifier.Evaluation.Runs;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Evaluation.Tests.Runs;

public sealed class ResumeTests : IDisposable
{
    private static readonly BankSettings Settings = new()
    {
        Model = "tiny",
        Labels = ["a", "b"],
        Trials = 2,
        Loss = PredictionLoss.L2,
        Seed = 1,
        Elements = 12,
        Data = "csv:x",
    };

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_log_keeps_its_lines_and_forgets_one_that_was_cut_off()
    {
        string file = Path.Combine(_folder.Path, "results.jsonl");
        using (ResultLog<Line> log = Open(file))
        {
            log.Add(new Line(3, "drei"));
            log.Add(new Line(1, "Bär"));
        }

        File.AppendAllText(file, "{\"index\":5,\"te");
        using (ResultLog<Line> log = Open(file))
        {
            Assert.False(log.Has(5));
            Assert.Equal([new Line(1, "Bär"), new Line(3, "drei")], log.Of([0, 1, 3, 5]));
            log.Add(new Line(5, "fünf"));
        }

        using ResultLog<Line> again = Open(file);
        Assert.Equal(["Bär", "drei", "fünf"], again.Of([1, 3, 5]).Select(line => line.Text));
    }

    [Fact]
    public void A_line_that_is_not_a_result_is_done_again()
    {
        string file = _folder.Write("results.jsonl", "{\"index\":1,\"text\":\"a\"}\n\0\0\0\0\n{\"index\":2,\"text\":\"b\"}\n"u8);

        using ResultLog<Line> log = Open(file);

        Assert.Equal(2, log.Of([1, 2]).Count);
    }

    [Fact]
    public void A_full_disk_ends_the_run_and_says_what_to_do()
    {
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.Read, bufferSize: 0);

        EvaluationException failure = Assert.Throws<EvaluationException>(() => LogFile.Append(full, "record"u8));

        Assert.Contains("make room, then give the same command to continue", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_strategy_is_compared_with_runs_to_its_end()
    {
        var asked = new ClassificationRequest
        {
            Image = default,
            Strategy = Strategy.Race,
            Confidence = 0.9,
            TopK = 2,
            DeadlineMs = 5,
            Seed = 3,
            Loss = PredictionLoss.L1,
        };

        ClassificationRequest whole = LiveRun.Fixed(asked, trials: 64, chosen: false);

        Assert.Equal(
            (Strategy.Fixed, 64, null, null, null), (whole.Strategy, whole.Trials, whole.Confidence, whole.TopK, whole.DeadlineMs));
        Assert.Equal((3UL, PredictionLoss.L1), (whole.Seed, whole.Loss));
    }

    [Fact]
    public void A_place_that_can_be_no_folder_is_refused_before_any_work() =>
        Assert.Contains(
            "choose another",
            Assert.Throws<EvaluationException>(() => RunFolder.Open(_folder.Write("file", "text"u8), [])).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_folder_resumes_with_the_same_settings_and_names_the_one_that_differs()
    {
        JsonObject settings = new() { ["model"] = "a", ["request"] = new JsonObject { ["trials"] = 64, ["loss"] = "l2" } };
        RunFolder.Open(_folder.Path, (JsonObject)settings.DeepClone());
        RunFolder.Open(_folder.Path, (JsonObject)settings.DeepClone());

        settings["request"]!["trials"] = 16;
        EvaluationException refusal = Assert.Throws<EvaluationException>(() => RunFolder.Open(_folder.Path, settings));

        Assert.Contains("trials = 64; this one has 16", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_side_file_keeps_complete_images_and_drops_a_truncated_one()
    {
        string file = Path.Combine(_folder.Path, "bank.part");
        using (BankLog log = BankLog.Open(file, Settings))
        {
            log.Add(7, new BankedImage(1, [1, 2, 3, 4]));
            log.Add(2, new BankedImage(0, [5, 6, 7, 8]));
        }

        using (FileStream stream = File.OpenWrite(file))
            stream.SetLength(stream.Length - 1);
        using (BankLog log = BankLog.Open(file, Settings))
        {
            Assert.True(log.Has(7));
            Assert.False(log.Has(2));
            log.Add(3, new BankedImage(0, [9, 9, 9, 9]));
        }

        using BankLog again = BankLog.Open(file, Settings);
        Assert.Equal([3, 7], again.Images.Keys);
        Assert.Equal([1, 2, 3, 4], again.Images[7].Errors);
    }

    [Fact]
    public void A_side_file_of_other_settings_is_refused()
    {
        string file = Path.Combine(_folder.Path, "bank.part");
        BankLog.Open(file, Settings).Dispose();

        EvaluationException refusal = Assert.Throws<EvaluationException>(() => BankLog.Open(file, Settings with { Seed = 2 }));

        Assert.Contains("seed = 1; this one has 2", refusal.Message, StringComparison.Ordinal);
        File.WriteAllText(file, "something else\n");
        Assert.Contains(
            "not an unfinished bank", Assert.Throws<EvaluationException>(() => BankLog.Open(file, Settings)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static ResultLog<Line> Open(string file) => new(file, line => line.Index);

    private sealed record Line(int Index, string Text);
}
