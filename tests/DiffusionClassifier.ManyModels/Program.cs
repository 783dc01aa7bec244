using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DiffusionClassifier.ManyModels;
using DiffusionClassifier.Testing;

// More models than memory: does any request fail, how much memory is taken, how often are models loaded?
const double Mega = 1e6;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
int[] numbers = [20, 50, 300, 8, 60];
for (int i = 0; i < args.Length; i++)
{
    if (i >= numbers.Length || !int.TryParse(args[i], out numbers[i]) || numbers[i] < 1)
    {
        Console.Error.WriteLine("dotnet run -c Release --project tests/DiffusionClassifier.ManyModels -- [MODELS [MB [BOUND_MB [CLIENTS [SECONDS]]]]]");
        return 2;
    }
}

(int models, int megabytes, int bound, int clients, int seconds) = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
using var folder = new TemporaryFolder();
for (int model = 0; model < models; model++)
    RandomBundle.Write(Path.Combine(folder.Path, Crowd.Name(model)), (long)(megabytes * Mega), seed: model);
Console.WriteLine($"{models} models of {megabytes} MB, a bound of {bound} MB, {clients} clients at random for {seconds} s");

using var server = new ServedModels(folder.Path, (long)(bound * Mega), FreePort());
await server.ReadyAsync();
(long All, long Own) empty = server.Resident;
var crowd = new Crowd(server.Client, models, await File.ReadAllBytesAsync(Repository.Sample("ship.png")));
Task asking = crowd.AskAsync(clients, TimeSpan.FromSeconds(seconds));
List<long> all = [], own = [];
double peakWeights = 0;
while (!asking.IsCompleted)
{
    (long allNow, long ownNow) = server.Resident;
    all.Add(allNow - empty.All);
    own.Add(ownNow - empty.Own);
    peakWeights = Math.Max(peakWeights, await server.MetricAsync("dc_models_size_bytes"));
    await Task.WhenAny(asking, Task.Delay(50));
}

await asking;
(double loads, double unloads) = (await server.MetricAsync("dc_model_loads_total"), await server.MetricAsync("dc_model_unloads_total"));
IReadOnlyList<double> times = crowd.Seconds;
Console.WriteLine($"requests         {times.Count} answered, {crowd.Failed} failed");
Console.WriteLine($"seconds          {times[times.Count / 2]:0.00} in the middle, {times[(int)(0.99 * times.Count)]:0.00} of 99%, {times[^1]:0.00} at most");
Console.WriteLine($"weights          {peakWeights / Mega:0} MB at most, of {bound} MB");
Console.WriteLine($"resident memory  {empty.All / Mega:0} MB without models; beyond that {MiddleAndMost(all)}");
Console.WriteLine($"of its own       {empty.Own / Mega:0} MB without models; beyond that {MiddleAndMost(own)}");
Console.WriteLine($"loads            {loads:0}, {60 * loads / seconds:0} a minute; {unloads:0} unloads");
return crowd.Failed == 0 && peakWeights <= bound * Mega ? 0 : 1;

static string MiddleAndMost(List<long> bytes)
{
    bytes.Sort();
    return $"{bytes[bytes.Count / 2] / Mega:0} MB in the middle, {bytes[^1] / Mega:0} MB at most";
}

static int FreePort()
{
    using var listener = new TcpListener(IPAddress.Loopback, 0);
    listener.Start();
    return ((IPEndPoint)listener.LocalEndpoint).Port;
}
