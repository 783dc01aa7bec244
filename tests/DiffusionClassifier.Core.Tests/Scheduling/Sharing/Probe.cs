using DiffusionClassifier.Core.Admission;
namespace DiffusionClassifier.Core.Tests.Scheduling.Sharing;
public class Probe(ITestOutputHelper output)
{
    [Fact]
    public void P()
    {
        foreach (int large in new[] { 0, 1, 4, 16 })
        {
            double[] all = [.. Enumerable.Range(1, 5).Select(s => L(large, 0.25 * LoadSimulation.RowsPerSecond / 100, s))];
            output.WriteLine($"{large}: {string.Join(" ", all.Select(x => (x / L(0, 0.01, 3)).ToString("0.00")))}");
        }
    }

    private static double L(int large, double smallPerSecond, int seed)
    {
        const double Seconds = 1_000;
        var simulation = new LoadSimulation(SharingPolicy.Fair);
        var random = new Random(seed);
        for (int i = 0; i < large; i++)
            simulation.Add(0, 200_000, $"large {i}", PriorityClass.Bulk);
        for (double at = 1; at < Seconds; at += -Math.Log(1 - random.NextDouble()) / smallPerSecond)
            simulation.Add(at, 100, "small");
        simulation.Run(Seconds);
        List<double> latencies = simulation.Latencies["small"];
        latencies.Sort();
        return latencies[(int)(0.99 * latencies.Count)];
    }
}
