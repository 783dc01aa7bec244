using System.Text.Json;
using CsCheck;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Blocks;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Blocks;

/// <summary>Whatever happens to its blocks, a divided job answers as one engine does.</summary>
public sealed class DividedJobTests
{
    private static readonly CostSummary NoCost = new(0, 0, 0, 0, 0, 0);

    public static TheoryData<ClassificationRequest> Requests =>
    [
        Request with { Strategy = Strategy.Race, Trials = 64 },
        Request with { Strategy = Strategy.Fixed, Trials = 7 },
        Request with { Strategy = Strategy.Fast, Trials = 40, Weighting = Weighting.ClarkJaini },
        Request with { StageSamples = [4, 16], StageKeep = [2, 1], Strategy = Strategy.Staged },
        Request with { Labels = ["class 1"], Trials = 3 },
        Request with { Trials = 1, Loss = PredictionLoss.Huber },
        Request with { Strategy = Strategy.Race, Trials = 64, TopK = 2, Seed = 9, NoiseDraws = 5 },
    ];

    private static ClassificationRequest Request => new() { Image = new byte[] { 3 } };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Blocks_of_any_size_in_any_order_lost_or_sent_twice_give_the_answer_of_one_engine(ClassificationRequest request)
    {
        using TestEngine engine = await StartAsync();
        string expected = Text(await engine.ClassifyAsync(request));
        JobSettings settings = engine.Host.Engine.Prepare(new Submission(request));

        await Gen.Int[0, int.MaxValue].SampleAsync(
            async seed => Assert.Equal(expected, Text(await RunAsync(engine, settings, request, new Random(seed), deaths: 0))),
            iter: 20);
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_job_that_is_taken_up_again_from_what_was_stored_gives_the_same_answer(ClassificationRequest request)
    {
        using TestEngine engine = await StartAsync();
        string expected = Text(await engine.ClassifyAsync(request));
        JobSettings settings = engine.Host.Engine.Prepare(new Submission(request));

        await Gen.Int[0, int.MaxValue].SampleAsync(
            async seed => Assert.Equal(expected, Text(await RunAsync(engine, settings, request, new Random(seed), deaths: 3))),
            iter: 20);
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_model_with_a_head_for_each_class_gives_the_same_answer_in_blocks(ClassificationRequest request)
    {
        var model = new FakeDiffusionModel(Manifests.Classes() with { AllClassesAtOnce = true }, 1, 2, 4, 8);
        using TestEngine engine = await TestEngine.StartAsync(model);
        string expected = Text(await engine.ClassifyAsync(request));
        JobSettings settings = engine.Host.Engine.Prepare(new Submission(request));

        await Gen.Int[0, int.MaxValue].SampleAsync(
            async seed => Assert.Equal(expected, Text(await RunAsync(engine, settings, request, new Random(seed), deaths: 3))),
            iter: 20);
    }

    [Fact]
    public async Task Labels_that_are_the_same_to_the_model_cost_one_row_and_are_named()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Text("free"), 1, 2, 4, 8) { ReadAs = prompt => prompt.ToLowerInvariant() });
        var request = new ClassificationRequest { Image = new byte[] { 3 }, Labels = ["cat", "Cat", "dog"], Trials = 16 };
        string expected = Text(await engine.ClassifyAsync(request));
        JobSettings settings = engine.Host.Engine.Prepare(new Submission(request));

        ClassificationResult answer = await RunAsync(engine, settings, request, new Random(1), deaths: 1);

