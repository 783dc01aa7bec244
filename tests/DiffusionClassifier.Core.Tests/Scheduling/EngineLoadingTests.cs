using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Residency;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace DiffusionClassifier.Core.Tests.Scheduling;

/// <summary>Models that come and go under a bound, while requests run.</summary>
public sealed class EngineLoadingTests
{
    private const int Patience = 120_000; // ms; a request that is never answered shows as a failed test, not as a hanging run

    private static readonly ResidencyOptions OnFirstUse = new() { LoadAtStart = false }, RoomForOne = OnFirstUse with { MaxBytes = 10 };

    private static readonly ClassificationRequest Request = new() { Image = new byte[] { 1 }, Trials = 16 };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task A_server_whose_models_wait_is_ready_and_the_first_request_loads_its_model()
    {
        FakeDiffusionModel one = Model("one"), two = Model("two");
        using TestEngine engine = await StartAsync(OnFirstUse, one, two);
        (bool ready, ModelState before) = (engine.Host.IsReady, State(engine, "two"));

        ClassificationResult result = await engine.ClassifyAsync(Request with { Model = "two" });

        Assert.Equal((true, ModelState.Waiting), (ready, before));
        Assert.Equal(80, result.Cost.Rows);
        Assert.Equal((ModelState.Waiting, ModelState.Ready), (State(engine, "one"), State(engine, "two")));
        Assert.Equal(0, one.Batches);
    }

