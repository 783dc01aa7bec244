using CsCheck;
using DiffusionClassifier.Core.Residency;
using DiffusionClassifier.Core.Tests.Fakes;

namespace DiffusionClassifier.Core.Tests.Residency;

/// <summary>What holds whatever happens in whatever order.</summary>
public sealed class ResidencyPropertyTests
{
    private const int Bound = 6, Steps = 60;

    private static readonly (string Model, long Bytes)[] Models = [("a", 1), ("b", 2), ("c", 3), ("d", 4), ("e", 6)];

    private static readonly Func<string, IReadOnlyList<string>> Devices = model => model switch
    {
        "a" => ["one"],
        "b" => ["two"],
        _ => ["one", "two"],
    };

    [Fact]
    public void Memory_stays_within_its_bound_and_models_in_use_stay_in_memory() => Gen.Int[0, 999].Array[Steps].Sample(choices =>
    {
        var run = new Run();
        foreach (int choice in choices)
            run.Step(choice);
    });

    [Fact]
    public void Whoever_asks_has_the_model_in_the_end_if_requests_end() => Gen.Int[0, 999].Array[Steps].Sample(choices =>
    {
        var run = new Run();
        foreach (int choice in choices)
            run.Step(choice);

        run.Finish();
    });

    /// <summary>Every turn of a model ends, although requests for it overlap without end.</summary>
    [Fact]
    public void Constant_streams_for_some_models_keep_no_other_out() => Gen.Select(Gen.Bool, Gen.Int[0, 4].Array[1, 4]).Sample((holdsFiles, streams) =>
    {
        var run = new Run(holdsFiles);
        Dictionary<int, ModelUse> last = [];
        foreach (int model in streams.Distinct())
            last[model] = run.Ask(model);
        ModelUse[] others = [.. Enumerable.Range(0, Models.Length).Select(run.Ask)];
        int rounds = 0;
        while (others.Any(other => !other.Ready.IsCompleted) && rounds++ < 100)
        {
            run.Memory.ReportAll();
            foreach (int model in last.Keys.Where(model => last[model].Ready.IsCompleted).ToArray())
            {
                ModelUse next = run.Ask(model); // before the one before has ended
                run.End(last[model]);
                last[model] = next;
            }

            foreach (ModelUse served in others.Where(other => other.Ready.IsCompleted))
                run.End(served);
        }

        Assert.All(others, other => Assert.True(other.Ready.IsCompletedSuccessfully));
    });

    private sealed class Run(bool holdsFiles = false)
    {
        private readonly List<ModelUse> _uses = [];

        public FakeMemory Memory { get; } = new(Bound, Devices, holdsFiles, Models);

        public ModelUse Ask(int model)
        {
            ModelUse use = Memory.Residency.Ask(Models[model].Model);
            _uses.Add(use);
            Check();
            return use;
        }

        public void End(ModelUse use)
        {
            _uses.Remove(use);
            use.Dispose();
            Check();
        }

        public void Step(int choice)
        {
            int what = choice % 10, which = choice / 10;
            if (what < 4)
                Ask(which % Models.Length);
            else if (what < 7 && _uses.Count > 0)
                End(_uses[which % _uses.Count]);
            else if (what < 9 && Memory.Orders.Count > 0)
                Memory.Report(Memory.Orders[which % Memory.Orders.Count]);
            else
                Memory.Residency.Dismiss(Models[which % Models.Length].Model);
            Check();
        }

        /// <summary>Requests end as soon as they have their model.</summary>
        public void Finish()
        {
            for (int round = 0; _uses.Count > 0; round++)
            {
                Assert.True(round < 100, "some never have their model");
                Memory.ReportAll();
                foreach (ModelUse use in _uses.Where(use => use.Ready.IsCompleted).ToArray())
                    End(use);
            }
        }

        private void Check()
        {
            Assert.All(Memory.Residency.Memory(), device => Assert.InRange(device.Bytes, 0, Bound));
            foreach (ModelUse use in _uses.Where(use => use.Ready.IsCompleted))
                Assert.Contains(Memory.State(use.Place.Id), new[] { ModelState.Ready, ModelState.Unloading });
            Assert.DoesNotContain(_uses, use => use.Ready.IsCompleted && Memory.Orders.Contains($"unload {use.Place.Id}"));
            Assert.All(Memory.Orders, order => Assert.Single(Memory.Orders, other => other[^1] == order[^1]));
        }
    }
}
