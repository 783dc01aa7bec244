using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>
/// Rows in, errors out, for one model on one device: noise is added straight into the batch's buffers, the denoiser runs, and each row's
/// prediction becomes one number. Nothing is allocated per row. Owned by an <see cref="InferenceWorker"/> and used on its thread alone.
/// </summary>
internal sealed class BatchRunner : IDisposable
{
    private const long CacheBytes = 256L << 20; // a thousand prompts of Stable Diffusion 2 (77×1024 floats each)
    private const string WarmUpPrompt = "a photo"; // any text: only the time of a call depends on it

    private readonly DenoisingBatch _batch;
    private readonly ConditioningCache _conditionings = new(CacheBytes);

    public BatchRunner(IDiffusionModel model)
    {
        Model = model;
        _batch = model.CreateBatch();
    }

    public IDiffusionModel Model { get; }

    /// <summary>Runs every bucket once, the largest first, so that the arena's blocks serve the smaller ones too.</summary>
    public void WarmUp()
    {
        string prompt = Model.Manifest.Classes is [string first, ..] ? first : WarmUpPrompt;
        Array.Fill(_batch.Conditionings, Model.EncodePrompts([prompt])[0]);
        Array.Fill(_batch.Timesteps, Model.Manifest.TimestepFrom);
        foreach (int bucket in Model.Buckets.Reverse())
        {
            _batch.Bucket = bucket;
            Model.PredictNoise(_batch);
        }
    }

    /// <summary>One conditioning for each prompt; those that were encoded lately cost nothing.</summary>
    public IReadOnlyList<Conditioning> EncodePrompts(IReadOnlyList<string> prompts) => _conditionings.Get(prompts, Model.EncodePrompts);

    /// <summary>Runs rows and writes the error of each to <paramref name="errors"/>, which has the same length.</summary>
    /// <returns>The bucket that they took.</returns>
    public int Run(ReadOnlySpan<WorkRow> rows, Span<double> errors)
    {
        Fill(rows);
        Model.PredictNoise(_batch);
        for (int i = 0; i < rows.Length; i++)
            errors[i] = Error(rows[i].Job, i);
        return _batch.Bucket;
    }

    public void Dispose()
    {
        _batch.Dispose();
        Model.Dispose();
    }

    private double Error(ClassificationJob job, int row)
    {
        int timestep = (int)_batch.Timesteps[row];
        Span<float> epsilon = _batch.Predicted(row);
        ReadOnlySpan<float> noised = _batch.Noised(row);
        Prediction.ToEpsilon(Model.Manifest.Prediction, epsilon, noised, job.Schedule.SignalRate(timestep), job.Schedule.NoiseRate(timestep));
        ReadOnlySpan<float> noise = _batch.Noise(_batch.Slots[row]);
        return job.Settings.Loss switch
        {
            PredictionLoss.Vlb => Bound(),
            PredictionLoss.L2Vlb => PredictionError.Compute(PredictionLoss.L2, noise, epsilon) + Bound(),
            PredictionLoss loss => PredictionError.Compute(loss, noise, epsilon),
        };

        double Bound() => VariationalBound.KullbackLeibler(job.Schedule, timestep, job.Latent!.Values, _batch.Noised(row), _batch.Predicted(row), _batch.PredictedVariance(row));
    }

    private void Fill(ReadOnlySpan<WorkRow> rows)
    {
        int slot = -1;
        for (int i = 0; i < rows.Length; i++)
        {
            WorkRow row = rows[i];
            Trial trial = row.Job.Plan[row.Position];
            if (i > 0 && rows[i - 1].Job == row.Job && rows[i - 1].Position == row.Position)
            {
                _batch.Noised(i - 1).CopyTo(_batch.Noised(i));
            }
            else
            {
                slot++;
                row.Job.Settings.Noise.Fill(trial.NoiseIndex, _batch.Noise(slot));
                row.Job.Schedule.AddNoise(row.Job.Latent!.Values, _batch.Noise(slot), trial.Timestep, _batch.Noised(i));
            }

            SetRow(i, slot, trial.Timestep, row.Job.Conditionings[row.Prompt]);
        }

        Pad(rows.Length);
    }

    // A model runs exact bucket sizes only: the tail repeats the last row, whose numbers are known to be sane.
    private void Pad(int count)
    {
        _batch.Bucket = SmallestBucket(count);
        for (int i = count; i < _batch.Bucket; i++)
        {
            _batch.Noised(count - 1).CopyTo(_batch.Noised(i));
            SetRow(i, _batch.Slots[count - 1], (int)_batch.Timesteps[count - 1], _batch.Conditionings[count - 1]!);
        }
    }

    private int SmallestBucket(int count)
    {
        int index = 0;
        while (Model.Buckets[index] < count)
            index++;
        return Model.Buckets[index];
    }

    private void SetRow(int index, int slot, int timestep, Conditioning conditioning)
    {
        _batch.Slots[index] = slot;
        _batch.Timesteps[index] = timestep;
        _batch.Conditionings[index] = conditioning;
    }
}
