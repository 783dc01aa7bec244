using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

/// <summary>Image files are decoded a few at a time.</summary>
public class EngineDecodingTests
{
    private const int Patience = 120_000; // ms; decoders that wait for each other show as a failed test, not as a hanging run

    private static readonly ClassificationRequest Request = new() { Image = new byte[] { 1 }, Trials = 1 };

    [Fact(Timeout = Patience)]
    public async Task Many_images_at_once_are_decoded_as_many_at_a_time_as_are_allowed()
    {
        using TestEngine engine = await TestEngine.StartAsync(new EngineOptions { MaxDecodes = 2 }, null, new FakeDiffusionModel(Manifests.Classes(), 4));
        using var pair = new Barrier(2); // none passes it alone
        int running = 0, most = 0;
        engine.Images.BeforeLoad = () =>
        {
            int now = Interlocked.Increment(ref running);
            pair.SignalAndWait(TestContext.Current.CancellationToken);
            lock (pair)
                most = Math.Max(most, now);
            Interlocked.Decrement(ref running);
        };

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => engine.ClassifyAsync(Request)));

        Assert.Equal(2, most);
    }

    [Fact]
    public async Task The_header_of_a_request_s_image_is_read_once()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Classes(), 4));

        await engine.ClassifyAsync(Request);
        await engine.ClassifyAsync(Request with { Image = new byte[] { 2 } });

        Assert.Equal([1, 2], engine.Images.HeadersRead);
    }

    [Theory(Timeout = Patience)]
    [InlineData(1, 100, 50)]
    [InlineData(2, 100, 51)] // two do not fit together
    public async Task A_client_that_leaves_while_its_image_waits_to_be_decoded_is_canceled_without_decoding(int maxDecodes, long maxBytes, long bytes)
    {
        using TestEngine engine = await TestEngine.StartAsync(new EngineOptions { MaxDecodes = maxDecodes, MaxDecodeBytes = maxBytes }, null, new FakeDiffusionModel(Manifests.Classes(), 4));
        using var gate = new Gate();
        using var client = new CancellationTokenSource();
        int decoded = 0;
        engine.Images.DecodeBytes = bytes;
        engine.Images.BeforeLoad = () =>
        {
            decoded++;
            gate.Pass();
        };
        Task<ClassificationResult> first = engine.ClassifyAsync(Request);
        await gate.Reached;

        Task<ClassificationResult> second = engine.ClassifyForAsync(Request, null, client.Token);
        await client.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        long reserved = engine.Host.Engine.ReservedRows;
        gate.Open();
        await first;

        Assert.Equal((1, 5), (decoded, reserved)); // five labels of the first alone
    }

    [Fact]
    public void No_decoder_at_all_is_refused_at_the_start() =>
        Assert.Throws<ArgumentException>(() => new TestEngine(new FakeModelSource(new FakeDiffusionModel(Manifests.Classes(), 4)), new EngineOptions { MaxDecodes = 0 }));
}
