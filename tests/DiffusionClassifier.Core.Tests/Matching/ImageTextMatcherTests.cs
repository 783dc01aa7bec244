using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Matching;
using DiffusionClassifier.Core.Scheduling;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Matching;

public class ImageTextMatcherTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task MatchAsync_ModelWithATemplate_TakesCaptionsAsWholePrompts()
    {
        var model = new FakeDiffusionModel(Manifests.Text(), 4);
        using TestEngine engine = await TestEngine.StartAsync(model);
        var matcher = new ImageTextMatcher(engine.Host.Engine, new EngineOptions());

        await matcher.MatchAsync(Request([1]), Cancellation);

        Assert.Equal(["a red cube", "no {label} here", ""], model.EncodedPrompts.Skip(1)); // the first warms up
    }

    [Fact]
    public async Task MatchAsync_BadHeaderOfTheLastImage_CostsNothingOfTheOthers()
    {
        var model = new FakeDiffusionModel(Manifests.Text(), 4);
        using TestEngine engine = await TestEngine.StartAsync(model);
        var matcher = new ImageTextMatcher(engine.Host.Engine, new EngineOptions());
        int decoded = 0;
        engine.Images.BeforeLoad = () => decoded++;

        ClassificationException exception = await Assert.ThrowsAsync<ClassificationException>(() => matcher.MatchAsync(Request([1], [2], FakeImagePreprocessor.BadHeader), Cancellation));

        Assert.Equal((ClassificationError.UnsupportedImageFormat, "images", 0), (exception.Error, exception.Field, decoded));
        Assert.StartsWith("Image 3:", exception.Message, StringComparison.Ordinal);
    }

    private static MatchRequest Request(params byte[][] images) => new()
    {
        Images = [.. images.Select(image => (ReadOnlyMemory<byte>)image)],
        Captions = ["a red cube", "no {label} here"],
        Options = new ClassificationRequest { Image = default, Trials = 3 },
        NormalizeByNull = true,
    };
}
