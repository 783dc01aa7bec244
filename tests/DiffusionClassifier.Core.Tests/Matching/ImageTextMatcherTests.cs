using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Matching;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Matching;

public class ImageTextMatcherTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_with_a_template_takes_captions_as_whole_prompts()
    {
        var model = new FakeDiffusionModel(Manifests.Text(), 4);
        using TestEngine engine = await TestEngine.StartAsync(model);
        var matcher = new ImageTextMatcher(engine.Host.Engine, new EngineOptions());

        await matcher.MatchAsync(Request([1]), Caller.Anonymous, cancellationToken: Cancellation);

        Assert.Equal(["a red cube", "no {label} here", ""], model.EncodedPrompts.Skip(1)); // the first warms up
    }

    [Fact]
    public async Task A_bad_header_of_the_last_image_costs_no_decoding_of_the_others()
    {
        var model = new FakeDiffusionModel(Manifests.Text(), 4);
        using TestEngine engine = await TestEngine.StartAsync(model);
        var matcher = new ImageTextMatcher(engine.Host.Engine, new EngineOptions());
        int decoded = 0;
        engine.Images.BeforeLoad = () => decoded++;

        ClassificationException exception = await Assert.ThrowsAsync<ClassificationException>(() => matcher.MatchAsync(Request([1], [2], FakeImagePreprocessor.BadHeader), Caller.Anonymous, cancellationToken: Cancellation));

        Assert.Equal((ClassificationError.UnsupportedImageFormat, "images", 0), (exception.Error, exception.Field, decoded));
        Assert.StartsWith("Image 3:", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_header_of_each_image_of_a_match_is_read_once()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Text(), 4));
        var matcher = new ImageTextMatcher(engine.Host.Engine, new EngineOptions());

        await matcher.MatchAsync(Request([3], [1], [2]), Caller.Anonymous, cancellationToken: Cancellation);

        Assert.Equal([3, 1, 2], engine.Images.HeadersRead);
    }

    [Fact]
    public async Task As_many_captions_as_are_allowed_leave_room_for_the_null_label()
    {
        var options = new EngineOptions { MaxLabels = 2, MaxPrompts = 2 };
        using TestEngine engine = await TestEngine.StartAsync(options, null, new FakeDiffusionModel(Manifests.Text(), 4));
        var matcher = new ImageTextMatcher(engine.Host.Engine, options);
        MatchRequest request = Request([1]);

        MatchResult result = await matcher.MatchAsync(request, Caller.Anonymous, cancellationToken: Cancellation);
        ClassificationException exception = await Assert.ThrowsAsync<ClassificationException>(() => matcher.MatchAsync(request with { Captions = ["a", "b", "c"] }, Caller.Anonymous, cancellationToken: Cancellation));

        Assert.Equal((2, true), (Assert.Single(result.Images).Scores.Count, result.NormalizedByNull));
        Assert.Equal((ClassificationError.InvalidRequest, "captions", "3 captions were sent; the limit is 2."), (exception.Error, exception.Field, exception.Message));
    }

    [Fact]
    public async Task More_images_than_a_tenant_may_have_requests_are_one_request()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Text(), 4));
        var matcher = new ImageTextMatcher(engine.Host.Engine, new EngineOptions());

        MatchResult result = await matcher.MatchAsync(Request([1], [2], [3]), new Caller("limited", MaxActiveRequests: 1), cancellationToken: Cancellation);

        Assert.Equal(3, result.Images.Count);
    }

    [Fact]
    public async Task All_images_are_given_up_once_when_the_last_is_decoded_and_before_the_first_row()
    {
        var model = new FakeDiffusionModel(Manifests.Text(), 4);
        using TestEngine engine = await TestEngine.StartAsync(model);
        var matcher = new ImageTextMatcher(engine.Host.Engine, new EngineOptions());
        int decoded = 0, givenUp = 0;
        engine.Images.BeforeLoad = () => Interlocked.Increment(ref decoded);
        model.BeforePredict = _ => Assert.Equal(1, givenUp);

        await matcher.MatchAsync(Request([1], [2], [3]), Caller.Anonymous, GiveUp, cancellationToken: Cancellation);

        Assert.Equal(1, givenUp);

        void GiveUp()
        {
            Assert.Equal(3, decoded);
            givenUp++;
        }
    }

    [Fact]
    public async Task Which_of_several_images_cannot_be_decoded_is_said()
    {
        var model = new FakeDiffusionModel(Manifests.Text(), 4);
        using TestEngine engine = await TestEngine.StartAsync(model);
        var matcher = new ImageTextMatcher(engine.Host.Engine, new EngineOptions());

        ClassificationException exception = await Assert.ThrowsAsync<ClassificationException>(() => matcher.MatchAsync(Request([1], FakeImagePreprocessor.BadPixels, [3]), Caller.Anonymous, cancellationToken: Cancellation));

        Assert.Equal((ClassificationError.InvalidImage, "Image 2: damaged", 0L), (exception.Error, exception.Message, engine.Host.Engine.ReservedRows));
    }

    private static MatchRequest Request(params byte[][] images) => new()
    {
        Images = [.. images.Select(image => (ReadOnlyMemory<byte>)image)],
        Captions = ["a red cube", "no {label} here"],
        Trials = 3,
        NormalizeByNull = true,
    };
}
