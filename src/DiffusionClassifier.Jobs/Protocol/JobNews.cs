using System.Text.Json;

namespace DiffusionClassifier.Jobs.Protocol;

/// <summary>How a job stands.</summary>
/// <param name="Version">Larger than that of older news of the job by the same replica.</param>
/// <param name="Json">A <see cref="JobDescription"/> or <see cref="BatchDescription"/>.</param>
/// <param name="HasEnded">Whether there will be no more news.</param>
[GenerateSerializer, Immutable, Alias("dc.news")]
internal sealed record JobNews([property: Id(0)] long Version, [property: Id(1)] string Json, [property: Id(2)] bool HasEnded)
{
    public T As<T>() => JsonSerializer.Deserialize<T>(Json, AnswerJson.Options)!;
}
