
namespace DiffusionClassifier.Cluster;

/// <summary>What the trials send. Stateless.</summary>
internal static class Requests
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200); // 64 clients that ask more often keep two cores busy

    /// <summary>A request whose image is one byte, which the fake preprocessor knows.</summary>
    public static ClassificationRequest Of(int image, int labels, int trials, Strategy strategy = Strategy.Fixed) => new()
    {
        Image = new[] { (byte)image },
        Labels = [.. Enumerable.Range(0, labels).Select(label => LabelSpec.FromString($"label {label}"))],
        Trials = trials,
        Strategy = strategy,
        Seed = (ulong)image,
    };

    /// <returns>The job's id.</returns>
    public static async Task<string> SubmitAsync(this HttpClient client, ClassificationRequest request, string? key = null)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/jobs")
        {
            Content = JsonContent.Create(new
            {
                image = Convert.ToBase64String(request.Image.Span),
                labels = request.Labels!.Select(label => label.Label),
                trials = request.Trials,
                strategy = request.Strategy,
                seed = request.Seed,
            }, options: AnswerJson.Options),
        };
        if (key is not null)
            message.Headers.Add("Idempotency-Key", key);
        HttpResponseMessage response = await client.SendAsync(message);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JobDescription>(AnswerJson.Options))!.Id;
    }

    public static async Task<JobDescription> JobAsync(this HttpClient client, string id) =>
        (await client.GetFromJsonAsync<JobDescription>($"/jobs/{id}", AnswerJson.Options))!;

    public static async Task<JobDescription> EndAsync(this HttpClient client, string id)
    {
        while (true)
        {
            JobDescription job = await client.JobAsync(id);
            if (job.Ended is not null)
                return job;
            await Task.Delay(Poll);
        }
    }
}
