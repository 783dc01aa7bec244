using DiffusionClassifier.Core.Residency;
using DiffusionClassifier.Core.Tests.Fakes;

namespace DiffusionClassifier.Core.Tests.Residency;

/// <summary>Who is in memory, step by step.</summary>
public sealed class ModelResidencyTests
{
    [Fact]
    public void The_first_request_loads_a_model_and_those_that_come_meanwhile_wait_for_the_same_loading()
    {
        var memory = new FakeMemory(null, ("a", 1));

        ModelUse first = memory.Residency.Ask("a"), second = memory.Residency.Ask("a");
        (ModelState during, bool early) = (memory.State("a"), first.Ready.IsCompleted || second.Ready.IsCompleted);
        string[] orders = [.. memory.Orders];
        memory.ReportAll();

        Assert.Equal((ModelState.Loading, false), (during, early));
        Assert.Equal(["load a"], orders);
        Assert.True(first.Ready.IsCompletedSuccessfully && second.Ready.IsCompletedSuccessfully);
        Assert.Equal(ModelState.Ready, memory.State("a"));
    }

    [Fact]
    public void Where_there_is_no_room_the_least_recently_used_model_goes()
    {
        var memory = new FakeMemory(2, ("a", 1), ("b", 1), ("c", 1));
        memory.Touch("a");
        memory.Touch("b");
        memory.Touch("a");

        memory.Touch("c");

        Assert.Equal((ModelState.Ready, ModelState.Waiting, ModelState.Ready), (memory.State("a"), memory.State("b"), memory.State("c")));
    }

    [Fact]
    public void A_model_is_loaded_only_when_the_one_that_goes_is_gone()
    {
        var memory = new FakeMemory(1, ("a", 1), ("b", 1));
        memory.Touch("a");

        using ModelUse use = memory.Residency.Ask("b");
        string[] orders = [.. memory.Orders];
        memory.Report("unload a");

        Assert.Equal(["unload a"], orders);
        Assert.Equal(["load b"], memory.Orders);
    }

    [Fact]
    public void A_model_in_use_stays_until_its_requests_have_ended()
    {
        var memory = new FakeMemory(1, ("a", 1), ("b", 1));
        ModelUse first = memory.Load("a"), second = memory.Load("a");
        ModelUse newcomer = memory.Residency.Ask("b");

        first.Dispose();
        int early = memory.Orders.Count;
        second.Dispose();
        memory.ReportAll();

        Assert.Equal(0, early);
        Assert.True(newcomer.Ready.IsCompletedSuccessfully);
    }

    [Fact]
    public void Once_another_waits_for_its_room_a_model_in_use_takes_no_new_requests_which_have_the_next_turn()
    {
        var memory = new FakeMemory(1, ("a", 1), ("b", 1));
        ModelUse running = memory.Load("a"), newcomer = memory.Residency.Ask("b");

        ModelUse late = memory.Residency.Ask("a");
        bool early = late.Ready.IsCompleted;
        ModelState during = memory.State("a");
        running.Dispose();
        memory.ReportAll();
        bool isNewcomers = newcomer.Ready.IsCompleted && !late.Ready.IsCompleted;
        newcomer.Dispose();
        memory.ReportAll();

        Assert.Equal((false, ModelState.Unloading), (early, during));
        Assert.True(isNewcomers);
        Assert.True(late.Ready.IsCompletedSuccessfully);
    }

    [Fact]
    public void Of_models_in_use_the_one_that_was_loaded_first_makes_room()
    {
        var memory = new FakeMemory(2, ("a", 1), ("b", 1), ("c", 1));
        memory.Load("a");
        memory.Load("b");

        memory.Residency.Ask("c");

        Assert.Equal((ModelState.Unloading, ModelState.Ready), (memory.State("a"), memory.State("b")));
    }

    [Fact]
    public void A_model_that_was_to_make_room_stays_if_nobody_waits_for_it_anymore_and_takes_those_that_came_meanwhile()
    {
        var memory = new FakeMemory(1, ("a", 1), ("b", 1));
        memory.Load("a");
        ModelUse newcomer = memory.Residency.Ask("b"), late = memory.Residency.Ask("a");

        newcomer.Dispose();

        Assert.True(late.Ready.IsCompletedSuccessfully);
        Assert.Equal((ModelState.Ready, ModelState.Waiting), (memory.State("a"), memory.State("b")));
        Assert.Equal(1, memory.Loads);
    }

    [Fact]
    public void A_large_model_is_not_kept_out_by_small_ones_that_come_after_it()
    {
        var memory = new FakeMemory(3, ("a", 1), ("b", 1), ("large", 3));
        ModelUse running = memory.Load("a"), large = memory.Residency.Ask("large");

        ModelUse small = memory.Residency.Ask("b"); // for which there would be room
        int early = memory.Orders.Count;
        running.Dispose();
        memory.ReportAll();
        bool isFirst = large.Ready.IsCompleted && !small.Ready.IsCompleted;
        large.Dispose();
        memory.ReportAll();

        Assert.Equal(0, early);
        Assert.True(isFirst);
        Assert.True(small.Ready.IsCompletedSuccessfully);
    }

