namespace DiffusionClassifier.Core.Devices;

/// <summary>One denoiser evaluation: a prompt of a job on a trial. A name, never a stored tensor.</summary>
/// <param name="Job">Number of the job whose row it is.</param>
/// <param name="Prompt">Index of the prompt (for a class-conditional model: of the label).</param>
/// <param name="Position">Position in the job's trial order.</param>
internal readonly record struct WorkRow(long Job, int Prompt, int Position);