    [Fact(Timeout = Patience)]
    public async Task Requests_at_once_load_a_model_once()
    {
        var source = new FakeModelSource(Model("one"));
        int opened = 0;
        source.BeforeOpen = _ => Interlocked.Increment(ref opened);
        using TestEngine engine = await StartAsync(OnFirstUse, source);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => engine.ClassifyAsync(Request)));

        Assert.Equal(1, opened);
    }

    [Fact(Timeout = Patience)]
    public async Task At_the_start_models_are_loaded_as_long_as_they_fit_the_default_first()
    {
        var source = new FakeModelSource(Model("one"), Model("two"), Model("three"));
        List<string> opened = [];
        source.BeforeOpen = opened.Add;
        using var engine = new TestEngine(source, new EngineOptions { DefaultModel = "two" }, residency: new ResidencyOptions { MaxBytes = 20 });

        await engine.Host.StartAsync(Cancel);

        Assert.Equal(["two", "one"], opened);
        Assert.True(engine.Host.IsReady);
        Assert.Equal((ModelState.Ready, ModelState.Ready, ModelState.Waiting), (State(engine, "one"), State(engine, "two"), State(engine, "three")));
    }

    [Theory(Timeout = Patience)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_model_makes_room_for_another_and_comes_back_with_the_same_answers(bool beside)
    {
        FakeDiffusionModel one = Model("one"), two = Model("two");
        using TestEngine engine = await StartAsync(RoomForOne, new FakeModelSource(one, two) { Beside = beside });
        ClassificationResult before = await engine.ClassifyAsync(Request with { Model = "one" });

        await engine.ClassifyAsync(Request with { Model = "two" });
        (bool gone, ModelState state) = (one.IsDisposed, State(engine, "one"));
        ClassificationResult after = await engine.ClassifyAsync(Request with { Model = "one" });

        Assert.Equal((true, ModelState.Waiting), (gone, state));
        Assert.Equal(before.Labels.Select(label => label.MeanError), after.Labels.Select(label => label.MeanError));
    }

    [Fact(Timeout = Patience)]
    public async Task A_model_in_use_is_not_unloaded_and_the_newcomer_runs_after_it()
    {
        FakeDiffusionModel one = Model("one"), two = Model("two");
        using TestEngine engine = await StartAsync(RoomForOne, one, two);
        await engine.ClassifyAsync(Request with { Model = "one" });
        using var gate = new Gate();
        one.BeforePredict = _ => gate.Pass();
        Task<ClassificationResult> running = engine.ClassifyAsync(Request with { Model = "one" });
        await gate.Reached;

        Task<ClassificationResult> newcomer = engine.ClassifyAsync(Request with { Model = "two" });
        await Eventually.Holds(() => State(engine, "one") == ModelState.Unloading);
        Task<ClassificationResult> late = engine.ClassifyAsync(Request with { Model = "one" });
        (bool disposed, int batches) = (one.IsDisposed, two.Batches);
        gate.Open();

        Assert.Equal((false, 0), (disposed, batches));
        Assert.Equal([80, 80, 80], (await Task.WhenAll(running, newcomer, late)).Select(result => result.Cost.Rows));
    }

    [Fact(Timeout = Patience)]
    public async Task While_a_model_is_opened_the_device_runs_others()
    {
        FakeDiffusionModel one = Model("one"), two = Model("two");
        using var gate = new Gate();
        var source = new FakeModelSource(one, two);
        using TestEngine engine = await StartAsync(OnFirstUse, source);
        await engine.ClassifyAsync(Request with { Model = "one" });
        source.BeforeOpen = _ => gate.Pass();

        Task<ClassificationResult> waiting = engine.ClassifyAsync(Request with { Model = "two" });
        await gate.Reached;
        ClassificationResult meanwhile = await engine.ClassifyAsync(Request with { Model = "one" });
        ModelState state = State(engine, "two");
        gate.Open();

        Assert.Equal(80, meanwhile.Cost.Rows);
        Assert.Equal(ModelState.Loading, state);
        Assert.Equal(80, (await waiting).Cost.Rows);
    }

    [Fact(Timeout = Patience)]
    public async Task A_model_that_was_measured_before_is_warmed_up_while_the_device_runs_others()
    {
        FakeDiffusionModel one = Model("one"), two = Model("two");
        using TestEngine engine = await StartAsync(OnFirstUse, one, two);
        await engine.ClassifyAsync(Request with { Model = "one" });
        await engine.ClassifyAsync(Request with { Model = "two" });
        await UnloadAsync(engine, "two");
        using var gate = new Gate();
        one.BeforePredict = _ => gate.Pass(); // the device is busy with it

        Task<ClassificationResult> busy = engine.ClassifyAsync(Request with { Model = "one" });
        await gate.Reached;
        Task<LoadedModel> loading = engine.Host.Engine.Memory.LoadAsync("two", again: true, Cancel);
        await loading;
        gate.Open();

        Assert.Equal(80, (await busy).Cost.Rows);
    }

    [Fact(Timeout = Patience)]
    public async Task The_deadline_counts_while_a_request_waits_for_its_model()
    {
        var time = new FakeTimeProvider();
        using var gate = new Gate();
        using TestEngine engine = await StartAsync(OnFirstUse, new FakeModelSource(Model("one")) { BeforeOpen = _ => gate.Pass() }, time);
        Task<ClassificationResult> waiting = engine.ClassifyAsync(Request with { DeadlineMs = 5000 });
        await gate.Reached;
        Task<ClassificationResult> patient = engine.ClassifyAsync(Request);

        await Eventually.Holds(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return waiting.IsCompleted;
        });
        gate.Open();

        var exception = await Assert.ThrowsAsync<ClassificationException>(() => waiting);
        Assert.Equal((ClassificationError.DeadlineExceeded, "deadlineMs"), (exception.Error, exception.Field));
        Assert.Equal(80, (await patient).Cost.Rows);
    }

    [Fact(Timeout = Patience)]
    public async Task A_client_that_goes_away_while_its_model_is_loaded_waits_no_longer()
    {
        using var gate = new Gate();
        using TestEngine engine = await StartAsync(OnFirstUse, new FakeModelSource(Model("one")) { BeforeOpen = _ => gate.Pass() });
        using var client = new CancellationTokenSource();
        Task<ClassificationResult> waiting = engine.ClassifyForAsync(Request, null, client.Token);
        await gate.Reached;

        await client.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        gate.Open();
        Assert.Equal(80, (await engine.ClassifyAsync(Request)).Cost.Rows);
        Assert.Equal(0, engine.Host.Engine.ActiveRequests);
    }

    [Fact(Timeout = Patience)]
    public async Task Rows_that_a_canceled_request_left_on_the_device_are_waited_for()
    {
        FakeDiffusionModel one = Model("one");
        using TestEngine engine = await StartAsync(OnFirstUse, one);
        await engine.ClassifyAsync(Request);
        using var gate = new Gate();
        one.BeforePredict = _ => gate.Pass();
        using var client = new CancellationTokenSource();
        Task<ClassificationResult> running = engine.ClassifyForAsync(Request, null, client.Token);
        await gate.Reached;

        await client.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        engine.Host.Engine.Memory.Unload("one");
        bool early = one.IsDisposed;
        gate.Open();
        await Eventually.Holds(() => State(engine, "one") == ModelState.Waiting);

        Assert.False(early);
        Assert.True(one.IsDisposed);
    }

    [Fact(Timeout = Patience)]
    public async Task A_model_larger_than_the_bound_is_refused_with_both_numbers()
    {
        var large = new FakeDiffusionModel(Manifests.Classes("large") with { WeightBytes = 50_000_000 }, 4);
        using TestEngine engine = await StartAsync(new ResidencyOptions { MaxBytes = 30_000_000 }, Model("one"), large);

        var exception = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request with { Model = "large" }));

        Assert.Equal(ClassificationError.UnknownModel, exception.Error);
        Assert.Contains("have 50 MB, and all models together may take 30 MB: set Models:MaxBytes higher", exception.Message, StringComparison.Ordinal);
        Assert.Equal("large", Assert.Single(engine.Host.Engine.Models.Refused).Id);
        await Assert.ThrowsAsync<ClassificationException>(() => engine.Host.Engine.Memory.LoadAsync("large", again: true, Cancel));
    }

    [Fact(Timeout = Patience)]
    public async Task Where_every_model_is_larger_than_the_bound_the_server_does_not_start()
    {
        using var engine = new TestEngine(new FakeModelSource(Model("one")), residency: new ResidencyOptions { MaxBytes = 9 });

        await Assert.ThrowsAsync<ModelTooLargeException>(() => engine.Host.StartAsync(Cancel));
    }

    [Fact(Timeout = Patience)]
    public async Task A_model_that_cannot_be_loaded_is_refused_until_it_is_loaded_by_hand()
    {
        FakeDiffusionModel one = Model("one"), two = Model("two");
        var source = new FakeModelSource(one, two) { BeforeOpen = id => Assert.NotEqual("two", id) };
        using TestEngine engine = await StartAsync(OnFirstUse, source);

        ClassificationRequest request = Request with { Model = "two" };
        var first = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(request));
        string[] refused = [.. engine.Host.Engine.Models.Refused.Select(refusal => refusal.Id)];
        source.BeforeOpen = null;
        await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(request));
        await engine.Host.Engine.Memory.LoadAsync("two", again: true, Cancel);

        Assert.Equal(ClassificationError.UnknownModel, first.Error);
        Assert.Equal(["two"], refused);
        Assert.Equal(80, (await engine.ClassifyAsync(request)).Cost.Rows);
        Assert.Empty(engine.Host.Engine.Models.Refused);
        Assert.True(engine.Host.IsAlive);
    }

    [Fact(Timeout = Patience)]
    public async Task A_model_is_described_with_its_state_its_bytes_and_the_cost_of_a_row_which_stays_known()
    {
        using TestEngine engine = await StartAsync(OnFirstUse, Model("one"));
        ModelDescription before = Assert.Single(engine.Host.Engine.Memory.List().Models);

        await engine.ClassifyAsync(Request);
        ModelDescription ready = Assert.Single(engine.Host.Engine.Memory.List().Models);
        await UnloadAsync(engine, "one");
        ModelDescription after = Assert.Single(engine.Host.Engine.Memory.List().Models);

        Assert.Equal((ModelState.Waiting, 10L, null), (before.State, before.Bytes, before.SecondsPerRow));
        Assert.Equal(ModelState.Ready, ready.State);
        Assert.True(ready.SecondsPerRow > 0);
        Assert.Equal(ready with { State = ModelState.Waiting, Labels = null, LatentShape = [], Timesteps = [], Calibrated = [], FittedWeights = [], Warnings = [] },
            after with { Labels = null, LatentShape = [], Timesteps = [], Calibrated = [], FittedWeights = [], Warnings = [] });
        Assert.Equal("cpu", engine.Host.Engine.DeviceKind("one"));
    }

    [Fact(Timeout = Patience)]
    public async Task Many_clients_of_many_models_in_little_memory_are_all_answered()
    {
        FakeDiffusionModel[] models = [.. Enumerable.Range(0, 6).Select(i => Model($"m{i}"))];
        using TestEngine engine = await StartAsync(OnFirstUse with { MaxBytes = 20 }, models);
        ClassificationResult[][] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(client => Task.Run(async () =>
        {
            var random = new Random(client);
            List<ClassificationResult> mine = [];
            for (int i = 0; i < 20; i++)
                mine.Add(await engine.ClassifyAsync(Request with { Model = $"m{random.Next(models.Length)}", Trials = 1 + random.Next(8) }));
            return mine.ToArray();
        }, Cancel)));

        Assert.Equal(160, answers.Sum(mine => mine.Length));
        Assert.Equal(0, engine.Host.Engine.ActiveRequests);
    }

    [Fact(Timeout = Patience)]
    public async Task Those_who_wait_for_a_model_when_the_server_stops_are_told()
    {
        var time = new FakeTimeProvider();
        using var gate = new Gate();
        using TestEngine engine = await StartAsync(OnFirstUse, new FakeModelSource(Model("one")) { BeforeOpen = _ => gate.Pass() }, time);
        Task<ClassificationResult> waiting = engine.ClassifyAsync(Request);
        await gate.Reached;

        Task drain = engine.Host.DrainAsync(Cancel);
        time.Advance(TimeSpan.FromMinutes(1));
        await drain;
        gate.Open();

        Assert.Equal(ClassificationError.Draining, (await Assert.ThrowsAsync<ClassificationException>(() => waiting)).Error);
    }

    [Fact(Timeout = Patience)]
    public async Task An_engine_that_is_disposed_tells_those_who_wait_for_a_model_and_closes_it_when_it_is_open()
    {
        FakeDiffusionModel one = Model("one");
        using var gate = new Gate();
        TestEngine engine = await StartAsync(OnFirstUse, new FakeModelSource(one) { BeforeOpen = _ => gate.Pass() });
        Task<ClassificationResult> waiting = engine.ClassifyAsync(Request);
        await gate.Reached;

        Task stop = Task.Run(engine.Dispose, Cancel);
        var exception = await Assert.ThrowsAsync<ClassificationException>(() => waiting);
        gate.Open();
        await stop;

        Assert.Equal(ClassificationError.Draining, exception.Error);
        Assert.True(one.IsDisposed);
    }

    private static FakeDiffusionModel Model(string id) => new(Manifests.Classes(id) with { WeightBytes = 10 }, 1, 4);

    private static Task<TestEngine> StartAsync(ResidencyOptions residency, params FakeDiffusionModel[] models) => StartAsync(residency, new FakeModelSource(models));

    private static async Task<TestEngine> StartAsync(ResidencyOptions residency, FakeModelSource source, TimeProvider? time = null)
    {
        var engine = new TestEngine(source, time: time, residency: residency);
        await engine.Host.StartAsync(Cancel);
        return engine;
    }

    private static ModelState State(TestEngine engine, string model) => engine.Host.Engine.Memory.Describe(engine.Host.Engine.Models.Find(model)).State;

    private static async Task UnloadAsync(TestEngine engine, string model)
    {
        engine.Host.Engine.Memory.Unload(model);
        await Eventually.Holds(() => State(engine, model) == ModelState.Waiting);
    }
}
