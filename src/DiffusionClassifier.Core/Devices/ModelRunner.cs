using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Devices;

/// <summary>
/// Rows in, errors out, for one model on one device: noise is added directly into a batch's buffers, the denoiser runs, and each row's
/// prediction becomes one number. Nothing is allocated per row. The <see cref="InferenceWorker"/> owns it: its device thread opens and runs
/// the model, its <see cref="BatchFeeder"/> fills and scores batches that the device does not have at that moment.
/// </summary>
internal sealed class ModelRunner(Func<IDiffusionModel> open) : IDisposable
{
    public IDiffusionModel Model { get; private set; } = open();

    /// <summary>Reloads the model: once out of memory, a session may keep failing.</summary>
    public void Reopen()
    {
        Model.Dispose();
        Model = open();
    }

    /// <summary>Writes the rows of a plan into a batch and pads it to the plan's bucket.</summary>
    public static void Fill(WorkPlan plan, DenoisingBatch batch)
    {
        ReadOnlySpan<WorkRow> rows = plan.Rows;
        int slot = -1;
        for (int i = 0; i < rows.Length; i++)
        {
            (WorkRow row, RowInputs inputs) = (rows[i], plan.Inputs[i]);
            Trial trial = inputs.Trials[row.Position];
            if (i > 0 && rows[i - 1].Job == row.Job && rows[i - 1].Position == row.Position)
            {
                batch.Noised(i - 1).CopyTo(batch.Noised(i));
            }
            else
            {
                slot++;
                inputs.Noise.Fill(trial.NoiseIndex, batch.Noise(slot));
                inputs.Process.AddNoise(inputs.Latent.Values, batch.Noise(slot), trial.Timestep, batch.Noised(i));
            }

            SetRow(batch, i, slot, trial.Timestep, inputs.Conditionings[row.Prompt]);
        }

        Pad(batch, rows.Length, plan.Bucket);
    }

    /// <summary>The errors of a batch that has run: for each row of the plan one, or one for each head.</summary>
    public static void Score(WorkPlan plan, DenoisingBatch batch, Span<double> errors)
    {
        for (int i = 0; i < plan.Count; i++)
        {
            RowInputs inputs = plan.Inputs[i];
            for (int head = 0; head < batch.Heads; head++)
                errors[i * batch.Heads + head] = Error(inputs, batch, i, head);
            if (inputs.Maps is { } maps)
                Record(maps, plan.Rows[i], inputs, batch, i);
        }
    }

    public void Dispose() => Model.Dispose();

    private static void Record(ErrorMaps maps, WorkRow row, RowInputs inputs, DenoisingBatch batch, int index)
    {
        ReadOnlySpan<float> noise = batch.Noise(batch.Slots[index]);
        if (batch.Heads == 1)
        {
            maps.Record(row.Prompt, row.Position, noise, batch.Predicted(index));
            return;
        }

        for (int prompt = 0; prompt < inputs.Conditionings.Count; prompt++)
            maps.Record(prompt, row.Position, noise, batch.Predicted(index, inputs.ClassOf(prompt)));
    }

    private static double Error(RowInputs inputs, DenoisingBatch batch, int row, int head)
    {
        int timestep = (int)batch.Timesteps[row];
        Span<float> epsilon = batch.Predicted(row, head);
        inputs.Process.ToEpsilon(timestep, epsilon, batch.Noised(row), inputs.Latent.Values);
        ReadOnlySpan<float> noise = batch.Noise(batch.Slots[row]);
        return inputs.Loss switch
        {
            PredictionLoss.Vlb => Bound(),
            PredictionLoss.L2Vlb => PredictionError.Compute(PredictionLoss.L2, noise, epsilon) + Bound(),
            PredictionLoss loss => PredictionError.Compute(loss, noise, epsilon),
        };

        double Bound() => VariationalBound.KullbackLeibler(inputs.Process.Schedule!, timestep, inputs.Latent.Values, batch.Noised(row),
            batch.Predicted(row, head), batch.PredictedVariance(row));
    }

    // A model runs exact bucket sizes only: the tail repeats the last row, whose numbers are known to be sane.
    private static void Pad(DenoisingBatch batch, int count, int bucket)
    {
        batch.Bucket = bucket;
        for (int i = count; i < bucket; i++)
        {
            batch.Noised(count - 1).CopyTo(batch.Noised(i));
            SetRow(batch, i, batch.Slots[count - 1], (int)batch.Timesteps[count - 1], batch.Conditionings[count - 1]!);
        }
    }

    private static void SetRow(DenoisingBatch batch, int index, int slot, int timestep, Conditioning conditioning)
    {
        batch.Slots[index] = slot;
        batch.Timesteps[index] = timestep;
        batch.Conditionings[index] = conditioning;
    }
}
