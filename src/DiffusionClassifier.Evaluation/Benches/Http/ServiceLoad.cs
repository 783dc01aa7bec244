using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using DiffusionClassifier.Evaluation.Errors;

namespace DiffusionClassifier.Evaluation.Benches.Http;

/// <summary>
/// Clients of a service, each of which sends one request after another: together they keep it backlogged for the time of a slice. Between
/// slices they send nothing, so that what is measured then has the machine to itself.
/// </summary>
internal sealed class ServiceLoad(HttpClient http, string model, IReadOnlyList<LabelSpec>? labels, int clients, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20); // before and after a slice, never in it
    // From the last request's admission to full batches: images are decoded, labels encoded.
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30); // to admit or drop some requests, which takes milliseconds

    // One gray pixel, which the service scales like any image: the cost of a large file is a matter of the decoder, not the scheduler.
    private static readonly byte[] Image = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg==");

    private ulong _seed;

    /// <summary>Backlogs the service, counts for a while, and leaves it idle.</summary>
    /// <exception cref="EvaluationException">The service refused a request or went away.</exception>
    public async Task<ServiceSlice> RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task load = Task.WhenAll(Enumerable.Range(0, clients).Select(_ => RepeatAsync(stop.Token)));
        try
        {
            Task<ServiceSlice> slice = MeasureAsync(duration, stop.Token);
            await await Task.WhenAny(slice, load); // a load that ends early has failed
            return await slice;
        }
        finally
        {
            await stop.CancelAsync(); // closes the connections, which removes all requests from the service at once
            await Task.WhenAny(load); // what failed was thrown above
            await WaitForActiveAsync(0, cancellationToken);
        }
    }

    private async Task<ServiceSlice> MeasureAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        await WaitForActiveAsync(clients, cancellationToken);
        await Task.Delay(Settle, cancellationToken);
        RowCounts begin = await CountAsync(cancellationToken);
        long timestamp = time.GetTimestamp();
        await Task.Delay(duration, cancellationToken);
        RowCounts end = await CountAsync(cancellationToken);
        return new ServiceSlice(end - begin, time.GetElapsedTime(timestamp).TotalSeconds);
    }

    private async Task WaitForActiveAsync(int requests, CancellationToken cancellationToken)
    {
        long begin = time.GetTimestamp(), active;
        while ((active = (await CountAsync(cancellationToken)).ActiveRequests) != requests)
        {
            if (time.GetElapsedTime(begin) > Patience)
            {
                throw new EvaluationException(
                    $"The service at {http.BaseAddress} has {active} requests, of which the bench sent {requests}: "
                        + "nothing else may use it meanwhile.");
            }

            await Task.Delay(Poll, cancellationToken);
        }
    }

    private async Task<RowCounts> CountAsync(CancellationToken cancellationToken) =>
        RowCounts.Parse(await http.GetStringAsync("/metrics", cancellationToken));

    private async Task RepeatAsync(CancellationToken stop)
    {
        try
        {
            while (true)
                await AskAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        using MultipartFormDataContent form = Form(Interlocked.Increment(ref _seed));
        using HttpResponseMessage response = await http.PostAsync("/classify", form, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new EvaluationException(
                $"The service answered {(int)response.StatusCode}: {await DetailAsync(response, cancellationToken)}");
        }

        await response.Content.LoadIntoBufferAsync(cancellationToken);
    }

    private MultipartFormDataContent Form(ulong seed)
    {
        var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(Image), "image", "grey.png" },
            { new StringContent(model), "model" },
            { new StringContent(EnumWords.Of(Strategy.Fixed)), "strategy" }, // so that all requests cost the same
            { new StringContent(seed.ToString(CultureInfo.InvariantCulture)), "seed" },
        };
        if (labels is not null)
            form.Add(new StringContent(JsonSerializer.Serialize(labels.Select(label => label.Label))), "labels");
        return form;
    }

    private static async Task<string> DetailAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            JsonElement problem = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            return problem.GetProperty("detail").GetString() ?? "";
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return "nothing that can be read. Is it a DiffusionClassifier.Service?";
        }
    }
}