    [Fact]
    public void Models_that_wait_for_another_device_do_not_wait_for_each_other()
    {
        var memory = new FakeMemory(1, model => [model[..1]], ("one-a", 1), ("one-b", 1), ("two-a", 1));
        memory.Load("one-a");
        memory.Residency.Ask("one-b");

        using ModelUse other = memory.Load("two-a");

        Assert.Equal(ModelState.Waiting, memory.State("one-b"));
    }

    [Fact]
    public void Whoever_waited_for_a_model_has_it_even_if_the_next_one_needs_the_room()
    {
        var memory = new FakeMemory(1, ("a", 1), ("b", 1));
        ModelUse first = memory.Residency.Ask("a"), next = memory.Residency.Ask("b"), second = memory.Residency.Ask("a");

        memory.ReportAll();

        Assert.True(first.Ready.IsCompleted && second.Ready.IsCompleted && !next.Ready.IsCompleted);
    }

    [Fact]
    public void A_model_that_cannot_be_loaded_gives_its_room_back_and_says_why()
    {
        var memory = new FakeMemory(1, ("a", 1), ("b", 1));
        ModelUse broken = memory.Residency.Ask("a"), next = memory.Residency.Ask("b");
        memory.Orders.Clear();

        memory.Residency.Failed("a", new InvalidDataException("truncated"));
        memory.ReportAll();

        Assert.Equal("truncated", Assert.IsType<InvalidDataException>(broken.Ready.Exception!.InnerException).Message);
        Assert.True(next.Ready.IsCompletedSuccessfully);
        Assert.True(memory.Residency.Ask("a").Ready.IsFaulted);
        Assert.Equal(ModelState.Failed, memory.State("a"));
    }

    [Fact]
    public void A_model_that_failed_is_loaded_again_once_that_is_forgiven()
    {
        var memory = new FakeMemory(1, ("a", 1));
        memory.Residency.Ask("a");
        memory.Orders.Clear();
        memory.Residency.Failed("a", new InvalidDataException());

        memory.Residency.Forgive("a");

        memory.Touch("a");
    }

    [Fact]
    public void A_model_that_is_dismissed_goes_when_its_requests_have_ended_and_comes_back_for_the_next()
    {
        var memory = new FakeMemory(null, ("a", 1));
        ModelUse running = memory.Load("a");

        memory.Residency.Dismiss("a");
        ModelState during = memory.State("a");
        ModelUse late = memory.Residency.Ask("a");
        bool early = late.Ready.IsCompleted || memory.Orders.Count > 0;
        running.Dispose();
        memory.ReportAll();

        Assert.Equal((ModelState.Unloading, false), (during, early));
        Assert.True(late.Ready.IsCompletedSuccessfully);
        Assert.Equal(2, memory.Loads);
    }

    [Fact]
    public void A_model_that_is_dismissed_while_it_loads_still_serves_those_that_wait()
    {
        var memory = new FakeMemory(null, ("a", 1));
        ModelUse use = memory.Residency.Ask("a");

        memory.Residency.Dismiss("a");
        memory.Report("load a");
        bool isServed = use.Ready.IsCompletedSuccessfully;
        use.Dispose();
        memory.ReportAll();

        Assert.True(isServed);
        Assert.Equal(ModelState.Waiting, memory.State("a"));
    }

    [Fact]
    public void At_the_start_only_what_fits_is_loaded()
    {
        var memory = new FakeMemory(2, ("a", 1), ("b", 2), ("c", 1));

        ModelUse?[] uses = [.. new[] { "a", "b", "c" }.Select(memory.Residency.AskIfThereIsRoom)];

        Assert.Equal([true, false, true], uses.Select(use => use is not null));
        Assert.Equal(["load a", "load c"], memory.Orders);
    }

    [Fact]
    public void When_the_engine_stops_those_that_wait_and_those_that_come_are_told()
    {
        var memory = new FakeMemory(1, ("a", 1));
        ModelUse waiting = memory.Residency.Ask("a");

        memory.Residency.Close(new OperationCanceledException("stop"));
        memory.ReportAll();

        Assert.True(waiting.Ready.IsFaulted);
        Assert.True(memory.Residency.Ask("a").Ready.IsFaulted);
    }

    [Fact]
    public void The_memory_that_is_taken_counts_what_is_on_its_way()
    {
        var memory = new FakeMemory(9, ("a", 4), ("b", 5));
        memory.Touch("a");

        memory.Residency.Ask("b");

        Assert.Equal([("cpu", 9L)], memory.Residency.Memory());
    }
}
