namespace DiffusionClassifier.Core.Errors;

/// <summary>
/// A model runs at the first timestep of its schedule but not at the last: the schedule is not the one that it was trained on.
/// </summary>
internal sealed class UnknownTimestepException(string model, int first, int last, Exception innerException)
    : UnusableModelException($"The model '{model}' runs at timestep {first} and fails at timestep {last}, the last of its schedule: set "
        + "num_train_timesteps in its scheduler_config.json, or timestepRange in its classifier.json, to what it was trained with. "
        + $"It says: {innerException.Message}", innerException);
