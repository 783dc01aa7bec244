namespace DiffusionClassifier.Core.Scheduling.Devices;

/// <summary>One denoiser evaluation: a prompt of a job on a trial. A name, never a stored tensor.</summary>
/// <param name="Job">Whose row it is.</param>
/// <param name="Prompt">Index of the prompt (for a class-conditional model: of the label).</param>
/// <param name="Position">Position in the job's trial order.</param>
internal readonly record struct WorkRow(ClassificationJob Job, int Prompt, int Position);
