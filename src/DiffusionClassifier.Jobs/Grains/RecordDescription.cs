using System.Text.Json;
using DiffusionClassifier.Jobs.State;

namespace DiffusionClassifier.Jobs.Grains;

/// <summary>What clients are told about a job. Stateless.</summary>
internal static class RecordDescription
{
    /// <param name="record">The job's record.</param>
    /// <param name="id">The job.</param>
    /// <param name="run">Its run, while it has one on this replica.</param>
    /// <param name="expires">When it is forgotten.</param>
    public static JobDescription Describe(this JobRecord record, string id, JobRun? run, DateTimeOffset? expires) => new(
        id,
        record.Status,
        record.Model,
        record.Created,
        record.Ended,
        expires,
        run?.Rows ?? record.Rows,
        (int)record.FixedRows,
        record.IsEnded ? null : run?.SecondsLeft,
        record is { Answer: { } answer, IsMatch: false } ? Read<ClassificationResult>(answer) : run?.Answer,
        record.ErrorCode is { } code ? new JobError(code, record.ErrorDetail!) : null)
    { Match = record is { Answer: { } match, IsMatch: true } ? Read<MatchResult>(match) : null };

    private static T? Read<T>(string json) => JsonSerializer.Deserialize<T>(json, AnswerJson.Options);
}
