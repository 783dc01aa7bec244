using System.Diagnostics.Metrics;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

/// <summary>Whatever fails belongs to the model that failed: the others serve.</summary>
public sealed class EngineRefusalTests
{
    private const int Patience = 120_000; // ms; a request that nobody answers shows as a failed test, not as a hanging run

    private static readonly ClassificationRequest Request = new() { Image = new byte[] { 1 }, Trials = 16, Model = "good" };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory(Timeout = Patience)]
    [InlineData("load")]
    [InlineData("buffers")]
    [InlineData("warm-up")]
    [InlineData("memory")]
    [InlineData("buffers of the pipeline")]
    public async Task A_model_that_fails_at_the_start_is_listed_with_the_reason_and_the_others_serve(string step)
    {
        FakeDiffusionModel bad = Model("bad"), good = Model("good");
        var source = new FakeModelSource(bad, good);
        int buffers = 0;
        if (step == "load")
            source.BeforeOpen = id => ThrowIf(id == "bad");
        if (step == "buffers")
            bad.BeforeCreateBatch = () => ThrowIf(true);
        if (step == "warm-up")
            bad.BeforePredict = _ => ThrowIf(true);
        if (step == "memory")
            bad.BeforePredict = _ => throw new DeviceOutOfMemoryException("it is broken");
        if (step == "buffers of the pipeline")
            bad.BeforeCreateBatch = () => ThrowIf(++buffers == 3); // the sweep's, the first slot's, the second's
        using var engine = new TestEngine(source);
        Task<ClassificationResult> early = engine.ClassifyAsync(Request with { Model = "bad" });

        await engine.Host.StartAsync(Cancel);

        Assert.Equal((true, true), (engine.Host.IsReady, engine.Host.IsAlive));
        Assert.Equal(["good"], engine.Host.Engine.Models.All.Select(model => model.Id));
        Assert.Equal([new ModelRefusal("bad", "it is broken")], engine.Host.Engine.Models.Refused);
        Assert.Equal(80, (await engine.ClassifyAsync(Request)).Cost.Rows);
        Assert.Equal(80, (await engine.ClassifyAsync(Request with { Model = null })).Cost.Rows);
        var late = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request with { Model = "BAD" }));
        foreach (ClassificationException refused in new[] { late, await Assert.ThrowsAsync<ClassificationException>(() => early) })
        {
            Assert.Equal((ClassificationError.UnknownModel, "model"), (refused.Error, refused.Field));
            Assert.Equal("The model 'bad' cannot be used: it is broken. The models here: good.", refused.Message);
        }
    }

    [Theory(Timeout = Patience)]
    [InlineData("a row", "float32", "The numbers of the model 'bad' are not finite in 1 of 4 rows: the weights are damaged. Copy or export the model again.")]
    [InlineData("small timesteps", "float16", "The numbers of the model 'bad' are not finite in 3 of 4 rows: float16 overflows. Export attention in float32, or all of the model.")]
    [InlineData("the image", "float16", "The numbers of the model 'bad' are not finite in the encoded image: float16 overflows. Export attention in float32, or all of the model.")]
    public async Task A_model_whose_numbers_are_not_finite_is_refused_at_the_start_with_what_to_do(string what, string type, string reason)
    {
        FakeDiffusionModel bad = new(Manifests.Text("bad") with { DataType = type }, 4), good = Model("good");
        if (what == "the image")
            bad.BeforeEncode = image => image.Values[0] = float.NaN;
        bad.AfterPredict = batch =>
        {
            if (what == "a row")
                batch.Predicted(2)[^1] = float.PositiveInfinity;
            for (int row = 0; row < batch.Bucket && what == "small timesteps"; row++)
                batch.Predicted(row)[0] = batch.Timesteps[row] < bad.Manifest.TimestepTo - 1 ? float.NaN : 0;
        };
        using var engine = new TestEngine(new FakeModelSource(bad, good));

        await engine.Host.StartAsync(Cancel);

        Assert.Equal([new ModelRefusal("bad", reason)], engine.Host.Engine.Models.Refused);
        Assert.Equal(80, (await engine.ClassifyAsync(Request)).Cost.Rows);
    }

    [Fact(Timeout = Patience)]
    public async Task Where_no_model_is_left_the_start_fails_and_names_each_with_its_reason()
    {
        var source = new FakeModelSource(Model("one"), Model("two")) { BeforeOpen = id => throw new InvalidDataException($"{id}.onnx: truncated.") };
        using var engine = new TestEngine(source);

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => engine.Host.StartAsync(Cancel));

        Assert.Equal("None of the models can be used. one: one.onnx: truncated. two: two.onnx: truncated.", exception.Message);
        Assert.False(engine.Host.IsReady);
        await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request with { Model = "one" }));
    }

    [Fact(Timeout = Patience)]
    public async Task A_model_that_fails_on_one_of_two_devices_is_served_by_the_other()
    {
        var source = new DeviceSource([Model("bad"), Model("good")], (id, device) => ThrowIf(id == "bad" && device.Id == 1));
        using var engine = new TestEngine(source, new EngineOptions { Devices = [new DeviceOptions { Batch = 4 }, new DeviceOptions { Id = 1, Batch = 4 }] });

        await engine.Host.StartAsync(Cancel);

        Assert.Empty(engine.Host.Engine.Models.Refused);
        Assert.Equal(80, (await engine.ClassifyAsync(Request with { Model = "bad" })).Cost.Rows);
    }

    [Fact(Timeout = Patience)]
    public async Task A_model_that_cannot_be_loaded_anew_after_a_lack_of_memory_is_refused_and_the_others_serve_on()
    {
        FakeDiffusionModel bad = Model("bad"), good = Model("good");
        var source = new FakeModelSource(bad, good);
        using var engine = new TestEngine(source);
        await engine.Host.StartAsync(Cancel);
        bad.BeforePredict = _ => throw new DeviceOutOfMemoryException("no room");
        source.BeforeOpen = id => ThrowIf(id == "bad");

        var running = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request with { Model = "bad" }));
        await Eventually.Holds(() => engine.Host.Engine.Models.Refused.Count > 0);
        var late = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request with { Model = "bad" }));

        Assert.Equal(ClassificationError.ModelFailure, running.Error);
        Assert.Equal(ClassificationError.UnknownModel, late.Error);
        Assert.Contains("could not be loaded anew", late.Message, StringComparison.Ordinal);
        Assert.Equal((true, true), (engine.Host.IsReady, engine.Host.IsAlive));
        Assert.Equal(80, (await engine.ClassifyAsync(Request)).Cost.Rows);
    }

    [Fact(Timeout = Patience)]
    public async Task A_metric_counts_the_models_that_serve_and_those_that_are_refused()
    {
        var source = new FakeModelSource(Model("bad"), Model("good")) { BeforeOpen = id => ThrowIf(id == "bad") };
        using var engine = new TestEngine(source);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter == engine.Meter && instrument.Name == "dc.models")
                self.EnableMeasurementEvents(instrument);
        };
        Dictionary<string, int> models = [];
        listener.SetMeasurementEventCallback<int>((_, value, tags, _) => models[(string)tags[0].Value!] = value);
        listener.Start();

        await engine.Host.StartAsync(Cancel);
        listener.RecordObservableInstruments();

        Assert.Equal(new() { ["served"] = 1, ["refused"] = 1 }, models);
    }

    private static FakeDiffusionModel Model(string id) => new(Manifests.Classes(id), 4);

    private static void ThrowIf(bool broken)
    {
        if (broken)
            throw new InvalidDataException("it is broken");
    }

    private sealed class DeviceSource(FakeDiffusionModel[] models, Action<string, DeviceOptions> beforeOpen) : IModelSource
    {
        public IReadOnlyList<ModelManifest> Manifests { get; } = [.. models.Select(model => model.Manifest)];

        public IDiffusionModel Open(string modelId, DeviceOptions device)
        {
            beforeOpen(modelId, device);
            return new FakeDiffusionModel(models.Single(model => model.Manifest.Id == modelId).Manifest, 4);
        }
    }
}
