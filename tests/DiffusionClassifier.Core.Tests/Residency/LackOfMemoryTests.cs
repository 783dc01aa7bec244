using CsCheck;
using DiffusionClassifier.Core.Residency;
using DiffusionClassifier.Core.Tests.Fakes;

namespace DiffusionClassifier.Core.Tests.Residency;

/// <summary>Devices that turn out to have less memory than their bound.</summary>
public sealed class LackOfMemoryTests
{
    private const int Steps = 40;

    private static readonly (string Model, long Bytes)[] Models = [("a", 1), ("b", 2), ("c", 3), ("d", 4), ("e", 0)];

    [Fact]
    public void The_least_recently_used_model_leaves_for_one_that_does_not_fit_beside_it()
    {
        var memory = new FakeMemory(null, ("a", 1), ("b", 1), ("c", 1)) { RealBytes = 2 };
        memory.Touch("a");
        memory.Touch("b");

        memory.Touch("c");

        Assert.Equal((ModelState.Waiting, ModelState.Ready, ModelState.Ready), (memory.State("a"), memory.State("b"), memory.State("c")));
    }

    [Fact]
    public void What_was_found_to_be_too_much_is_not_tried_again()
    {
        var memory = new FakeMemory(null, ("a", 1), ("b", 1), ("c", 1)) { RealBytes = 2 };
        foreach (string model in new[] { "a", "b", "c" })
            memory.Touch(model);
        int loads = memory.Loads;

        memory.Touch("a");

        Assert.Equal(1, memory.Loads - loads);
    }

    [Fact]
    public void A_model_that_does_not_fit_even_alone_has_failed()
    {
        var memory = new FakeMemory(null, ("a", 1), ("b", 3)) { RealBytes = 2 };
        memory.Touch("a");

        ModelUse use = memory.Residency.Ask("b");
        memory.ReportAll();

        Assert.Same(FakeMemory.NoMemory, use.Ready.Exception!.InnerException);
        Assert.Equal(ModelState.Failed, memory.State("b"));
    }

    [Fact]
    public void A_model_that_does_not_fit_even_alone_leaves_the_others_the_memory_that_they_had()
    {
        var memory = new FakeMemory(null, ("a", 1), ("b", 1), ("c", 3)) { RealBytes = 2 };
        memory.Touch("a");
        memory.Touch("b");
        memory.Residency.Ask("c");
        memory.ReportAll();

        memory.Touch("a");
        memory.Touch("b");

        Assert.Equal((ModelState.Ready, ModelState.Ready), (memory.State("a"), memory.State("b")));
    }

    [Fact]
    public void Only_on_the_devices_that_lack_memory_do_others_leave()
    {
        var memory = new FakeMemory(null, model => model == "a" ? ["one"] : model == "b" ? ["two"] : ["one", "two"], ("a", 1), ("b", 2), ("c", 1)) { RealBytes = 2 };
        memory.Touch("a");
        memory.Touch("b");

        memory.Touch("c");

        Assert.Equal((ModelState.Ready, ModelState.Waiting, ModelState.Ready), (memory.State("a"), memory.State("b"), memory.State("c")));
    }

    [Fact]
    public void A_model_that_nobody_wants_anymore_when_it_finds_no_memory_lets_the_others_stay()
    {
        var memory = new FakeMemory(null, ("a", 2), ("b", 1)) { RealBytes = 2 };
        memory.Touch("a");
        memory.Residency.Ask("b").Dispose();

        memory.ReportAll();

        Assert.Equal((ModelState.Ready, ModelState.Waiting), (memory.State("a"), memory.State("b")));
    }

    [Fact]
    public void At_the_start_nobody_leaves_for_a_model_and_others_do_once_somebody_asks_for_it_again()
    {
        var memory = new FakeMemory(null, ("a", 1), ("b", 1), ("c", 1)) { RealBytes = 2 };
        ModelUse?[] uses = [.. new[] { "a", "b", "c" }.Select(memory.Residency.AskIfThereIsRoom)];
        memory.ReportAll();
        Array.ForEach(uses, use => use!.Dispose());
        memory.ReportAll();

        ModelState[] atStart = [memory.State("a"), memory.State("b"), memory.State("c")];
        memory.Residency.Forgive("c");
        memory.Touch("c");

        Assert.Equal([ModelState.Ready, ModelState.Ready, ModelState.Failed], atStart);
        Assert.Equal(ModelState.Ready, memory.State("c"));
    }

    [Fact]
    public void A_larger_model_than_what_was_too_much_has_the_device_alone()
    {
        var memory = new FakeMemory(null, ("a", 1), ("b", 1), ("c", 2)) { RealBytes = 2 };
        memory.Touch("a");
        memory.Touch("b");
        memory.Touch("c");

        memory.Touch("a");
        memory.Touch("c");

        Assert.Equal((ModelState.Waiting, ModelState.Waiting, ModelState.Ready), (memory.State("a"), memory.State("b"), memory.State("c")));
    }

    [Fact]
    public void Whoever_asks_for_a_model_that_fits_alone_has_it_in_the_end() => Gen.Select(Gen.Long[4, 9], Gen.Int[0, 999].Array[Steps]).Sample((real, choices) =>
    {
        var memory = new FakeMemory(null, model => model == "a" ? ["one"] : ["one", "two"], Models) { RealBytes = real };
        List<ModelUse> uses = [];
        foreach (int choice in choices)
        {
            if (choice % 3 == 0)
                uses.Add(memory.Residency.Ask(Models[choice / 3 % Models.Length].Model));
            else if (choice % 3 == 1 && memory.Orders.Count > 0)
                memory.Report(memory.Orders[choice / 3 % memory.Orders.Count]);
            else if (uses.Count > 0)
                End(uses[choice / 3 % uses.Count]);
        }

        for (int round = 0; uses.Count > 0; round++)
        {
            Assert.True(round < 100, "some never have their model");
            memory.ReportAll();
            Assert.DoesNotContain(uses, use => use.Ready.IsFaulted);
            foreach (ModelUse use in uses.Where(use => use.Ready.IsCompleted).ToArray())
                End(use);
        }

        void End(ModelUse use)
        {
            use.Dispose();
            uses.Remove(use);
        }
    });
}
