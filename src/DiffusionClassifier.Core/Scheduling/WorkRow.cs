namespace DiffusionClassifier.Core.Scheduling;

/// <summary>One denoiser evaluation: a label of a job on a trial. A name, never a stored tensor.</summary>
/// <param name="Job">Whose row it is.</param>
/// <param name="Label">Index of the label.</param>
/// <param name="Position">Position in the job's trial order.</param>
internal readonly record struct WorkRow(ClassificationJob Job, int Label, int Position);
