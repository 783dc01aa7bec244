using DiffusionClassifier.Core.Admission;

namespace DiffusionClassifier.Core.Tests.Admission;

/// <summary>Crowds of clients that come back when they were told to, for ten minutes of virtual time.</summary>
public class RetryAfterTests
{
    private const double Third = 1.0 / 3; // of a second of work: three answers in a second are all that the device can give

    private static readonly TimeSpan Time = TimeSpan.FromMinutes(10);

    [Theory]
    [InlineData(30)]
    [InlineData(300)]
    [InlineData(1000)]
    public void An_answer_costs_less_than_one_refusal_and_the_device_is_never_idle(int clients)
    {
        var crowd = new Crowd(new EngineOptions(), Enumerable.Repeat(Third, clients));

        crowd.Run(Time);

        Assert.InRange(crowd.RefusalsForAnAnswer, 0, 0.95);
        Assert.InRange(crowd.Busy, 0.99, 1);
        Assert.InRange(crowd.Clients.Max(client => client.MostRefusals), 0, 2);
    }

    [Fact]
    public void All_are_answered_about_as_often()
    {
        var crowd = new Crowd(new EngineOptions(), Enumerable.Repeat(Third, 300));

        crowd.Run(Time);

        Assert.InRange(crowd.Clients.Min(client => client.Answers), 4, 6); // six each, on the average
        Assert.InRange(crowd.Clients.Max(client => client.Answers), 6, 12);
    }

    [Fact]
    public void Large_requests_are_refused_no_more_often_than_small_ones()
    {
        const double Small = 0.15, Large = 2;
        var crowd = new Crowd(new EngineOptions(), Enumerable.Range(0, 300).Select(client => client % 10 == 0 ? Large : Small));

        crowd.Run(Time);

        Assert.All(crowd.Clients.GroupBy(client => client.Rows), same =>
        {
            Assert.InRange((double)same.Sum(client => client.RefusalsBeforeAnswers) / same.Sum(client => client.Answers), 0, 1);
            Assert.InRange(same.Min(client => client.Answers), 4, 7);
        });
        Assert.InRange(crowd.Busy, 0.99, 1);
    }

    [Fact]
    public void Clients_that_never_return_leave_their_places_to_others()
    {
        var crowd = new Crowd(new EngineOptions(), Enumerable.Repeat(Third, 300)) { GivesUp = client => client.Index % 2 == 0 };

        crowd.Run(Time);

        Assert.InRange(crowd.RefusalsForAnAnswer, 0, 0.95);
        Assert.InRange(crowd.Busy, 0.99, 1);
    }

    [Fact]
    public void Races_that_end_early_are_seen()
    {
        // A fifth of the rows is run, as in the minute before the crowd comes. 290 × 5/3 s of reserved rows would be eight minutes.
        var crowd = new Crowd(new EngineOptions(), Enumerable.Repeat(5 * Third, 300)) { RunShare = 0.2, Joins = client => client.Index < 10 ? 0 : 60 };

        crowd.Run(Time);

        Assert.InRange(crowd.RefusalsForAnAnswer, 0, 0.95);
        Assert.InRange(crowd.Busy, 0.99, 1);
        Assert.InRange(crowd.Clients.Max(client => client.LongestWait), 80, 160);
    }

    [Fact]
    public void A_device_that_is_slower_than_was_measured_is_seen()
    {
        var crowd = new Crowd(new EngineOptions(), Enumerable.Repeat(Third, 300)) { RunShare = 4 };

        crowd.Run(Time);

        // Of the first who come, some are told too short a time.
        Assert.InRange(crowd.RefusalsForAnAnswer, 0, 2);
        Assert.InRange(crowd.Busy, 0.99, 1);
        Assert.InRange(crowd.Clients.Max(client => client.LongestWait), 200, 600);
    }

    [Fact]
    public void A_limit_on_the_number_of_requests_is_foreseen_as_well()
    {
        var crowd = new Crowd(new EngineOptions { MaxActiveRequests = 20 }, Enumerable.Repeat(Third, 300));

        crowd.Run(Time);

        Assert.InRange(crowd.RefusalsForAnAnswer, 0, 1);
        Assert.InRange(crowd.Busy, 0.99, 1);
    }

    [Fact]
    public void A_tenants_quota_is_foreseen_as_well()
    {
        var crowd = new Crowd(new EngineOptions(), Enumerable.Repeat(Third, 60)) { CallerOf = client => new Caller($"{client.Index % 2}", MaxActiveRequests: 4) };

        crowd.Run(Time);

        // With so short a queue, of four, some find it full at the very moment that they were told.
        Assert.InRange(crowd.RefusalsForAnAnswer, 0, 1.2);
        Assert.InRange(crowd.Busy, 0.99, 1);
    }

    [Fact]
    public void Clients_that_cannot_be_told_apart_waste_no_more()
    {
        var crowd = new Crowd(new EngineOptions(), Enumerable.Repeat(Third, 300)) { IsSameForAll = true };

        crowd.Run(Time);

        Assert.InRange(crowd.RefusalsForAnAnswer, 0, 0.95);
        Assert.InRange(crowd.Busy, 0.99, 1);
    }
}
