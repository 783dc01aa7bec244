namespace DiffusionClassifier.Jobs;

/// <summary>News of a job.</summary>
/// <param name="Version">Names it among the news of the job, as long as the job stays on its replica.</param>
/// <param name="Job">How the job stands.</param>
public sealed record JobEvent(long Version, JobDescription Job);
