using CsCheck;
using DiffusionClassifier.Core.Residency;
using DiffusionClassifier.Core.Tests.Fakes;

namespace DiffusionClassifier.Core.Tests.Residency;

/// <summary>Where a model's file lies in the same memory as the weights while the model is read, as on a CPU.</summary>
public sealed class FilesInMemoryTests
{
    private const int Bound = 8, Steps = 40;

    private static readonly (string Model, long Bytes)[] Models = [("a", 1), ("b", 2), ("c", 3), ("d", 4), ("e", 8)];

    [Fact]
    public void While_a_model_is_read_there_is_room_for_its_file_as_well()
    {
        FakeMemory memory = Create(3, ("a", 1), ("b", 1), ("c", 1));
        memory.Touch("a");
        memory.Touch("b");

        using ModelUse use = memory.Residency.Ask("c");

        Assert.Equal(["unload a"], memory.Orders); // b, c and the file of c
    }

    [Fact]
    public void Once_it_is_read_others_have_that_room()
    {
        FakeMemory memory = Create(3, ("a", 1), ("b", 1));

        memory.Touch("a");
        memory.Touch("b");

        Assert.Equal((ModelState.Ready, ModelState.Ready), (memory.State("a"), memory.State("b")));
    }

    [Fact]
    public void A_model_whose_weights_fit_but_not_its_file_beside_them_is_loaded_alone()
    {
        FakeMemory memory = Create(3, ("a", 1), ("b", 3));
        memory.Touch("a");

        memory.Touch("b");

        Assert.Equal((ModelState.Waiting, ModelState.Ready), (memory.State("a"), memory.State("b")));
    }

    [Fact]
    public void At_the_start_as_many_are_loaded_as_there_is_room_to_read()
    {
        FakeMemory memory = Create(4, ("a", 1), ("b", 1), ("c", 1), ("d", 1));

        ModelUse?[] uses = [.. new[] { "a", "b", "c", "d" }.Select(memory.Residency.AskIfThereIsRoom)];

        Assert.Equal([true, true, true, false], uses.Select(use => use is not null));
    }

    [Fact]
    public void Weights_and_the_file_that_is_read_stay_within_the_bound_and_everyone_is_served() => Gen.Int[0, 999].Array[Steps].Sample(choices =>
    {
        FakeMemory memory = Create(Bound, Models);
        List<ModelUse> uses = [];
        foreach (int choice in choices)
        {
            if (choice % 3 == 0)
                uses.Add(memory.Residency.Ask(Models[choice / 3 % Models.Length].Model));
            else if (choice % 3 == 1 && memory.Orders.Count > 0)
                memory.Report(memory.Orders[0]); // a device reads one after another
            else if (uses.Count > 0)
                End(uses[choice / 3 % uses.Count]);
            Check();
        }

        for (int round = 0; uses.Count > 0; round++)
        {
            Assert.True(round < 100, "some never have their model");
            memory.ReportAll();
            uses.Where(use => use.Ready.IsCompletedSuccessfully).ToList().ForEach(End);
        }

        void End(ModelUse use)
        {
            use.Dispose();
            uses.Remove(use);
        }

        void Check()
        {
            string? read = memory.Orders.Count > 0 && memory.Orders[0].StartsWith("load ", StringComparison.Ordinal) ? memory.Orders[0][5..] : null;
            long file = Models.SingleOrDefault(model => model.Model == read).Bytes;
            long weights = file + Models.Where(model => memory.State(model.Model) is ModelState.Ready or ModelState.Unloading).Sum(model => model.Bytes);
            Assert.True(weights + file <= Bound || weights == file, $"{weights} of weights and {file} of a file");
        }
    });

    private static FakeMemory Create(long bound, params (string Model, long Bytes)[] models) => new(bound, _ => ["cpu"], holdsFiles: true, models);
}
