using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Errors;
using Microsoft.Extensions.Time.Testing;

namespace DiffusionClassifier.Core.Tests.Admission;

/// <summary>
/// Clients before one device, in virtual time: each sends its next request as soon as it is answered, and one that is refused comes back
/// when it was told to.
/// </summary>
internal sealed class Crowd
{
    private const double Step = 0.05, SecondsPerRow = 0.001; // the device works on the oldest request in batches of 50 rows

    private readonly FakeTimeProvider _time = new();
    private readonly AdmissionControl _admission;
    private readonly List<Client> _clients;
    private readonly Queue<(Client Client, Reservation Reservation)> _admitted = new();
    private readonly Random _random = new(Seed: 1);
    private double _now, _idle;

    /// <param name="options">The limits.</param>
    /// <param name="sizes">Of each client's requests, in device seconds.</param>
    public Crowd(EngineOptions options, IEnumerable<double> sizes)
    {
        _admission = new AdmissionControl(options, _time);
        _clients = [.. sizes.Select((seconds, index) => new Client(index, (long)Math.Round(seconds / SecondsPerRow)))];
    }

    /// <summary>The part of a request's rows that its race really runs; above 1: the device is slower than it was measured.</summary>
    public double RunShare { get; init; } = 1;

    /// <summary>Whether a client that is refused for the first time never returns.</summary>
    public Func<Client, bool> GivesUp { get; init; } = _ => false;

    /// <summary>When a client sends its first request, in seconds.</summary>
    public Func<Client, double> Joins { get; init; } = _ => 0;

    /// <summary>Whether all clients send one and the same request.</summary>
    public bool IsSameForAll { get; init; }

    /// <summary>Who asks.</summary>
    public Func<Client, Caller> CallerOf { get; init; } = _ => Caller.Anonymous;

    public IReadOnlyList<Client> Clients => _clients;

    public int Answers => _clients.Sum(client => client.Answers);

    /// <summary>How often a request was refused before it was answered, on the average.</summary>
    public double RefusalsForAnAnswer => (double)_clients.Sum(client => client.RefusalsBeforeAnswers) / Answers;

    /// <summary>The part of the time in which the device had work.</summary>
    public double Busy => 1 - _idle / _now;

    public void Run(TimeSpan time)
    {
        foreach (Client late in _clients.Where(client => _now == 0))
            late.Due = Joins(late);
        for (int steps = (int)(time.TotalSeconds / Step); steps > 0; steps--)
        {
            Client[] due = [.. _clients.Where(client => client.Due <= _now)];
            _random.Shuffle(due);
            Array.ForEach(due, Send);
            Work();
            _now += Step;
            _time.Advance(TimeSpan.FromSeconds(Step));
        }
    }

    private void Send(Client client)
    {
        try
        {
            _admitted.Enqueue((client, _admission.Reserve(Ask(client))));
            client.Due = double.PositiveInfinity;
        }
        catch (ClassificationException refused)
        {
            client.Refusals++;
            client.MostRefusals = Math.Max(client.MostRefusals, client.Refusals);
            client.LongestWait = Math.Max(client.LongestWait, refused.RetryAfter!.Value.TotalSeconds);
            client.Due = GivesUp(client) ? double.PositiveInfinity : _now + refused.RetryAfter.Value.TotalSeconds;
        }
    }

    private Candidate Ask(Client client) =>
        new(CallerOf(client), PriorityClass.Interactive, client.Rows, SecondsPerRow) { Seed = IsSameForAll ? 0 : (ulong)client.Index };

    private void Work()
    {
        long rows = (long)Math.Round(Step / SecondsPerRow / RunShare);
        while (rows > 0)
        {
            if (!_admitted.TryPeek(out (Client Client, Reservation Reservation) oldest))
            {
                _idle += rows * SecondsPerRow * RunShare;
                return;
            }

            long run = Math.Min(rows, oldest.Reservation.Rows);
            rows -= run;
            oldest.Reservation.Shrink(oldest.Reservation.Rows - run);
            if (oldest.Reservation.Rows > 0)
                continue;
            _admitted.Dequeue().Reservation.Dispose();
            oldest.Client.Answers++;
            oldest.Client.RefusalsBeforeAnswers += oldest.Client.Refusals;
            oldest.Client.Refusals = 0;
            oldest.Client.Due = _now + Step;
        }
    }

    internal sealed record Client(int Index, long Rows)
    {
        public double Due { get; set; }

        public int Answers { get; set; }

        /// <summary>Of the request that it is sending now.</summary>
        public int Refusals { get; set; }

        public int RefusalsBeforeAnswers { get; set; }

        public int MostRefusals { get; set; }

        public double LongestWait { get; set; }
    }
}