        Assert.Equal(expected, Text(answer));
        Assert.Contains(answer.Warnings, warning => warning.Contains("the same to the model", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Between_looks_all_rows_are_handed_out_once()
    {
        using TestEngine engine = await StartAsync();
        ClassificationRequest request = Request with { Strategy = Strategy.Fixed, Trials = 10 };
        JobSettings settings = engine.Host.Engine.Prepare(new Submission(request));
        var job = new DividedJob(settings, "id");
        BlockOutcome first = await engine.Host.Engine.ComputeAsync(settings, job.First, BlockImage.Of(request.Image), Cancellation);
        job.Begin(first.SamePrompts, first.Warnings);
        job.Record(job.First, first.Errors);

        List<(int Prompt, int Trial)> rows = [];
        for (int size = 1; job.Take(size) is { } block; size = size * 3 % 17)
            rows.AddRange(Enumerable.Range(block.From, block.Trials).SelectMany(trial => block.Prompts.Select(prompt => (prompt, trial))));

        Assert.Equal(rows.Count, rows.Distinct().Count());
        Assert.Equal(job.RemainingRows, rows.Count);
        Assert.DoesNotContain(rows, row => row.Trial == 0); // the first block had it
    }

    [Fact]
    public async Task Errors_that_are_not_those_of_the_block_are_not_taken()
    {
        using TestEngine engine = await StartAsync();
        var job = new DividedJob(engine.Host.Engine.Prepare(new Submission(Request)), "id");
        job.Begin(samePrompts: null, []);

        Assert.Throws<ArgumentException>(() => job.Record(job.First, [1]));
    }

    [Fact]
    public async Task A_block_that_a_stopping_engine_cannot_finish_is_no_outcome()
    {
        var model = new FakeDiffusionModel(Manifests.Classes("tiny"), 1, 2, 4, 8);
        using TestEngine engine = await TestEngine.StartAsync(new EngineOptions { DrainTimeout = TimeSpan.Zero }, null, model);
        using var gate = new Gate();
        JobSettings settings = engine.Host.Engine.Prepare(new Submission(Request with { Strategy = Strategy.Fixed, Trials = 20 }));
        int batches = 0;
        model.BeforePredict = _ =>
        {
            if (++batches == 3) // by then a trial is complete, which would make an answer
                gate.Pass();
        };
        Task<BlockOutcome> block = engine.Host.Engine.ComputeAsync(settings, new Block([0, 1], 0, 20), BlockImage.Of(Request.Image), Cancellation);
        await gate.Reached;

        Task drained = engine.Host.DrainAsync(Cancellation);

        ClassificationException stopped = await Assert.ThrowsAsync<ClassificationException>(() => block);
        Assert.Equal(ClassificationError.Draining, stopped.Error);
        gate.Open();
        await drained;
    }

    private static Task<TestEngine> StartAsync() => TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Classes("tiny"), 1, 2, 4, 8));

    // Hands blocks out and takes them back as fate has it. A death leaves what is stored, up to some moment before.
    private static async Task<ClassificationResult> RunAsync(
        TestEngine engine, JobSettings settings, ClassificationRequest request, Random fate, int deaths)
    {
        List<(Block Block, double[] Errors)> known = [];
        int stored = 0;
        var job = new DividedJob(settings, "id");
        BlockOutcome first = await engine.Host.Engine.ComputeAsync(settings, job.First, BlockImage.Of(request.Image), Cancellation);
        job.Begin(first.SamePrompts, first.Warnings);
        Record(job.First, first.Errors);
        List<Block> running = [];
        while (!job.IsDecided)
        {
            if (deaths > 0 && fate.Next(8) == 0)
            {
                deaths--;
                known.RemoveRange(stored, known.Count - stored);
                job = Restored(settings, first, known.OrderBy(_ => fate.Next()));
            }

            if (running.Count < 4 && job.Take(fate.Next(1, 30)) is { } taken)
            {
                running.Add(taken);
                continue;
            }

            if (running.Count == 0)
                Assert.Fail("Nobody has rows, and there are none to take.");
            Block block = running[fate.Next(running.Count)];
            if (fate.Next(5) > 0)
                running.Remove(block); // else it comes once more
            if (fate.Next(6) == 0)
                job.GiveBack(block);
            else
                Record(block, (await engine.Host.Engine.ComputeAsync(settings, block, BlockImage.Of(first.Latent), Cancellation)).Errors);
            if (fate.Next(4) == 0)
                stored = known.Count;
        }

        return job.Answer(NoCost)!;

        void Record(Block block, double[] errors)
        {
            job.Record(block, errors);
            known.Add((block, errors));
        }
    }

    internal static DividedJob Restored(JobSettings settings, BlockOutcome first, IEnumerable<(Block, double[])> known)
    {
        var job = new DividedJob(settings, "id");
        job.Begin(first.SamePrompts, first.Warnings);
        foreach ((Block block, double[] errors) in known)
            job.Record(block, errors);
        return job;
    }

    private static string Text(ClassificationResult answer) =>
        JsonSerializer.Serialize(answer with { Id = "", Cost = NoCost }, AnswerJson.Indented);
}
