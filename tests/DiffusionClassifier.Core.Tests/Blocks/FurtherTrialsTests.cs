using System.Text.Json;
using DiffusionClassifier.Core.Blocks;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Blocks;

/// <summary>Trials that are added to an answer.</summary>
public sealed class FurtherTrialsTests
{
    private static readonly CostSummary NoCost = new(0, 0, 0, 0, 0, 0);

    private static ClassificationRequest Request => new() { Image = new byte[] { 3 } };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Strategy.Fixed)]
    [InlineData(Strategy.Race)]
    [InlineData(Strategy.Fast)]
    public async Task Trials_that_are_added_to_an_answer_cost_their_own_rows_alone(Strategy strategy)
    {
        using TestEngine engine = await StartAsync();
        ClassificationRequest request = Request with { Strategy = strategy, Trials = 8, NoiseDraws = 4 };
        Submission submission = new(request), more = submission with { FurtherTrials = [5, 8] };
        (_, List<(Block Block, double[] Errors)> known, BlockOutcome first) = await AnswerAsync(engine, submission, []);

        (ClassificationResult topped, List<(Block Block, double[] Errors)> further, _) = await AnswerAsync(engine, more, known, first);
        (ClassificationResult whole, List<(Block Block, double[] Errors)> all, _) = await AnswerAsync(engine, more, []);

        Assert.Equal(Text(whole), Text(topped));
        Assert.Equal(Rows(all), Rows(known).Union(Rows(further)).Intersect(Rows(all)).Order());
        Assert.Empty(Rows(known).Intersect(Rows(further)));
    }

    [Fact]
    public async Task Further_trials_have_noise_of_their_own_and_leave_those_before_as_they_were()
    {
        using TestEngine engine = await StartAsync();
        Submission submission = new(Request with { Trials = 8, NoiseDraws = 4 });

        TrialPlan before = engine.Host.Engine.Prepare(submission).Plan;
        TrialPlan after = engine.Host.Engine.Prepare(submission with { FurtherTrials = [5, 8] }).Plan;

        Assert.Equal(21, after.Count);
        Assert.Equal(Trials(before), Trials(after).Take(8));
        Assert.Equal(Enumerable.Range(4, 13), Trials(after).Skip(8).Select(trial => trial.NoiseIndex).Order());
    }

    [Fact]
    public async Task Stages_take_no_further_trials()
    {
        using TestEngine engine = await StartAsync();
        Submission staged = new(Request with { StageSamples = [4, 16], StageKeep = [2, 1], Strategy = Strategy.Staged });

        ClassificationException refused = Assert.Throws<ClassificationException>(
            () => engine.Host.Engine.Prepare(staged with { FurtherTrials = [1] }));

        Assert.Equal("strategy", refused.Field);
    }

    private static Task<TestEngine> StartAsync() => TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Classes("tiny"), 1, 2, 4, 8));

    private static IEnumerable<Trial> Trials(TrialPlan plan) => Enumerable.Range(0, plan.Count).Select(position => plan[position]);

    private static IEnumerable<(int Trial, int Prompt)> Rows(IEnumerable<(Block Block, double[] Errors)> blocks) => blocks
        .SelectMany(one => Enumerable.Range(one.Block.From, one.Block.Trials).SelectMany(trial => one.Block.Prompts.Select(prompt => (trial, prompt))))
        .Order();

    // What is known is not run again.
    private static async Task<(ClassificationResult Answer, List<(Block Block, double[] Errors)> Run, BlockOutcome First)> AnswerAsync(
        TestEngine engine, Submission submission, List<(Block Block, double[] Errors)> known, BlockOutcome? first = null)
    {
        JobSettings settings = engine.Host.Engine.Prepare(submission);
        List<(Block Block, double[] Errors)> run = [];
        var job = new DividedJob(settings, "id");
        if (first is null)
        {
            first = await engine.Host.Engine.ComputeAsync(settings, job.First, BlockImage.Of(submission.Request.Image), Cancellation);
            run.Add((job.First, first.Errors));
        }

        job = DividedJobTests.Restored(settings, first, [.. known, .. run]);
        while (job.Take(7) is { } block)
        {
            run.Add((block, (await engine.Host.Engine.ComputeAsync(settings, block, BlockImage.Of(first.Latent), Cancellation)).Errors));
            job.Record(block, run[^1].Errors);
        }

        return (job.Answer(NoCost)!, run, first);
    }

    private static string Text(ClassificationResult answer) =>
        JsonSerializer.Serialize(answer with { Id = "", Cost = NoCost }, AnswerJson.Indented);
}
