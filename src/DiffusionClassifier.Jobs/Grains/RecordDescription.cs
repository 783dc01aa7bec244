using System.Text.Json;
using DiffusionClassifier.Jobs.State;

namespace DiffusionClassifier.Jobs.Grains;

/// <summary>What clients are told about a job. Stateless.</summary>
internal static class RecordDescription
{
    /// <param name="record">The job's record.</param>
    /// <param name="id">The job.</param>
    /// <param name="run">Its run, while it has one on this replica.</param>
    /// <param name="keepFor">How long an ended job is kept.</param>
    public static JobDescription Describe(this JobRecord record, string id, JobRun? run, TimeSpan keepFor) => new(
        id,
        record.Status,
        record.Model,
        record.Created,
        record.Ended,
        record.Ended + keepFor,
        run?.Rows ?? record.Rows,
        record.FixedRows,
        record.IsEnded ? null : run?.SecondsLeft,
        record.Answer is { } answer ? JsonSerializer.Deserialize<ClassificationResult>(answer, AnswerJson.Options) : run?.Answer,
        record.ErrorCode is { } code ? new JobError(code, record.ErrorDetail!) : null);
}
