using System.Text.Json;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Onnx.Tests.Golden;

/// <summary>
/// The trials of <c>eval_prob</c>, the evaluation without stages (eval_prob_dit.py, run_winoground.py): <c>range(t_interval // 2, T,
/// t_interval)</c>, each timestep <c>n_trials</c> times; noise either numbered through, or that of the place in the batch.
/// </summary>
/// <param name="Run">The parameters: t_interval, n_trials, batch_size, randomize_noise, and the resulting timesteps.</param>
/// <param name="TrainTimesteps">T.</param>
internal sealed record GoldenTrials(JsonElement Run, int TrainTimesteps)
{
    public IReadOnlyList<Trial> Trials =>
        [.. Timesteps.SelectMany(timestep => Enumerable.Repeat(timestep, PerTimestep)).Select((timestep, index) => new Trial(NoiseDraws is { } draws ? index % draws : index, timestep))];

    public IReadOnlyList<int> Timesteps =>
        [.. Enumerable.Range(0, TrainTimesteps).Where(timestep => timestep >= Interval / 2 && (timestep - Interval / 2) % Interval == 0)];

    /// <summary>Whether a request for a fixed number of trials asks for the same.</summary>
    public bool IsUniform => PerTimestep == 1 && TrainTimesteps % Interval == 0;

    private int Interval => Run.GetProperty("t_interval").GetInt32();

    private int PerTimestep => Run.GetProperty("n_trials").GetInt32();

    private int? NoiseDraws => Run.GetProperty("randomize_noise").GetBoolean() ? null : Run.GetProperty("batch_size").GetInt32();

    /// <summary>The same as a request; <see cref="IsUniform"/> must hold.</summary>
    public Submission Request(ReadOnlyMemory<byte> image, INoiseSource noise, PredictionLoss loss) => new(new ClassificationRequest
    {
        Image = image,
        Strategy = Strategy.Fixed,
        Trials = Timesteps.Count,
        NoiseDraws = NoiseDraws < Timesteps.Count ? NoiseDraws : null,
        Loss = loss,
    })
    {
        Noise = noise,
    };
}
