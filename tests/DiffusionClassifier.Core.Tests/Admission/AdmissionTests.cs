using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Errors;
using Microsoft.Extensions.Time.Testing;

namespace DiffusionClassifier.Core.Tests.Admission;

public class AdmissionTests
{
    private const double SecondsPerRow = 0.1;

    // Interactive requests have 60% of the devices: 100 s of patience are 60 s of device time, 600 rows.
    private readonly AdmissionControl _admission = new(new EngineOptions { InteractiveQueueSeconds = 100, StandardQueueSeconds = 100, BulkQueueSeconds = 100 }, new FakeTimeProvider());

    [Fact]
    public void More_than_a_class_can_run_in_time_is_refused_with_when_to_come_back()
    {
        Reserve(700);

        ClassificationException refused = Refused(200);

        Assert.Equal(ClassificationError.Overloaded, refused.Error);
        // 100 rows too many ahead of it are 10 s of the devices; up to a quarter more, so that not all come back at once.
        Assert.InRange(refused.RetryAfter!.Value.TotalSeconds, 10, 13);
    }

    [Fact]
    public void A_class_is_admitted_although_another_is_full()
    {
        Reserve(10_000, PriorityClass.Bulk);

        Reserve(500);
        Reserve(100, PriorityClass.Standard);

        Assert.Equal(10_600, _admission.Rows());
    }

    [Fact]
    public void The_first_of_its_class_is_admitted_however_large()
    {
        Reserve(1_000_000);

        Assert.Equal(100_000, _admission.Backlog(PriorityClass.Interactive), precision: 6);
        Assert.Equal(ClassificationError.Overloaded, Refused(1).Error);
    }

    [Fact]
    public void Rows_that_have_run_make_room()
    {
        Reservation first = Reserve(600);

        first.Shrink(400);
        Reserve(200);

        Assert.Equal(600, _admission.Rows());
    }

    [Fact]
    public void Those_who_are_refused_are_told_different_times()
    {
        Reserve(6_000);

        double[] waits = [.. Enumerable.Range(0, 20).Select(_ => Refused(10).RetryAfter!.Value.TotalSeconds)];

        Assert.InRange(waits.Distinct().Count(), 10, 20);
    }

    [Fact]
    public void A_closed_admission_refuses_everything_as_draining()
    {
        _admission.Close();

        Assert.Equal(ClassificationError.Draining, Refused(1).Error);
    }

    [Fact]
    public void Reservations_are_conserved_in_any_use()
    {
        var random = new Random(5);
        List<(Reservation Reservation, long Rows)> held = [];
        for (int step = 0; step < 10_000; step++)
        {
            if (random.Next(2) == 0 && held.Count > 0)
            {
                int index = random.Next(held.Count);
                (Reservation reservation, long rows) = held[index];
                held.RemoveAt(index);
                if (random.Next(2) == 0)
                {
                    reservation.Dispose();
                    reservation.Dispose(); // once is enough
                }
                else
                {
                    rows = random.NextInt64(rows + 1);
                    reservation.Shrink(rows);
                    held.Add((reservation, rows));
                }
            }
            else if (TryReserve(random.Next(1, 300), (PriorityClass)random.Next(3)) is { } reserved)
            {
                held.Add((reserved, reserved.Rows));
            }

            Assert.Equal((held.Count, held.Sum(pair => pair.Rows)), (_admission.Active(), _admission.Rows()));
        }
    }

    private Reservation Reserve(long rows, PriorityClass priority = PriorityClass.Interactive) => _admission.Reserve(new Candidate(Caller.Anonymous, priority, rows, SecondsPerRow));

    private ClassificationException Refused(long rows) => Assert.Throws<ClassificationException>(() => Reserve(rows));

    private Reservation? TryReserve(long rows, PriorityClass priority)
    {
        try
        {
            return Reserve(rows, priority);
        }
        catch (ClassificationException)
        {
            return null;
        }
    }
}
