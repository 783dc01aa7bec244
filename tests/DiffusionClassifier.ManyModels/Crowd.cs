using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;

namespace DiffusionClassifier.ManyModels;

/// <summary>Clients that ask models at random, one request after the other, and what comes of it.</summary>
internal sealed class Crowd(HttpClient server, int models, byte[] image)
{
    private readonly List<double> _seconds = [];
    private readonly Lock _gate = new();

    public int Failed { get; private set; }

    /// <summary>Times of the requests that were answered, ascending.</summary>
    public IReadOnlyList<double> Seconds
    {
        get
        {
            lock (_gate)
                return [.. _seconds.Order()];
        }
    }

    /// <summary>Asks until the time is up; every request that was begun is waited for.</summary>
    public Task AskAsync(int clients, TimeSpan duration)
    {
        long begin = Stopwatch.GetTimestamp();
        return Task.WhenAll(Enumerable.Range(0, clients).Select(async client =>
        {
            var random = new Random(client);
            while (Stopwatch.GetElapsedTime(begin) < duration)
                await AskAsync(random);
        }));
    }

    private async Task AskAsync(Random random)
    {
        using var file = new ByteArrayContent(image);
        file.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        using var form = new MultipartFormDataContent
        {
            { file, "image", "image.png" },
            { new StringContent(Name(random.Next(models))), "model" },
            { new StringContent((1 + random.Next(16)).ToString(CultureInfo.InvariantCulture)), "trials" },
            { new StringContent(random.Next().ToString(CultureInfo.InvariantCulture)), "seed" },
        };
        long begin = Stopwatch.GetTimestamp();
        string? failure = null;
        try
        {
            using HttpResponseMessage response = await server.PostAsync("/classify", form);
            failure = response.IsSuccessStatusCode ? null : await response.Content.ReadAsStringAsync();
        }
        catch (HttpRequestException exception)
        {
            failure = exception.Message;
        }

        lock (_gate)
        {
            if (failure is null)
                _seconds.Add(Stopwatch.GetElapsedTime(begin).TotalSeconds);
            else if (Failed++ == 0)
                Console.Error.WriteLine(failure); // the first stands for all
        }
    }

    public static string Name(int model) => string.Create(CultureInfo.InvariantCulture, $"model-{model:00}");
}
