using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Devices;
using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

public class JobEncodingTests
{
    private readonly ConditioningCache _cache = new(1 << 20);
    private readonly WorkPlan _plan = new(1);
    private readonly List<string> _encoded = [];

    [Fact]
    public void Take_ManyPrompts_GathersThemInTurnsOfAFew()
    {
        string[] labels = [.. Enumerable.Range(0, 30).Select(i => $"label {i}")];
        JobEncoding encoding = Create(labels);

        int turns = Encode(encoding);

        Assert.InRange(turns, 3, 30);
        Assert.Equal(labels, _encoded);
        Assert.Equal(labels.Select(Of), encoding.Conditionings);
    }

    [Fact]
    public void Plan_PromptRepeated_IsEncodedOnce()
    {
        JobEncoding encoding = Create("a", "b", "A", "a b", "b a");

        Encode(encoding);

        Assert.Equal(5, _encoded.Distinct().Count());
        Assert.Equal(_encoded.Distinct(), _encoded);
    }

    [Fact]
    public void Plan_OfAnotherJobWithSomeOfThePrompts_EncodesOnlyTheRest()
    {
        Encode(Create("a", "b"));
        _encoded.Clear();
        JobEncoding second = Create("b", "c", "a");

        Encode(second);

        Assert.Equal(["c"], _encoded);
        Assert.Equal([Of("b"), Of("c"), Of("a")], second.Conditionings);
    }

    [Fact]
    public void Plan_EverythingCached_HasNoPrompt()
    {
        Encode(Create("a", "b"));
        JobEncoding second = Create("b", "a");

        _plan.Clear();
        second.Plan(_cache, _plan);

        Assert.Empty(_plan.Prompts);
        Assert.Equal([Of("b"), Of("a")], second.Conditionings);
    }

    [Fact]
    public void Plan_Classes_AllGoIntoOneTurn()
    {
        var encoding = new JobEncoding(RequestValidator.Validate(new ClassificationRequest { Image = default }, Manifests.Classes(classes: 1000), new EngineOptions()));

        Assert.Equal(1, Encode(encoding));
        Assert.Equal(1000, encoding.Conditionings.Count);
    }

    private static JobEncoding Create(params string[] labels) => new(RequestValidator.Validate(
        new ClassificationRequest { Image = default, Labels = LabelSpec.FromStrings(labels), Templates = ["{label}"] }, Manifests.Text(), new EngineOptions()));

    private int Encode(JobEncoding encoding)
    {
        for (int turns = 1; ; turns++)
        {
            _plan.Clear();
            encoding.Plan(_cache, _plan);
            _encoded.AddRange(_plan.Prompts);
            if (encoding.Take(_plan, new EncodedParts(new Latent([], default), [.. _plan.Prompts.Select(Of)]), _cache))
                return turns;
        }
    }

    private static ClassConditioning Of(string prompt) => new(prompt.Aggregate(0L, (hash, letter) => hash * 31 + letter));
}
