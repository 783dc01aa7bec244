using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

public class JobEncodingTests
{
    private readonly PromptMemory _memory = new();
    private static readonly PixelImage Image = new([], 4, []);

    private readonly List<string> _encoded = [];

    [Fact]
    public void Many_prompts_are_encoded_in_turns_of_a_few()
    {
        string[] labels = [.. Enumerable.Range(0, 30).Select(i => $"label {i}")];
        JobEncoding encoding = Create(labels);

        int turns = Encode(encoding);

        Assert.InRange(turns, 3, 30);
        Assert.Equal(labels, _encoded);
        Assert.Equal(labels.Select(Of), encoding.Inputs.Conditionings);
    }

    [Fact]
    public void Every_prompt_is_encoded_once_and_another_case_makes_another_prompt()
    {
        JobEncoding encoding = Create("a", "b", "A", "a b", "b a");

        Encode(encoding);

        Assert.Equal(5, _encoded.Distinct().Count());
        Assert.Equal(_encoded.Distinct(), _encoded);
    }

    [Fact]
    public void Another_job_with_some_of_the_prompts_encodes_only_the_rest()
    {
        Encode(Create("a", "b"));
        _encoded.Clear();
        JobEncoding second = Create("b", "c", "a");

        Encode(second);

        Assert.Equal(["c"], _encoded);
        Assert.Equal([Of("b"), Of("c"), Of("a")], second.Inputs.Conditionings);
    }

    [Fact]
    public void A_job_whose_prompts_are_all_cached_has_only_its_image_to_encode()
    {
        Encode(Create("a", "b"));
        JobEncoding second = Create("b", "a");

        EncodingTask? task = second.Next(_memory);

        Assert.Equal((Image, 0), (task?.Image, task?.Prompts.Count)); // the image is left
    }

    [Fact]
    public void Jobs_that_encode_the_same_prompt_at_once_keep_it_once()
    {
        JobEncoding first = Create("a"), second = Create("a");
        (EncodingTask one, EncodingTask other) = (first.Next(_memory)!, second.Next(_memory)!);

        first.Take(one, new EncodedParts(new Latent([], default), [Of("a")]), _memory);
        second.Take(other, new EncodedParts(new Latent([], default), [Of("a")]), _memory);

        Assert.Same(first.Inputs.Conditionings[0], second.Inputs.Conditionings[0]);
    }

    [Fact]
    public void Once_the_latent_is_there_the_image_is_asked_for_no_more()
    {
        JobEncoding encoding = Create([.. Enumerable.Range(0, 30).Select(i => $"label {i}")]);
        EncodingTask first = encoding.Next(_memory)!;

        encoding.Take(first, new EncodedParts(new Latent([], default), [.. first.Prompts.Select(Of)]), _memory);

        Assert.Same(Image, first.Image);
        Assert.Null(encoding.Next(_memory)!.Image);
    }

    [Fact]
    public void All_classes_go_into_one_turn()
    {
        var encoding = new JobEncoding(FakeJobs.Settings(new ClassificationRequest { Image = default }, Manifests.Classes(classes: 1000), new EngineOptions()), Image);

        Assert.Equal(1, Encode(encoding));
        Assert.Equal(1000, encoding.Inputs.Conditionings.Count);
    }

    private static JobEncoding Create(params string[] labels) => new(FakeJobs.Settings(
        new ClassificationRequest { Image = default, Labels = LabelSpec.FromStrings(labels), Template = ["{label}"] }, Manifests.Text(), new EngineOptions()), Image);

    private int Encode(JobEncoding encoding)
    {
        int turns = 0;
        while (encoding.Next(_memory) is { } task)
        {
            turns++;
            _encoded.AddRange(task.Prompts);
            encoding.Take(task, new EncodedParts(task.Image is null ? null : new Latent([], default), [.. task.Prompts.Select(Of)]), _memory);
        }

        return turns;
    }

    private static ClassConditioning Of(string prompt) => new(prompt.Aggregate(0L, (hash, letter) => hash * 31 + letter));
}
